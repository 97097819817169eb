//! The order.

use std::cmp::Ordering;

use flow::node::{Inputs, NodeError, Output, Pure};
use flow::value::path;
use serde_json::Value;
use types::Timestamp;

use super::params::{Key, Params};
use crate::shared::list;

/// Sorting.
pub struct Run {
    /// By what.
    pub params: Params,
}

impl Pure for Run {
    fn run(&self, inputs: &Inputs, _now: Timestamp) -> Result<Output, NodeError> {
        let items = list::of(inputs, &self.params.input)?;
        let natural = [Key::default()];
        let keys = if self.params.by.is_empty() { &natural[..] } else { &self.params.by };
        let mut sorted: Vec<&Value> = items.iter().collect();
        // Stable: equal elements keep their order.
        sorted
            .sort_by(|left, right| keys.iter().map(|key| decide(key, left, right)).find(|order| order.is_ne()).unwrap_or(Ordering::Equal));
        if let Some(limit) = self.params.limit {
            sorted.truncate(limit as usize);
        }
        Ok(Output::one("output", sorted.into_iter().cloned().collect::<Vec<Value>>()))
    }
}

fn decide(key: &Key, left: &Value, right: &Value) -> Ordering {
    let part = |value| path::get(value, &key.path).unwrap_or(&Value::Null);
    let (left, right) = (part(left), part(right));
    let order = list::order(left, right);
    if key.descending && !left.is_null() && !right.is_null() { order.reverse() } else { order }
}
