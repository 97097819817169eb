//! What the database nodes ask for.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::ports::databases::{Logic, Operator, OrderBy, SelectField};
use crate::reading::Title;

/// Titles of [`SqlParams`].
pub const SQL: &[Title] = &[("database_id", "数据表", "Table"), ("sql", "SQL", "SQL")];

/// Titles of what to read, without its conditions.
pub const SELECT: &[Title] = &[
    ("fields", "查询字段", "Fields"),
    ("fields.field", "字段", "Field"),
    ("fields.distinct", "去重", "Distinct"),
    ("order_by", "排序", "Order"),
    ("order_by.field", "字段", "Field"),
    ("order_by.descending", "降序", "Descending"),
    ("limit", "查询上限", "Rows at most"),
];

/// Titles of values.
pub const SET: &[Title] = &[("set", "字段取值", "Values"), ("set.field", "字段", "Field"), ("set.input", "输入", "Input")];

/// Titles of conditions.
pub const WHERE: &[Title] = &[
    ("where", "条件", "Conditions"),
    ("where.logic", "条件关系", "Joined by"),
    ("where.logic=and", "且", "And"),
    ("where.logic=or", "或", "Or"),
    ("where.conditions", "条件", "Conditions"),
    ("where.conditions.field", "字段", "Field"),
    ("where.conditions.operator", "运算", "Operator"),
    ("where.conditions.operator=equal", "等于", "Equal"),
    ("where.conditions.operator=not_equal", "不等于", "Not equal"),
    ("where.conditions.operator=greater", "大于", "Greater"),
    ("where.conditions.operator=greater_equal", "大于等于", "Greater or equal"),
    ("where.conditions.operator=less", "小于", "Less"),
    ("where.conditions.operator=less_equal", "小于等于", "Less or equal"),
    ("where.conditions.operator=in", "属于", "One of"),
    ("where.conditions.operator=not_in", "不属于", "None of"),
    ("where.conditions.operator=is_null", "为空", "Is empty"),
    ("where.conditions.operator=is_not_null", "不为空", "Is not empty"),
    ("where.conditions.operator=like", "匹配", "Like"),
    ("where.conditions.operator=not_like", "不匹配", "Not like"),
    ("where.conditions.input", "输入", "Input"),
];

/// These titles and that of the table.
pub fn titles(more: &[&[Title]]) -> Vec<Title> {
    [("database_id", "数据表", "Table")].into_iter().chain(more.concat()).collect()
}

const fn hundred() -> u32 {
    100
}

/// A statement.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SqlParams {
    /// The table it is about.
    pub database_id: String,
    /// One statement; `{{input}}` and `'{{input}}'` stand for values, which are bound. A list becomes several values.
    pub sql: String,
}

/// Rows to read.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SelectParams {
    /// The table.
    pub database_id: String,
    /// What of the rows; empty: all fields.
    #[serde(default)]
    pub fields: Vec<SelectField>,
    /// Which rows; absent: all.
    #[serde(default, rename = "where")]
    pub filter: Option<Where>,
    /// In this order.
    #[serde(default)]
    pub order_by: Vec<OrderBy>,
    /// Rows at most.
    #[serde(default = "hundred")]
    pub limit: u32,
}

/// A row to add.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InsertParams {
    /// The table.
    pub database_id: String,
    /// Values of fields.
    pub set: Vec<Set>,
}

/// Rows to change.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateParams {
    /// The table.
    pub database_id: String,
    /// New values of fields.
    pub set: Vec<Set>,
    /// Which rows.
    #[serde(rename = "where")]
    pub filter: Where,
}

/// Rows to remove.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeleteParams {
    /// The table.
    pub database_id: String,
    /// Which rows.
    #[serde(rename = "where")]
    pub filter: Where,
}

/// A value of a field.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Set {
    /// Id or name of the field.
    pub field: String,
    /// The input with its value.
    pub input: String,
}

/// Which rows.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Where {
    /// How conditions are joined.
    #[serde(default)]
    pub logic: Logic,
    /// In order.
    #[serde(default)]
    pub conditions: Vec<Condition>,
}

/// A condition on a row.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// Id or name of the field.
    pub field: String,
    /// How it is compared.
    pub operator: Operator,
    /// The input it is compared with.
    #[serde(default)]
    pub input: Option<String>,
}
