//! Where a run begins: its outputs are the run's inputs.

mod params;
#[cfg(test)]
mod tests;

use flow::node::{Action, Category, Control, Declares, NodeSpec, NodeType};
use flow::workflow::{Finding, Node, NodeId};

use crate::reading::{Reading, both, form};
use params::Params;

/// The kind.
pub struct Start;

impl NodeType for Start {
    fn spec(&self) -> NodeSpec {
        NodeSpec {
            params: form::<Params>(&[]),
            inputs: Declares::Kind(Vec::new()),
            fill_outputs: true,
            ..NodeSpec::new(
                "start",
                Category::InputOutput,
                "play",
                both("开始", "Start"),
                both("工作流的入口，声明运行时需要的输入。", "The entry of the workflow: declares what a run is given."),
            )
        }
    }

    fn compile(&self, id: &NodeId, node: &Node) -> Result<Action, Vec<Finding>> {
        let (reading, Params {}) = Reading::begin::<Params>(id, node)?;
        reading.done(|| Action::Control(Control::Start))
    }
}
