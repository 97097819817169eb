//! Bringing values to their declared types.
//!
//! [`convert()`] brings one value to a type. What happens to the
//! inputs and outputs of nodes is put together of it and [`fill`]: [`inputs`] (convert, then zeros), [`outputs`]
//! (convert, then `null`s) and [`start`] (defaults first).
//!
//! What becomes what (Coze Studio's rules, so that its canvases give the same results):
//!
//! | to | from |
//! |---|---|
//! | anything | `null` stays `null` |
//! | string, time | numbers without exponent or trailing zeros, booleans, lists and objects as JSON |
//! | integer | whole numbers, other numbers cut at the point, texts of decimal digits |
//! | number | numbers, texts of numbers |
//! | boolean | `1 t T TRUE true True 0 f F FALSE false False` as texts |
//! | object, list | the same as JSON text |
//! | file | a URL, without its query parameter `x-wf-file_name`; an object as it stands |
//!
//! What does not fit fails (strict), or becomes nothing with a warning that names the place by its
//! dotted path: `null`, of a list `[]`; elements of lists are left out, but for objects, which become
//! `null` to keep their place. Keys that nobody declared pass through.

mod declared;
mod scalar;
#[cfg(test)]
mod tests;

use serde_json::Value;

pub use declared::{Declared, Fill, fill, inputs, outputs, start};

use super::{Field, Type, Values};
use crate::node::NodeError;

/// Warnings of one value that are told; the rest is counted.
const MAX_WARNINGS: usize = 50;

/// What happens with a value that does not fit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Strictness {
    /// It becomes nothing, with a warning.
    #[default]
    Lenient,
    /// It is an error.
    Strict,
}

impl Strictness {
    /// Strict or not.
    pub const fn of(strict: bool) -> Self {
        if strict { Self::Strict } else { Self::Lenient }
    }
}

/// A value that was brought to its type.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Converted<T = Value> {
    /// It.
    pub value: T,
    /// What did not fit, each with its dotted path.
    pub warnings: Vec<String>,
}

/// Brings a value to a type.
///
/// Fails with `missing_required` where a required field of an object is missing, and, if strict, with
/// `type_mismatch` where something does not fit. Both name the dotted path below this value.
pub fn convert(value: Value, ty: &Type, strictness: Strictness) -> Result<Converted, NodeError> {
    if fits(&value, ty) {
        return Ok(Converted { value, warnings: Vec::new() });
    }
    let mut walk = Walk::new(strictness);
    let value = walk.any(value, ty, At::root())?;
    Ok(Converted { value: value.unwrap_or_else(|| nothing(ty)), warnings: walk.warnings() })
}

/// Whether conversion would change nothing: the common case, decided without allocating.
fn fits(value: &Value, ty: &Type) -> bool {
    match (ty, value) {
        (_, Value::Null)
        | (Type::Any, _)
        | (Type::String | Type::Time, Value::String(_))
        | (Type::Boolean, Value::Bool(_))
        | (Type::File(_), Value::Object(_)) => true,
        (Type::Integer, Value::Number(n)) => n.is_i64(),
        (Type::Number, Value::Number(n)) => n.is_f64(),
        (Type::File(_), Value::String(url)) => !scalar::names_a_file(url),
        (Type::List(of), Value::Array(items)) => items.iter().all(|item| fits(item, of)),
        (Type::Object(fields), Value::Object(map)) => fields.iter().all(|field| match map.get(&field.name) {
            Some(value) => fits(value, &field.ty),
            None => !field.required,
        }),
        _ => false,
    }
}

/// What stands for a value that does not fit.
fn nothing(ty: &Type) -> Value {
    match ty {
        Type::List(_) => Value::Array(Vec::new()),
        _ => Value::Null,
    }
}

/// Where in a value the walk is: a chain on the stack, written out only when something is wrong.
#[derive(Clone, Copy)]
struct At<'a>(Option<(&'a At<'a>, Key<'a>)>);

#[derive(Clone, Copy)]
enum Key<'a> {
    Name(&'a str),
    Index(usize),
}

impl<'a> At<'a> {
    const fn root() -> Self {
        Self(None)
    }

    const fn name(&'a self, name: &'a str) -> Self {
        Self(Some((self, Key::Name(name))))
    }

