//! How large a value is.

use serde_json::Value;

use crate::node::NodeError;

/// Levels of lists and objects in one value. What is stored is read again by a parser that stops at 128.
pub const MAX_DEPTH: usize = 100;

/// How large a value is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Size {
    /// Bytes of its JSON, about: escapes are not counted.
    pub bytes: u64,
    /// Lists and objects inside each other; 0 for a text or a number.
    pub depth: usize,
}

/// Measures a value. Fails with `value_too_deep` beyond [`MAX_DEPTH`]: it could not be read again
/// once it is stored, and walking it could exhaust the stack.
pub fn measure(value: &Value) -> Result<Size, NodeError> {
    let mut size = Size::default();
    walk(value, 0, &mut size)?;
    Ok(size)
}

fn walk(value: &Value, depth: usize, size: &mut Size) -> Result<(), NodeError> {
    match value {
        Value::Null => size.bytes += 4,
        Value::Bool(_) => size.bytes += 5,
        Value::Number(_) => size.bytes += 8,
        Value::String(text) => size.bytes += text.len() as u64 + 2,
        Value::Array(items) => {
            deeper(depth, size)?;
            size.bytes += items.len() as u64 + 2;
            for item in items {
                walk(item, depth + 1, size)?;
            }
        }
        Value::Object(map) => {
            deeper(depth, size)?;
            size.bytes += 2;
            for (key, item) in map {
                size.bytes += key.len() as u64 + 4;
                walk(item, depth + 1, size)?;
            }
        }
    }
    Ok(())
}

fn deeper(depth: usize, size: &mut Size) -> Result<(), NodeError> {
    if depth >= MAX_DEPTH {
        return Err(NodeError::lasting("value_too_deep", format!("a value has more than {MAX_DEPTH} levels of lists and objects")));
    }
    size.depth = size.depth.max(depth + 1);
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn bytes_and_levels_are_counted() {
        assert_eq!(measure(&json!("ab")).unwrap(), Size { bytes: 4, depth: 0 });
        assert_eq!(measure(&json!({ "a": [null] })).unwrap(), Size { bytes: 2 + 5 + 3 + 4, depth: 2 });
    }

    #[test]
    fn the_last_level_that_can_be_stored_passes_and_the_next_does_not() {
        let nested = |levels: usize| (0..levels).fold(json!(1), |inner, _| json!([inner]));
        let deepest = nested(MAX_DEPTH);
        assert_eq!(measure(&deepest).unwrap().depth, MAX_DEPTH);
        assert!(serde_json::from_str::<Value>(&json!({ "run": { "event": { "output": deepest } } }).to_string()).is_ok());
        assert_eq!(measure(&nested(MAX_DEPTH + 1)).unwrap_err().code, "value_too_deep");
    }
}
