//! What changed from one document to another.

use flow::node::Registry;
use flow::node::secret::{SHOWN, Stored};
use flow::workflow::{Document, Edge, Node, NodeId, secrets};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// Changes that are told; a longer list helps nobody.
const MOST: usize = 1000;

/// Marks secrets while documents are compared; a text of people never holds it.
const HIDDEN: &str = "\u{0}secret ";

/// What changed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, ToSchema)]
#[schema(as = WorkflowDiff)]
pub struct Diff {
    /// Outside of nodes and edges: mode, limits.
    pub document: Vec<Change>,
    /// New nodes.
    pub added: Vec<NodeSummary>,
    /// Nodes that are gone.
    pub removed: Vec<NodeSummary>,
    /// Nodes that differ.
    pub changed: Vec<NodeChange>,
    /// New edges.
    pub edges_added: Vec<Edge>,
    /// Edges that are gone.
    pub edges_removed: Vec<Edge>,
    /// There are more changes of fields than are told.
    pub truncated: bool,
}

/// A node by its names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct NodeSummary {
    /// Its id.
    pub id: NodeId,
    /// Its kind.
    pub kind: String,
    /// For people.
    pub title: String,
}

/// A node that differs.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct NodeChange {
    /// The node as it is now.
    #[serde(flatten)]
    pub node: NodeSummary,
    /// It lies elsewhere on the canvas; nothing that runs differs.
    pub view_only: bool,
    /// Its fields that differ.
    pub changes: Vec<Change>,
}

/// A field that differs.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Change {
    /// JSON pointer into the node (or the document).
    pub path: String,
    /// What was there; absent: nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub before: Option<Value>,
    /// What is there; absent: nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub after: Option<Value>,
    /// It is a secret: `before` and `after` say only whether there is one.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    pub secret: bool,
}

/// All differences, in the order of node ids. Secrets are compared and not told.
pub fn between(from: &Document, to: &Document, kinds: &Registry) -> Diff {
    let (from, to) = (&marked(from, kinds), &marked(to, kinds));
    let mut diff = Diff::default();
    let mut walk = Walk { left: MOST, cut: false };
    let outer = |d: &Document| json(&Document { nodes: std::collections::BTreeMap::default(), edges: Vec::new(), ..d.clone() });
    walk.value(&mut String::new(), &outer(from), &outer(to), &mut diff.document);
    for (id, node) in &to.nodes {
        let Some(before) = from.nodes.get(id) else {
            diff.added.push(summary(id, node));
            continue;
        };
        if before == node {
            continue;
        }
        let mut changes = Vec::new();
        walk.value(&mut String::new(), &json(before), &json(node), &mut changes);
        let view_only = Node { view: Value::Null, ..before.clone() } == Node { view: Value::Null, ..node.clone() };
        diff.changed.push(NodeChange { node: summary(id, node), view_only, changes });
    }
    diff.removed = from.nodes.iter().filter(|(id, _)| !to.nodes.contains_key(*id)).map(|(id, node)| summary(id, node)).collect();
    diff.edges_added = only_in(&to.edges, &from.edges);
    diff.edges_removed = only_in(&from.edges, &to.edges);
    diff.truncated = walk.cut;
    diff
}

fn marked(document: &Document, kinds: &Registry) -> Document {
    let mut document = document.clone();
    let Ok(()) = secrets::replace(&mut document, kinds, |_, _, text| {
        Ok::<_, std::convert::Infallible>(Stored::of(text).is_secret().then(|| format!("{HIDDEN}{text}")))
    });
    document
}

/// A value as it may be told, and whether it is a secret itself.
fn told(mut value: Value) -> (Value, bool) {
    let secret = value.as_str().is_some_and(|text| text.starts_with(HIDDEN));
    hide(&mut value);
    (value, secret)
}

fn hide(value: &mut Value) {
    match value {
        Value::String(text) if text.starts_with(HIDDEN) => SHOWN.clone_into(text),
        Value::Array(items) => items.iter_mut().for_each(hide),
        Value::Object(map) => map.values_mut().for_each(hide),
        _ => {}
    }
}

fn summary(id: &NodeId, node: &Node) -> NodeSummary {
    NodeSummary { id: id.clone(), kind: node.kind.clone(), title: node.title.clone() }
}

fn only_in(these: &[Edge], those: &[Edge]) -> Vec<Edge> {
    let those: std::collections::BTreeSet<&Edge> = those.iter().collect();
    these.iter().filter(|e| !those.contains(e)).cloned().collect()
}

