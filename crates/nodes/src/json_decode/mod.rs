//! Reads a value from JSON text.

mod params;
mod run;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use flow::node::{Action, Category, Declares, NodeSpec, NodeType};
use flow::value::{Field, Type};
use flow::workflow::{Finding, Node, NodeId};

use crate::reading::{Reading, both, form, output_of_any_type};
use params::Params;
use run::Run;

/// The kind.
pub struct JsonDecode;

impl NodeType for JsonDecode {
    fn spec(&self) -> NodeSpec {
        NodeSpec {
            params: form::<Params>(&[]),
            inputs: Declares::Kind(vec![Field::new("input", Type::String)]),
            outputs: output_of_any_type(),
            fill_inputs: true,
            fill_outputs: true,
            fallible: true,
            ..NodeSpec::new(
                "json_decode",
                Category::Utilities,
                "file-json",
                both("JSON 反序列化", "JSON decode"),
                both("将 JSON 字符串解析为变量。", "Reads a value from JSON text."),
            )
        }
    }

    fn compile(&self, id: &NodeId, node: &Node) -> Result<Action, Vec<Finding>> {
        let (mut reading, Params {}) = Reading::begin::<Params>(id, node)?;
        reading.input("/inputs", "input");
        reading.done(|| Action::Pure(Arc::new(Run)))
    }
}
