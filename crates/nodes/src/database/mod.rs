//! Tables: five kinds of nodes over one port ([`crate::ports::databases`]).
//!
//! * [`params`]: what they ask for; [`sql`]: statements whose values are bound;
//! * [`run`]: from inputs to requests.

mod params;
mod run;
mod sql;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use flow::node::{Action, Category, Declares, NodeSpec, NodeType, Task};
use flow::tool::{Effect, Localized};
use flow::value::{Field, Type};
use flow::workflow::{Finding, Node, NodeId};
use serde_json::Value;

use crate::ports::{Databases, Services};
use crate::reading::{Reading, both, form};
use params::{DeleteParams, InsertParams, SelectParams, Set, SqlParams, UpdateParams, Where};

/// The port, where it is wired.
type Port = Option<Arc<dyn Databases>>;

/// Runs a statement.
struct Sql(Port);
/// Reads rows.
struct Select(Port);
/// Adds a row.
struct Insert(Port);
/// Changes rows.
struct Update(Port);
/// Removes rows.
struct Delete(Port);

/// All of them.
pub fn kinds(services: &Services) -> Vec<Arc<dyn NodeType>> {
    let port = || services.databases.clone();
    vec![Arc::new(Sql(port())), Arc::new(Select(port())), Arc::new(Insert(port())), Arc::new(Update(port())), Arc::new(Delete(port()))]
}

impl NodeType for Sql {
    fn spec(&self) -> NodeSpec {
        NodeSpec {
            fill_outputs: true,
            ..spec(
                "database_sql",
                "database",
                form::<SqlParams>(params::SQL),
                Effect::Write,
                both("SQL 自定义", "SQL"),
                both("在数据表上执行 SQL，输入以参数绑定。", "Runs SQL on a table; inputs are bound, never pasted."),
            )
        }
    }

    fn compile(&self, id: &NodeId, node: &Node) -> Result<Action, Vec<Finding>> {
        let (mut reading, params) = Reading::begin::<SqlParams>(id, node)?;
        reading.filled("/params/database_id", &params.database_id);
        reading.filled("/params/sql", &params.sql);
        let (statement, faults) = sql::Statement::parse(&params.sql);
        for fault in faults {
            let (code, text) = fault.told();
            reading.error("/params/sql", code, text.zh, text.en);
        }
        for name in statement.names() {
            reading.input("/params/sql", &name);
        }
        reading.done(|| task(run::Sql { port: self.0.clone(), database: params.database_id, statement }))
    }
}

impl NodeType for Select {
    fn spec(&self) -> NodeSpec {
        spec(
            "database_select",
            "table",
            form::<SelectParams>(&params::titles(&[params::SELECT, params::WHERE])),
            Effect::Read,
            both("查询数据", "Read rows"),
            both("按条件查询数据表。", "Reads the rows of a table that meet conditions."),
        )
    }

    fn compile(&self, id: &NodeId, node: &Node) -> Result<Action, Vec<Finding>> {
        let (mut reading, params) = Reading::begin::<SelectParams>(id, node)?;
        reading.filled("/params/database_id", &params.database_id);
        for (at, field) in params.fields.iter().enumerate() {
            reading.filled(&format!("/params/fields/{at}/field"), &field.field);
        }
        for (at, order) in params.order_by.iter().enumerate() {
            reading.filled(&format!("/params/order_by/{at}/field"), &order.field);
        }
        if let Some(filter) = &params.filter {
            check_where(&mut reading, filter);
        }
        if params.limit == 0 {
            reading.error("/params/limit", "out_of_range", "至少为 1", "It must be at least 1");
        }
        reading.done(|| task(run::Select { port: self.0.clone(), params }))
    }
}

impl NodeType for Insert {
    fn spec(&self) -> NodeSpec {
        spec(
            "database_insert",
            "between-vertical-start",
            form::<InsertParams>(&params::titles(&[params::SET])),
            Effect::Write,
            both("新增数据", "Add a row"),
            both("向数据表新增一行。", "Adds a row to a table."),
        )
    }

