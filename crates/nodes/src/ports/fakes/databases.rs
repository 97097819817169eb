//! Tables in memory. Statements are not understood: their answers are scripted.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Mutex;

use async_trait::async_trait;
use flow::node::NodeError;
use flow::value::Values;
use serde_json::Value;
use types::WorkspaceId;

use super::{Script, lock};
use crate::ports::Caller;
use crate::ports::databases::{Condition, Databases, Delete, Filter, Insert, Logic, Operator, Rows, Select, Sql, Update};

/// Something that was asked.
#[derive(Debug, Clone, PartialEq)]
pub enum Request {
    /// A statement.
    Sql(Sql),
    /// Rows to read.
    Select(Select),
    /// A row to add.
    Insert(Insert),
    /// A change.
    Update(Update),
    /// Rows to remove.
    Delete(Delete),
}

/// Tables by id.
#[derive(Default)]
pub struct FakeDatabases {
    tables: Mutex<BTreeMap<String, Table>>,
    script: Script<Request, Rows>,
}

struct Table {
    workspace: WorkspaceId,
    /// Ids of fields with their names.
    fields: Vec<(String, String)>,
    /// Test rows and live rows.
    rows: [Vec<Values>; 2],
    /// Keys of steps that changed it.
    done: BTreeMap<String, u64>,
}

impl FakeDatabases {
    /// Adds a table whose fields are `(id, name)`.
    #[must_use]
    pub fn with(self, workspace: WorkspaceId, database: &str, fields: &[(&str, &str)]) -> Self {
        let fields = fields.iter().map(|(id, name)| ((*id).to_owned(), (*name).to_owned())).collect();
        lock(&self.tables).insert(database.to_owned(), Table { workspace, fields, rows: Default::default(), done: BTreeMap::new() });
        self
    }

    /// The next request gives this, whatever it is.
    pub fn gives(&self, answer: Result<Rows, NodeError>) {
        self.script.push(answer);
    }

    /// What was asked so far.
    pub fn requests(&self) -> Vec<Request> {
        self.script.asked()
    }

    fn table<T>(&self, caller: &Caller, database: &str, with: impl FnOnce(&mut Table) -> Result<T, NodeError>) -> Result<T, NodeError> {
        let mut tables = lock(&self.tables);
        match tables.get_mut(database).filter(|table| table.workspace == caller.workspace) {
            Some(table) => with(table),
            None => Err(NodeError::lasting("database_not_found", format!("there is no table {database}"))),
        }
    }

    /// Changes a table once for each step.
    fn change(
        &self,
        caller: &Caller,
        database: &str,
        change: impl FnOnce(&Table, &mut Vec<Values>) -> Result<u64, NodeError>,
    ) -> Result<Rows, NodeError> {
        self.table(caller, database, |table| {
            let count = if let Some(count) = table.done.get(&caller.idempotency_key) {
                *count
            } else {
                let mut rows = std::mem::take(&mut table.rows[usize::from(caller.draft)]);
                let changed = change(table, &mut rows);
                table.rows[usize::from(caller.draft)] = rows;
                let count = changed?;
                table.done.insert(caller.idempotency_key.clone(), count);
                count
            };
            Ok(Rows { rows: Vec::new(), count: Some(count) })
        })
    }
}

impl Table {
    fn field(&self, field: &str) -> Result<String, NodeError> {
        let found = self.fields.iter().find(|(id, name)| id == field || name == field).map(|(_, name)| name.clone());
        found.ok_or_else(|| NodeError::lasting("database_field_unknown", format!("the table has no field {field}")))
    }

    fn matching(&self, filter: &Filter) -> Result<impl Fn(&Values) -> bool + use<>, NodeError> {
        let Filter { logic, conditions } = filter.clone();
        let conditions: Vec<(String, Condition)> =
            conditions.into_iter().map(|condition| Ok((self.field(&condition.field)?, condition))).collect::<Result<_, NodeError>>()?;
        Ok(move |row: &Values| {
            let mut holds = conditions.iter().map(|(name, condition)| holds(row.get(name).unwrap_or(&Value::Null), condition));
            match logic {
                Logic::And => holds.all(|holds| holds),
                Logic::Or => conditions.is_empty() || holds.any(|holds| holds),
            }
        })
    }
}

fn holds(left: &Value, condition: &Condition) -> bool {
    let Condition { operator, value, .. } = condition;
    let null = left.is_null();
    let order = order(left, value);
    match operator {
        Operator::IsNull => null,
        Operator::IsNotNull => !null,
        // As in SQL, nothing compares with null.
        _ if null => false,
        Operator::In => value.as_array().is_some_and(|list| list.iter().any(|one| self::order(left, one) == Some(Ordering::Equal))),
        Operator::NotIn => value.as_array().is_some_and(|list| list.iter().all(|one| self::order(left, one) != Some(Ordering::Equal))),
        _ if value.is_null() => false,
        Operator::Equal => order == Some(Ordering::Equal),
        Operator::NotEqual => order != Some(Ordering::Equal),
        Operator::Greater => order == Some(Ordering::Greater),
        Operator::GreaterEqual => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
        Operator::Less => order == Some(Ordering::Less),
        Operator::LessEqual => matches!(order, Some(Ordering::Less | Ordering::Equal)),
        Operator::Like => like(left, value),
        Operator::NotLike => !like(left, value),
    }
}

