//! Intent: lets a model decide which of several intents a text has, and goes on that way.

mod params;
mod run;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use flow::node::{Action, Category, Declares, NodeSpec, NodeType};
use flow::tool::Effect;
use flow::value::{Field, Type};
use flow::workflow::{Finding, Node, NodeId};

use crate::reading::{Reading, both, form};
use crate::talk;
use params::Params;

/// The way out for everything else.
const ELSE: &str = "else";

/// The kind.
pub struct Intent;

impl NodeType for Intent {
    fn spec(&self) -> NodeSpec {
        NodeSpec {
            params: form::<Params>(&talk::params::titles(&[
                ("mode", "模式", "Mode"),
                ("mode=fast", "极速", "Fast"),
                ("mode=full", "完整", "Full"),
                ("intents", "意图", "Intents"),
            ])),
            inputs: Declares::Both(vec![Field::required("query", Type::String)]),
            outputs: Declares::Kind(vec![Field::new("classificationId", Type::Integer), Field::new("reason", Type::String)]),
            effect: Effect::Read,
            fill_inputs: true,
            fill_outputs: true,
            fallible: true,
            ..NodeSpec::new(
                "intent",
                Category::Core,
                "split",
                both("意图识别", "Intent"),
                both("由模型判断文本属于哪个意图，并走对应分支。", "A model decides which intent a text has; each has its own way out."),
            )
        }
    }

    fn ports(&self, node: &Node) -> Vec<String> {
        let count = node.params.get("intents").and_then(serde_json::Value::as_array).map_or(0, Vec::len);
        (0..count).map(|at| format!("branch_{at}")).chain([ELSE.to_owned()]).collect()
    }

    fn compile(&self, id: &NodeId, node: &Node) -> Result<Action, Vec<Finding>> {
        let (mut reading, params) = Reading::begin::<Params>(id, node)?;
        let talk = params.talk(&mut reading);
        talk::request::check_backup(&mut reading, node);
        if params.intents.is_empty() {
            reading.error("/params/intents", "missing_param", "至少需要一个意图", "At least one intent is needed");
        }
        for (at, intent) in params.intents.iter().enumerate() {
            reading.filled(&format!("/params/intents/{at}"), intent);
        }
        reading.input("/inputs", "query");
        reading.done(|| Action::Machine(Arc::new(run::Classify { talk, mode: params.mode, intents: params.intents })))
    }
}
