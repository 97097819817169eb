//! Sorts a list.

mod params;
mod run;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use flow::node::{Action, Category, Declares, NodeSpec, NodeType};
use flow::value::{Field, Type};
use flow::workflow::{Finding, Node, NodeId};

use crate::reading::{Reading, Title, both, form};
use params::Params;
use run::Run;

const TITLES: &[Title] = &[
    ("input", "数组", "List"),
    ("by", "排序依据", "By"),
    ("by.path", "字段", "Field"),
    ("by.descending", "降序", "Descending"),
    ("limit", "保留数量", "At most"),
];

/// The kind.
pub struct SortList;

impl NodeType for SortList {
    fn spec(&self) -> NodeSpec {
        NodeSpec {
            params: form::<Params>(TITLES),
            outputs: Declares::Both(vec![Field::new("output", Type::List(Box::new(Type::Any)))]),
            fill_inputs: true,
            fill_outputs: true,
            fallible: true,
            ..NodeSpec::new(
                "sort_list",
                Category::Utilities,
                "arrow-down-narrow-wide",
                both("排序列表", "Sort list"),
                both("按字段对数组排序。", "Sorts a list by its elements or by fields of them."),
            )
        }
    }

    fn compile(&self, id: &NodeId, node: &Node) -> Result<Action, Vec<Finding>> {
        let (mut reading, params) = Reading::begin::<Params>(id, node)?;
        reading.input("/params/input", &params.input);
        reading.done(|| Action::Pure(Arc::new(Run { params })))
    }
}