fn order(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left.as_f64()?.partial_cmp(&right.as_f64()?),
        (Value::String(left), Value::String(right)) => Some(left.cmp(right)),
        (Value::Bool(left), Value::Bool(right)) => Some(left.cmp(right)),
        _ => None,
    }
}

fn like(text: &Value, pattern: &Value) -> bool {
    let (Some(text), Some(pattern)) = (text.as_str(), pattern.as_str()) else { return false };
    let text: Vec<char> = text.chars().collect();
    // Which lengths of the text the pattern so far can have matched.
    let mut reached = vec![false; text.len() + 1];
    reached[0] = true;
    for sign in pattern.chars() {
        let mut next = vec![false; text.len() + 1];
        for at in 0..=text.len() {
            next[at] = match sign {
                '%' => reached[at] || (at > 0 && next[at - 1]),
                '_' => at > 0 && reached[at - 1],
                other => at > 0 && reached[at - 1] && text[at - 1] == other,
            };
        }
        reached = next;
    }
    reached[text.len()]
}

#[async_trait]
impl Databases for FakeDatabases {
    async fn sql(&self, _caller: &Caller, sql: Sql) -> Result<Rows, NodeError> {
        let refused = || NodeError::lasting("database_refused", "this service understands no SQL");
        self.script.next(Request::Sql(sql)).unwrap_or_else(|| Err(refused()))
    }

    async fn select(&self, caller: &Caller, select: Select) -> Result<Rows, NodeError> {
        if let Some(answer) = self.script.next(Request::Select(select.clone())) {
            return answer;
        }
        self.table(caller, &select.database, |table| {
            let matches = table.matching(&select.filter.clone().unwrap_or_default())?;
            let mut rows: Vec<Values> = table.rows[usize::from(caller.draft)].iter().filter(|row| matches(row)).cloned().collect();
            for by in select.order_by.iter().rev() {
                let name = table.field(&by.field)?;
                let key = |row: &Values| row.get(&name).cloned().unwrap_or_default();
                rows.sort_by(|a, b| {
                    let order = order(&key(a), &key(b)).unwrap_or(Ordering::Equal);
                    if by.descending { order.reverse() } else { order }
                });
            }
            if !select.fields.is_empty() {
                let names: Vec<String> = select.fields.iter().map(|field| table.field(&field.field)).collect::<Result<_, _>>()?;
                for row in &mut rows {
                    row.retain(|name, _| names.contains(name));
                }
            }
            if select.fields.iter().any(|field| field.distinct) {
                let mut seen = Vec::new();
                rows.retain(|row| {
                    !seen.contains(row) && {
                        seen.push(row.clone());
                        true
                    }
                });
            }
            rows.truncate(select.limit as usize);
            Ok(Rows { count: u64::try_from(rows.len()).ok(), rows })
        })
    }

    async fn insert(&self, caller: &Caller, insert: Insert) -> Result<Rows, NodeError> {
        if let Some(answer) = self.script.next(Request::Insert(insert.clone())) {
            return answer;
        }
        self.change(caller, &insert.database, |table, rows| {
            let named = insert.set.into_iter().map(|(field, value)| Ok((table.field(&field)?, value)));
            rows.push(named.collect::<Result<Values, NodeError>>()?);
            Ok(1)
        })
    }

    async fn update(&self, caller: &Caller, update: Update) -> Result<Rows, NodeError> {
        if let Some(answer) = self.script.next(Request::Update(update.clone())) {
            return answer;
        }
        self.change(caller, &update.database, |table, rows| {
            let matches = table.matching(&update.filter)?;
            let named = update.set.into_iter().map(|(field, value)| Ok((table.field(&field)?, value)));
            let named = named.collect::<Result<Values, NodeError>>()?;
            let mut count = 0;
            for row in rows.iter_mut().filter(|row| matches(row)) {
                row.extend(named.clone());
                count += 1;
            }
            Ok(count)
        })
    }

    async fn delete(&self, caller: &Caller, delete: Delete) -> Result<Rows, NodeError> {
        if let Some(answer) = self.script.next(Request::Delete(delete.clone())) {
            return answer;
        }
        self.change(caller, &delete.database, |table, rows| {
            let matches = table.matching(&delete.filter)?;
            let before = rows.len();
            rows.retain(|row| !matches(row));
            Ok(u64::try_from(before - rows.len()).unwrap_or_default())
        })
    }
}
