//! Literals of a canvas: JSON values or texts of them, brought to the declared type.

use flow::value::{Type, measure, render};
use serde_json::Value;

/// Levels that a literal written as text may have; beyond, it stays a text.
const MAX_DEPTH: usize = 24;

/// A literal as a value of the type, and whether it is one; `None`: nothing is set.
pub fn read(content: &Value, ty: &Type) -> Option<(Value, bool)> {
    let kept = || (content.clone(), fits(content, ty));
    Some(match (ty, content) {
        (_, Value::Null) => return None,
        (Type::String, Value::String(_)) => kept(),
        (Type::String, other) => (Value::String(render::text(other)), true),
        (Type::List(_) | Type::Object(_), Value::String(text)) if text.trim().is_empty() => return None,
        (Type::List(_) | Type::Object(_), Value::String(text)) => {
            let parsed = serde_json::from_str::<Value>(text).ok().filter(|value| fits(value, ty));
            parsed.filter(|value| measure(value).is_ok_and(|size| size.depth <= MAX_DEPTH)).map_or_else(kept, |value| (value, true))
        }
        (Type::Integer, Value::String(text)) => text.trim().parse::<i64>().map_or_else(|_| kept(), |x| (x.into(), true)),
        (Type::Number, Value::String(text)) => {
            let parsed = text.trim().parse::<f64>().ok().filter(|x| x.is_finite());
            parsed.map_or_else(kept, |x| (x.into(), true))
        }
        (Type::Boolean, Value::String(text)) => {
            text.trim().to_ascii_lowercase().parse::<bool>().map_or_else(|_| kept(), |x| (x.into(), true))
        }
        _ => kept(),
    })
}

/// Whether a value is of the outermost type.
fn fits(value: &Value, ty: &Type) -> bool {
    match ty {
        Type::String => value.is_string(),
        Type::Integer => value.is_i64() || value.is_u64(),
        Type::Number => value.is_number(),
        Type::Boolean => value.is_boolean(),
        Type::List(_) => value.is_array(),
        Type::Object(_) => value.is_object(),
        Type::Time | Type::File(_) | Type::Any => true,
    }
}

/// A literal of an input: lists and objects as text, as the editor of Coze writes them.
pub fn write(value: &Value, ty: &Type) -> Value {
    match (ty, value) {
        (Type::List(_), Value::Array(_)) | (Type::Object(_), Value::Object(_)) => Value::String(value.to_string()),
        _ => value.clone(),
    }
}

/// A default of a declared value: numbers as text too.
pub fn write_default(value: &Value, ty: &Type) -> Value {
    match (ty, value) {
        (Type::Integer, Value::Number(number)) if number.is_i64() => Value::String(number.to_string()),
        (Type::Number, Value::Number(number)) if number.is_f64() => Value::String(number.to_string()),
        _ => write(value, ty),
    }
}

#[cfg(test)]
mod tests {
    use flow::value::Field;
    use serde_json::json;

    use super::*;

    #[test]
    fn literals_take_the_declared_type() {
        let list = Type::List(Box::new(Type::Integer));
        let object = Type::Object(vec![Field::new("a", Type::String)]);
        let check = |content: Value, ty: &Type, expected: Option<(Value, bool)>| {
            assert_eq!(read(&content, ty), expected, "{content}");
            if let Some((value, _)) = expected {
                assert_eq!(read(&write(&value, ty), ty).unwrap().0, value, "written and read again");
                assert_eq!(read(&write_default(&value, ty), ty).unwrap().0, value, "as a default");
            }
        };
        check(json!("4096"), &Type::Integer, Some((json!(4096), true)));
        check(json!("0.8"), &Type::Number, Some((json!(0.8), true)));
        check(json!(3), &Type::Number, Some((json!(3), true)));
        check(json!("1e400"), &Type::Number, Some((json!("1e400"), false)));
        check(json!("x"), &Type::Integer, Some((json!("x"), false)));
        check(json!("True"), &Type::Boolean, Some((json!(true), true)));
        check(json!(5), &Type::String, Some((json!("5"), true)));
        check(json!("[1,2]"), &list, Some((json!([1, 2]), true)));
        check(json!([1, 2]), &list, Some((json!([1, 2]), true)));
        check(json!("{\"a\": \"b\"}"), &list, Some((json!("{\"a\": \"b\"}"), false)));
        check(json!([1]), &object, Some((json!([1]), false)));
        check(json!("{\"a\": \"b\"}"), &object, Some((json!({ "a": "b" }), true)));
        check(json!(""), &object, None);
        check(json!(null), &Type::String, None);
        check(json!("[".repeat(40) + &"]".repeat(40)), &list, Some((json!("[".repeat(40) + &"]".repeat(40)), false)));
    }
}
