//! The port of tables: structured requests, and SQL whose values are bound.
//!
//! Tables and fields are named by their ids as text; a field also by its name. Values never stand in
//! the text of a statement. With `Caller::draft` the test rows are meant, otherwise the live rows.

use async_trait::async_trait;
use flow::node::NodeError;
use flow::value::Values;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::Caller;

/// Tables.
///
/// Errors: `database_not_found` and `database_field_unknown` (lasting); `database_refused` (lasting) for
/// what the table's rules or the dialect do not allow; `database_failed` for what may pass.
#[async_trait]
pub trait Databases: Send + Sync {
    /// Runs one statement of the author. Services allow reading and changing the rows of this table, nothing else.
    async fn sql(&self, caller: &Caller, sql: Sql) -> Result<Rows, NodeError>;
    /// Reads rows.
    async fn select(&self, caller: &Caller, select: Select) -> Result<Rows, NodeError>;
    /// Adds a row.
    async fn insert(&self, caller: &Caller, insert: Insert) -> Result<Rows, NodeError>;
    /// Changes the rows that the filter finds.
    async fn update(&self, caller: &Caller, update: Update) -> Result<Rows, NodeError>;
    /// Removes the rows that the filter finds.
    async fn delete(&self, caller: &Caller, delete: Delete) -> Result<Rows, NodeError>;
}

/// What a request gave.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rows {
    /// Rows that were read, by field names.
    pub rows: Vec<Values>,
    /// Rows that were read or changed, where the service can tell.
    pub count: Option<u64>,
}

/// A statement.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sql {
    /// The table it is about.
    pub database: String,
    /// With `$1`, `$2`, … where values belong.
    pub text: String,
    /// The values, in the order of their numbers: `null`, booleans, numbers and texts.
    pub values: Vec<Value>,
}

/// Rows to read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Select {
    /// The table.
    pub database: String,
    /// What of them; empty: all fields.
    pub fields: Vec<SelectField>,
    /// Which; `None`: all.
    pub filter: Option<Filter>,
    /// In this order.
    pub order_by: Vec<OrderBy>,
    /// At most.
    pub limit: u32,
}

/// A row to add.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Insert {
    /// The table.
    pub database: String,
    /// Values of fields.
    pub set: Vec<(String, Value)>,
}

/// A change of rows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Update {
    /// The table.
    pub database: String,
    /// New values of fields.
    pub set: Vec<(String, Value)>,
    /// Which rows.
    pub filter: Filter,
}

/// Rows to remove.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Delete {
    /// The table.
    pub database: String,
    /// Which rows.
    pub filter: Filter,
}

/// A field to read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SelectField {
    /// Id or name of the field.
    pub field: String,
    /// Rows that are equal in these fields count once.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[schema(default = false)]
    pub distinct: bool,
}

/// What rows are sorted by.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderBy {
    /// Id or name of the field.
    pub field: String,
    /// The largest first.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[schema(default = false)]
    pub descending: bool,
}

/// Which rows. Without conditions: all.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    /// How conditions are joined.
    pub logic: Logic,
    /// In order.
    pub conditions: Vec<Condition>,
}

/// How conditions are joined.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Logic {
    /// All must hold.
    #[default]
    And,
    /// One must hold.
    Or,
}

/// A condition on a row.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// Id or name of the field.
    pub field: String,
    /// Which.
    pub operator: Operator,
    /// What the field is compared with; a list for `in` and `not_in`, `null` for `is_null` and `is_not_null`.
    pub value: Value,
}

/// How a field is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Operator {
    /// `=`
    Equal,
    /// `<>`
    NotEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// One of a list.
    In,
    /// None of a list.
    NotIn,
    /// Holds nothing.
    IsNull,
    /// Holds something.
    IsNotNull,
    /// `%`: any text, `_`: any character.
    Like,
    /// Not like.
    NotLike,
}

impl Operator {
    /// Whether it compares with a value.
    pub const fn takes_value(self) -> bool {
        !matches!(self, Self::IsNull | Self::IsNotNull)
    }
}
