//! A text with choices and repetitions.

mod params;
mod parse;
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

const TITLES: &[Title] = &[("template", "模板", "Template")];

/// The kind.
pub struct Template;

impl NodeType for Template {
    fn spec(&self) -> NodeSpec {
        NodeSpec {
            params: form::<Params>(TITLES),
            outputs: Declares::Kind(vec![Field::new("output", Type::String)]),
            fill_inputs: true,
            fallible: true,
            ..NodeSpec::new(
                "template",
                Category::Utilities,
                "file-text",
                both("模板", "Template"),
                both("用条件和循环生成文本。", "Writes a text with choices and repetitions."),
            )
        }
    }

    fn compile(&self, id: &NodeId, node: &Node) -> Result<Action, Vec<Finding>> {
        let (mut reading, params) = Reading::begin::<Params>(id, node)?;
        match parse::parse(&params.template) {
            Ok(parsed) => {
                for name in &parsed.names {
                    reading.input("/params/template", name);
                }
                reading.done(|| Action::Pure(Arc::new(Run { pieces: parsed.pieces })))
            }
            Err(wrong) => {
                reading.error(
                    "/params/template",
                    "invalid_template",
                    format!("模板有误：{wrong}"),
                    format!("The template is wrong: {wrong}"),
                );
                reading.done(|| Action::Pure(Arc::new(Run { pieces: Vec::new() })))
            }
        }
    }
}
