//! Ends the innermost loop after this iteration.

mod params;
#[cfg(test)]
mod tests;

use flow::node::{Action, Category, Control, Declares, NodeSpec, NodeType};
use flow::workflow::{Finding, Node, NodeId};

use crate::reading::{Reading, both, form};
use params::Params;

/// The kind.
pub struct Break;

impl NodeType for Break {
    fn spec(&self) -> NodeSpec {
        NodeSpec {
            params: form::<Params>(&[]),
            inputs: Declares::Kind(Vec::new()),
            outputs: Declares::Kind(Vec::new()),
            ..NodeSpec::new(
                "break",
                Category::Logic,
                "circle-stop",
                both("终止循环", "Break"),
                both("立即结束所在的循环。", "Ends the loop around it after this iteration."),
            )
        }
    }

    fn ports(&self, _node: &Node) -> Vec<String> {
        Vec::new()
    }

    fn compile(&self, id: &NodeId, node: &Node) -> Result<Action, Vec<Finding>> {
        let (mut reading, Params {}) = Reading::begin::<Params>(id, node)?;
        reading.inside_loop();
        reading.done(|| Action::Control(Control::Break))
    }
}
