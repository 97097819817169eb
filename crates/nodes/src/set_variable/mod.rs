//! Sets intermediate variables of a loop around it.

mod params;
#[cfg(test)]
mod tests;

use flow::node::{Action, Category, Control, Declares, NodeSpec, NodeType};
use flow::workflow::{Finding, Node, NodeId};

use crate::reading::{Reading, Title, both, form};
use params::Params;

const TITLES: &[Title] = &[
    ("set", "变量", "Variables"),
    ("set.variable", "循环变量", "Variable of the loop"),
    ("set.variable.node", "循环节点", "Loop"),
    ("set.variable.path", "路径", "Path"),
    ("set.input", "取值", "Value"),
];

/// The kind.
pub struct SetVariable;

impl NodeType for SetVariable {
    fn spec(&self) -> NodeSpec {
        NodeSpec {
            params: form::<Params>(TITLES),
            outputs: Declares::Kind(Vec::new()),
            ..NodeSpec::new(
                "set_variable",
                Category::Logic,
                "variable",
                both("设置变量", "Set variable"),
                both("修改所在循环的中间变量。", "Sets variables of the loop around it."),
            )
        }
    }

    fn compile(&self, id: &NodeId, node: &Node) -> Result<Action, Vec<Finding>> {
        let (mut reading, params) = Reading::begin::<Params>(id, node)?;
        reading.inside_loop();
        for (at, one) in params.set.iter().enumerate() {
            if one.variable.path.is_empty() {
                reading.error(format!("/params/set/{at}/variable/path"), "missing_param", "请选择变量", "Choose a variable");
            }
            reading.input(format!("/params/set/{at}/input"), &one.input);
        }
        let set = params.set.into_iter().map(|one| (one.variable, one.input)).collect();
        reading.done(|| Action::Control(Control::SetVariable { set }))
    }
}
