//! From a document to a canvas.

use std::collections::{BTreeMap, HashMap, HashSet};

use flow::value::{Field, Type};
use flow::workflow::{Document, Mode, Node, NodeId};
use serde_json::{Map, Value, json};

use super::report::{self, NodeReport, Note, Reason, Report};
use super::{catalogue, graph, import, nodes, policy, rest, types};

/// Levels of containers that are written; deeper ones are left out.
const MAX_LEVELS: usize = 32;

/// The ids that Coze gives to every start and every end.
const START: &str = "100001";
const END: &str = "900001";

/// A document as a canvas.
#[derive(Debug, Clone, PartialEq)]
pub struct Exported {
    /// The canvas, in the form that Coze Studio stores.
    pub canvas: Value,
    /// What became of each node.
    pub report: Report,
}

/// Writes a document as a canvas of Coze. What Coze cannot say is left out, and the report says so.
pub fn export(document: &Document) -> Exported {
    let writer = Writer::new(document);
    let mut report = Report::default();
    let mut canvas = match holder(document).and_then(|id| kept(document.nodes.get(id)?)) {
        Some(kept) => kept.get("canvas").and_then(Value::as_object).cloned().unwrap_or_default(),
        None => Map::from_iter([("versions".to_owned(), json!({ "loop": "v2" }))]),
    };
    let nodes = writer.nodes(None, 0, &mut report);
    canvas.insert("nodes".into(), nodes.into());
    canvas.insert("edges".into(), writer.edges_of(None));
    if document.mode != import::by_start(document) {
        canvas.insert("flow_mode".into(), if document.mode == Mode::Chatflow { 3.into() } else { 0.into() });
    }
    let ends = document.nodes.values().filter(|node| node.kind == "end").count();
    if ends > 1 {
        report.notes.push(Reason::SeveralEnds.about(ends.to_string()));
    }
    report.nodes.sort_by(|a, b| a.node.cmp(&b.node));
    Exported { canvas: Value::Object(canvas), report }
}

struct Writer<'a> {
    document: &'a Document,
    /// Coze's ids of the nodes that are written.
    ids: HashMap<&'a NodeId, String>,
    inside: BTreeMap<Option<&'a NodeId>, Vec<&'a NodeId>>,
    edges: HashMap<Option<&'a NodeId>, Vec<Value>>,
}

impl<'a> Writer<'a> {
    fn new(document: &'a Document) -> Self {
        let mut inside: BTreeMap<Option<&NodeId>, Vec<&NodeId>> = BTreeMap::new();
        for (id, node) in &document.nodes {
            let parent = node.parent.as_ref().filter(|parent| document.nodes.contains_key(*parent));
            inside.entry(parent).or_default().push(id);
        }
        let ids = ids(document);
        let edges = graph::write(document, |id| match (document.nodes.contains_key(id), ids.get(id)) {
            (true, written) => written.cloned(),
            (false, _) => Some(id.to_string()),
        });
        Self { document, ids, inside, edges }
    }

    fn coze_id(&self, id: &NodeId) -> String {
        self.ids.get(id).cloned().unwrap_or_else(|| id.to_string())
    }

    fn edges_of(&self, container: Option<&NodeId>) -> Value {
        self.edges.get(&container).cloned().unwrap_or_default().into()
    }

    fn nodes(&self, container: Option<&'a NodeId>, level: usize, report: &mut Report) -> Vec<Value> {
        let mut written = Vec::new();
        for id in self.inside.get(&container).into_iter().flatten() {
            let Some(node) = self.document.nodes.get(*id) else { continue };
            let ty = coze_type(node);
            let Some(ty) = ty else {
                let notes = vec![Reason::NoCozeType.about(node.kind.clone())];
                report.nodes.push(said(id, node, "", notes));
                continue;
            };
            let (mut made, mut notes) = node_of_canvas(node, &|id| self.coze_id(id));
            finish(node, &mut made);
            made["id"] = self.coze_id(id).into();
            made["type"] = ty.clone().into();
            if nodes::is_container(&node.kind) {
                if level > 0 {
                    notes.push(Reason::Nested.about(node.title.clone()));
                }
                let body = if level < MAX_LEVELS { self.nodes(Some(id), level + 1, report) } else { Vec::new() };
                made["blocks"] = body.into();
                made["edges"] = self.edges_of(Some(id));
            }
            report.nodes.push(said(id, node, &ty, notes));
            written.push(made);
        }
        written
    }
}

fn said(id: &NodeId, node: &Node, ty: &str, notes: Vec<Note>) -> NodeReport {
    let outcome = report::outcome(&notes);
    NodeReport { node: id.clone(), title: node.title.clone(), source_type: ty.to_owned(), kind: node.kind.clone(), outcome, notes }
}

