//! Runs people's code in the sandbox.

mod params;
mod run;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use flow::node::{Action, Category, NodeSpec, NodeType};
use flow::tool::Effect;
use flow::workflow::{Finding, Node, NodeId};

use crate::ports::Services;
use crate::reading::{Reading, Title, both, form};
use params::Params;
use run::Run;

const TITLES: &[Title] = &[
    ("language", "语言", "Language"),
    ("language=python", "Python", "Python"),
    ("language=javascript", "JavaScript", "JavaScript"),
    ("code", "代码", "Code"),
    ("network", "允许访问的主机", "Hosts it may reach"),
];

/// The kind.
pub struct Code(pub Services);

impl NodeType for Code {
    fn spec(&self) -> NodeSpec {
        NodeSpec {
            params: form::<Params>(TITLES),
            fill_inputs: true,
            fill_outputs: true,
            fallible: true,
            ..NodeSpec::new(
                "code",
                Category::Logic,
                "code",
                both("代码", "Code"),
                both("运行 Python 或 JavaScript 代码处理变量。", "Runs Python or JavaScript code over its inputs."),
            )
        }
    }

    fn effect(&self, node: &Node) -> Option<Effect> {
        // What code says to the hosts it may reach nobody knows.
        let hosts = node.params.get("network").and_then(serde_json::Value::as_array).is_some_and(|hosts| !hosts.is_empty());
        hosts.then_some(Effect::Write)
    }

    fn compile(&self, id: &NodeId, node: &Node) -> Result<Action, Vec<Finding>> {
        let (mut reading, params) = Reading::begin::<Params>(id, node)?;
        reading.filled("/params/code", &params.code);
        if let Some(runner) = &self.0.code {
            if let Err(wrong) = runner.check(params.language, &params.code) {
                reading.error("/params/code", "invalid_code", format!("代码无法运行：{wrong}"), format!("The code cannot run: {wrong}"));
            }
            if let Err(wrong) = runner.check_network(&params.network) {
                let zh = format!("代码不能访问这些主机：{wrong}");
                reading.error("/params/network", "network_not_granted", zh, format!("The code may not reach these hosts: {wrong}"));
            }
        }
        let runner = self.0.code.clone();
        reading.done(|| Action::Task(Arc::new(Run { params, runner })))
    }
}
