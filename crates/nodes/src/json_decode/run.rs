//! Text to value. The engine brings it to the declared type: a part that does not fit becomes `null` with a warning.

use flow::node::{Inputs, NodeError, Output, Pure};
use serde_json::Value;
use types::Timestamp;

/// Reads `input`.
pub struct Run;

impl Pure for Run {
    fn run(&self, inputs: &Inputs, _now: Timestamp) -> Result<Output, NodeError> {
        match inputs.get("input") {
            Some(Value::String(text)) => {
                let value: Value = serde_json::from_str(text.trim_start_matches('\u{feff}'))
                    .map_err(|error| NodeError::lasting("json_invalid", format!("the text is no JSON: {error}")))?;
                flow::value::measure(&value)?;
                Ok(Output::one("output", value))
            }
            Some(value) => Ok(Output::one("output", value.clone())),
            None => Ok(Output::one("output", Value::Null)),
        }
    }
}