/// As it is stored: what is left out there is left out here.
fn json(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

struct Walk {
    left: usize,
    cut: bool,
}

impl Walk {
    fn value(&mut self, path: &mut String, before: &Value, after: &Value, found: &mut Vec<Change>) {
        match (before, after) {
            _ if before == after => {}
            (Value::Object(a), Value::Object(b)) => {
                for (key, value) in a {
                    self.inside(path, key, Some(value), b.get(key), found);
                }
                for (key, value) in b.iter().filter(|(key, _)| !a.contains_key(*key)) {
                    self.inside(path, key, None, Some(value), found);
                }
            }
            (Value::Array(a), Value::Array(b)) => {
                for i in 0..a.len().max(b.len()) {
                    self.inside(path, &i.to_string(), a.get(i), b.get(i), found);
                }
            }
            _ => self.tell(path, Some(before), Some(after), found),
        }
    }

    fn inside(&mut self, path: &mut String, key: &str, before: Option<&Value>, after: Option<&Value>, found: &mut Vec<Change>) {
        let length = path.len();
        path.push('/');
        path.push_str(&key.replace('~', "~0").replace('/', "~1"));
        match (before, after) {
            (Some(before), Some(after)) => self.value(path, before, after, found),
            _ => self.tell(path, before, after, found),
        }
        path.truncate(length);
    }

    fn tell(&mut self, path: &str, before: Option<&Value>, after: Option<&Value>, found: &mut Vec<Change>) {
        if self.left == 0 {
            self.cut = true;
            return;
        }
        self.left -= 1;
        let (before, after) = (before.cloned().map(told), after.cloned().map(told));
        let secret = [&before, &after].into_iter().flatten().any(|(_, secret)| *secret);
        found.push(Change { path: path.to_owned(), before: before.map(|told| told.0), after: after.map(|told| told.0), secret });
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn document(value: Value) -> Document {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn nodes_edges_and_fields_are_told() {
        let a = document(json!({
            "nodes": {
                "s": { "kind": "start" },
                "c": { "kind": "code", "title": "Code", "params": { "code": "a/b", "x~y/z": 1, "list": [1, 2] } },
                "v": { "kind": "text", "view": { "x": 1 } },
                "gone": { "kind": "text", "title": "Gone" },
            },
            "edges": [{ "from": "s", "to": "c" }, { "from": "c", "to": "gone" }],
        }));
        let b = document(json!({
            "mode": "chatflow",
            "nodes": {
                "s": { "kind": "start" },
                "c": { "kind": "code", "title": "Code 2", "params": { "code": "a/b", "x~y/z": 2, "list": [1, 3, 4] } },
                "v": { "kind": "text", "view": { "x": 2 } },
                "new": { "kind": "model" },
            },
            "edges": [{ "from": "c", "to": "new" }, { "from": "s", "to": "c" }],
            "limits": { "max_steps": 5 },
        }));
        let diff = serde_json::to_value(between(&a, &b, &Registry::default())).unwrap();
        assert_eq!(
            diff,
            json!({
                "document": [
                    { "path": "/mode", "before": "workflow", "after": "chatflow" },
                    { "path": "/limits/max_steps", "after": 5 },
                ],
                "added": [{ "id": "new", "kind": "model", "title": "" }],
                "removed": [{ "id": "gone", "kind": "text", "title": "Gone" }],
                "changed": [
                    { "id": "c", "kind": "code", "title": "Code 2", "view_only": false, "changes": [
                        { "path": "/title", "before": "Code", "after": "Code 2" },
                        { "path": "/params/x~0y~1z", "before": 1, "after": 2 },
                        { "path": "/params/list/1", "before": 2, "after": 3 },
                        { "path": "/params/list/2", "after": 4 },
                    ] },
                    { "id": "v", "kind": "text", "title": "", "view_only": true, "changes": [{ "path": "/view/x", "before": 1, "after": 2 }] },
                ],
                "edges_added": [{ "from": "c", "to": "new" }],
                "edges_removed": [{ "from": "c", "to": "gone" }],
                "truncated": false,
            })
        );
        assert_eq!(between(&a, &a, &Registry::default()), Diff::default());
    }

    #[test]
    fn endless_lists_are_cut() {
        let list = |from: usize| {
            document(json!({ "nodes": { "a": { "kind": "x", "params": { "l": (from..from + 3000).collect::<Vec<_>>() } } } }))
        };
        let diff = between(&list(0), &list(1), &Registry::default());
        assert_eq!((diff.changed[0].changes.len(), diff.truncated), (MOST, true));
    }
}