/// The number of the node's type in Coze; of a type that Hearth did not know, what it was.
fn coze_type(node: &Node) -> Option<String> {
    let known = catalogue::by_kind(&node.kind).map(|coze| coze.number.to_string());
    known.or_else(|| kept(node)?.get("type")?.as_str().map(str::to_owned))
}

/// Coze's ids: those of the canvas a node came from; of documents born here, Coze's own for start and end.
fn ids(document: &Document) -> HashMap<&NodeId, String> {
    let written = || document.nodes.iter().filter(|(_, node)| coze_type(node).is_some());
    let mut taken: HashSet<String> = document.nodes.keys().map(NodeId::to_string).collect();
    let mut ids = HashMap::new();
    for (id, node) in written() {
        let came_as = kept(node).and_then(|kept| kept.get("id")).and_then(Value::as_str).map(str::to_owned);
        let own = match node.kind.as_str() {
            "start" if kept(node).is_none() => Some(START.to_owned()),
            "end" if kept(node).is_none() => Some(END.to_owned()),
            _ => None,
        };
        let wanted = came_as.or(own).filter(|wanted| !taken.contains(wanted)).unwrap_or_else(|| id.to_string());
        taken.insert(wanted.clone());
        ids.insert(id, wanted);
    }
    ids
}

/// The node that keeps what belongs to the canvas as a whole.
pub fn holder(document: &Document) -> Option<&NodeId> {
    let start = document.nodes.iter().find(|(_, node)| node.kind == "start");
    start.or_else(|| document.nodes.first_key_value()).map(|(id, _)| id)
}

/// What is kept of the canvas the node came from.
pub fn kept(node: &Node) -> Option<&Map<String, Value>> {
    node.view.get("coze")?.as_object()
}

/// Keeps this of the canvas.
pub fn set_kept(node: &mut Node, kept: Map<String, Value>) {
    if !node.view.is_object() {
        node.view = Value::Object(Map::new());
    }
    node.view["coze"] = Value::Object(kept);
}

/// A node as it stands in a canvas, without id, type, body, and what is kept of the canvas it came from.
pub fn node_of_canvas(node: &Node, coze_id: &dyn Fn(&NodeId) -> String) -> (Value, Vec<Note>) {
    let mut writing = nodes::Writing::new(node, coze_id);
    nodes::write(&mut writing);
    policy::write(&mut writing);
    let nodes::Writing { mut data, inputs, notes, .. } = writing;
    if !inputs.is_empty() {
        data.insert("inputs".into(), inputs.into());
    }
    let mut meta = Map::new();
    let mut say = |key: &str, text: &str| {
        if !text.is_empty() {
            meta.insert(key.to_owned(), text.into());
        }
    };
    say("title", &node.title);
    say("description", &node.description);
    say("mainColor", node.view["color"].as_str().unwrap_or_default());
    if !meta.is_empty() {
        data.insert("nodeMeta".into(), meta.into());
    }
    let view = |key: &str| node.view.get(key).cloned();
    // Coze's containers have none: they are as large as what they hold.
    if !nodes::is_container(&node.kind)
        && let Some((width, height)) = view("width").zip(view("height"))
    {
        data.insert("size".into(), json!({ "width": width, "height": height }));
    }
    let mut made = json!({ "data": data });
    if let Some((x, y)) = view("x").zip(view("y")) {
        made["meta"] = json!({ "position": { "x": moved_back(node, "x", x), "y": moved_back(node, "y", y) } });
    }
    (made, notes)
}

/// A coordinate without what the import moved the node by.
fn moved_back(node: &Node, axis: &str, at: Value) -> Value {
    let Some(moved) = kept(node).and_then(|kept| kept.get("moved")) else { return at };
    let (from, to) = (&moved["from"][axis], &moved["to"][axis]);
    if at == *to {
        return from.clone();
    }
    match (at.as_f64(), from.as_f64(), to.as_f64()) {
        (Some(now), Some(from), Some(to)) => (now - to + from).round().into(),
        _ => at,
    }
}

/// Adds what is kept of the canvas; to a node born here, what Coze's editor expects.
fn finish(node: &Node, made: &mut Value) {
    if let Some(kept) = kept(node) {
        if let Some(Value::Object(extras)) = kept.get("rest") {
            rest::given_back(made, extras);
        }
        return;
    }
    if made["meta"].is_null() {
        made["meta"] = json!({ "position": { "x": 0, "y": 0 } });
    }
    match node.kind.as_str() {
        "start" => made["data"]["trigger_parameters"] = json!([]),
        "model" => made["data"]["version"] = "3".into(),
        // What this node always gives, Coze wants declared.
        "question" if node.outputs.is_empty() => {
            let options = node.params.get("answer").and_then(Value::as_str) == Some("options");
            let names: &[&str] = if options { &["optionId", "optionContent"] } else { &["USER_RESPONSE"] };
            made["data"]["outputs"] = names.iter().map(|name| types::write_field(&Field::required(*name, Type::String))).collect();
        }
        _ => {}
    }
}
