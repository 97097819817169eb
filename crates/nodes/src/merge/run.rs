//! The first that is there.

use flow::node::{Inputs, NodeError, Output, Pure};
use flow::value::Values;
use serde_json::{Value, json};
use types::Timestamp;

use super::params::Group;

/// Groups in order.
pub struct Run {
    /// One output each.
    pub groups: Vec<Group>,
}

impl Pure for Run {
    fn run(&self, inputs: &Inputs, _now: Timestamp) -> Result<Output, NodeError> {
        let mut values = Values::new();
        let mut taken = Values::new();
        for group in &self.groups {
            let found = group.inputs.iter().find_map(|name| {
                let value = inputs.get(name).filter(|value| !value.is_null() && !inputs.absent.contains(name))?;
                Some((name, value))
            });
            taken.insert(group.name.clone(), found.map_or(Value::Null, |(name, _)| json!(name)));
            values.insert(group.name.clone(), found.map_or(Value::Null, |(_, value)| value.clone()));
        }
        Ok(Output { raw: Some(json!({ "taken": taken })), ..Output::of(values) })
    }

    fn first_of(&self, output: &str) -> Option<&[String]> {
        self.groups.iter().find(|group| group.name == output).map(|group| group.inputs.as_slice())
    }
}
