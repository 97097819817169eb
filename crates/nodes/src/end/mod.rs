//! Where a run ends: its inputs, or a text made of them, are the result.

mod params;
#[cfg(test)]
mod tests;

use flow::node::{Action, Category, Control, Declares, NodeSpec, NodeType};
use flow::value::template::Template;
use flow::value::{Field, Type};
use flow::workflow::{Finding, Node, NodeId};

use crate::reading::{Reading, Title, both, form};
use params::{Mode, Params};

const TITLES: &[Title] = &[
    ("mode", "返回方式", "Result"),
    ("mode=variables", "返回变量", "Variables"),
    ("mode=answer", "返回文本", "Answer"),
    ("answer", "回答内容", "Answer"),
    ("streaming", "流式输出", "Stream"),
];

/// The kind.
pub struct End;

impl NodeType for End {
    fn spec(&self) -> NodeSpec {
        NodeSpec {
            params: form::<Params>(TITLES),
            outputs: Declares::Kind(vec![Field::new("output", Type::String)]),
            fill_inputs: true,
            ..NodeSpec::new(
                "end",
                Category::InputOutput,
                "flag",
                both("结束", "End"),
                both("工作流的出口，返回运行结果。", "The exit of the workflow: gives the result of a run."),
            )
        }
    }

    fn ports(&self, _node: &Node) -> Vec<String> {
        Vec::new()
    }

    fn compile(&self, id: &NodeId, node: &Node) -> Result<Action, Vec<Finding>> {
        let (reading, params) = Reading::begin::<Params>(id, node)?;
        let answer = (params.mode == Mode::Answer).then(|| Template::parse(&params.answer));
        reading.done(|| Action::Control(Control::End { answer, streaming: params.streaming }))
    }
}
