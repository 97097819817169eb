//! Canvases in and out.

mod checks;
mod documents;
mod files;
mod hostile;
mod nodes;

use flow::workflow::{Document, NodeId};
use serde_json::{Value, json};

use super::{Imported, import};
use crate::canvas::export;

/// Imports, exports, imports again, and sees that nothing has changed.
fn round_trip(canvas: &Value) -> Imported {
    let first = import(canvas).unwrap();
    let exported = export(&first.document);
    let second = import(&exported.canvas).unwrap();
    let (a, b) = (serde_json::to_string_pretty(&first.document).unwrap(), serde_json::to_string_pretty(&second.document).unwrap());
    assert!(first.document == second.document, "{}\n{}", difference(&a, &b), exported.canvas);
    assert_eq!(export(&second.document).canvas, exported.canvas, "the canvas too is the same from then on");
    first
}

fn difference(a: &str, b: &str) -> String {
    let differing = a.lines().zip(b.lines()).enumerate().find(|(_, (a, b))| a != b);
    differing.map_or_else(|| "one is longer".to_owned(), |(line, (a, b))| format!("line {line}:\n{a}\n{b}"))
}

/// A canvas of start, these nodes in a row, and end.
fn canvas(nodes: &[Value]) -> Value {
    let mut all = vec![json!({ "id": "100001", "type": "1", "data": { "outputs": [{ "name": "input", "type": "string" }] } })];
    all.extend(nodes.iter().cloned());
    all.push(json!({ "id": "900001", "type": "2", "data": { "inputs": { "terminatePlan": "returnVariables", "inputParameters": [] } } }));
    let ids: Vec<Value> = all.iter().map(|node| node["id"].clone()).collect();
    let edges: Vec<Value> = ids.windows(2).map(|pair| json!({ "sourceNodeID": pair[0], "targetNodeID": pair[1] })).collect();
    json!({ "nodes": all, "edges": edges, "versions": { "loop": "v2" } })
}

/// A reference to an output of the start node or another.
fn reference(node: &str, name: &str, ty: &str) -> Value {
    json!({ "type": ty, "value": { "type": "ref", "content": { "source": "block-output", "blockID": node, "name": name } } })
}

fn literal(ty: &str, content: impl Into<Value>) -> Value {
    json!({ "type": ty, "value": { "type": "literal", "content": content.into() } })
}

/// The node `n` of a document, without what is kept of the canvas.
fn node(document: &Document) -> Value {
    let mut node = serde_json::to_value(&document.nodes[&NodeId::from("n")]).unwrap();
    node.as_object_mut().unwrap().remove("view");
    node
}

/// One node of this type, imported and round-tripped.
fn one(ty: &str, data: &Value) -> (Value, Vec<String>) {
    let imported = round_trip(&canvas(&[json!({ "id": "n", "type": ty, "data": data })]));
    let report = imported.report.nodes.iter().find(|report| report.node.as_str() == "n").unwrap();
    let notes = report.notes.iter().map(|note| format!("{}: {}", note.code, note.subject)).collect();
    (node(&imported.document), notes)
}
