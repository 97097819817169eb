//! Drafts are tried out: pins, breakpoints, stepping, over restarts too.

use hearth_tests::{Client, Hearth, Member, hearth::text};
use serde_json::{Value, json};

/// Three texts in a row, the second in a loop over the words.
fn document() -> Value {
    let from = |node: &str, name: &str| json!({ "ref": { "node": node, "path": [name] } });
    json!({
        "nodes": {
            "start": { "kind": "start", "outputs": [{ "name": "words", "type": { "list": "string" } }] },
            "first": { "kind": "text", "params": { "method": "concat", "template": "{{w}}" }, "outputs": [{ "name": "output", "type": "string" }],
                       "inputs": [{ "name": "w", "type": { "list": "string" }, "value": from("start", "words") }] },
            "loop": { "kind": "loop", "params": { "over": "lists", "collect": [{ "name": "loud", "from": { "node": "shout", "path": ["output"] } }] },
                      "outputs": [{ "name": "loud", "type": { "list": "string" } }],
                      "inputs": [{ "name": "w", "type": { "list": "string" }, "value": from("start", "words") }] },
            "shout": { "kind": "text", "parent": "loop", "params": { "method": "concat", "template": "{{w}}!" }, "outputs": [{ "name": "output", "type": "string" }],
                       "inputs": [{ "name": "w", "type": "string", "value": from("loop", "w") }] },
            "end": { "kind": "end", "inputs": [{ "name": "all", "type": "string", "value": from("first", "output") },
                                                { "name": "loud", "type": { "list": "string" }, "value": from("loop", "loud") }] },
        },
        "edges": [{ "from": "start", "to": "first" }, { "from": "first", "to": "loop" }, { "from": "loop", "port": "body", "to": "shout" },
                  { "from": "shout", "to": "loop" }, { "from": "loop", "to": "end" }],
    })
}

async fn create(owner: &Member) -> String {
    let body = json!({ "name": "Tried", "document": document() });
    text(&owner.browser.post(&format!("/api/v1/workspaces/{}/workflows", owner.workspace), body).await.ok(), "/id")
}

async fn answer(api: &Client, run: &Value, answer: Value) -> Value {
    let mut given = answer;
    given["call_id"] = run["required_action"]["calls"][0]["call_id"].clone();
    let path = format!("/api/v1/runs/{}/tool-outputs", text(run, "/id"));
    api.stream(&path, json!({ "outputs": [given] })).await.last().unwrap().data["run"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_stops_is_looked_at_and_goes_on() {
    let Some(mut hearth) = Hearth::start().await else { return };
    let owner = hearth.owner().await;
    let id = create(&owner).await;
    let runs = format!("/api/v1/workflows/{id}/runs");
    let body = json!({ "inputs": { "words": ["a", "b"] }, "draft": true, "wait": true, "breakpoints": ["first", "shout"] });
    let run = owner.api.post(&runs, body).await.ok();
    assert_eq!(run["status"], "requires_action");
    let call = &run["required_action"]["calls"][0];
    assert_eq!(
        (&call["kind"], &call["node"]["id"], &call["arguments"]),
        (&json!("breakpoint"), &json!("first"), &json!({ "inputs": { "w": ["a", "b"] } }))
    );
    let detail = owner.api.get(&format!("/api/v1/runs/{}", text(&run, "/id"))).await.ok();
    assert_eq!(detail["steps"].as_array().unwrap().len(), 1, "the node has not begun");

    let outputs = format!("/api/v1/runs/{}/tool-outputs", text(&run, "/id"));
    for wrong in [json!({}), json!({ "approve": true, "output": "[]" }), json!({ "approve": true, "output": "{\"w\": {}}" })] {
        let mut wrong = wrong;
        wrong["call_id"] = call["call_id"].clone();
        assert_eq!(owner.api.post(&outputs, json!({ "outputs": [wrong] })).await.refusal(), (400, "invalid_request"));
    }
    hearth.restart().await;
    let api = hearth.visitor().with_token(&owner.token);
    let run = answer(&api, &run, json!({ "approve": true, "output": "{\"w\": [\"other\"]}" })).await;
    assert_eq!(run["required_action"]["calls"][0]["node"]["path"], "loop[0]/");
    let run = answer(&api, &run, json!({ "approve": true })).await;
    assert_eq!(run["required_action"]["calls"][0]["node"]["path"], "loop[1]/");
    let run = answer(&api, &run, json!({ "approve": true, "step": true })).await;
    assert_eq!(run["required_action"]["calls"][0]["node"]["id"], "end", "stepping stops at the next node");
    let run = answer(&api, &run, json!({ "approve": true })).await;
    assert_eq!((&run["status"], &run["output"]), (&json!("completed"), &json!({ "all": "other", "loud": ["a!", "b!"] })));

    let body = json!({ "inputs": { "words": ["a"] }, "draft": true, "wait": true, "step": true });
    let run = api.post(&runs, body).await.ok();
    assert_eq!(run["required_action"]["calls"][0]["node"]["id"], "first");
    assert_eq!(answer(&api, &run, json!({ "approve": false })).await["status"], "cancelled");
    hearth.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pinned_outputs_stand_for_nodes() {
    let Some(hearth) = Hearth::start().await else { return };
    let owner = hearth.owner().await;
    let id = create(&owner).await;
    let runs = format!("/api/v1/workflows/{id}/runs");
    let start = |more: Value| {
        let mut body = json!({ "inputs": { "words": ["a"] }, "draft": true, "wait": true });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        owner.api.post(&runs, body)
    };
    let run = start(json!({ "pins": { "first": { "output": "given" }, "shout": { "output": "?" } } })).await.ok();
    assert_eq!(run["output"], json!({ "all": "given", "loud": ["?"] }));
    let detail = owner.api.get(&format!("/api/v1/runs/{}", text(&run, "/id"))).await.ok();
    let marked = |id: &str| detail["steps"].as_array().unwrap().iter().find(|s| s["node"]["id"] == id).unwrap()["pinned"].clone();
    assert_eq!((marked("first"), marked("end")), (json!(true), json!(false)));

    let fork = format!("/api/v1/runs/{}/fork", text(&run, "/id"));
    let end = detail["steps"].as_array().unwrap().iter().find(|s| s["node"]["id"] == "end").unwrap()["seq"].clone();
    let body = json!({ "step": end, "debug": { "pins": { "loop": { "loud": ["x", "y"] } }, "breakpoints": ["end"] } });
    let forked = owner.api.stream(&fork, body).await.last().unwrap().data["run"].clone();
    assert_eq!(forked["required_action"]["calls"][0]["arguments"]["inputs"]["loud"], json!(["x", "y"]));

    for (wrong, field) in [
        (json!({ "pins": { "loop": { "loud": 5 } } }), "pins"),
        (json!({ "pins": { "start": {} } }), "pins"),
        (json!({ "pins": { "none": {} } }), "pins"),
        (json!({ "pin_ports": { "first": "out" } }), "pin_ports"),
        (json!({ "breakpoints": ["none"] }), "breakpoints"),
        (json!({ "draft": false, "step": true }), "draft"),
    ] {
        let refused = start(wrong).await;
        assert_eq!(
            (refused.refusal(), refused.json["error"]["field"].as_str()),
            ((400, "invalid_request"), Some(field)),
            "{}",
            refused.text
        );
    }
    hearth.stop().await;
}
