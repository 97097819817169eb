//! Puts texts together or cuts them.

mod params;
mod run;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use flow::node::{Action, Category, NodeSpec, NodeType};
use flow::value::template::Template;
use flow::workflow::{Finding, Node, NodeId};

use crate::reading::{Reading, Title, both, form};
use params::Params;
use run::{Concat, Split};

const TITLES: &[Title] = &[
    ("method", "方式", "What to do"),
    ("method=concat", "字符串拼接", "Put together"),
    ("method=split", "字符串分隔", "Split"),
    ("template", "拼接内容", "Text"),
    ("separator", "数组连接符", "Between elements"),
    ("input", "待分隔的文本", "Text to split"),
    ("delimiters", "分隔符", "Delimiters"),
];

/// The kind.
pub struct Text;

impl NodeType for Text {
    fn spec(&self) -> NodeSpec {
        NodeSpec {
            params: form::<Params>(TITLES),
            outputs: crate::reading::output_of_any_type(),
            fill_inputs: true,
            fallible: true,
            ..NodeSpec::new(
                "text",
                Category::Utilities,
                "text",
                both("文本处理", "Text"),
                both("拼接或分隔字符串。", "Puts texts together or splits them."),
            )
        }
    }

    fn compile(&self, id: &NodeId, node: &Node) -> Result<Action, Vec<Finding>> {
        let (mut reading, params) = Reading::begin::<Params>(id, node)?;
        match params {
            Params::Concat { template, separator } => {
                let template = Template::parse(&template);
                reading.done(|| Action::Pure(Arc::new(Concat { template, separator })))
            }
            Params::Split { input, delimiters } => {
                reading.input("/params/input", &input);
                if delimiters.is_empty() {
                    reading.error("/params/delimiters", "missing_param", "至少需要一个分隔符", "At least one delimiter is needed");
                }
                reading.done(|| Action::Pure(Arc::new(Split { input, delimiters })))
            }
        }
    }
}
