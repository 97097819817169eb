//! Lists among inputs, and the order of their elements.

use std::cmp::Ordering;

use flow::node::{Inputs, NodeError};
use flow::value::render;
use serde_json::{Number, Value};

/// The list of this name; nothing is an empty one.
pub fn of<'a>(inputs: &'a Inputs, name: &str) -> Result<&'a [Value], NodeError> {
    match inputs.get(name) {
        Some(Value::Array(items)) => Ok(items),
        None | Some(Value::Null) => Ok(&[]),
        Some(_) => Err(NodeError::lasting("list_expected", format!("the input {name} is no list"))),
    }
}

/// Which number is greater, exactly where both are whole.
pub fn numbers(left: &Number, right: &Number) -> Option<Ordering> {
    match (left.as_i128(), right.as_i128()) {
        (Some(left), Some(right)) => Some(left.cmp(&right)),
        _ => left.as_f64()?.partial_cmp(&right.as_f64()?),
    }
}

/// An order of all values: booleans, numbers, texts, lists, objects; `null` after all.
pub fn order(left: &Value, right: &Value) -> Ordering {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => numbers(left, right).unwrap_or(Ordering::Equal),
        (Value::String(left), Value::String(right)) => left.cmp(right),
        (Value::Bool(left), Value::Bool(right)) => left.cmp(right),
        (Value::Array(_), Value::Array(_)) | (Value::Object(_), Value::Object(_)) => render::json(left).cmp(&render::json(right)),
        _ => rank(left).cmp(&rank(right)),
    }
}

const fn rank(value: &Value) -> u8 {
    match value {
        Value::Bool(_) => 0,
        Value::Number(_) => 1,
        Value::String(_) => 2,
        Value::Array(_) => 3,
        Value::Object(_) => 4,
        Value::Null => 5,
    }
}
