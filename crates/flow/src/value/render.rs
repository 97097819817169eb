//! Values as text: texts as they are, `null` as nothing, objects and lists as compact JSON with their
//! keys sorted, numbers without exponents or trailing zeros.

use std::io;

use serde_json::{Number, Value};

use crate::node::NodeError;

/// Bytes that one text made of values may have.
pub const MAX_TEXT: usize = 16 * 1024 * 1024;

/// How a value reads inside a text.
pub fn text(value: &Value) -> String {
    let mut out = Bounded::new(usize::MAX);
    // Nothing is refused without a limit.
    let _ = out.value(value);
    out.finish()
}

/// A value as compact JSON with sorted keys.
pub fn json(value: &Value) -> String {
    let mut out = Bounded::new(usize::MAX);
    let _ = out.json(value);
    out.finish()
}

/// A text that grows up to a limit, after which everything fails with `text_too_long`.
#[derive(Debug)]
pub struct Bounded {
    text: Vec<u8>,
    limit: usize,
}

impl Bounded {
    /// Nothing yet, of at most this many bytes.
    pub const fn new(limit: usize) -> Self {
        Self { text: Vec::new(), limit }
    }

    /// What was written.
    pub fn finish(self) -> String {
        // Only whole texts are written, so this is UTF-8 and nothing is replaced.
        String::from_utf8(self.text).unwrap_or_else(|broken| String::from_utf8_lossy(broken.as_bytes()).into_owned())
    }

    /// Adds a text as it is.
    pub fn raw(&mut self, text: &str) -> Result<(), NodeError> {
        if text.len() > self.limit - self.text.len() {
            return Err(self.full());
        }
        self.text.extend_from_slice(text.as_bytes());
        Ok(())
    }

    /// Adds a value as it reads inside a text.
    pub fn value(&mut self, value: &Value) -> Result<(), NodeError> {
        match value {
            Value::Null => Ok(()),
            Value::String(text) => self.raw(text),
            Value::Number(number) => self.number(number, false),
            other => self.json(other),
        }
    }

    /// Adds a value as JSON.
    pub fn json(&mut self, value: &Value) -> Result<(), NodeError> {
        match value {
            Value::Null => self.raw("null"),
            Value::Bool(true) => self.raw("true"),
            Value::Bool(false) => self.raw("false"),
            Value::Number(number) => self.number(number, true),
            Value::String(text) => self.quoted(text),
            Value::Array(items) => {
                let mut before = "[";
                for item in items {
                    self.raw(before)?;
                    self.json(item)?;
                    before = ",";
                }
                self.raw(if items.is_empty() { "[]" } else { "]" })
            }
            Value::Object(map) => {
                let mut entries: Vec<_> = map.iter().collect();
                entries.sort_unstable_by_key(|(key, _)| *key);
                let mut before = "{";
                for (key, item) in entries {
                    self.raw(before)?;
                    self.quoted(key)?;
                    self.raw(":")?;
                    self.json(item)?;
                    before = ",";
                }
                self.raw(if map.is_empty() { "{}" } else { "}" })
            }
        }
    }

    fn quoted(&mut self, text: &str) -> Result<(), NodeError> {
        let before = self.text.len();
        serde_json::to_writer(&mut *self, text).map_err(|_| {
            self.text.truncate(before);
            self.full()
        })
    }

    /// Inside JSON, numbers that would be long zeros keep their exponent.
    fn number(&mut self, number: &Number, exponent: bool) -> Result<(), NodeError> {
        let written = match number.as_f64().filter(|_| number.is_f64()) {
            Some(x) if exponent && x != 0.0 && !(1e-6..1e21).contains(&x.abs()) => format!("{x:e}"),
            Some(x) => x.to_string(),
            None => number.to_string(),
        };
        self.raw(&written)
    }

    fn full(&self) -> NodeError {
        NodeError::lasting("text_too_long", format!("the text would be longer than {} bytes", self.limit))
    }
}

/// For serialisers; fails at the limit.
impl io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.len() > self.limit - self.text.len() {
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.text.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn values_read_as_people_write_them() {
        let check = |value: Value, expected: &str| assert_eq!(text(&value), expected);
        check(json!(null), "");
        check(json!("a\"b\n"), "a\"b\n");
        check(json!(3.0), "3");
        check(json!(12.40), "12.4");
        check(json!(-0.5e-7), "-0.00000005");
        check(json!(1e21), "1000000000000000000000");
        check(json!(9_007_199_254_740_993_i64), "9007199254740993");
        check(json!(u64::MAX), "18446744073709551615");
        check(json!(false), "false");
        check(json!([]), "[]");
        check(json!({}), "{}");
        check(json!({ "b": [1.0, null, "x\"<"], "a": { "z": true, "y": 1e30 } }), r#"{"a":{"y":1e30,"z":true},"b":[1,null,"x\"<"]}"#);
    }

    #[test]
    fn a_limit_is_kept_to_the_byte() {
        let value = json!(["ab", { "c": 1 }]);
        let whole = json_within(&value, usize::MAX).unwrap();
        assert_eq!(json_within(&value, whole.len()).unwrap(), whole);
        for limit in 0..whole.len() {
            assert_eq!(json_within(&value, limit).unwrap_err().code, "text_too_long");
        }
    }

    fn json_within(value: &Value, limit: usize) -> Result<String, NodeError> {
        let mut out = Bounded::new(limit);
        out.json(value)?;
        Ok(out.finish())
    }

    proptest! {
        #[test]
        fn json_reads_back_as_the_same_value(value in super::super::arbitrary::value()) {
            let back: Value = serde_json::from_str(&json(&value)).unwrap();
            prop_assert!(same(&back, &value), "{back} {value}");
        }
    }

    /// Equal, with whole doubles and integers being the same.
    fn same(a: &Value, b: &Value) -> bool {
        match (a, b) {
            (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
            (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
            (Value::Object(a), Value::Object(b)) => a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| same(a, b))),
            (a, b) => a == b,
        }
    }
}
