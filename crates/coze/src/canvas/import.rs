//! From a canvas to a document.

use std::collections::{BTreeMap, HashMap, HashSet};

use flow::workflow::{Document, Edge, Mode, Node, NodeId, layout};
use serde_json::{Map, Value, json};

use super::report::{self, NodeReport, Note, Reason, Report};
use super::{ImportError, MAX_EDGES, MAX_NODES, catalogue, dialect, export, graph, json as lenient, nodes, policy, rest};

/// A canvas as a document.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// The document. It may still be wrong in itself, as the canvas may be: `flow::workflow::check` says.
    pub document: Document,
    /// What became of each node.
    pub report: Report,
}

/// Node ids of the document by those of the canvas.
pub type Ids = HashMap<String, NodeId>;

/// Reads a canvas of Coze, in any of its wrappings. Whatever can be read is; the report says what is different.
pub fn import(canvas: &Value) -> Result<Imported, ImportError> {
    let (mut canvas, mode) = dialect::unwrap(canvas)?;
    let mut report = Report::default();
    let listed = match canvas.remove("nodes") {
        Some(Value::Array(listed)) => listed,
        _ => Vec::new(),
    };
    let top_edges = canvas.remove("edges").unwrap_or_default();
    let mut found = Found::default();
    found.nodes(listed, None, &mut report)?;
    let ids = ids(&found.nodes, &mut report)?;
    let back: HashMap<NodeId, String> = ids.iter().map(|(text, id)| (id.clone(), text.clone())).collect();

    let mut document = Document::default();
    let mut inner_edges = BTreeMap::new();
    for raw in found.nodes {
        let id = ids.get(&raw.id).cloned().unwrap_or_else(|| raw.id.as_str().into());
        if let Some(edges) = &raw.edges {
            inner_edges.insert(id.clone(), edges.clone());
        }
        let (node, notes) = node(&raw, &id, &ids, &back);
        report.nodes.push(NodeReport {
            node: id.clone(),
            title: node.title.clone(),
            source_type: raw.ty,
            kind: node.kind.clone(),
            outcome: report::outcome(&notes),
            notes,
        });
        document.nodes.insert(id, node);
    }
    for edges in std::iter::once(&top_edges).chain(inner_edges.values()) {
        edges_of(edges, &ids, &mut document)?;
    }
    graph::settle(&mut document);
    document.mode = concluded(mode, &document, &mut report);
    keep_canvas(&canvas, &mut document);
    unfold(&mut document);
    Ok(Imported { document, report })
}

/// A node of the canvas, taken out of the tree.
struct Raw {
    id: String,
    ty: String,
    parent: Option<String>,
    /// Without id, type, and the body of a container.
    node: Value,
    /// Of the body of a container.
    edges: Option<Value>,
}

#[derive(Default)]
struct Found {
    nodes: Vec<Raw>,
}

impl Found {
    fn nodes(&mut self, listed: Vec<Value>, parent: Option<&str>, report: &mut Report) -> Result<(), ImportError> {
        for (at, entry) in listed.into_iter().enumerate() {
            if self.nodes.len() >= MAX_NODES {
                return Err(ImportError::TooLarge);
            }
            let Value::Object(mut node) = entry else {
                report.notes.push(Reason::NotANode.about((at + 1).to_string()));
                continue;
            };
            let (id, ty) = (node.remove("id"), node.remove("type"));
            let Some(id) = id.as_ref().and_then(lenient::filled) else {
                report.notes.push(Reason::NotANode.about((at + 1).to_string()));
                continue;
            };
            let ty = ty.as_ref().and_then(lenient::text).unwrap_or_default();
            dialect::adopt_external(&mut node);
            let container = catalogue::by_number(&ty).is_some_and(|coze| nodes::is_container(coze.kind));
            let empty = |value: &Value| value.is_null() || value.as_array().is_some_and(Vec::is_empty);
            let (mut blocks, mut edges) = (None, None);
            if container {
                (blocks, edges) = (node.remove("blocks"), node.remove("edges"));
            } else {
                for key in ["blocks", "edges"] {
                    if node.get(key).is_some_and(empty) {
                        node.remove(key);
                    }
                }
            }
            self.nodes.push(Raw { id: id.clone(), ty, parent: parent.map(str::to_owned), node: Value::Object(node), edges });
            if let Some(Value::Array(blocks)) = blocks {
                self.nodes(blocks, Some(&id), report)?;
            }
        }
        Ok(())
    }
}

