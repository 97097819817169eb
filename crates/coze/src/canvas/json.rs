//! Reading JSON of a canvas leniently: numbers may be texts, texts may be numbers.

use serde_json::{Map, Value};

/// A text; a number as it is written.
pub fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A text that says something.
pub fn filled(value: &Value) -> Option<String> {
    text(value).filter(|text| !text.is_empty())
}

/// A whole number.
pub fn int(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => {
            number.as_i64().or_else(|| number.as_f64().filter(|x| x.fract() == 0.0 && x.abs() < 9e15).map(|x| x as i64))
        }
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// A number, whole ones kept whole.
pub fn number(value: &Value) -> Option<Value> {
    match value {
        Value::Number(_) => Some(value.clone()),
        Value::String(text) => {
            let text = text.trim();
            let whole = text.parse::<i64>().ok().map(Value::from);
            whole.or_else(|| text.parse::<f64>().ok().and_then(serde_json::Number::from_f64).map(Value::Number))
        }
        _ => None,
    }
}

/// Yes or no.
pub fn flag(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(flag) => Some(*flag),
        Value::String(text) => text.parse().ok(),
        Value::Number(number) => number.as_i64().map(|x| x != 0),
        _ => None,
    }
}

/// The elements of a list; of anything else, none.
pub fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// The elements of a list, which may be written as JSON text.
pub fn list(value: &Value) -> Vec<Value> {
    match value {
        Value::String(text) => serde_json::from_str(text).unwrap_or_default(),
        other => items(other).to_vec(),
    }
}

/// What a literal of the canvas holds: `{type, value: {type: "literal", content}}`, or a value as it is.
pub fn content(block: &Value) -> &Value {
    match block {
        Value::Object(map) => match map.get("value") {
            Some(Value::Object(value)) if value.get("type").and_then(Value::as_str) == Some("literal") => {
                value.get("content").unwrap_or(&Value::Null)
            }
            _ => &Value::Null,
        },
        other => other,
    }
}

/// The literal of the parameter of this name in a list of `{name, input}`.
pub fn param<'a>(params: &'a Value, name: &str) -> &'a Value {
    let found = items(params).iter().find(|param| param["name"].as_str() == Some(name));
    found.map_or(&Value::Null, |param| content(&param["input"]))
}

/// An object of these entries, without those that are nothing.
pub fn object<const N: usize>(entries: [(&str, Option<Value>); N]) -> Map<String, Value> {
    entries.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect()
}
