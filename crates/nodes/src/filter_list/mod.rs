//! Keeps the elements that a condition holds for.

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

const TITLES: &[Title] = &[("input", "数组", "List"), ("expr", "条件表达式", "Condition"), ("negate", "取反", "The others")];

/// The kind.
pub struct FilterList;

impl NodeType for FilterList {
    fn spec(&self) -> NodeSpec {
        NodeSpec {
            params: form::<Params>(TITLES),
            outputs: Declares::Both(vec![
                Field::new("output", Type::List(Box::new(Type::Any))),
                Field::new("first", Type::Any),
                Field::new("last", Type::Any),
                Field::new("count", Type::Integer),
            ]),
            fill_inputs: true,
            fill_outputs: true,
            fallible: true,
            ..NodeSpec::new(
                "filter_list",
                Category::Utilities,
                "list-filter",
                both("过滤列表", "Filter list"),
                both("保留数组中满足条件的元素。", "Keeps the elements of a list that a condition holds for."),
            )
        }
    }

    fn compile(&self, id: &NodeId, node: &Node) -> Result<Action, Vec<Finding>> {
        let (mut reading, params) = Reading::begin::<Params>(id, node)?;
        reading.input("/params/input", &params.input);
        let expression = reading.expression("/params/expr", &params.expr, &["item", "index"]);
        reading.action(expression, |expression| Action::Pure(Arc::new(Run { input: params.input, expression, negate: params.negate })))
    }
}
