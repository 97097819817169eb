//! Concatenation and splitting.

use flow::node::{Inputs, NodeError, Output, Pure};
use flow::value::render::{Bounded, MAX_TEXT};
use flow::value::template::{Shown, Template};
use serde_json::Value;
use types::Timestamp;

/// Pieces that one text may fall into.
pub const MAX_PIECES: usize = 200_000;

/// Puts texts together.
pub struct Concat {
    /// The text.
    pub template: Template,
    /// Between elements of lists.
    pub separator: String,
}

impl Pure for Concat {
    fn run(&self, inputs: &Inputs, _now: Timestamp) -> Result<Output, NodeError> {
        let mut out = Bounded::new(MAX_TEXT);
        for part in &self.template.parts {
            match part.show(inputs)? {
                Shown::Text(text) => out.raw(text)?,
                Shown::Value(Value::Array(items)) => {
                    for (at, item) in items.iter().enumerate() {
                        if at > 0 {
                            out.raw(&self.separator)?;
                        }
                        out.value(item)?;
                    }
                }
                Shown::Value(value) => out.value(value)?,
                Shown::Nothing => {}
            }
        }
        Ok(Output::one("output", out.finish()))
    }
}

/// Cuts a text.
pub struct Split {
    /// The input.
    pub input: String,
    /// Where.
    pub delimiters: Vec<String>,
}

impl Pure for Split {
    fn run(&self, inputs: &Inputs, _now: Timestamp) -> Result<Output, NodeError> {
        let text = inputs.text(&self.input);
        let mut pieces = vec![text.as_str()];
        for delimiter in &self.delimiters {
            let mut cut = Vec::with_capacity(pieces.len());
            for piece in pieces {
                if delimiter.is_empty() {
                    cut.extend(piece.split_inclusive(|_: char| true).take(MAX_PIECES + 1));
                } else {
                    cut.extend(piece.split(delimiter.as_str()).take(MAX_PIECES + 1));
                }
                if cut.len() > MAX_PIECES {
                    return Err(NodeError::lasting("too_many_items", format!("the text falls into more than {MAX_PIECES} pieces")));
                }
            }
            pieces = cut;
        }
        Ok(Output::one("output", pieces.into_iter().map(Value::from).collect::<Vec<Value>>()))
    }
}
