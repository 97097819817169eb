//! Values while an expression runs: inputs are lent, what is made is shared.

use std::ops::Deref;
use std::rc::Rc;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use crate::value::Values;

#[derive(Debug, Clone)]
pub(super) enum Val<'a> {
    Null,
    Bool(bool),
    Int(i64),
    Double(f64),
    Text(Text<'a>),
    List(List<'a>),
    Map(Map<'a>),
    Moment(DateTime<Utc>),
    Span(TimeDelta),
    Type(&'static str),
}

#[derive(Debug, Clone)]
pub(super) enum Text<'a> {
    Lent(&'a str),
    Own(Rc<str>),
}

#[derive(Debug, Clone)]
pub(super) enum List<'a> {
    Lent(&'a [Value]),
    Own(Rc<[Val<'a>]>),
}

#[derive(Debug, Clone)]
pub(super) enum Map<'a> {
    Lent(&'a Values),
    /// In the order written; keys are booleans, integers or texts, each once.
    Own(Rc<[(Val<'a>, Val<'a>)]>),
}

/// Names of types, as `type(x)` gives them.
const TYPES: [&str; 9] = ["null_type", "bool", "int", "double", "string", "list", "map", "timestamp", "duration"];

/// Whether a name means something without an input.
pub(super) fn is_builtin(name: &str) -> bool {
    name == "now" || type_named(name).is_some()
}

/// The type of this name.
pub(super) fn type_named(name: &str) -> Option<&'static str> {
    TYPES.into_iter().find(|ty| *ty == name)
}

impl Val<'_> {
    pub(super) fn own(text: &str) -> Self {
        Self::Text(Text::Own(text.into()))
    }

    pub(super) const fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null_type",
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::Double(_) => "double",
            Self::Text(_) => "string",
            Self::List(_) => "list",
            Self::Map(_) => "map",
            Self::Moment(_) => "timestamp",
            Self::Span(_) => "duration",
            Self::Type(_) => "type",
        }
    }
}

impl<'a> From<&'a Value> for Val<'a> {
    fn from(value: &'a Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(b) => Self::Bool(*b),
            Value::Number(n) => n.as_i64().map_or_else(|| Self::Double(n.as_f64().unwrap_or(f64::NAN)), Self::Int),
            Value::String(text) => Self::Text(Text::Lent(text)),
            Value::Array(items) => Self::List(List::Lent(items)),
            Value::Object(map) => Self::Map(Map::Lent(map)),
        }
    }
}

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::Lent(text) => text,
            Self::Own(text) => text,
        }
    }
}

impl<'a> List<'a> {
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Lent(items) => items.len(),
            Self::Own(items) => items.len(),
        }
    }

    pub(super) fn get(&self, index: usize) -> Option<Val<'a>> {
        match self {
            Self::Lent(items) => items.get(index).map(Val::from),
            Self::Own(items) => items.get(index).cloned(),
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Val<'a>> {
        let list = self.clone();
        (0..self.len()).filter_map(move |index| list.get(index))
    }
}

impl<'a> Map<'a> {
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Lent(map) => map.len(),
            Self::Own(entries) => entries.len(),
        }
    }

    /// The value of a name.
    pub(super) fn field(&self, name: &str) -> Option<Val<'a>> {
        match self {
            Self::Lent(map) => map.get(name).map(Val::from),
            Self::Own(entries) => {
                entries.iter().find(|(key, _)| matches!(key, Val::Text(text) if **text == *name)).map(|(_, value)| value.clone())
            }
        }
    }

    /// Its keys and values.
    pub(super) fn entries(&self) -> Vec<(Val<'a>, Val<'a>)> {
        match self {
            Self::Lent(map) => map.iter().map(|(key, value)| (Val::Text(Text::Lent(key)), Val::from(value))).collect(),
            Self::Own(entries) => entries.to_vec(),
        }
    }
}
