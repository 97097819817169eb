//! What tests of kinds share.

use flow::node::{Action, Control, Inputs, NodeError, NodeType, Output, Pure, Task, TaskCx};
use flow::value::Values;
use flow::workflow::{Finding, Node, NodeId};
use serde_json::{Value, json};
use std::sync::Arc;
use types::{RunId, Timestamp, UserId, WorkspaceId};

/// 2026-03-04 05:06:07.089 UTC, a Wednesday.
pub const NOW: Timestamp = Timestamp(1_772_600_767_089);

/// A node from params and declared inputs and outputs (`{"name": type}`, types as in documents).
#[track_caller]
pub fn node(params: Value, inputs: Value, outputs: Value) -> Node {
    let list = |named: Value| -> Vec<Value> {
        let Value::Object(named) = named else { panic!("names with types") };
        named.into_iter().map(|(name, ty)| json!({ "name": name, "type": ty })).collect()
    };
    serde_json::from_value(json!({ "kind": "x", "params": params, "inputs": list(inputs), "outputs": list(outputs) })).unwrap()
}

pub fn compile(kind: &dyn NodeType, node: &Node) -> Result<Action, Vec<Finding>> {
    kind.compile(&NodeId::from("n"), node)
}

#[track_caller]
pub fn control(kind: &dyn NodeType, node: &Node) -> Control {
    match compile(kind, node) {
        Ok(Action::Control(control)) => control,
        Ok(_) => panic!("another action"),
        Err(findings) => panic!("{findings:?}"),
    }
}

#[track_caller]
pub fn pure(kind: &dyn NodeType, node: &Node) -> Arc<dyn Pure> {
    match compile(kind, node) {
        Ok(Action::Pure(pure)) => pure,
        Ok(_) => panic!("another action"),
        Err(findings) => panic!("{findings:?}"),
    }
}

/// `(code, path)` of what is wrong.
#[track_caller]
pub fn wrong(kind: &dyn NodeType, node: &Node) -> Vec<(String, String)> {
    match compile(kind, node) {
        Ok(_) => panic!("nothing is wrong"),
        Err(findings) => {
            for finding in &findings {
                assert!(!finding.message.zh.is_empty() && !finding.message.en.is_empty(), "{finding:?}");
                assert_eq!(finding.node.as_ref().map(NodeId::as_str), Some("n"));
            }
            findings.into_iter().map(|finding| (finding.code, finding.path)).collect()
        }
    }
}

pub fn values(value: Value) -> Values {
    match value {
        Value::Object(map) => map,
        _ => panic!("values are objects"),
    }
}

pub fn inputs(value: Value) -> Inputs {
    Inputs { values: values(value), absent: Vec::new() }
}

pub fn run(pure: &Arc<dyn Pure>, value: Value) -> Result<Output, NodeError> {
    pure.run(&inputs(value), NOW)
}

/// The first attempt of a step.
pub fn cx() -> TaskCx {
    TaskCx {
        run: RunId::generate(),
        workspace: WorkspaceId::generate(),
        user: UserId::generate(),
        node: NodeId::from("n"),
        attempt: 1,
        idempotency_key: "key-1".into(),
        conversation: None,
        draft: false,
        app: None,
        person: None,
        time_zone: None,
    }
}

#[track_caller]
pub fn task(kind: &dyn NodeType, node: &Node) -> Arc<dyn Task> {
    match compile(kind, node) {
        Ok(Action::Task(task)) => task,
        Ok(_) => panic!("another action"),
        Err(findings) => panic!("{findings:?}"),
    }
}

pub async fn perform(kind: &dyn NodeType, node: &Node, inputs: Inputs) -> Result<Output, NodeError> {
    task(kind, node).run(&cx(), inputs).await
}
