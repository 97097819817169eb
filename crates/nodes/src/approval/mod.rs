//! Approval: waits for somebody's yes or no.

mod params;
mod run;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use flow::node::{Action, Category, Declares, NodeSpec, NodeType};
use flow::value::template::Template;
use flow::value::{Field, Type};
use flow::workflow::{Finding, Node, NodeId};

use crate::reading::{Reading, both, form};
use params::Params;

/// The way out after a yes.
const APPROVED: &str = "approved";
/// The way out after a no.
const REJECTED: &str = "rejected";

/// The kind.
pub struct Approval;

impl NodeType for Approval {
    fn spec(&self) -> NodeSpec {
        NodeSpec {
            params: form::<Params>(&[
                ("message", "消息", "Message"),
                ("approve_label", "同意按钮文字", "Label of the yes"),
                ("reject_label", "拒绝按钮文字", "Label of the no"),
            ]),
            outputs: Declares::Kind(vec![Field::new("approved", Type::Boolean), Field::new("comment", Type::String)]),
            fill_outputs: true,
            ..NodeSpec::new(
                "approval",
                Category::InputOutput,
                "stamp",
                both("审批", "Approval"),
                both("暂停运行，等待有人同意或拒绝。", "Waits until somebody agrees or refuses."),
            )
        }
    }

    fn ports(&self, _node: &Node) -> Vec<String> {
        vec![APPROVED.to_owned(), REJECTED.to_owned()]
    }

    fn compile(&self, id: &NodeId, node: &Node) -> Result<Action, Vec<Finding>> {
        let (mut reading, params) = Reading::begin::<Params>(id, node)?;
        reading.filled("/params/message", &params.message);
        let message = Template::parse(&params.message);
        reading.done(|| Action::Machine(Arc::new(run::Ask { message, approve: params.approve_label, reject: params.reject_label })))
    }
}
