//! Sets variables of the app or the user.

mod params;
#[cfg(test)]
mod tests;

use flow::node::{Action, Assignment, Category, Control, Declares, NodeSpec, NodeType};
use flow::tool::Effect;
use flow::value::{Field, Type};
use flow::workflow::{Finding, Node, NodeId, VariableRef};

use crate::reading::{Reading, Title, both, form};
use params::Params;

const TITLES: &[Title] = &[
    ("set", "变量", "Variables"),
    ("set.scope", "范围", "Scope"),
    ("set.scope=app", "应用变量", "App"),
    ("set.scope=user", "用户变量", "User"),
    ("set.path", "变量", "Variable"),
    ("set.input", "取值", "Value"),
];

/// The kind.
pub struct AssignVariable;

impl NodeType for AssignVariable {
    fn spec(&self) -> NodeSpec {
        NodeSpec {
            params: form::<Params>(TITLES),
            outputs: Declares::Kind(vec![Field::new("isSuccess", Type::Boolean)]),
            effect: Effect::Write,
            ..NodeSpec::new(
                "assign_variable",
                Category::Logic,
                "pencil-line",
                both("变量赋值", "Assign variable"),
                both("给应用变量或用户变量赋值。", "Sets variables of the app or of the user."),
            )
        }
    }

    fn compile(&self, id: &NodeId, node: &Node) -> Result<Action, Vec<Finding>> {
        let (mut reading, params) = Reading::begin::<Params>(id, node)?;
        let mut set = Vec::with_capacity(params.set.len());
        for (at, one) in params.set.into_iter().enumerate() {
            if one.path.first().is_none_or(String::is_empty) {
                reading.error(format!("/params/set/{at}/path"), "missing_param", "请选择变量", "Choose a variable");
            }
            reading.input(format!("/params/set/{at}/input"), &one.input);
            set.push(Assignment { variable: VariableRef { scope: one.scope.into(), path: one.path }, input: one.input });
        }
        reading.done(|| Action::Control(Control::AssignVariable { set }))
    }
}
