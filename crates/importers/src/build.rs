//! A document while it is put together.

use std::collections::{HashMap, HashSet};

use flow::value::{Field, Type, Values};
use flow::workflow::import::{Imported, NodeReport, Note, Report};
use flow::workflow::{Binding, Document, Edge, Input, Node, NodeId, Ref, layout};
use serde_json::{Value, json};
use types::Failure;

use crate::files::too_large;
use crate::report::{Reason, outcome};
use crate::{MAX_EDGES, MAX_NODES, MAX_NOTES};

/// The document and its report so far.
#[derive(Default)]
pub struct Build {
    /// The document.
    pub document: Document,
    notes: Vec<Note>,
    nodes: Vec<NodeReport>,
    /// Where they are in `nodes`.
    reported: HashMap<NodeId, usize>,
    /// Of the report, all together.
    said: usize,
    ids: Names,
    edges: HashSet<(NodeId, String, NodeId)>,
}

/// Names, each given once.
#[derive(Default)]
pub struct Names {
    taken: HashSet<String>,
    /// The last number that was added to a name.
    numbers: HashMap<String, usize>,
}

impl Names {
    /// Keeps a name from being given.
    pub fn take(&mut self, name: &str) {
        self.taken.insert(name.to_owned());
    }

    /// The name, with a number if it is taken.
    pub fn unused(&mut self, wanted: &str) -> String {
        let mut name = wanted.to_owned();
        while self.taken.contains(&name) {
            let number = self.numbers.entry(wanted.to_owned()).or_insert(1);
            *number += 1;
            name = format!("{wanted}_{number}");
        }
        self.taken.insert(name.clone());
        name
    }
}

impl Build {
    /// An id like this one that documents allow and nobody has.
    pub fn unused(&mut self, wanted: &str) -> NodeId {
        let clean: String =
            wanted.chars().map(|c| if c.is_ascii_alphanumeric() || c == '_' || c == '-' { c } else { '_' }).take(48).collect();
        self.ids.unused(if clean.is_empty() { "node" } else { &clean }).into()
    }

    /// Adds a node of the file.
    pub fn add(&mut self, id: &NodeId, node: Node, source_type: &str, mut notes: Vec<Note>) -> Result<(), Failure> {
        notes.truncate(MAX_NOTES - self.said);
        self.said += notes.len();
        self.reported.insert(id.clone(), self.nodes.len());
        self.nodes.push(NodeReport {
            node: id.clone(),
            title: node.title.clone(),
            source_type: source_type.chars().take(120).collect(),
            kind: node.kind.clone(),
            outcome: outcome(&notes),
            notes,
        });
        self.helper(id, node)
    }

    /// Adds a node that the file has as a part of another.
    pub fn helper(&mut self, id: &NodeId, node: Node) -> Result<(), Failure> {
        if self.document.nodes.len() >= MAX_NODES {
            return Err(too_large());
        }
        self.document.nodes.insert(id.clone(), node);
        Ok(())
    }

    /// Adds an edge, once.
    pub fn edge(&mut self, from: &NodeId, port: &str, to: &NodeId) -> Result<(), Failure> {
        if self.edges.len() >= MAX_EDGES {
            return Err(too_large());
        }
        if self.edges.insert((from.clone(), port.to_owned(), to.clone())) {
            self.document.edges.push(Edge { from: from.clone(), port: port.to_owned(), to: to.clone() });
        }
        Ok(())
    }

    /// Says something of a node.
    pub fn note(&mut self, id: &NodeId, note: Note) {
        let reported = self.reported.get(id).and_then(|at| self.nodes.get_mut(*at));
        if let Some(report) = reported
            && self.said < MAX_NOTES
        {
            self.said += 1;
            report.notes.push(note);
            report.outcome = outcome(&report.notes);
        }
    }

    /// Says something of the whole.
    pub fn say(&mut self, note: Note) {
        if self.said < MAX_NOTES {
            self.said += 1;
            self.notes.push(note);
        }
    }

    /// An entry of the file that is no node.
    pub fn not_a_node(&mut self, at: usize) {
        self.say(Reason::NotANode.about((at + 1).to_string()));
    }

    /// The end of it.
    pub fn finish(mut self, name: &str, description: &str) -> Imported {
        layout::unfold(&mut self.document, |kind| matches!(kind, "loop" | "batch"));
        let text = |text: &str, most: usize| text.chars().filter(|c| *c != '\0').take(most).collect::<String>();
        Imported {
            name: text(name, 100),
            description: text(description, 2000),
            document: self.document,
            report: Report { nodes: self.nodes, notes: self.notes },
        }
    }
}

/// A node of a kind.
pub fn node(kind: &str, title: &str, params: Value) -> Node {
    let params = match params {
        Value::Object(map) => map,
        _ => Values::new(),
    };
    Node { kind: kind.to_owned(), version: 1, title: title.chars().take(100).collect(), params, ..Node::default() }
}

