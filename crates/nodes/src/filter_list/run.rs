//! Which elements stay.

use flow::node::{Inputs, NodeError, Output, Pure};
use flow::value::Values;
use flow::value::expr::{Expression, FUEL};
use serde_json::{Value, json};
use types::Timestamp;

use crate::shared::list;

/// What one run may spend on all elements.
const PURSE: u64 = 5 * FUEL;

/// A filter.
pub struct Run {
    /// The list.
    pub input: String,
    /// True for elements that stay.
    pub expression: Expression,
    /// The other way round.
    pub negate: bool,
}

impl Pure for Run {
    fn run(&self, inputs: &Inputs, now: Timestamp) -> Result<Output, NodeError> {
        let items = list::of(inputs, &self.input)?;
        let mut values = inputs.values.clone();
        let mut purse = PURSE;
        let mut kept = Vec::new();
        for (at, item) in items.iter().enumerate() {
            values.insert("item".to_owned(), item.clone());
            values.insert("index".to_owned(), json!(at));
            let holds = match self.expression.run_from(&values, now, &mut purse)? {
                Value::Bool(holds) => holds,
                Value::Null => false,
                _ => return Err(NodeError::lasting("expression_failed", "the condition must give true or false")),
            };
            if holds != self.negate {
                kept.push(item.clone());
            }
        }
        let mut output = Values::new();
        output.insert("first".to_owned(), kept.first().cloned().unwrap_or_default());
        output.insert("last".to_owned(), kept.last().cloned().unwrap_or_default());
        output.insert("count".to_owned(), json!(kept.len()));
        output.insert("output".to_owned(), Value::Array(kept));
        Ok(Output::of(output))
    }
}
