//! Goes on later, over restarts.

mod params;
#[cfg(test)]
mod tests;

use flow::node::{Action, Category, Control, Declares, NodeSpec, NodeType};
use flow::value::{Field, Type};
use flow::workflow::{Finding, Node, NodeId};

use crate::reading::{Reading, both, form};
use params::Params;

/// The kind.
pub struct Wait;

impl NodeType for Wait {
    fn spec(&self) -> NodeSpec {
        NodeSpec {
            params: form::<Params>(&[]),
            inputs: Declares::Kind(vec![Field::required("milliseconds", Type::Integer)]),
            outputs: Declares::Kind(Vec::new()),
            fill_inputs: true,
            ..NodeSpec::new(
                "wait",
                Category::Logic,
                "clock",
                both("等待", "Wait"),
                both("等待指定的毫秒数后继续，重启也不会丢失。", "Goes on after so many milliseconds, over restarts of the server."),
            )
        }
    }

    fn compile(&self, id: &NodeId, node: &Node) -> Result<Action, Vec<Finding>> {
        let (mut reading, Params {}) = Reading::begin::<Params>(id, node)?;
        reading.input("/inputs", "milliseconds");
        reading.done(|| Action::Control(Control::Wait))
    }
}
