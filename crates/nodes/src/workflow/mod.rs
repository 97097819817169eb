//! Runs another workflow; inputs and outputs by name.

mod params;
#[cfg(test)]
mod tests;

use flow::node::{Action, Category, Control, NodeSpec, NodeType};
use flow::tool::Effect;
use flow::workflow::{Finding, Node, NodeId};

use crate::reading::{Reading, Title, both, form};
use params::Params;

const TITLES: &[Title] =
    &[("workflow_id", "工作流", "Workflow"), ("version", "版本", "Version"), ("answer", "返回文本", "Ends with a text")];

/// The kind.
pub struct Workflow;

impl NodeType for Workflow {
    fn spec(&self) -> NodeSpec {
        NodeSpec {
            params: form::<Params>(TITLES),
            effect: Effect::Write,
            batchable: true,
            fallible: true,
            ..NodeSpec::new(
                "workflow",
                Category::Core,
                "workflow",
                both("工作流", "Workflow"),
                both("调用另一个工作流。", "Runs another workflow."),
            )
        }
    }

    fn compile(&self, id: &NodeId, node: &Node) -> Result<Action, Vec<Finding>> {
        let (mut reading, params) = Reading::begin::<Params>(id, node)?;
        reading.filled("/params/workflow_id", &params.workflow_id);
        let version = params.version.filter(|version| !version.is_empty());
        reading.done(|| Action::Control(Control::Workflow { workflow: params.workflow_id, version }))
    }
}
