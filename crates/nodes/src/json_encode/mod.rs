//! Writes a value as JSON text.

mod params;
mod run;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use flow::node::{Action, Category, Declares, NodeSpec, NodeType};
use flow::value::{Field, Type};
use flow::workflow::{Finding, Node, NodeId};

use crate::reading::{Reading, both, form};
use params::Params;
use run::Run;

/// The kind.
pub struct JsonEncode;

impl NodeType for JsonEncode {
    fn spec(&self) -> NodeSpec {
        NodeSpec {
            params: form::<Params>(&[]),
            inputs: Declares::Kind(vec![Field::new("input", Type::Any)]),
            outputs: Declares::Kind(vec![Field::new("output", Type::String)]),
            fill_inputs: true,
            fill_outputs: true,
            fallible: true,
            ..NodeSpec::new(
                "json_encode",
                Category::Utilities,
                "braces",
                both("JSON 序列化", "JSON encode"),
                both("将变量转为 JSON 字符串。", "Writes a value as JSON text."),
            )
        }
    }

    fn compile(&self, id: &NodeId, node: &Node) -> Result<Action, Vec<Finding>> {
        let (mut reading, Params {}) = Reading::begin::<Params>(id, node)?;
        reading.input("/inputs", "input");
        reading.done(|| Action::Pure(Arc::new(Run)))
    }
}