/// Gives every node an id that documents allow, the same one wherever possible.
fn ids(found: &[Raw], report: &mut Report) -> Result<Ids, ImportError> {
    let mut given = HashSet::new();
    for raw in found {
        if !given.insert(raw.id.as_str()) {
            return Err(ImportError::DuplicateNode(raw.id.chars().take(64).collect()));
        }
    }
    let mut ids = Ids::new();
    let mut names = nodes::Names::of(given.iter().filter(|id| is_id(id)).map(|id| (*id).to_owned()));
    // In an order that does not depend on where nodes stand.
    let mut found: Vec<&Raw> = found.iter().collect();
    found.sort_by(|a, b| a.id.cmp(&b.id));
    for raw in found {
        if is_id(&raw.id) {
            ids.insert(raw.id.clone(), raw.id.as_str().into());
            continue;
        }
        let clean: String = raw.id.chars().take(40).map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
        let id = names.unused(&clean);
        report.notes.push(Reason::IdChanged.about(raw.id.chars().take(64).collect::<String>()));
        ids.insert(raw.id.clone(), id.into());
    }
    Ok(ids)
}

fn is_id(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

fn node(raw: &Raw, id: &NodeId, ids: &Ids, back: &HashMap<NodeId, String>) -> (Node, Vec<Note>) {
    let coze = catalogue::by_number(&raw.ty);
    let kind = coze.map_or_else(|| unknown_kind(&raw.ty), |coze| coze.kind.to_owned());
    let mut reading = nodes::Reading::new(&raw.node, kind, ids);
    reading.node.parent = raw.parent.as_ref().and_then(|parent| ids.get(parent).cloned());
    if raw.id != id.as_str() {
        reading.keep("id", raw.id.clone().into());
    }
    if coze.is_none() {
        reading.keep("type", raw.ty.clone().into());
        reading.note(Reason::UnknownType, &raw.ty);
    }
    policy::read(&mut reading);
    nodes::read(&mut reading);
    let (mut node, mut notes, mut kept) = reading.finish();

    let (made, _) = export::node_of_canvas(&node, &|id| back.get(id).cloned().unwrap_or_else(|| id.to_string()));
    let extras = rest::kept(&raw.node, &made);
    if !extras.is_empty() {
        kept.insert("rest".into(), Value::Object(extras));
    }
    export::set_kept(&mut node, kept);
    notes.dedup();
    (node, notes)
}

/// Coze draws a loop as a card and its body on a sheet of its own. What moves for that, an export moves back.
fn unfold(document: &mut Document) {
    let before: Vec<Value> = document.nodes.values().map(|node| place(&node.view)).collect();
    layout::unfold(document, nodes::is_container);
    for (node, from) in document.nodes.values_mut().zip(before) {
        let to = place(&node.view);
        if from != to {
            let mut kept = export::kept(node).cloned().unwrap_or_default();
            kept.insert("moved".into(), json!({ "from": from, "to": to }));
            export::set_kept(node, kept);
        }
    }
}

fn place(view: &Value) -> Value {
    json!({ "x": view["x"], "y": view["y"] })
}

/// The kind of a type that Hearth does not know. Nothing runs it; validation says so.
fn unknown_kind(ty: &str) -> String {
    let clean: String = ty.chars().take(32).map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' }).collect();
    format!("coze_{clean}")
}

fn edges_of(edges: &Value, ids: &Ids, document: &mut Document) -> Result<(), ImportError> {
    for edge in lenient::items(edges) {
        if document.edges.len() >= MAX_EDGES {
            return Err(ImportError::TooLarge);
        }
        let end = |key: &str| lenient::filled(&edge[key]).map(|id| ids.get(&id).cloned().unwrap_or_else(|| id.into()));
        let (Some(from), Some(to)) = (end("sourceNodeID"), end("targetNodeID")) else { continue };
        let port = lenient::text(&edge["sourcePortID"]).unwrap_or_default();
        let port = match document.nodes.get(&from) {
            Some(node) => graph::read_port(&node.kind, node, &port),
            None if port.is_empty() => flow::workflow::OUT.to_owned(),
            None => port,
        };
        document.edges.push(Edge { from, port, to });
    }
    Ok(())
}

/// Chatflows take what was said and in which conversation.
fn concluded(named: Option<i64>, document: &Document, report: &mut Report) -> Mode {
    let concluded = by_start(document);
    match named {
        Some(3) => Mode::Chatflow,
        Some(_) => Mode::Workflow,
        None => {
            if concluded == Mode::Chatflow {
                report.notes.push(Reason::ModeConcluded.about(""));
            }
            concluded
        }
    }
}

/// The mode that the start node speaks for.
pub fn by_start(document: &Document) -> Mode {
    let start = document.nodes.values().find(|node| node.kind == "start");
    let has = |name: &str| start.is_some_and(|start| start.outputs.iter().any(|field| field.name == name));
    if has("USER_INPUT") && has("CONVERSATION_NAME") { Mode::Chatflow } else { Mode::Workflow }
}

/// What stands beside nodes and edges goes with the start node, else with the first.
fn keep_canvas(canvas: &Map<String, Value>, document: &mut Document) {
    if canvas.is_empty() {
        return;
    }
    if let Some(holder) = export::holder(document).cloned()
        && let Some(node) = document.nodes.get_mut(&holder)
    {
        let mut kept = export::kept(node).cloned().unwrap_or_default();
        kept.insert("canvas".into(), json!(canvas));
        export::set_kept(node, kept);
    }
}
