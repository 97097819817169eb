//! What files become, without running it. Runs: `tests/tests/api/workflow_imports.rs`.

mod hostile;

use std::collections::BTreeMap;
use std::ops::Bound;

use flow::workflow::import::{Imported, Importers as _};
use flow::workflow::{Binding, Document, Node, NodeId};
use serde_json::{Value, json};

use crate::Files;
use crate::report::Reason;

fn import(file: &Value) -> Imported {
    Files.import(Files.detect(file).unwrap(), file).unwrap()
}

/// A file of n8n: nodes in a row.
fn row(nodes: &[(&str, &str, Value)]) -> Value {
    let listed: Vec<Value> =
        nodes.iter().map(|(name, ty, parameters)| json!({ "name": name, "type": format!("n8n-nodes-base.{ty}"), "typeVersion": 3, "parameters": parameters })).collect();
    let connections: serde_json::Map<String, Value> =
        nodes.windows(2).map(|pair| (pair[0].0.to_owned(), json!({ "main": [[{ "node": pair[1].0 }]] }))).collect();
    json!({ "nodes": listed, "connections": connections })
}

fn codes(imported: &Imported, node: &str) -> Vec<String> {
    let report = imported.report.nodes.iter().find(|report| report.node.as_str() == node).unwrap();
    report.notes.iter().map(|note| note.code.clone()).collect()
}

#[test]
fn every_code_is_explained() {
    let page = include_str!("../../../../docs/reference/imports.md");
    for reason in Reason::ALL {
        assert!(page.contains(&format!("| `{}` |", reason.name())), "docs/reference/imports.md does not explain {}", reason.name());
    }
}

#[test]
fn a_request_of_n8n_is_a_request_and_its_json() {
    let file = row(&[
        ("Go", "manualTrigger", json!({})),
        (
            "Call",
            "httpRequest",
            json!({
                "method": "POST", "url": "=https://api.test/{{ $json.id }}", "sendBody": true,
                "bodyParameters": { "parameters": [{ "name": "n", "value": "={{ $json.n }}" }, { "name": "s", "value": "plain" }] },
                "options": { "timeout": 5000 },
            }),
        ),
        (
            "Use",
            "set",
            json!({ "assignments": { "assignments": [{ "name": "got", "type": "string", "value": "={{ $json.answer.text }}" }] } }),
        ),
    ]);
    let made = import(&file);
    let nodes = &made.document.nodes;
    let request = &nodes["Call_request"];
    assert_eq!(request.params["url"], "https://api.test/{{id}}");
    assert_eq!(request.params["body"], json!({ "type": "json", "content": "{\"n\": {{n}}, \"s\": \"plain\"}" }));
    assert_eq!((request.kind.as_str(), nodes["Call"].kind.as_str()), ("http_request", "json_decode"));
    let Some(Binding::Ref(to)) = &nodes["Use"].inputs[0].value else { panic!("{:?}", nodes["Use"].inputs) };
    assert_eq!((to.node.as_str(), to.path.join(".").as_str()), ("Call", "output.answer.text"));
    let fields: Vec<&str> = nodes["Go"].outputs.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(fields, ["id", "n"], "the start declares what is read of it");
}

/// Where nodes are drawn: `x`, `y`, `width`, `height` on the canvas itself. Notes are not among them.
fn drawn(document: &Document) -> BTreeMap<&str, [f64; 4]> {
    let number = |node: &Node, key: &str| node.view[key].as_f64();
    let nodes = document.nodes.iter().filter(|(_, node)| node.kind != "comment");
    let rect = |node: &Node| {
        let [mut x, mut y] = ["x", "y"].map(|key| number(node, key).unwrap());
        let mut up = node.parent.as_ref();
        while let Some(parent) = up {
            let parent = &document.nodes[parent];
            x += number(parent, "x").unwrap();
            y += number(parent, "y").unwrap();
            up = parent.parent.as_ref();
        }
        [x, y, number(node, "width").unwrap_or(264.0), number(node, "height").unwrap_or(100.0)]
    };
    nodes.map(|(id, node)| (id.as_str(), rect(node))).collect()
}

/// Nodes lie beside each other, or inside their container.
fn tidy(document: &Document) {
    let drawn = drawn(document);
    for (id, [x, y, width, height]) in &drawn {
        for (other, [left, top, wide, high]) in drawn.range::<str, _>((Bound::Excluded(*id), Bound::Unbounded)) {
            let (a, b) = (&document.nodes[*id], &document.nodes[*other]);
            let holds = a.parent.as_ref().is_some_and(|up| up.as_str() == *other) || b.parent.as_ref().is_some_and(|up| up.as_str() == *id);
            let apart = x + width <= *left || left + wide <= *x || y + height <= *top || top + high <= *y;
            let within =
                |inner: [f64; 4], outer: [f64; 4]| (0..2).all(|n| inner[n] > outer[n] && inner[n] + inner[n + 2] < outer[n] + outer[n + 2]);
            let (first, second) = ([*x, *y, *width, *height], [*left, *top, *wide, *high]);
            assert!(
                if holds { within(first, second) || within(second, first) } else { apart || a.parent != b.parent },
                "{id} {first:?}, {other} {second:?}"
            );
        }
        assert!(document.nodes[*id].view.get("position").is_none());
    }
}

