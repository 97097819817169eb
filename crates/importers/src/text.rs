//! YAML as values. What anchors repeat counts again, so that a few lines cannot become gigabytes.

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use types::Failure;

use crate::files::{invalid, too_large};
use crate::{MAX_BYTES, MAX_DEPTH, MAX_VALUES};

/// What may still be read.
struct Left {
    values: Cell<usize>,
    bytes: Cell<usize>,
    over: Cell<bool>,
}

impl Left {
    fn new() -> Self {
        Self { values: Cell::new(MAX_VALUES), bytes: Cell::new(MAX_BYTES), over: Cell::new(false) }
    }

    fn take<E: Error>(&self, bytes: usize) -> Result<(), E> {
        let left = self.values.get().checked_sub(1).zip(self.bytes.get().checked_sub(bytes));
        let Some((values, bytes)) = left else { return Err(self.exceeded()) };
        self.values.set(values);
        self.bytes.set(bytes);
        Ok(())
    }

    fn exceeded<E: Error>(&self) -> E {
        self.over.set(true);
        E::custom("too large")
    }
}

/// Reads YAML (or JSON, which is YAML): one document.
pub fn parse(text: &str) -> Result<Value, Failure> {
    if text.len() > MAX_BYTES {
        return Err(too_large());
    }
    // JSON is YAML, but as JSON it is read many times faster.
    if text.trim_start().starts_with(['{', '[']) {
        match json(text) {
            Err(Wrong::Form(error)) if !error.is_eof() => {}
            Ok(value) => return Ok(value),
            Err(Wrong::Form(error)) => return Err(invalid(error)),
            Err(Wrong::Size) => return Err(too_large()),
        }
    }
    if nested(text) > MAX_NESTED {
        return Err(too_large());
    }
    let left = Left::new();
    let read = One { left: &left, depth: 0 }.deserialize(serde_yaml_ng::Deserializer::from_str(text));
    read.map_err(|error| {
        // The parser has bounds of its own, for what anchors repeat and for nesting.
        let said = error.to_string();
        if left.over.get() || said.contains("limit exceeded") { too_large() } else { invalid(said) }
    })
}

/// Brackets inside each other, roughly: the parser looks at each open one again for each word before it gives anything out.
/// Those in texts count too, so this is above [`MAX_DEPTH`].
const MAX_NESTED: usize = 256;

fn nested(text: &str) -> usize {
    let (mut open, mut most) = (0usize, 0);
    for byte in text.bytes() {
        match byte {
            b'[' | b'{' => open += 1,
            b']' | b'}' => open = open.saturating_sub(1),
            _ => {}
        }
        most = most.max(open);
    }
    most
}

/// Why a text was not read.
enum Wrong {
    Size,
    Form(serde_json::Error),
}

fn json(text: &str) -> Result<Value, Wrong> {
    let left = Left::new();
    let mut reader = serde_json::Deserializer::from_str(text);
    let read = One { left: &left, depth: 0 }.deserialize(&mut reader).and_then(|value| reader.end().map(|()| value));
    read.map_err(|error| if left.over.get() { Wrong::Size } else { Wrong::Form(error) })
}

/// A value at a depth.
#[derive(Clone, Copy)]
struct One<'a> {
    left: &'a Left,
    depth: usize,
}

impl One<'_> {
    fn inside<E: Error>(self) -> Result<Self, E> {
        let depth = self.depth + 1;
        if depth > MAX_DEPTH { Err(self.left.exceeded()) } else { Ok(Self { depth, ..self }) }
    }
}

impl<'de> DeserializeSeed<'de> for One<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for One<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("plain YAML without tags")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        self.left.take(0).map(|()| Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        self.left.take(0).map(|()| value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        self.left.take(0).map(|()| value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        self.left.take(0).map(|()| value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        self.left.take(0).map(|()| Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        self.left.take(value.len()).map(|()| value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        self.left.take(0)?;
        let inside = self.inside()?;
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(inside)? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        self.left.take(0)?;
        let inside = self.inside()?;
        let mut map = Map::new();
        while let Some(key) = entries.next_key_seed(inside)? {
            let key = match key {
                Value::String(text) => text,
                Value::Number(number) => number.to_string(),
                Value::Bool(flag) => flag.to_string(),
                _ => return Err(A::Error::custom("a key that is no text")),
            };
            map.insert(key, entries.next_value_seed(inside)?);
        }
        Ok(Value::Object(map))
    }
}
