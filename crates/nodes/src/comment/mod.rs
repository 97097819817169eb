//! A note for people; never runs.

mod params;
#[cfg(test)]
mod tests;

use flow::node::{Action, Category, Control, Declares, NodeSpec, NodeType};
use flow::workflow::{Finding, Node, NodeId};

use crate::reading::{Reading, Title, both, form};
use params::Params;

const TITLES: &[Title] = &[("text", "内容", "Text")];

/// The kind.
pub struct Comment;

impl NodeType for Comment {
    fn spec(&self) -> NodeSpec {
        NodeSpec {
            params: form::<Params>(TITLES),
            inputs: Declares::Kind(Vec::new()),
            outputs: Declares::Kind(Vec::new()),
            ..NodeSpec::new(
                "comment",
                Category::Utilities,
                "sticky-note",
                both("注释", "Comment"),
                both("画布上的说明文字，不参与运行。", "A note on the canvas; it never runs."),
            )
        }
    }

    fn ports(&self, _node: &Node) -> Vec<String> {
        Vec::new()
    }

    fn compile(&self, id: &NodeId, node: &Node) -> Result<Action, Vec<Finding>> {
        let (reading, _) = Reading::begin::<Params>(id, node)?;
        reading.done(|| Action::Control(Control::Comment))
    }
}