#[test]
fn what_n8n_draws_close_together_has_room_here() {
    let at = |name: &str, ty: &str, x: i32, y: i32| json!({ "name": name, "type": format!("n8n-nodes-base.{ty}"), "typeVersion": 3, "position": [x, y], "parameters": {} });
    let to = |names: &[&str]| -> Vec<Value> { names.iter().map(|name| json!({ "node": name })).collect() };
    let note = json!({ "name": "Note", "type": "n8n-nodes-base.stickyNote", "position": [-100, -100], "parameters": { "width": 700, "height": 300 } });
    let file = json!({
        "nodes": [note, at("Go", "manualTrigger", -440, 20), at("Call", "httpRequest", -220, 20), at("Each", "splitInBatches", 0, 20),
            at("A", "noOp", 220, 140), at("B", "noOp", 440, 140), at("Below", "noOp", 0, 300), at("Done", "noOp", 220, -60)],
        "connections": { "Go": { "main": [to(&["Call"])] }, "Call": { "main": [to(&["Each", "Below"])] },
            "Each": { "main": [to(&["Done"]), to(&["A"])] }, "A": { "main": [to(&["B"])] }, "B": { "main": [to(&["Each"])] } },
    });
    let document = import(&file).document;
    tidy(&document);
    let view = |id: &str| &document.nodes[id].view;
    assert_eq!((view("Go")["x"].as_f64(), view("Call_request")["x"].as_f64()), (Some(-704.0), Some(-352.0)), "n8n's places, stretched");
    assert_eq!((view("A")["x"].as_f64(), view("B")["x"].as_f64()), (Some(64.0), Some(416.0)), "inside the loop");
    assert_eq!((view("Note")["width"].as_f64(), view("Note")["height"].as_f64()), (Some(1120.0), Some(390.0)));
    assert!(view("end")["x"].as_f64() > view("Done")["x"].as_f64());
}

#[test]
fn what_dify_draws_around_others_stays_around_them() {
    let at = |id: &str, ty: &str, x: i32, parent: Option<&str>| json!({ "id": id, "parentId": parent, "position": { "x": x, "y": 70 }, "data": { "type": ty, "title": id } });
    let mut round = at("round", "loop", 384, None);
    round["width"] = 700.into();
    round["height"] = 250.into();
    round["data"]["loop_count"] = 3.into();
    round["data"]["break_conditions"] = json!([{ "variable_selector": ["in", "text"], "comparison_operator": "is", "value": "x" }]);
    let mut file = json!({ "app": { "mode": "workflow" }, "workflow": { "graph": { "nodes": [
        at("go", "start", 80, None), round, at("in", "template-transform", 128, Some("round")), at("end", "end", 1144, None),
    ], "edges": [{ "source": "go", "target": "round" }, { "source": "round", "target": "end" }] } } });
    file["workflow"]["graph"]["nodes"][0]["data"]["variables"] = json!([]);
    let document = import(&file).document;
    tidy(&document);
    assert_eq!(document.nodes["in"].view, json!({ "x": 128, "y": 84 }), "below the title");
    assert_eq!(document.nodes["round"].view["width"], 128 + 2 * 304 + 264 + 64, "with the break that was added");
}

#[test]
fn what_cannot_be_said_is_told() {
    let file = row(&[
        ("Timer", "scheduleTrigger", json!({})),
        (
            "Set",
            "set",
            json!({ "assignments": { "assignments": [
            { "name": "a", "type": "string", "value": "={{ $json.list.map(x => x.y) }}" },
            { "name": "b", "type": "string", "value": "={{ $('Nobody').item.json.x }}" },
        ] } }),
        ),
        ("Sub", "executeWorkflow", json!({ "workflowId": { "value": "42" } })),
    ]);
    let made = import(&file);
    assert_eq!(codes(&made, "Timer"), ["trigger_dropped"]);
    assert_eq!(codes(&made, "Set"), ["expression_not_translated", "missing_node", "expression_not_translated"]);
    assert_eq!(codes(&made, "Sub"), ["workflow_reference"]);
    assert!(made.document.nodes.contains_key("end"));
}

#[test]
fn a_tangle_of_loops_comes_to_an_end() {
    let many: Vec<Value> = (0..60).map(|n| json!({ "name": format!("l{n}"), "type": "x.splitInBatches", "typeVersion": 3 })).collect();
    let all: Vec<Value> = (0..60).map(|n| json!({ "node": format!("l{n}") })).collect();
    let connections: serde_json::Map<String, Value> = (0..60).map(|n| (format!("l{n}"), json!({ "main": [all, all] }))).collect();
    let made = import(&json!({ "nodes": many, "connections": connections }));
    assert_eq!(made.document.nodes.values().filter(|node| node.kind == "loop").count(), 60);
}

#[test]
fn secrets_of_dify_stay_behind_and_a_parent_must_be_a_container() {
    let file = json!({ "app": { "mode": "workflow" }, "workflow": {
        "environment_variables": [{ "name": "k", "value": "s3cret", "value_type": "secret" }],
        "graph": { "nodes": [
            { "id": "a", "data": { "type": "start", "variables": [] } },
            { "id": "b", "parentId": "a", "data": { "type": "template-transform", "template": "{{ k | upper }}", "variables": [{ "variable": "k", "value_selector": ["env", "k"] }] } },
            { "id": "c", "parentId": "c", "data": { "type": "iteration", "iterator_selector": ["b", "output"] } },
        ], "edges": [{ "source": "a", "target": "b" }] } } });
    let made = import(&file);
    assert!(!serde_json::to_string(&made.document).unwrap().contains("s3cret"));
    assert_eq!(codes(&made, "b"), ["variable_reference", "expression_not_translated"]);
    assert_eq!(made.document.nodes["b"].parent, None::<NodeId>);
    assert_eq!(made.document.nodes["c"].parent, None);
}
