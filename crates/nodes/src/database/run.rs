//! From inputs to requests of the port, from its rows to outputs.

use async_trait::async_trait;
use flow::node::{Inputs, NodeError, Output, Task, TaskCx};
use flow::value::Values;
use serde_json::Value;

use super::Port;
use super::params::{DeleteParams, InsertParams, SelectParams, Set, UpdateParams, Where};
use super::sql::Statement;
use crate::ports::databases::{self as port, Condition, Filter, Operator, Rows};
use crate::ports::{Caller, present};

/// What the node needs, in words.
const SERVICE: &str = "The database service";

/// Runs a statement.
pub struct Sql {
    pub(super) port: Port,
    pub(super) database: String,
    pub(super) statement: Statement,
}

/// Reads rows.
pub struct Select {
    pub(super) port: Port,
    pub(super) params: SelectParams,
}

/// Adds a row.
pub struct Insert {
    pub(super) port: Port,
    pub(super) params: InsertParams,
}

/// Changes rows.
pub struct Update {
    pub(super) port: Port,
    pub(super) params: UpdateParams,
}

/// Removes rows.
pub struct Delete {
    pub(super) port: Port,
    pub(super) params: DeleteParams,
}

#[async_trait]
impl Task for Sql {
    async fn run(&self, cx: &TaskCx, inputs: Inputs) -> Result<Output, NodeError> {
        let (text, values) = self.statement.bind(&inputs)?;
        let sql = port::Sql { database: self.database.clone(), text, values };
        present(self.port.as_ref(), SERVICE)?.sql(&Caller::from(cx), sql).await.map(output)
    }
}

#[async_trait]
impl Task for Select {
    async fn run(&self, cx: &TaskCx, inputs: Inputs) -> Result<Output, NodeError> {
        let SelectParams { database_id, fields, filter: which, order_by, limit } = &self.params;
        let select = port::Select {
            database: database_id.clone(),
            fields: fields.clone(),
            filter: which.as_ref().map(|which| filter(which, &inputs)),
            order_by: order_by.clone(),
            limit: *limit,
        };
        present(self.port.as_ref(), SERVICE)?.select(&Caller::from(cx), select).await.map(output)
    }
}

#[async_trait]
impl Task for Insert {
    async fn run(&self, cx: &TaskCx, inputs: Inputs) -> Result<Output, NodeError> {
        let insert = port::Insert { database: self.params.database_id.clone(), set: set(&self.params.set, &inputs) };
        present(self.port.as_ref(), SERVICE)?.insert(&Caller::from(cx), insert).await.map(output)
    }
}

#[async_trait]
impl Task for Update {
    async fn run(&self, cx: &TaskCx, inputs: Inputs) -> Result<Output, NodeError> {
        let UpdateParams { database_id, set: values, filter: which } = &self.params;
        let update = port::Update { database: database_id.clone(), set: set(values, &inputs), filter: filter(which, &inputs) };
        present(self.port.as_ref(), SERVICE)?.update(&Caller::from(cx), update).await.map(output)
    }
}

#[async_trait]
impl Task for Delete {
    async fn run(&self, cx: &TaskCx, inputs: Inputs) -> Result<Output, NodeError> {
        let delete = port::Delete { database: self.params.database_id.clone(), filter: filter(&self.params.filter, &inputs) };
        present(self.port.as_ref(), SERVICE)?.delete(&Caller::from(cx), delete).await.map(output)
    }
}

fn set(set: &[Set], inputs: &Inputs) -> Vec<(String, Value)> {
    set.iter().map(|one| (one.field.clone(), inputs.get(&one.input).cloned().unwrap_or_default())).collect()
}

fn filter(which: &Where, inputs: &Inputs) -> Filter {
    let conditions = which.conditions.iter().map(|condition| {
        let given = condition.input.as_deref().and_then(|name| inputs.get(name)).cloned().unwrap_or_default();
        let value = match (condition.operator, given) {
            (Operator::IsNull | Operator::IsNotNull, _) => Value::Null,
            (Operator::In | Operator::NotIn, Value::Array(items)) => Value::Array(items),
            (Operator::In | Operator::NotIn, Value::Null) => Value::Array(Vec::new()),
            (Operator::In | Operator::NotIn, one) => Value::Array(vec![one]),
            (_, given) => given,
        };
        Condition { field: condition.field.clone(), operator: condition.operator, value }
    });
    Filter { logic: which.logic, conditions: conditions.collect() }
}

fn output(rows: Rows) -> Output {
    let Rows { rows, count } = rows;
    let count = count.or_else(|| u64::try_from(rows.len()).ok().filter(|count| *count > 0));
    let list = rows.into_iter().map(Value::Object).collect::<Vec<_>>();
    let mut values = Values::new();
    values.insert("outputList".to_owned(), list.into());
    values.insert("rowNum".to_owned(), count.map_or(Value::Null, Value::from));
    Output::of(values)
}
