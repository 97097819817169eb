//! Which workflows a document calls: by its workflow nodes, and as tools of its model nodes.

use std::collections::BTreeMap;

use flow::workflow::{Document, NodeId, callee_key};
use serde_json::Value;
use types::WorkflowId;

use super::VersionNumber;

/// A call, as the document writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call<'d> {
    /// By which node.
    pub node: &'d NodeId,
    /// Where in the node, as a JSON pointer.
    pub path: String,
    /// As a tool of a model, not by a node of its own.
    pub as_tool: bool,
    /// Of which workflow.
    pub workflow: &'d str,
    /// Which version; `None`: the draft.
    pub version: Option<&'d str>,
}

/// What a call means. Texts that name nothing have no target.
pub type Target = (WorkflowId, Option<VersionNumber>);

impl Call<'_> {
    /// What it means; `None` when its texts cannot name anything.
    pub fn target(&self) -> Option<Target> {
        let workflow = self.workflow.parse().ok()?;
        let version = self.version.map(str::parse).transpose().ok()?;
        Some((workflow, version))
    }
}

/// All calls, by node.
pub fn of(document: &Document) -> Vec<Call<'_>> {
    let mut calls = Vec::new();
    for (id, node) in &document.nodes {
        if node.kind == "workflow" {
            let found = node.params.get("workflow_id").and_then(Value::as_str).filter(|w| !w.is_empty());
            let version = text(node.params.get("version"));
            calls.extend(found.map(|workflow| Call { node: id, path: "/params".to_owned(), as_tool: false, workflow, version }));
        }
        let skills = node.params.get("skills").and_then(|s| s.get("workflows")).and_then(Value::as_array);
        for (i, skill) in skills.into_iter().flatten().enumerate() {
            let found = skill.get("workflow_id").and_then(Value::as_str).filter(|w| !w.is_empty());
            let path = format!("/params/skills/workflows/{i}");
            calls.extend(found.map(|workflow| Call { node: id, path, as_tool: true, workflow, version: text(skill.get("version")) }));
        }
    }
    calls
}

/// What a document calls, by [`callee_key`]; calls that can name nothing are left out.
pub fn targets(document: &Document) -> BTreeMap<String, Target> {
    of(document).iter().filter_map(|call| Some((callee_key(call.workflow, call.version), call.target()?))).collect()
}

fn text(value: Option<&Value>) -> Option<&str> {
    value.and_then(Value::as_str).filter(|v| !v.is_empty())
}
