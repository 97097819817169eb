//! Values without parts.

use serde_json::{Number, Value};

use crate::value::{Type, render};

/// The query parameter of a file's URL that names the file.
const FILE_NAME: &str = "x-wf-file_name";

/// Brings a value to a type without parts; or says what it is instead.
pub(super) fn convert(value: Value, ty: &Type) -> Result<Value, &'static str> {
    let converted = match (ty, &value) {
        (Type::String | Type::Time, Value::String(_)) | (Type::Boolean, Value::Bool(_)) | (Type::File(_), Value::Object(_)) => {
            return Ok(value);
        }
        (Type::String | Type::Time, other) => Some(Value::String(render::text(other))),
        (Type::Integer, Value::Number(number)) => integer(number).map(Value::from),
        (Type::Integer, Value::String(text)) => text.parse::<i64>().ok().map(Value::from),
        (Type::Number, Value::Number(number)) => number.as_f64().map(Value::from),
        (Type::Number, Value::String(text)) => text.parse().ok().and_then(Number::from_f64).map(Value::Number),
        (Type::Boolean, Value::String(text)) => boolean(text).map(Value::Bool),
        (Type::File(_), Value::String(url)) => Some(Value::String(without_name(url))),
        _ => None,
    };
    converted.ok_or_else(|| given(&value))
}

/// Cuts at the point; `None` beyond 64 bits.
fn integer(number: &Number) -> Option<i64> {
    // 2^63 is a double; the largest i64 is not.
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    number.as_i64().or_else(|| number.as_f64().filter(|x| (-LIMIT..LIMIT).contains(x)).map(|x| x as i64))
}

fn boolean(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "TRUE" | "true" | "True" => Some(true),
        "0" | "f" | "F" | "FALSE" | "false" | "False" => Some(false),
        _ => None,
    }
}

/// Whether a URL says what its file is called.
pub(super) fn names_a_file(url: &str) -> bool {
    url.contains(FILE_NAME) && url.split_once('?').is_some_and(|(_, query)| parameters(query).any(is_name))
}

/// The URL without the file's name; the other parameters sorted, as Coze Studio leaves them.
fn without_name(url: &str) -> String {
    if !names_a_file(url) {
        return url.to_owned();
    }
    let (address, fragment) = url.split_once('#').map_or((url, None), |(address, fragment)| (address, Some(fragment)));
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let mut rest: Vec<&str> = parameters(query).filter(|parameter| !is_name(parameter)).collect();
    rest.sort_by_key(|parameter| parameter.split('=').next());
    let mut cleaned = path.to_owned();
    if !rest.is_empty() {
        cleaned.push('?');
        cleaned.push_str(&rest.join("&"));
    }
    if let Some(fragment) = fragment {
        cleaned.push('#');
        cleaned.push_str(fragment);
    }
    cleaned
}

fn parameters(query: &str) -> impl Iterator<Item = &str> {
    query.split('#').next().unwrap_or_default().split('&').filter(|parameter| !parameter.is_empty())
}

fn is_name(parameter: &str) -> bool {
    parameter.split('=').next() == Some(FILE_NAME)
}

const fn given(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number that does not fit",
        Value::String(_) => "a text that cannot be read as one",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