/// The kind of a type that Hearth does not know. Nothing runs it; validation says so.
pub fn unknown_kind(product: &str, ty: &str) -> String {
    let clean: String = ty.chars().take(40).map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' }).collect();
    format!("{product}_{clean}")
}

/// A place on the canvas.
pub fn place(x: f64, y: f64) -> Value {
    json!({ "x": bound(x), "y": bound(y) })
}

/// A place on the canvas, and a size if the file has one.
pub fn area(x: f64, y: f64, size: Option<(f64, f64)>) -> Value {
    let mut view = place(x, y);
    if let Some((width, height)) = size {
        view["width"] = bound(width.max(1.0)).into();
        view["height"] = bound(height.max(1.0)).into();
    }
    view
}

fn bound(v: f64) -> f64 {
    if v.is_finite() { v.clamp(-1e6, 1e6) } else { 0.0 }
}

/// What a node gives.
pub fn reference(node: &NodeId, path: &[String]) -> Binding {
    Binding::Ref(Ref { node: node.clone(), path: path.to_vec() })
}

/// A declared value of any type.
pub fn any(name: impl Into<String>) -> Field {
    Field::new(name, Type::Any)
}

/// A list of anything.
pub fn list() -> Type {
    Type::List(Box::new(Type::Any))
}

/// A name for an input or output: letters, digits, `_`, not beginning with a digit.
pub fn name(text: &str) -> String {
    let clean: String = text.chars().map(|c| if c.is_ascii_alphanumeric() || c == '_' { c } else { '_' }).take(60).collect();
    match clean.chars().next() {
        None => "value".to_owned(),
        Some(first) if first.is_ascii_digit() => format!("_{clean}"),
        Some(_) => clean,
    }
}

/// Whether a text is such a name already.
pub fn is_name(text: &str) -> bool {
    !text.is_empty() && name(text) == text
}

/// Inputs of a node as they are needed.
#[derive(Default)]
pub struct Inputs {
    list: Vec<Input>,
    names: Names,
    /// Names that are kept for [`Inputs::set`].
    reserved: HashSet<String>,
    /// Where names and values are in `list`; what was [forgotten](Inputs::forget) may still stand here.
    by_name: HashMap<String, usize>,
    by_value: HashMap<String, usize>,
}

impl Inputs {
    /// Keeps names free.
    pub fn reserve(&mut self, names: &[&str]) {
        for name in names {
            self.names.take(name);
            self.reserved.insert((*name).to_owned());
        }
    }

    /// In order.
    pub fn list(self) -> Vec<Input> {
        self.list
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.list.len()
    }

    /// Leaves only the first ones.
    pub fn forget(&mut self, from: usize) {
        for input in self.list.drain(from..) {
            self.names.taken.remove(&input.name);
        }
    }

    /// Whether there is one of this name.
    pub fn contains(&self, name: &str) -> bool {
        self.at(name).is_some()
    }

    fn at(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied().filter(|at| self.list.get(*at).is_some_and(|input| input.name == name))
    }

    /// Names that were kept free and are taken now.
    pub fn named(&self) -> Vec<String> {
        self.list.iter().map(|input| input.name.clone()).filter(|name| self.reserved.contains(name)).collect()
    }

    /// The name of the input that is bound to this; a new one like `wanted` if there is none.
    pub fn bind(&mut self, wanted: &str, ty: Type, value: Binding) -> String {
        let key = json!([ty, value]).to_string();
        let there = self.by_value.get(&key).and_then(|at| self.list.get(*at));
        if let Some(there) = there.filter(|input| input.ty == ty && input.value.as_ref() == Some(&value)) {
            return there.name.clone();
        }
        let unused = self.names.unused(&name(wanted));
        self.by_value.insert(key, self.list.len());
        self.by_name.insert(unused.clone(), self.list.len());
        self.list.push(Input { name: unused.clone(), ty, value: Some(value) });
        unused
    }

    /// An input of exactly this name.
    pub fn set(&mut self, name: &str, ty: Type, value: Option<Binding>) {
        self.names.take(name);
        self.reserved.insert(name.to_owned());
        let input = Input { name: name.to_owned(), ty, value };
        if let Some(there) = self.at(name) {
            self.list[there] = input;
        } else {
            self.by_name.insert(name.to_owned(), self.list.len());
            self.list.push(input);
        }
    }
}

/// A text of a file; nothing if it is none.
pub fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// Elements of a list of a file.
pub fn items<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// A whole number of a file, which may be written as text.
pub fn whole(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => number.as_u64().or_else(|| number.as_f64().filter(|x| *x >= 0.0 && *x < 1e15).map(|x| x as u64)),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}
