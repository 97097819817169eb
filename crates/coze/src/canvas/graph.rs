//! Edges and ports. In a canvas a container holds the edges of its body; in a document all edges lie in one list.

use std::collections::HashMap;

use flow::workflow::{BODY, Document, ERROR, Edge, Node, NodeId, OUT, OnError};
use serde_json::{Map, Value, json};

/// A way out of a node of this kind, from Coze's port to Hearth's. Ports nobody knows stay as they are.
pub fn read_port(kind: &str, node: &Node, port: &str) -> String {
    let branch = |n: &str| n.parse::<u32>().ok().map(|n| format!("branch_{n}"));
    let known = match port {
        "branch_error" => Some(ERROR.to_owned()),
        "loop-function-inline-output" | "batch-function-inline-output" => Some(BODY.to_owned()),
        "default" if branches(kind, node) => Some("else".to_owned()),
        "" | "default" | "loop-output" | "batch-output" => Some(OUT.to_owned()),
        "true" if kind == "condition" => branch("0"),
        "false" if kind == "condition" => Some("else".to_owned()),
        _ => match port.strip_prefix("true_").filter(|_| kind == "condition") {
            Some(n) => branch(n),
            None => port.strip_prefix("branch_").and_then(branch),
        },
    };
    known.unwrap_or_else(|| port.to_owned())
}

/// A way out of a node, from Hearth's port to Coze's.
fn write_port(node: &Node, port: &str) -> String {
    let kind = node.kind.as_str();
    match port {
        OUT if kind == "loop" => "loop-output".to_owned(),
        OUT if kind == "batch" => "batch-output".to_owned(),
        OUT if node.policy.on_error == OnError::Branch && !branches(kind, node) => "default".to_owned(),
        OUT => String::new(),
        BODY if kind == "loop" => "loop-function-inline-output".to_owned(),
        BODY if kind == "batch" => "batch-function-inline-output".to_owned(),
        ERROR => "branch_error".to_owned(),
        "else" if kind == "condition" => "false".to_owned(),
        "else" if branches(kind, node) => "default".to_owned(),
        port => match port.strip_prefix("branch_").filter(|_| kind == "condition") {
            Some("0") => "true".to_owned(),
            Some(n) => format!("true_{n}"),
            None => port.to_owned(),
        },
    }
}

/// Whether a node has ways out for what was chosen, and one for anything else.
fn branches(kind: &str, node: &Node) -> bool {
    kind == "intent" || kind == "question" && node.params.get("answer").and_then(Value::as_str) == Some("options")
}

/// The container whose body an edge belongs to.
fn scope<'a>(document: &'a Document, edge: &'a Edge) -> Option<&'a NodeId> {
    let parent = |id: &NodeId| document.nodes.get(id).and_then(|node| node.parent.as_ref());
    match (parent(&edge.from), parent(&edge.to)) {
        (_, inside) if inside == Some(&edge.from) => inside,
        (inside, _) if inside == Some(&edge.to) => inside,
        (from, to) if from == to => from,
        _ => None,
    }
}

/// Gives the ways into bodies their port and puts edges in the order in which an export gives them back.
pub fn settle(document: &mut Document) {
    let mut edges = std::mem::take(&mut document.edges);
    for edge in &mut edges {
        let into_body = document.nodes.get(&edge.to).is_some_and(|node| node.parent.as_ref() == Some(&edge.from));
        if into_body && edge.port == OUT {
            BODY.clone_into(&mut edge.port);
        }
    }
    edges.sort_by(|a, b| scope(document, a).cmp(&scope(document, b)));
    document.edges = edges;
}

/// Edges of a canvas by the container whose body they belong to, `None`: the canvas itself.
pub fn write(document: &Document, coze_id: impl Fn(&NodeId) -> Option<String>) -> HashMap<Option<&NodeId>, Vec<Value>> {
    let mut found: HashMap<Option<&NodeId>, Vec<Value>> = HashMap::new();
    for edge in &document.edges {
        let (Some(from), Some(to)) = (coze_id(&edge.from), coze_id(&edge.to)) else { continue };
        let inside = scope(document, edge);
        let source = document.nodes.get(&edge.from);
        let port = source.map_or_else(|| edge.port.clone(), |node| write_port(node, &edge.port));
        let mut made: Map<String, Value> = Map::new();
        made.insert("sourceNodeID".into(), from.into());
        made.insert("targetNodeID".into(), to.into());
        made.insert("sourcePortID".into(), port.into());
        if inside == Some(&edge.to)
            && let Some(container) = document.nodes.get(&edge.to)
        {
            made.insert("targetPortID".into(), json!(format!("{}-function-inline-input", container.kind)));
        }
        found.entry(inside).or_default().push(Value::Object(made));
    }
    found
}
