//! What files become, without running it. Runs: `tests/tests/api/workflow_imports.rs`.

use flow::workflow::import::{Imported, Importers as _};
use flow::workflow::{Binding, NodeId};
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
