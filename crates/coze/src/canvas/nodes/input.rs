//! Input (30): a form whose fields are the outputs.

use serde_json::Value;

use super::{Reading, Writing};
use crate::canvas::types;

pub fn read(reading: &mut Reading<'_>) {
    if reading.node.outputs.is_empty()
        && let Some(schema) = reading.inputs["outputSchema"].as_str()
        && let Ok(schema) = serde_json::from_str::<Value>(schema)
        && flow::value::measure(&schema).is_ok_and(|size| size.depth <= 24)
    {
        reading.node.outputs = types::fields(&schema);
    }
}

pub fn write(writing: &mut Writing<'_>) {
    let schema: Value = writing.node.outputs.iter().map(types::write_field).collect();
    writing.inputs.insert("outputSchema".into(), schema.to_string().into());
}
