//! The first way whose condition holds.
//!
//! An input whose source was skipped counts as `null`; what `null` means to an operator is in [`run`].

mod compare;
mod params;
mod run;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use flow::node::{Action, Category, Declares, NodeSpec, NodeType};
use flow::value::{Field, Type};
use flow::workflow::{Finding, Node, NodeId};

use crate::reading::{Reading, Title, both, form};
use params::{Branch, Params};
use run::{Run, Test};

/// The way out if no branch holds.
const ELSE: &str = "else";

const TITLES: &[Title] = &[
    ("branches", "分支", "Branches"),
    ("branches.expr", "表达式", "Expression"),
    ("branches.logic", "关系", "Must hold"),
    ("branches.logic=and", "且", "All"),
    ("branches.logic=or", "或", "Any"),
    ("branches.conditions", "条件", "Conditions"),
    ("branches.conditions.left", "变量", "Value"),
    ("branches.conditions.operator", "比较", "Comparison"),
    ("branches.conditions.operator=equal", "等于", "equals"),
    ("branches.conditions.operator=not_equal", "不等于", "does not equal"),
    ("branches.conditions.operator=longer", "长度大于", "is longer than"),
    ("branches.conditions.operator=longer_equal", "长度大于等于", "is at least as long as"),
    ("branches.conditions.operator=shorter", "长度小于", "is shorter than"),
    ("branches.conditions.operator=shorter_equal", "长度小于等于", "is at most as long as"),
    ("branches.conditions.operator=contains", "包含", "contains"),
    ("branches.conditions.operator=not_contains", "不包含", "does not contain"),
    ("branches.conditions.operator=empty", "为空", "is empty"),
    ("branches.conditions.operator=not_empty", "不为空", "is not empty"),
    ("branches.conditions.operator=is_true", "为真", "is true"),
    ("branches.conditions.operator=is_false", "为假", "is false"),
    ("branches.conditions.operator=greater", "大于", "is greater than"),
    ("branches.conditions.operator=greater_equal", "大于等于", "is at least"),
    ("branches.conditions.operator=less", "小于", "is less than"),
    ("branches.conditions.operator=less_equal", "小于等于", "is at most"),
    ("branches.conditions.right", "比较值", "Compared with"),
];

/// The kind.
pub struct Condition;

impl NodeType for Condition {
    fn spec(&self) -> NodeSpec {
        NodeSpec {
            params: form::<Params>(TITLES),
            outputs: Declares::Kind(vec![Field::new("result", Type::String)]),
            ..NodeSpec::new(
                "condition",
                Category::Logic,
                "split",
                both("条件分支", "Condition"),
                both("按条件选择后续分支。", "Goes the first way whose condition holds."),
            )
        }
    }

    fn ports(&self, node: &Node) -> Vec<String> {
        let branches = node.params.get("branches").and_then(serde_json::Value::as_array).map_or(0, Vec::len);
        (0..branches).map(|at| format!("branch_{at}")).chain([ELSE.to_owned()]).collect()
    }

    fn compile(&self, id: &NodeId, node: &Node) -> Result<Action, Vec<Finding>> {
        let (mut reading, params) = Reading::begin::<Params>(id, node)?;
        let branches = params.branches.into_iter().enumerate().filter_map(|(at, branch)| test(&mut reading, at, branch)).collect();
        reading.done(|| Action::Pure(Arc::new(Run { branches })))
    }
}

fn test(reading: &mut Reading<'_>, at: usize, branch: Branch) -> Option<Test> {
    let place = format!("/params/branches/{at}");
    match branch {
        Branch::Expression(by) => reading.expression(format!("{place}/expr"), &by.expr, &[]).map(Test::Expression),
        Branch::Comparisons(by) => {
            if by.conditions.is_empty() {
                reading.error(format!("{place}/conditions"), "missing_param", "分支至少需要一个条件", "A branch needs a condition");
            }
            for (i, one) in by.conditions.iter().enumerate() {
                reading.input(format!("{place}/conditions/{i}/left"), &one.left);
                match &one.right {
                    Some(right) => reading.input(format!("{place}/conditions/{i}/right"), right),
                    None if one.operator.is_unary() => {}
                    None => reading.error(
                        format!("{place}/conditions/{i}/right"),
                        "missing_param",
                        "缺少比较值",
                        "There is nothing to compare with",
                    ),
                }
            }
            Some(Test::Comparisons(by.logic, by.conditions))
        }
    }
}
