//! Kinds and documents for tests.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::node::{
    Action, Assignment, Category, Collect, Control, Inputs, LoopOver, NodeError, NodeSpec, NodeType, Output, Pure, Registry,
};
use crate::tool::Localized;
use crate::value::{Type, template::Template};
use crate::workflow::{Callee, Callees, Document, Finding, Node, NodeId, Ref, Severity, check};

struct Nothing;

impl Pure for Nothing {
    fn run(&self, _inputs: &Inputs, _now: types::Timestamp) -> Result<Output, NodeError> {
        Ok(Output::default())
    }
}

/// A kind whose params are what its control has.
struct Kind(&'static str);

impl NodeType for Kind {
    fn spec(&self) -> NodeSpec {
        NodeSpec {
            container: matches!(self.0, "loop" | "batch"),
            batchable: self.0 == "code",
            fallible: self.0 == "code",
            ..NodeSpec::new(self.0, Category::Logic, "box", Localized::default(), Localized::default())
        }
    }

    fn ports(&self, node: &Node) -> Vec<String> {
        match self.0 {
            "end" | "break" | "continue" => Vec::new(),
            "condition" => {
                let branches = node.params.get("branches").and_then(Value::as_u64).unwrap_or(1).min(100);
                (0..branches).map(|n| format!("branch_{n}")).chain(["else".to_owned()]).collect()
            }
            _ => vec!["out".to_owned()],
        }
    }

    fn compile(&self, id: &NodeId, node: &Node) -> Result<Action, Vec<Finding>> {
        let text = |name: &str| node.params.get(name).and_then(Value::as_str).map(str::to_owned);
        let texts = |name: &str| -> Vec<String> {
            node.params.get(name).and_then(|value| serde_json::from_value(value.clone()).ok()).unwrap_or_default()
        };
        let pairs = |name: &str| -> Vec<(Value, String)> {
            node.params.get(name).and_then(|value| serde_json::from_value(value.clone()).ok()).unwrap_or_default()
        };
        let collect = || {
            let one = |(from, name): (Value, String)| {
                Some(Collect { name, ty: Type::List(Box::new(Type::Any)), from: serde_json::from_value(from).ok()? })
            };
            pairs("collect").into_iter().filter_map(one).collect()
        };
        let control = match self.0 {
            "start" => Control::Start,
            "end" => Control::End { answer: text("answer").map(|text| Template::parse(&text)), streaming: false },
            "output" => Control::Output { message: Template::parse(&text("message").unwrap_or_default()), streaming: false },
            "loop" => Control::Loop { over: LoopOver::Lists, variables: texts("variables"), collect: collect() },
            "batch" => Control::Batch { size: 10, concurrency: 1, collect: collect() },
            "break" => Control::Break,
            "continue" => Control::Continue,
            "set_variable" => {
                let set = |(to, input): (Value, String)| Some((serde_json::from_value::<Ref>(to).ok()?, input));
                Control::SetVariable { set: pairs("set").into_iter().filter_map(set).collect() }
            }
            "assign_variable" => {
                let set = |(to, input): (Value, String)| Some(Assignment { variable: serde_json::from_value(to).ok()?, input });
                Control::AssignVariable { set: pairs("set").into_iter().filter_map(set).collect() }
            }
            "workflow" => Control::Workflow { workflow: text("workflow").unwrap_or_default(), version: text("version") },
            "comment" => Control::Comment,
            "picky" => {
                return Err(vec![Finding::error("picky", Some(id), "/params/x", Localized { zh: "不".into(), en: "no".into() })]);
            }
            _ => return Ok(Action::Pure(Arc::new(Nothing))),
        };
        Ok(Action::Control(control))
    }
}

pub(super) const KINDS: [&str; 15] = [
    "start",
    "end",
    "code",
    "condition",
    "loop",
    "batch",
    "break",
    "continue",
    "set_variable",
    "assign_variable",
    "workflow",
    "output",
    "comment",
    "picky",
    "text",
];

pub(super) fn registry() -> Registry {
    Registry::new(KINDS.map(|kind| Arc::new(Kind(kind)) as Arc<dyn NodeType>))
}

/// Node `start` with an output of each type, node `end`, and these: `(id, node)`; edges as `"a b"`, `"a:port b"`.
#[expect(clippy::needless_pass_by_value, reason = "the calls are easier to read")]
pub(super) fn document(nodes: Value, edges: &[&str]) -> Document {
    let mut all = json!({
        "start": { "kind": "start", "outputs": [
            { "name": "s", "type": "string" }, { "name": "i", "type": "integer" }, { "name": "l", "type": { "list": "string" } },
            { "name": "o", "type": { "object": [{ "name": "k", "type": "boolean" }] } }, { "name": "any", "type": "any" },
        ] },
        "end": { "kind": "end" },
    });
    for (id, node) in nodes.as_object().unwrap() {
        all[id] = node.clone();
    }
    let edges: Vec<Value> = edges
        .iter()
        .map(|edge| {
            let (from, to) = edge.split_once(' ').unwrap();
            let (from, port) = from.split_once(':').unwrap_or((from, "out"));
            json!({ "from": from, "port": port, "to": to })
        })
        .collect();
    serde_json::from_value(json!({ "nodes": all, "edges": edges })).unwrap()
}

/// Workflows by `"id@version"`.
#[derive(Default)]
pub(super) struct Workflows {
    pub documents: Vec<(&'static str, Document)>,
    pub caller: Option<&'static str>,
}

impl Callees for Workflows {
    fn callee(&self, workflow: &str, version: Option<&str>) -> Callee<'_> {
        let key = crate::workflow::callee_key(workflow, version);
        self.documents.iter().find(|(name, _)| *name == key).map_or(Callee::Missing, |(_, document)| Callee::Found(document))
    }

    fn caller(&self) -> Option<&str> {
        self.caller
    }
}

/// What is found, as `E code node /path` and `W …`; every message is in both languages.
pub(super) fn told(findings: &[Finding]) -> Vec<String> {
    findings
        .iter()
        .map(|finding| {
            assert!(!finding.message.zh.is_empty() && !finding.message.en.is_empty(), "{finding:?}");
            let severity = if finding.severity == Severity::Error { "E" } else { "W" };
            format!("{severity} {} {} {}", finding.code, finding.node.as_ref().map_or("-", NodeId::as_str), finding.path)
        })
        .collect()
}

#[track_caller]
pub(super) fn finds(document: &Document, expected: &[&str]) {
    assert_eq!(told(&check(document, &registry(), &())), expected);
}
