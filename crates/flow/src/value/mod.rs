//! Values of workflows: JSON with types.
//!
//! A value is a [`serde_json::Value`]; what it means says its [`Type`]. A time is a string
//! (RFC 3339 or `YYYY-MM-DD HH:MM:SS`), a file is an object or a URL as a string.
//!
//! * [`file`]: which file a value means;
//! * [`convert`]: bringing a value to a type, with warnings or failing at once;
//! * [`path`]: reading and setting parts of values;
//! * [`render`]: values as text; [`template`]: texts with `{{references}}`;
//! * [`expr`]: CEL, for conditions and computed inputs;
//! * [`measure`]: how large and how deep a value is.

pub mod convert;
pub mod expr;
pub mod file;
pub mod path;
pub mod render;
pub mod template;

#[cfg(test)]
pub(crate) mod arbitrary;
mod measure;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

pub use measure::{MAX_DEPTH, Size, measure};

/// Inputs and outputs of nodes, by name.
pub type Values = serde_json::Map<String, Value>;

/// What a value is. JSON form: `"string"`, `{"list": "integer"}`, `{"object": [{"name": …, "type": …}]}`, `{"file": "image"}`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Type {
    /// Text.
    String,
    /// A whole number of 64 bits.
    Integer,
    /// A double.
    Number,
    /// True or false.
    Boolean,
    /// A moment.
    Time,
    /// Named fields; without any, an object of unknown shape.
    #[schema(no_recursion)]
    Object(Vec<Field>),
    /// Values of one type.
    #[schema(no_recursion)]
    List(Box<Type>),
    /// An uploaded or reachable file.
    File(FileKind),
    /// Anything.
    #[default]
    Any,
}

/// What a file holds; a hint for people and models, never trusted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    /// Any.
    #[default]
    Any,
    /// A picture.
    Image,
    /// A picture made of shapes.
    Svg,
    /// Sound.
    Audio,
    /// Recorded speech.
    Voice,
    /// Moving pictures.
    Video,
    /// A text document.
    Document,
    /// Slides.
    Slides,
    /// A table.
    Spreadsheet,
    /// Plain text.
    Text,
    /// A program.
    Code,
    /// An archive.
    Archive,
}

/// A declared value: of the start node, of a node's outputs, of an object.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Letters, digits, `_`; unique among its siblings.
    pub name: String,
    /// What it is.
    #[serde(rename = "type", default)]
    pub ty: Type,
    /// Must be given.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[schema(default = false)]
    pub required: bool,
    /// For people and models.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schema(default = "")]
    pub description: String,
    /// Used when nothing is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
}

// A default may hold a float, which serde_json compares bit by bit: equality is total enough here.
impl Eq for Field {}

impl Field {
    /// A field without description or default.
    pub fn new(name: impl Into<String>, ty: Type) -> Self {
        Self { name: name.into(), ty, ..Self::default() }
    }

    /// A field that must be given.
    pub fn required(name: impl Into<String>, ty: Type) -> Self {
        Self { required: true, ..Self::new(name, ty) }
    }
}

impl Type {
    /// What stands for "nothing given": `""`, `0`, `0.0`, `false`, `[]`, `{}`; `null` for times, files and anything.
    pub fn zero(&self) -> Value {
        match self {
            Self::String => Value::String(String::new()),
            Self::Integer => Value::from(0),
            Self::Number => Value::from(0.0),
            Self::Boolean => Value::Bool(false),
            Self::List(_) => Value::Array(Vec::new()),
            Self::Object(_) => Value::Object(Values::new()),
            Self::Time | Self::File(_) | Self::Any => Value::Null,
        }
    }
}