    const fn index(&'a self, index: usize) -> Self {
        Self(Some((self, Key::Index(index))))
    }

    fn dotted(&self) -> String {
        let mut keys = Vec::new();
        let mut at = self;
        while let Some((before, key)) = &at.0 {
            keys.push(match key {
                Key::Name(name) => (*name).to_owned(),
                Key::Index(index) => index.to_string(),
            });
            at = before;
        }
        keys.reverse();
        if keys.is_empty() { "the value".to_owned() } else { keys.join(".") }
    }
}

struct Walk {
    strictness: Strictness,
    told: Vec<String>,
    more: usize,
}

impl Walk {
    const fn new(strictness: Strictness) -> Self {
        Self { strictness, told: Vec::new(), more: 0 }
    }

    fn warnings(mut self) -> Vec<String> {
        if self.more > 0 {
            self.told.push(format!("and {} more values that do not fit", self.more));
        }
        self.told
    }

    /// The value as this type; `None` if it does not fit, which was told then.
    fn any(&mut self, value: Value, ty: &Type, at: At<'_>) -> Result<Option<Value>, NodeError> {
        let given = match (ty, value) {
            (_, Value::Null) => return Ok(Some(Value::Null)),
            (Type::Any, value) => return Ok(Some(value)),
            (Type::List(of), Value::Array(items)) => return self.list(items, of, at).map(Some),
            (Type::Object(fields), Value::Object(map)) => return self.object(map, fields, at).map(Some),
            (Type::List(of), Value::String(text)) => match serde_json::from_str(&text) {
                Ok(Value::Array(items)) => return self.list(items, of, at).map(Some),
                _ => "a text that is no JSON list",
            },
            (Type::Object(fields), Value::String(text)) => match serde_json::from_str(&text) {
                Ok(Value::Object(map)) => return self.object(map, fields, at).map(Some),
                _ => "a text that is no JSON object",
            },
            (_, value) => match scalar::convert(value, ty) {
                Ok(value) => return Ok(Some(value)),
                Err(given) => given,
            },
        };
        self.misfit(ty, given, at)?;
        Ok(None)
    }

    fn list(&mut self, items: Vec<Value>, of: &Type, at: At<'_>) -> Result<Value, NodeError> {
        let keeps_place = matches!(of, Type::Object(_));
        let mut converted = Vec::with_capacity(items.len());
        for (index, item) in items.into_iter().enumerate() {
            match self.any(item, of, at.index(index))? {
                Some(item) => converted.push(item),
                None if keeps_place => converted.push(Value::Null),
                None => {}
            }
        }
        Ok(Value::Array(converted))
    }

    fn object(&mut self, mut map: Values, fields: &[Field], at: At<'_>) -> Result<Value, NodeError> {
        for field in fields {
            let at = at.name(&field.name);
            let Some(slot) = map.get_mut(&field.name) else {
                if field.required {
                    return Err(missing(&at.dotted()));
                }
                continue;
            };
            let value = self.any(slot.take(), &field.ty, at)?;
            *slot = value.unwrap_or_else(|| nothing(&field.ty));
        }
        Ok(Value::Object(map))
    }

    fn misfit(&mut self, ty: &Type, given: &str, at: At<'_>) -> Result<(), NodeError> {
        if self.strictness == Strictness::Lenient && self.told.len() >= MAX_WARNINGS {
            self.more += 1;
            return Ok(());
        }
        let message = format!("{} should be {}, but is {given}", at.dotted(), kind_of(ty));
        match self.strictness {
            Strictness::Strict => Err(NodeError::lasting("type_mismatch", message)),
            Strictness::Lenient => {
                self.told.push(message);
                Ok(())
            }
        }
    }
}

fn missing(path: &str) -> NodeError {
    NodeError::lasting("missing_required", format!("{path} is required, but was not given"))
}

const fn kind_of(ty: &Type) -> &'static str {
    match ty {
        Type::String => "a string",
        Type::Integer => "an integer",
        Type::Number => "a number",
        Type::Boolean => "a boolean",
        Type::Time => "a time",
        Type::Object(_) => "an object",
        Type::List(_) => "a list",
        Type::File(_) => "a file",
        Type::Any => "anything",
    }
}
