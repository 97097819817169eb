//! Tells a message while the run goes on.

mod params;
#[cfg(test)]
mod tests;

use flow::node::{Action, Category, Control, Declares, NodeSpec, NodeType};
use flow::value::template::Template;
use flow::value::{Field, Type};
use flow::workflow::{Finding, Node, NodeId};

use crate::reading::{Reading, Title, both, form};
use params::Params;

const TITLES: &[Title] = &[("message", "消息内容", "Message"), ("streaming", "流式输出", "Stream")];

/// The kind.
pub struct Output;

impl NodeType for Output {
    fn spec(&self) -> NodeSpec {
        NodeSpec {
            params: form::<Params>(TITLES),
            outputs: Declares::Kind(vec![Field::new("output", Type::String)]),
            fill_inputs: true,
            ..NodeSpec::new(
                "output",
                Category::InputOutput,
                "message-square-text",
                both("输出", "Output"),
                both("在运行过程中输出一条消息。", "Tells a message while the run goes on."),
            )
        }
    }

    fn compile(&self, id: &NodeId, node: &Node) -> Result<Action, Vec<Finding>> {
        let (reading, params) = Reading::begin::<Params>(id, node)?;
        reading.done(|| Action::Control(Control::Output { message: Template::parse(&params.message), streaming: params.streaming }))
    }
}
