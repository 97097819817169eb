//! Brings branches together: of each group the first value that is there.

mod params;
mod run;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use flow::node::{Action, Category, NodeSpec, NodeType};
use flow::workflow::{Finding, Node, NodeId};

use crate::reading::{Reading, Title, both, form};
use params::Params;
use run::Run;

const TITLES: &[Title] = &[("groups", "分组", "Groups"), ("groups.name", "名称", "Name"), ("groups.inputs", "变量", "Values")];

/// The kind.
pub struct Merge;

impl NodeType for Merge {
    fn spec(&self) -> NodeSpec {
        NodeSpec {
            params: form::<Params>(TITLES),
            fill_outputs: true,
            ..NodeSpec::new(
                "merge",
                Category::Logic,
                "merge",
                both("变量聚合", "Merge"),
                both(
                    "聚合多个分支的输出，每组取第一个有值的变量。",
                    "Brings branches together: of each group the first value that is there.",
                ),
            )
        }
    }

    fn compile(&self, id: &NodeId, node: &Node) -> Result<Action, Vec<Finding>> {
        let (mut reading, params) = Reading::begin::<Params>(id, node)?;
        reading.unique(params.groups.iter().enumerate().map(|(at, group)| (format!("/params/groups/{at}/name"), group.name.as_str())));
        for (at, group) in params.groups.iter().enumerate() {
            for (i, name) in group.inputs.iter().enumerate() {
                reading.input(format!("/params/groups/{at}/inputs/{i}"), name);
            }
        }
        reading.done(|| Action::Pure(Arc::new(Run { groups: params.groups })))
    }
}
