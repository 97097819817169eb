//! Texts with `{{references}}`: references only, nothing is computed.
//!
//! A reference is a name with keys (`{{a}}`, `{{ a.b[0].c }}`); between the braces may stand anything
//! but `}`. What it gives:
//!
//! * the value, as [`super::render`] writes it;
//! * nothing, if its source was skipped, or if the value or what leads to it is `null`;
//! * itself, braces included, if there is no input of this name or no such key;
//! * an error, if an index is out of range (`template_index`) or a list is `null` (`template_null`).

#[cfg(test)]
mod tests;

use serde_json::Value;

use super::render::{Bounded, MAX_TEXT};
use crate::node::{Inputs, NodeError};

pub use super::render::text as render_value;

/// A text cut into literal parts and references once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Template {
    /// In order.
    pub parts: Vec<Part>,
}

/// A part of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// As it stands.
    Text(String),
    /// `{{path}}`.
    Reference {
        /// As it was written, with braces: shown when there is nothing of this name.
        raw: String,
        /// Keys and indexes; the first is the name of an input.
        path: Vec<Key>,
    },
}

/// A step into a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    /// `.name`, `["name"]`
    Name(String),
    /// `[n]`
    Index(usize),
}

/// What a part shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Shown<'a> {
    /// This text.
    Text(&'a str),
    /// This value.
    Value(&'a Value),
    /// Nothing.
    Nothing,
}

impl Template {
    /// Cuts a text. Never fails: what is no reference is text. Linear in the text's length.
    pub fn parse(text: &str) -> Self {
        let mut parts = Vec::new();
        let mut literal = 0;
        let mut at = 0;
        while let Some(open) = text[at..].find("{{").map(|found| at + found) {
            let Some(close) = text[open..].find('}').map(|found| open + found) else {
                break;
            };
            // All openings before this brace meet the same brace: none of them is a reference.
            if close == open + 2 || !text[close..].starts_with("}}") {
                at = close + 1;
                continue;
            }
            if literal < open {
                parts.push(Part::Text(text[literal..open].to_owned()));
            }
            at = close + 2;
            literal = at;
            parts.push(Part::Reference { raw: text[open..at].to_owned(), path: path(text[open + 2..close].trim()) });
        }
        if literal < text.len() {
            parts.push(Part::Text(text[literal..].to_owned()));
        }
        Self { parts }
    }

    /// The names of inputs that it uses, each once, in order.
    pub fn names(&self) -> Vec<&str> {
        let mut names = Vec::new();
        let mut seen = std::collections::HashSet::new();
        for part in &self.parts {
            if let Some(name) = part.name().filter(|name| seen.insert(*name)) {
                names.push(name);
            }
        }
        names
    }

    /// The text with its references replaced, of at most [`MAX_TEXT`] bytes (`text_too_long`).
    pub fn render(&self, inputs: &Inputs) -> Result<String, NodeError> {
        self.render_within(inputs, MAX_TEXT)
    }

    /// The text with its references replaced, of at most this many bytes.
    pub fn render_within(&self, inputs: &Inputs, limit: usize) -> Result<String, NodeError> {
        let mut out = Bounded::new(limit);
        for part in &self.parts {
            match part.show(inputs)? {
                Shown::Text(text) => out.raw(text)?,
                Shown::Value(value) => out.value(value)?,
                Shown::Nothing => {}
            }
        }
        Ok(out.finish())
    }
}

impl Part {
    /// The name of the input that it refers to.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Reference { path, .. } => match path.first() {
                Some(Key::Name(name)) => Some(name),
                _ => None,
            },
            Self::Text(_) => None,
        }
    }

    /// What it shows for these inputs.
    pub fn show<'a>(&'a self, inputs: &'a Inputs) -> Result<Shown<'a>, NodeError> {
        let (raw, path) = match self {
            Self::Text(text) => return Ok(Shown::Text(text)),
            Self::Reference { raw, path } => (raw, path),
        };
        let Some((Key::Name(name), rest)) = path.split_first() else {
            return Ok(Shown::Text(raw));
        };
        if inputs.absent.contains(name) {
            return Ok(Shown::Nothing);
        }
        let Some(mut value) = inputs.values.get(name) else {
            return Ok(Shown::Text(raw));
        };
        for key in rest {
            value = match (key, value) {
                (Key::Name(_), Value::Null) => return Ok(Shown::Nothing),
                (Key::Name(name), Value::Object(map)) => match map.get(name) {
                    Some(value) => value,
                    None => return Ok(Shown::Text(raw)),
                },
                (Key::Index(_), Value::Null) => {
                    return Err(NodeError::lasting("template_null", format!("{raw} takes an element of a list that is null")));
                }
                (Key::Index(index), Value::Array(items)) => items.get(*index).ok_or_else(|| {
                    NodeError::lasting("template_index", format!("{raw} is out of range: the list has {} elements", items.len()))
                })?,
                _ => return Ok(Shown::Text(raw)),
            };
        }
        Ok(if value.is_null() { Shown::Nothing } else { Shown::Value(value) })
    }
}

/// Reads `a.b[0]["c"]`; a text of another form is a name that nothing has.
fn path(text: &str) -> Vec<Key> {
    keys(text).unwrap_or_else(|| vec![Key::Name(text.to_owned())])
}

fn keys(text: &str) -> Option<Vec<Key>> {
    let mut keys = Vec::new();
    let mut rest = text;
    let mut name_next = true;
    while !rest.is_empty() {
        if name_next {
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            if end == 0 {
                return None;
            }
            keys.push(Key::Name(rest[..end].to_owned()));
            rest = &rest[end..];
            name_next = false;
        } else if let Some(after) = rest.strip_prefix('.') {
            rest = after;
            name_next = true;
        } else {
            let (inside, after) = rest.strip_prefix('[')?.split_once(']')?;
            keys.push(bracketed(inside.trim())?);
            rest = after;
        }
    }
    (!name_next).then_some(keys)
}

fn bracketed(inside: &str) -> Option<Key> {
    for quote in ['"', '\''] {
        if let Some(name) = inside.strip_prefix(quote).and_then(|inside| inside.strip_suffix(quote)) {
            return Some(Key::Name(name.to_owned()));
        }
    }
    if inside.is_empty() || !inside.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    // An index beyond all lists is out of range like any other.
    Some(Key::Index(inside.parse().unwrap_or(usize::MAX)))
}
