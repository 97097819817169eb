//! Writing a template.

use flow::node::{Inputs, NodeError, Output, Pure};
use flow::value::Values;
use flow::value::expr::{Expression, FUEL};
use flow::value::render::{Bounded, MAX_TEXT};
use serde_json::{Value, json};
use types::Timestamp;

use super::parse::{For, Piece};

/// What one run may spend on all its expressions.
const PURSE: u64 = 5 * FUEL;
/// What a piece or an iteration costs.
const STEP: u64 = 20;

/// A template.
pub struct Run {
    /// In order.
    pub pieces: Vec<Piece>,
}

impl Pure for Run {
    fn run(&self, inputs: &Inputs, now: Timestamp) -> Result<Output, NodeError> {
        let mut values = inputs.values.clone();
        for absent in &inputs.absent {
            values.insert(absent.clone(), Value::Null);
        }
        let mut writer = Writer { values, now, purse: PURSE, out: Bounded::new(MAX_TEXT) };
        writer.pieces(&self.pieces)?;
        Ok(Output::one("output", writer.out.finish()))
    }
}

struct Writer {
    values: Values,
    now: Timestamp,
    purse: u64,
    out: Bounded,
}

impl Writer {
    fn pieces(&mut self, pieces: &[Piece]) -> Result<(), NodeError> {
        for piece in pieces {
            self.pay()?;
            match piece {
                Piece::Text(text) => self.out.raw(text)?,
                Piece::Show(expression) => {
                    let value = self.value(expression)?;
                    self.out.value(&value)?;
                }
                Piece::If(branches, otherwise) => {
                    let mut taken = otherwise;
                    for (condition, body) in branches {
                        if truthy(&self.value(condition)?) {
                            taken = body;
                            break;
                        }
                    }
                    self.pieces(taken)?;
                }
                Piece::For(each) => self.each(each)?,
            }
        }
        Ok(())
    }

    fn each(&mut self, each: &For) -> Result<(), NodeError> {
        let items = match self.value(&each.list)? {
            Value::Array(items) => items,
            Value::Null => Vec::new(),
            Value::Object(map) => map.into_iter().map(|(key, value)| json!({ "key": key, "value": value })).collect(),
            _ => return Err(NodeError::lasting("template_failed", format!("`for {}` walks a list or an object", each.name))),
        };
        if items.is_empty() {
            return self.pieces(&each.otherwise);
        }
        let (length, outer, outer_loop) = (items.len(), self.values.remove(&each.name), self.values.remove("loop"));
        for (at, item) in items.into_iter().enumerate() {
            self.pay()?;
            self.values.insert(each.name.clone(), item);
            let place = json!({ "index": at + 1, "index0": at, "first": at == 0, "last": at + 1 == length, "length": length });
            self.values.insert("loop".to_owned(), place);
            self.pieces(&each.body)?;
        }
        for (name, value) in [(each.name.as_str(), outer), ("loop", outer_loop)] {
            match value {
                Some(value) => self.values.insert(name.to_owned(), value),
                None => self.values.remove(name),
            };
        }
        Ok(())
    }

    fn value(&mut self, expression: &Expression) -> Result<Value, NodeError> {
        expression.run_from(&self.values, self.now, &mut self.purse)
    }

    fn pay(&mut self) -> Result<(), NodeError> {
        self.purse = self
            .purse
            .checked_sub(STEP)
            .ok_or_else(|| NodeError::lasting("expression_limit", "the template does more than it may; use a code node"))?;
        Ok(())
    }
}

/// Something: not `null`, `false`, 0, or empty.
fn truthy(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(b) => *b,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(map) => !map.is_empty(),
    }
}
