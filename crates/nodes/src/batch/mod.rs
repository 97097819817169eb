//! Runs its body for each element, several at once.

mod params;
#[cfg(test)]
mod tests;

use flow::node::{Action, Category, Control, Declares, NodeSpec, NodeType};
use flow::value::{Field, Type};
use flow::workflow::{Finding, Node, NodeId};

use crate::reading::{Reading, Title, both, form};
use params::Params;

const TITLES: &[Title] = &[
    ("size", "批处理上限", "At most"),
    ("concurrency", "并行数量", "At once"),
    ("collect", "输出", "Outputs"),
    ("collect.name", "名称", "Name"),
    ("collect.from", "来源", "From"),
    ("collect.from.node", "节点", "Node"),
    ("collect.from.path", "路径", "Path"),
];

/// The kind.
pub struct Batch;

impl NodeType for Batch {
    fn spec(&self) -> NodeSpec {
        NodeSpec {
            params: form::<Params>(TITLES),
            inputs: Declares::Both(vec![Field::new("size", Type::Integer), Field::new("concurrency", Type::Integer)]),
            fill_inputs: true,
            fill_outputs: true,
            container: true,
            ..NodeSpec::new(
                "batch",
                Category::Logic,
                "layers",
                both("批处理", "Batch"),
                both("对数组中的每个元素并行执行批处理体。", "Runs its body for each element of lists, several at once."),
            )
        }
    }

    fn compile(&self, id: &NodeId, node: &Node) -> Result<Action, Vec<Finding>> {
        let (mut reading, params) = Reading::begin::<Params>(id, node)?;
        for (name, value) in [("size", params.size), ("concurrency", params.concurrency)] {
            if value == 0 {
                reading.error(format!("/params/{name}"), "invalid_params", "必须大于 0", "It must be more than 0");
            }
        }
        reading.has_list(node, &[]);
        let collect = reading.collect(node, params.collect);
        reading.done(|| Action::Control(Control::Batch { size: params.size, concurrency: params.concurrency, collect }))
    }
}
