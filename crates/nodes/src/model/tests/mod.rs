//! Conversations with scripted models.

mod answers;
mod prompts;
mod tools;

use flow::workflow::Node;
use serde_json::{Value, json};

use super::*;
use crate::testkit::{node, wrong};

/// A node with the inputs `input` and `pic` and the output `output`.
fn ask(params: Value) -> Node {
    asking(params, json!({ "output": "string" }))
}

fn asking(params: Value, outputs: Value) -> Node {
    node(params, json!({ "input": "string", "pic": { "file": "image" } }), outputs)
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    let check = |params: Value, expected: &[(&str, &str)]| {
        let found = wrong(&Model, &ask(params));
        let found: Vec<(&str, &str)> = found.iter().map(|(code, path)| (code.as_str(), path.as_str())).collect();
        assert_eq!(found, expected);
    };
    check(
        json!({ "prompt": "x", "temperature": 3, "top_p": -1, "images": ["gone"], "max_rounds": 0 }),
        &[
            ("out_of_range", "/params/temperature"),
            ("out_of_range", "/params/top_p"),
            ("unknown_input", "/params/images/0"),
            ("out_of_range", "/params/max_rounds"),
        ],
    );
    check(
        json!({ "prompt": "x", "skills": {
            "tools": [{ "tool": "a" }, { "tool": "a" }, { "tool": "" }],
            "workflows": [{ "workflow_id": "" }],
            "knowledge": { "knowledge_ids": [], "min_score": 2 },
        } }),
        &[
            ("duplicate_name", "/params/skills/tools/1/tool"),
            ("missing_param", "/params/skills/tools/2/tool"),
            ("missing_param", "/params/skills/workflows/0/workflow_id"),
            ("missing_param", "/params/skills/knowledge/knowledge_ids"),
            ("out_of_range", "/params/skills/knowledge/min_score"),
        ],
    );
    check(json!({ "prompt": "x", "temprature": 1 }), &[("unknown_param", "/params/temprature")]);
    check(json!({ "prompt": "x", "response_format": "xml" }), &[("invalid_params", "/params/response_format")]);
}

#[test]
fn the_backup_in_the_policy_is_checked_too() {
    let mut node = ask(json!({ "prompt": "x" }));
    node.policy.backup = Some(crate::testkit::values(json!({ "temperature": 9 })));
    assert_eq!(wrong(&Model, &node), [("out_of_range".to_owned(), "/policy/backup/temperature".to_owned())]);
    node.policy.backup = Some(crate::testkit::values(json!({ "model_id": "gpt" })));
    assert_eq!(wrong(&Model, &node), [("invalid_params".to_owned(), "/policy/backup".to_owned())]);
}