    fn compile(&self, id: &NodeId, node: &Node) -> Result<Action, Vec<Finding>> {
        let (mut reading, params) = Reading::begin::<InsertParams>(id, node)?;
        reading.filled("/params/database_id", &params.database_id);
        check_set(&mut reading, &params.set);
        reading.done(|| task(run::Insert { port: self.0.clone(), params }))
    }
}

impl NodeType for Update {
    fn spec(&self) -> NodeSpec {
        spec(
            "database_update",
            "pencil-line",
            form::<UpdateParams>(&params::titles(&[params::SET, params::WHERE])),
            Effect::Write,
            both("更新数据", "Change rows"),
            both("更新数据表中符合条件的行。", "Changes the rows of a table that meet conditions."),
        )
    }

    fn compile(&self, id: &NodeId, node: &Node) -> Result<Action, Vec<Finding>> {
        let (mut reading, params) = Reading::begin::<UpdateParams>(id, node)?;
        reading.filled("/params/database_id", &params.database_id);
        check_set(&mut reading, &params.set);
        check_needed(&mut reading, &params.filter);
        reading.done(|| task(run::Update { port: self.0.clone(), params }))
    }
}

impl NodeType for Delete {
    fn spec(&self) -> NodeSpec {
        spec(
            "database_delete",
            "table-rows-split",
            form::<DeleteParams>(&params::titles(&[params::WHERE])),
            Effect::Write,
            both("删除数据", "Remove rows"),
            both("删除数据表中符合条件的行。", "Removes the rows of a table that meet conditions."),
        )
    }

    fn compile(&self, id: &NodeId, node: &Node) -> Result<Action, Vec<Finding>> {
        let (mut reading, params) = Reading::begin::<DeleteParams>(id, node)?;
        reading.filled("/params/database_id", &params.database_id);
        check_needed(&mut reading, &params.filter);
        reading.done(|| task(run::Delete { port: self.0.clone(), params }))
    }
}

fn task(task: impl Task + 'static) -> Action {
    Action::Task(Arc::new(task))
}

fn spec(kind: &str, icon: &str, params: Value, effect: Effect, title: Localized, description: Localized) -> NodeSpec {
    NodeSpec {
        params,
        outputs: Declares::Both(vec![Field::new("rowNum", Type::Integer)]),
        effect,
        fill_inputs: true,
        fallible: true,
        ..NodeSpec::new(kind, Category::Database, icon, title, description)
    }
}

fn check_set(reading: &mut Reading<'_>, set: &[Set]) {
    if set.is_empty() {
        reading.error("/params/set", "missing_param", "至少需要一个字段", "At least one field is needed");
    }
    reading.unique(set.iter().enumerate().map(|(at, one)| (format!("/params/set/{at}/field"), one.field.as_str())));
    for (at, one) in set.iter().enumerate() {
        reading.input(format!("/params/set/{at}/input"), &one.input);
    }
}

/// What changes rows says which: a forgotten condition must not empty a table.
fn check_needed(reading: &mut Reading<'_>, filter: &Where) {
    if filter.conditions.is_empty() {
        reading.error("/params/where/conditions", "missing_param", "至少需要一个条件", "At least one condition is needed");
    }
    check_where(reading, filter);
}

fn check_where(reading: &mut Reading<'_>, filter: &Where) {
    for (at, condition) in filter.conditions.iter().enumerate() {
        let place = format!("/params/where/conditions/{at}");
        reading.filled(&format!("{place}/field"), &condition.field);
        match (&condition.input, condition.operator.takes_value()) {
            (Some(name), true) => reading.input(format!("{place}/input"), name),
            (None, true) => reading.error(format!("{place}/input"), "missing_param", "缺少比较值", "There is nothing to compare with"),
            (_, false) => {}
        }
    }
}
