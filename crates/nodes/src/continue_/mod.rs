//! Ends this iteration of the innermost loop.

mod params;
#[cfg(test)]
mod tests;

use flow::node::{Action, Category, Control, Declares, NodeSpec, NodeType};
use flow::workflow::{Finding, Node, NodeId};

use crate::reading::{Reading, both, form};
use params::Params;

/// The kind.
pub struct Continue;

impl NodeType for Continue {
    fn spec(&self) -> NodeSpec {
        NodeSpec {
            params: form::<Params>(&[]),
            inputs: Declares::Kind(Vec::new()),
            outputs: Declares::Kind(Vec::new()),
            ..NodeSpec::new(
                "continue",
                Category::Logic,
                "skip-forward",
                both("继续循环", "Continue"),
                both("结束本次循环，开始下一次。", "Ends this iteration of the loop around it and begins the next."),
            )
        }
    }

    fn ports(&self, _node: &Node) -> Vec<String> {
        Vec::new()
    }

    fn compile(&self, id: &NodeId, node: &Node) -> Result<Action, Vec<Finding>> {
        let (mut reading, Params {}) = Reading::begin::<Params>(id, node)?;
        reading.inside_loop();
        reading.done(|| Action::Control(Control::Continue))
    }
}
