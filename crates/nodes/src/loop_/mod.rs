//! Runs its body again and again, one after the other.

mod params;
#[cfg(test)]
mod tests;

use flow::node::{Action, Category, Control, Declares, NodeSpec, NodeType};
use flow::value::{Field, Type};
use flow::workflow::{Finding, Node, NodeId};

use crate::reading::{Reading, Title, both, form};
use params::{Over, Params};

const TITLES: &[Title] = &[
    ("over", "循环方式", "Repeat"),
    ("over=lists", "遍历数组", "For each element"),
    ("over=count", "指定次数", "A number of times"),
    ("over=forever", "无限循环", "Until a break"),
    ("variables", "中间变量", "Variables"),
    ("collect", "输出", "Outputs"),
    ("collect.name", "名称", "Name"),
    ("collect.from", "来源", "From"),
    ("collect.from.node", "节点", "Node"),
    ("collect.from.path", "路径", "Path"),
];

/// The kind.
pub struct Loop;

impl NodeType for Loop {
    fn spec(&self) -> NodeSpec {
        NodeSpec {
            params: form::<Params>(TITLES),
            inputs: Declares::Both(vec![Field::new("count", Type::Integer)]),
            fill_inputs: true,
            fill_outputs: true,
            container: true,
            ..NodeSpec::new(
                "loop",
                Category::Logic,
                "repeat",
                both("循环", "Loop"),
                both(
                    "按数组、次数或无限循环，依次执行循环体。",
                    "Runs its body once for each element, a number of times, or until a break.",
                ),
            )
        }
    }

    fn compile(&self, id: &NodeId, node: &Node) -> Result<Action, Vec<Finding>> {
        let (mut reading, params) = Reading::begin::<Params>(id, node)?;
        reading.unique(params.variables.iter().enumerate().map(|(at, name)| (format!("/params/variables/{at}"), name.as_str())));
        for (at, name) in params.variables.iter().enumerate() {
            reading.input(format!("/params/variables/{at}"), name);
        }
        match params.over {
            Over::Count => reading.input("/params/over", "count"),
            Over::Lists => reading.has_list(node, &params.variables),
            Over::Forever => {}
        }
        let collect = reading.collect(node, params.collect);
        reading.done(|| Action::Control(Control::Loop { over: params.over.into(), variables: params.variables, collect }))
    }
}
