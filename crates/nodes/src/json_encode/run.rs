//! Value to text.

use flow::node::{Inputs, NodeError, Output, Pure};
use flow::value::render::{Bounded, MAX_TEXT};
use serde_json::Value;
use types::Timestamp;

/// Writes `input`; keys are sorted, so that the same value gives the same text.
pub struct Run;

impl Pure for Run {
    fn run(&self, inputs: &Inputs, _now: Timestamp) -> Result<Output, NodeError> {
        let mut out = Bounded::new(MAX_TEXT);
        out.json(inputs.get("input").unwrap_or(&Value::Null))?;
        Ok(Output::one("output", out.finish()))
    }
}
