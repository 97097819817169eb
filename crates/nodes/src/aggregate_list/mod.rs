//! Counts, sums and joins lists, whole or by groups.

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

const TITLES: &[Title] = &[
    ("input", "数组", "List"),
    ("path", "字段", "Field"),
    ("functions", "统计方式", "Functions"),
    ("functions=count", "计数", "Count"),
    ("functions=sum", "求和", "Sum"),
    ("functions=avg", "平均值", "Average"),
    ("functions=min", "最小值", "Least"),
    ("functions=max", "最大值", "Greatest"),
    ("functions=first", "第一个", "First"),
    ("functions=last", "最后一个", "Last"),
    ("functions=join", "拼接", "Joined"),
    ("functions=distinct", "去重", "Distinct"),
    ("group_by", "分组字段", "Group by"),
    ("separator", "连接符", "Between elements"),
];

/// The kind.
pub struct AggregateList;

impl NodeType for AggregateList {
    fn spec(&self) -> NodeSpec {
        NodeSpec {
            params: form::<Params>(TITLES),
            fill_inputs: true,
            fill_outputs: true,
            fallible: true,
            ..NodeSpec::new(
                "aggregate_list",
                Category::Utilities,
                "sigma",
                both("聚合列表", "Aggregate list"),
                both("对数组计数、求和、拼接，可按字段分组。", "Counts, sums and joins a list, whole or by groups."),
            )
        }
    }

    fn compile(&self, id: &NodeId, node: &Node) -> Result<Action, Vec<Finding>> {
        let (mut reading, params) = Reading::begin::<Params>(id, node)?;
        reading.input("/params/input", &params.input);
        if params.functions.is_empty() {
            reading.error("/params/functions", "missing_param", "至少需要一种统计方式", "At least one function is needed");
        }
        reading.unique(params.functions.iter().enumerate().map(|(at, function)| (format!("/params/functions/{at}"), function.name())));
        reading.done(|| Action::Pure(Arc::new(Run { params })))
    }
}
