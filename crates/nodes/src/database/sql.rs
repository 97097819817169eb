//! Statements with references: cut once into text and values that are bound.
//!
//! Outside quotes a reference is a value: a list several, with commas between; an object its JSON.
//! Inside quotes (`'a {{x}}'`, and `"{{x}}"`, which is a text in MySQL) the whole text with its references is
//! one value. In comments it is text. Values become `$1`, `$2`, …, so neither these nor `?` may stand in
//! the author's own text.

use flow::node::{Inputs, NodeError};
use flow::tool::Localized;
use flow::value::render;
use flow::value::template::{Part, Shown, Template};
use serde_json::Value;

use crate::reading::both;

/// Values that one statement may have.
const MAX_VALUES: usize = 1000;

/// A statement.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Statement {
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone, PartialEq)]
enum Piece {
    Text(String),
    /// A reference outside quotes.
    Value(Part),
    /// A quoted text with references.
    Quoted(Template),
}

/// What is wrong with a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// A quote or comment has no end.
    Unclosed,
    /// `$1` or `?` of the author's own.
    Placeholder,
    /// A reference inside a quoted name.
    Name,
}

impl Fault {
    /// Code and sentence.
    pub fn told(self) -> (&'static str, Localized) {
        match self {
            Self::Unclosed => ("sql_unclosed", both("SQL 中的引号或注释没有结束", "A quote or comment of the SQL has no end")),
            Self::Placeholder => {
                ("sql_placeholder", both("SQL 中不能使用 $1 或 ?，请引用输入", "The SQL must not use $1 or ?: refer to inputs"))
            }
            Self::Name => ("sql_name", both("表名和字段名不能来自输入", "Names of tables and fields cannot come from inputs")),
        }
    }
}

impl Statement {
    /// Cuts a statement; all faults at once.
    pub fn parse(sql: &str) -> (Self, Vec<Fault>) {
        let mut cutter = Cutter { rest: sql, text: String::new(), pieces: Vec::new(), faults: Vec::new() };
        while cutter.step() {}
        cutter.flush();
        cutter.faults.dedup();
        (Self { pieces: cutter.pieces }, cutter.faults)
    }

    /// Names of the inputs it refers to.
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(_) => {}
                Piece::Value(part) => names.extend(part.name().map(str::to_owned)),
                Piece::Quoted(template) => names.extend(template.names().into_iter().map(str::to_owned)),
            }
        }
        let mut seen = std::collections::BTreeSet::new();
        names.retain(|name| seen.insert(name.clone()));
        names
    }

    /// Text and values for these inputs.
    pub fn bind(&self, inputs: &Inputs) -> Result<(String, Vec<Value>), NodeError> {
        let mut text = String::new();
        let mut values = Vec::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(literal) => text.push_str(literal),
                Piece::Quoted(template) => place(&mut text, &mut values, Value::from(template.render(inputs)?)),
                Piece::Value(part) => match part.show(inputs)? {
                    Shown::Value(Value::Array(items)) if items.is_empty() => text.push_str("NULL"),
                    Shown::Value(Value::Array(items)) => {
                        for (at, item) in items.iter().enumerate() {
                            if at > 0 {
                                text.push_str(", ");
                            }
                            place(&mut text, &mut values, scalar(item));
                        }
                    }
                    Shown::Value(value) => place(&mut text, &mut values, scalar(value)),
                    // Skipped, null, or no such key: no value.
                    Shown::Nothing | Shown::Text(_) => place(&mut text, &mut values, Value::Null),
                },
            }
            if values.len() > MAX_VALUES {
                return Err(NodeError::lasting("sql_too_many_values", format!("a statement has at most {MAX_VALUES} values")));
            }
        }
        Ok((text, values))
    }
}

fn place(text: &mut String, values: &mut Vec<Value>, value: Value) {
    values.push(value);
    text.push('$');
    text.push_str(&values.len().to_string());
}

fn scalar(value: &Value) -> Value {
    match value {
        Value::Array(_) | Value::Object(_) => Value::from(render::json(value)),
        other => other.clone(),
    }
}

struct Cutter<'a> {
    rest: &'a str,
    text: String,
    pieces: Vec<Piece>,
    faults: Vec<Fault>,
}

impl<'a> Cutter<'a> {
    fn flush(&mut self) {
        if !self.text.is_empty() {
            self.pieces.push(Piece::Text(std::mem::take(&mut self.text)));
        }
    }

    fn step(&mut self) -> bool {
        let rest = self.rest;
        let Some(first) = rest.chars().next() else { return false };
        match first {
            '\'' | '"' | '`' => self.quoted(first),
            '-' if rest.starts_with("--") => self.comment("\n", false),
            '/' if rest.starts_with("/*") => self.comment("*/", true),
            '{' => self.reference(),
            '$' if rest[1..].starts_with(|c: char| c.is_ascii_digit()) => self.placeholder(1),
            '?' => self.placeholder(1),
            other => {
                self.text.push(other);
                self.rest = &rest[other.len_utf8()..];
            }
        }
        true
    }

    /// Takes so many bytes as text.
    fn take(&mut self, bytes: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(bytes);
        self.rest = rest;
        taken
    }

    fn placeholder(&mut self, bytes: usize) {
        self.faults.push(Fault::Placeholder);
        let taken = self.take(bytes);
        self.text.push_str(taken);
    }

    fn comment(&mut self, end: &str, must_end: bool) {
        let inside = self.rest[2..].find(end);
        if inside.is_none() && must_end {
            self.faults.push(Fault::Unclosed);
        }
        let bytes = inside.map_or(self.rest.len(), |at| at + 2 + end.len());
        let taken = self.take(bytes);
        self.text.push_str(taken);
    }

    /// From a quote to its end; a doubled quote stands for one.
    fn quoted(&mut self, quote: char) {
        let mut at = 1;
        let end = loop {
            match self.rest[at..].find(quote) {
                None => break None,
                Some(found) if self.rest[at + found + 1..].starts_with(quote) => at += found + 2,
                Some(found) => break Some(at + found),
            }
        };
        let Some(end) = end else {
            self.faults.push(Fault::Unclosed);
            let taken = self.take(self.rest.len());
            self.text.push_str(taken);
            return;
        };
        let taken = self.take(end + 1);
        let doubled: String = [quote, quote].iter().collect();
        let template = Template::parse(&taken[1..end].replace(&doubled, &quote.to_string()));
        if template.parts.iter().all(|part| part.name().is_none()) {
            self.text.push_str(taken);
        } else if quote == '`' {
            self.faults.push(Fault::Name);
        } else {
            self.flush();
            self.pieces.push(Piece::Quoted(template));
        }
    }

    /// `{{…}}` without braces or line ends inside; everything else that begins with a brace is text.
    fn reference(&mut self) {
        let inside = self.rest.strip_prefix("{{").unwrap_or_default();
        let end = inside.find(['{', '}', '\n']).filter(|end| inside[*end..].starts_with("}}"));
        let mut parts = end.map(|end| Template::parse(&self.rest[..end + 4]).parts).unwrap_or_default();
        if let (Some(part @ Part::Reference { .. }), Some(end)) = (parts.pop(), end) {
            self.flush();
            self.pieces.push(Piece::Value(part));
            self.rest = &self.rest[end + 4..];
        } else {
            let brace = self.take(1);
            self.text.push_str(brace);
        }
    }
}
