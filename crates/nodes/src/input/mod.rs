//! Input: asks somebody for values by a form, whose fields are the node's outputs.

mod params;
mod run;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use flow::node::{Action, Category, NodeSpec, NodeType};
use flow::workflow::{Finding, Node, NodeId};

use crate::reading::{Reading, both, form};
use params::Params;

/// The kind.
pub struct Input;

impl NodeType for Input {
    fn spec(&self) -> NodeSpec {
        NodeSpec {
            params: form::<Params>(&[]),
            fill_outputs: true,
            ..NodeSpec::new(
                "input",
                Category::InputOutput,
                "form-input",
                both("输入", "Input"),
                both("暂停运行，等待用户填写表单。", "Waits until somebody has filled in a form."),
            )
        }
    }

    fn compile(&self, id: &NodeId, node: &Node) -> Result<Action, Vec<Finding>> {
        let (reading, Params {}) = Reading::begin::<Params>(id, node)?;
        reading.done(|| Action::Machine(Arc::new(run::Ask { fields: node.outputs.clone() })))
    }
}
