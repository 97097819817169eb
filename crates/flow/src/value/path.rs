//! Parts of values, by keys: names into objects, decimal indexes into lists.

use serde_json::Value;

use super::Values;
use crate::node::NodeError;

/// The part at this path; `None`: there is none. An empty path is the value itself.
pub fn get<'a>(value: &'a Value, path: &[String]) -> Option<&'a Value> {
    path.iter().try_fold(value, |value, key| match value {
        Value::Object(map) => map.get(key),
        Value::Array(items) => items.get(index(key)?),
        _ => None,
    })
}

/// The part of named values at this path, whose first key is the name.
pub fn of<'a>(values: &'a Values, path: &[String]) -> Option<&'a Value> {
    let (name, rest) = path.split_first()?;
    get(values.get(name)?, rest)
}

/// Sets the part of named values at this path, whose first key is the name. Objects that are missing
/// on the way are made; elements of lists are not. Fails with `path_missing`.
pub fn set(values: &mut Values, path: &[String], value: Value) -> Result<(), NodeError> {
    let Some((name, rest)) = path.split_first() else {
        return Err(missing(path));
    };
    let mut slot = values.entry(name).or_insert(Value::Null);
    for key in rest {
        if slot.is_null() {
            *slot = Value::Object(Values::new());
        }
        slot = match slot {
            Value::Object(map) => map.entry(key).or_insert(Value::Null),
            Value::Array(items) => index(key).and_then(|at| items.get_mut(at)).ok_or_else(|| missing(path))?,
            _ => return Err(missing(path)),
        };
    }
    *slot = value;
    Ok(())
}

/// A key as an index into a list.
pub fn index(key: &str) -> Option<usize> {
    if key.is_empty() || !key.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    key.parse().ok()
}

fn missing(path: &[String]) -> NodeError {
    NodeError::lasting("path_missing", format!("there is nothing at `{}` that could be set", path.join(".")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn keys(path: &str) -> Vec<String> {
        path.split('.').filter(|key| !key.is_empty()).map(str::to_owned).collect()
    }

    #[test]
    fn names_lead_into_objects_and_indexes_into_lists() {
        let value = json!({ "a": [{ "b": 1 }, { "b": null }], "0": "zero" });
        let check = |path: &str, expected: Option<Value>| assert_eq!(get(&value, &keys(path)), expected.as_ref(), "{path}");
        check("", Some(value.clone()));
        check("a.0.b", Some(json!(1)));
        check("a.1.b", Some(Value::Null));
        check("0", Some(json!("zero")));
        check("a.2", None);
        check("a.b", None);
        check("a.-1", None);
        check("a.+1", None);
        check("a.99999999999999999999999", None);
        check("a.1.b.c", None);
    }

    #[test]
    fn setting_makes_objects_but_no_elements() {
        let mut values = Values::new();
        set(&mut values, &keys("a.b.c"), json!(1)).unwrap();
        set(&mut values, &keys("l"), json!([1, 2])).unwrap();
        set(&mut values, &keys("l.1"), json!(3)).unwrap();
        assert_eq!(Value::Object(values.clone()), json!({ "a": { "b": { "c": 1 } }, "l": [1, 3] }));
        for path in ["l.2", "l.x", "a.b.c.d", ""] {
            assert_eq!(set(&mut values, &keys(path), json!(0)).unwrap_err().code, "path_missing", "{path}");
        }
    }
}
