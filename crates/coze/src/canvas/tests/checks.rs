//! Imported documents against the real kinds of nodes.

use std::collections::BTreeMap;

use flow::workflow::{Severity, check};
use nodes::ports::Services;
use serde_json::json;

use super::files::canvases;
use super::{canvas, import, literal, reference};

/// Errors in files that are wrong on purpose: node, code, place.
const WRONG: &[(&str, &[&str])] = &[
    ("canvases/validate/invalid_input_parameter.json", &["198684 bad_name /inputs/1/name", "900001 empty_reference /inputs/0/value/ref"]),
    (
        "canvases/validate/workflow_has_loop.json",
        &[" cycle /edges/3", " cycle /edges/4", " cycle /edges/6", " cycle /edges/7", " cycle /edges/8", " cycle /edges/9"],
    ),
    (
        "canvases/validate/workflow_ref_variable.json",
        &["118685 reference_scope /inputs/0/value/ref/node", "128176 missing_reference /inputs/0/value/ref/node"],
    ),
];

#[test]
fn every_file_that_is_right_can_run() {
    let registry = nodes::registry(&Services::default());
    let wrong: BTreeMap<&str, Vec<&str>> = WRONG.iter().map(|(name, errors)| (*name, errors.to_vec())).collect();
    let mut found = BTreeMap::new();
    let files = canvases();
    for (name, canvas) in &files {
        let document = import(canvas).unwrap().document;
        let findings = check::check(&document, &registry, &());
        let errors = findings.into_iter().filter(|finding| finding.severity == Severity::Error);
        let said: Vec<String> = errors
            .map(|error| format!("{} {} {}", error.node.map(|id| id.to_string()).unwrap_or_default(), error.code, error.path))
            .collect();
        if !said.is_empty() {
            found.insert(name.as_str(), said);
        }
    }
    if !files.is_empty() {
        assert_eq!(json!(found), json!(wrong));
    }
}

#[test]
fn every_type_can_run() {
    let registry = nodes::registry(&Services::default());
    let nodes = [
        ("9", json!({ "workflowId": "73", "inputParameters": [{ "name": "q", "input": reference("100001", "input", "string") }] })),
        (
            "22",
            json!({ "mode": "all", "intents": [{ "name": "a" }], "inputParameters": [{ "name": "query", "input": reference("100001", "input", "string") }], "llmParam": { "modelType": 5, "systemPrompt": literal("string", "s") } }),
        ),
        (
            "18",
            json!({ "question": "?", "answer_type": "option", "option_type": "static", "options": [{ "name": "yes" }], "llmParam": {} }),
        ),
        ("12", json!({ "databaseInfoList": [{ "databaseInfoID": "7" }], "sql": "select 1" })),
        (
            "42",
            json!({ "databaseInfoList": [{ "databaseInfoID": "7" }], "updateParam": {
            "fieldInfo": [[{ "name": "fieldID", "input": literal("string", "1") }, { "name": "fieldValue", "input": literal("string", "x") }]],
            "condition": { "conditionList": [[{ "name": "left", "input": literal("string", "f") }, { "name": "operation", "input": literal("string", "IS_NULL") }]] },
        } }),
        ),
        (
            "60",
            json!({ "datasetParam": [{ "name": "datasetList", "input": literal("list", json!(["8"])) }], "inputParameters": [{ "name": "documentID", "input": literal("string", "1") }] }),
        ),
        (
            "15",
            json!({ "method": "split", "inputParameters": [{ "name": "String", "input": reference("100001", "input", "string") }], "splitParams": [{ "name": "delimiters", "input": literal("list", json!([","])) }] }),
        ),
        ("5", json!({ "code": "async function main({ params }) { return {}; }", "language": 5 })),
        ("37", json!({ "inputParameters": [{ "name": "conversationName", "input": literal("string", "c") }] })),
        (
            "51",
            json!({ "inputParameters": [{ "name": "conversationName", "input": literal("string", "c") }, { "name": "newConversationName", "input": literal("string", "d") }] }),
        ),
        (
            "54",
            json!({ "inputParameters": [{ "name": "conversationName", "input": literal("string", "c") }, { "name": "rounds", "input": literal("integer", 3) }] }),
        ),
        ("38", json!({ "inputParameters": [{ "name": "conversationName", "input": literal("string", "c") }] })),
        (
            "57",
            json!({ "inputParameters": [{ "name": "conversationName", "input": literal("string", "c") }, { "name": "messageId", "input": literal("string", "1") }] }),
        ),
    ];
    for (ty, inputs) in nodes {
        let mut whole = canvas(&[json!({ "id": "n", "type": ty, "data": { "inputs": inputs } })]);
        if ty == "22" || ty == "18" {
            whole["edges"][1]["sourcePortID"] = "branch_0".into();
        }
        let document = import(&whole).unwrap().document;
        let findings = check::check(&document, &registry, &());
        let errors: Vec<_> = findings.into_iter().filter(|finding| finding.severity == Severity::Error).collect();
        assert!(errors.is_empty(), "{ty}: {errors:#?}");
    }
}
