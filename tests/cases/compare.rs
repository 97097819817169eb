//! Whether a value is the expected one.

use serde_json::Value;

use crate::names::{Names, placeholder};

/// The first difference, with its place; `None`: they are the same. Whole numbers are the same with
/// and without a fraction of zero.
pub fn difference(expected: &Value, actual: &Value, names: &Names, at: &str) -> Option<String> {
    let differ = || Some(format!("{}: expected {expected}, got {actual}", if at.is_empty() { "the value" } else { at }));
    match (expected, actual) {
        (Value::String(text), Value::String(_) | Value::Number(_)) if placeholder(text).is_some() => {
            (!names.fits(text, &shown(actual))).then(differ).flatten()
        }
        (Value::Number(a), Value::Number(b)) => (a != b && a.as_f64() != b.as_f64()).then(differ).flatten(),
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            a.iter().zip(b).enumerate().find_map(|(index, (a, b))| difference(a, b, names, &format!("{at}[{index}]")))
        }
        (Value::Object(a), Value::Object(b)) => {
            if let Some(extra) = b.keys().find(|key| !a.contains_key(*key)) {
                return Some(format!("{at}.{extra}: not expected, got {}", b[extra.as_str()]));
            }
            a.iter().find_map(|(key, expected)| match b.get(key) {
                Some(actual) => difference(expected, actual, names, &format!("{at}.{key}")),
                None => Some(format!("{at}.{key}: expected {expected}, got nothing")),
            })
        }
        (a, b) => (a != b).then(differ).flatten(),
    }
}

/// The same for values whose texts may hold JSON: the order of its keys has no meaning.
pub fn json_difference(expected: &Value, actual: &Value, names: &Names, at: &str) -> Option<String> {
    difference(&opened(expected), &opened(actual), names, at)
}

fn opened(value: &Value) -> Value {
    match value {
        Value::String(text) if text.starts_with(['{', '[']) => {
            serde_json::from_str::<Value>(text).map_or_else(|_| value.clone(), |inner| opened(&inner))
        }
        Value::Array(items) => items.iter().map(opened).collect(),
        Value::Object(fields) => fields.iter().map(|(key, value)| (key.clone(), opened(value))).collect(),
        other => other.clone(),
    }
}

/// A value as text: a string as it is, anything else as JSON.
pub fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// What stands at `a.b[0].c` in a value.
pub fn at<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').filter(|part| !part.is_empty()).try_fold(value, |value, part| {
        let (key, index) = part.split_once('[').map_or((part, None), |(key, index)| (key, Some(index.trim_end_matches(']'))));
        let value = if key.is_empty() { value } else { value.get(key)? };
        index.map_or(Some(value), |index| value.get(index.parse::<usize>().ok()?))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_the_same_is_the_same() {
        let names = Names::default();
        let same = |a: &Value, b: &Value| difference(a, b, &names, "").is_none();
        assert!(same(&json!({ "a": 1, "b": [null] }), &json!({ "b": [null], "a": 1.0 })));
        for (a, b) in [
            (json!({ "a": 1 }), json!({ "a": 1, "b": 2 })),
            (json!({ "a": 1, "b": 2 }), json!({ "a": 1 })),
            (json!([1]), json!([1, 2])),
            (json!(1), json!("1")),
            (json!(null), json!(false)),
            (json!("{\"a\":1}"), json!("{\"a\": 1}")),
        ] {
            assert!(!same(&a, &b), "{a} {b}");
        }
        assert_eq!(json_difference(&json!("{\"a\":1,\"b\":\"[2]\"}"), &json!("{\"b\":\"[2]\",\"a\":1}"), &names, ""), None);
        assert_eq!(at(&json!({ "a": [{ "b": 3 }] }), "a[0].b"), Some(&json!(3)));
    }
}
