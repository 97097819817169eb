//! What is the same, within, longer or greater.

use std::cmp::Ordering;

use flow::node::NodeError;
use flow::value::render;
use serde_json::{Number, Value};

use crate::shared::list::numbers;
use crate::shared::moment;

/// The same value; numbers by what they are worth.
pub fn equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => numbers(left, right) == Some(Ordering::Equal),
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| equal(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len() && left.iter().all(|(key, left)| right.get(key).is_some_and(|right| equal(left, right)))
        }
        (left, right) => left == right,
    }
}

/// Characters of a text, elements of a list, keys of an object.
pub fn length(value: &Value) -> Result<f64, NodeError> {
    match value {
        Value::String(text) => Ok(text.chars().count() as f64),
        Value::Array(items) => Ok(items.len() as f64),
        Value::Object(map) => Ok(map.len() as f64),
        other => Err(NodeError::lasting("not_comparable", format!("{} has no length", kind(other)))),
    }
}

/// The length that is asked for; nothing counts as 0.
pub fn wanted(value: &Value) -> Result<f64, NodeError> {
    let number = match value {
        Value::Null => Some(0.0),
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    number.ok_or_else(|| NodeError::lasting("not_comparable", format!("a length is compared with a number, not with {}", kind(value))))
}

/// A text within a text, an element of a list, a key of an object.
pub fn contains(value: &Value, part: &Value) -> Result<bool, NodeError> {
    match value {
        Value::String(text) => Ok(!part.is_null() && text.contains(&render::text(part))),
        Value::Array(items) => Ok(items.iter().any(|item| equal(item, part))),
        Value::Object(map) => Ok(!part.is_null() && map.contains_key(&render::text(part))),
        other => Err(NodeError::lasting("not_comparable", format!("{} contains nothing", kind(other)))),
    }
}

/// Nothing, or as good as nothing; `None` as text too, as Python writes it.
pub fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Bool(true) => false,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty() || text == "None",
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.is_empty(),
    }
}

/// Which is greater: of numbers (as texts too), moments, or texts.
pub fn order(left: &Value, right: &Value) -> Result<Ordering, NodeError> {
    let numeric = match (left, right) {
        (Value::Number(left), Value::Number(right)) => numbers(left, right),
        (Value::String(_) | Value::Number(_), Value::String(_) | Value::Number(_)) => {
            number(left).zip(number(right)).and_then(|(left, right)| numbers(&left, &right))
        }
        _ => None,
    };
    if let Some(order) = numeric {
        return Ok(order);
    }
    match (left, right) {
        (Value::String(left), Value::String(right)) => Ok(match (moment::read(left), moment::read(right)) {
            (Some(left), Some(right)) => left.cmp(&right),
            _ => left.cmp(right),
        }),
        (Value::Bool(left), Value::Bool(right)) => Ok(left.cmp(right)),
        _ => Err(NodeError::lasting("not_comparable", format!("{} and {} have no order", kind(left), kind(right)))),
    }
}

fn number(value: &Value) -> Option<Number> {
    match value {
        Value::Number(number) => Some(number.clone()),
        Value::String(text) => {
            let text = text.trim();
            text.parse::<i64>().ok().map(Number::from).or_else(|| text.parse::<f64>().ok().and_then(Number::from_f64))
        }
        _ => None,
    }
}

const fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
