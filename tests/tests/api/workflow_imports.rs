//! Files of n8n and Dify are imported, run, and give what they gave there; hostile ones are refused.

use hearth_tests::{Hearth, Member, hearth::text};
use reqwest::Method;
use serde_json::{Value, json};

const GREETING: &str = include_str!("imports/n8n_greeting.json");
const LISTS: &str = include_str!("imports/n8n_lists.json");
const LOOP: &str = include_str!("imports/n8n_loop.json");
const BRANCHES: &str = include_str!("imports/dify_branches.yml");
const ROUNDS: &str = include_str!("imports/dify_rounds.yml");
const CHAT: &str = include_str!("imports/dify_chat.yml");

async fn import(owner: &Member, file: &str) -> Value {
    let path = format!("/api/v1/workspaces/{}/workflows/import", owner.workspace);
    owner.api.post(&path, json!({ "document": file })).await.ok()
}

/// What a run of the draft gives; the draft has no errors.
async fn run(owner: &Member, id: &str, inputs: Value) -> Value {
    let judged = owner.api.post(&format!("/api/v1/workflows/{id}/validate"), json!({})).await.ok();
    assert_eq!(judged["valid"], true, "{judged:#}");
    let body = json!({ "inputs": inputs, "draft": true, "wait": true });
    let run = owner.api.post(&format!("/api/v1/workflows/{id}/runs"), body).await.ok();
    assert_eq!(run["status"], "completed", "{run:#}");
    run["output"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn workflows_of_n8n_give_what_they_gave() {
    let Some(hearth) = Hearth::start_with_services(&[], hearth_tests::code::services()).await else { return };
    let owner = hearth.owner().await;
    let made = import(&owner, GREETING).await;
    let id = text(&made, "/workflow/id");
    assert_eq!(made["workflow"]["name"], "Greeting");
    let said = made["report"]["nodes"].as_array().unwrap();
    assert_eq!(said.len(), 6);
    assert!(said.iter().all(|node| node["outcome"] == "carried_over"), "{said:#?}");
    let ann = run(&owner, &id, json!({ "body": { "name": "Ann", "age": 41 } })).await;
    assert_eq!(ann, json!({ "json": { "text": "Hello ANN!", "next": 42.0 } }));
    let bob = run(&owner, &id, json!({ "body": { "name": "Bob", "age": 7 } })).await;
    assert_eq!(bob, json!({ "json": { "text": "Not today.", "next": 0.0 } }));

    let id = text(&import(&owner, LISTS).await, "/workflow/id");
    let best = run(&owner, &id, json!({ "scores": [5, 30, 12, 50, 11] })).await;
    assert_eq!(best, json!({ "json": { "lines": ["p3: 50", "p1: 30", "p2: 12"] } }));

    let id = text(&import(&owner, LOOP).await, "/workflow/id");
    let each = run(&owner, &id, json!({ "words": ["of", "course"] })).await;
    assert_eq!(each["json"], json!({ "line": "of is short." }), "{each}");
    hearth.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn apps_of_dify_give_what_they_gave() {
    let Some(hearth) = Hearth::start_with_services(&[], hearth_tests::code::services()).await else { return };
    let owner = hearth.owner().await;
    owner.add_model(&hearth).await;
    let made = import(&owner, BRANCHES).await;
    let id = text(&made, "/workflow/id");
    assert_eq!((&made["workflow"]["name"], &made["workflow"]["description"]), (&json!("Shipping"), &json!("What a parcel costs.")));
    assert!(!made.to_string().contains("hidden"), "secrets stay behind");
    assert_eq!(run(&owner, &id, json!({ "weight": 4, "country": "DE" })).await, json!({ "price": 5.0, "said": null }));
    assert_eq!(run(&owner, &id, json!({ "weight": 21, "country": "FR" })).await, json!({ "price": null, "said": "Ask us about 21 kg." }));

    let id = text(&import(&owner, ROUNDS).await, "/workflow/id");
    let rounds = run(&owner, &id, json!({ "text": "a bb b" })).await;
    assert_eq!(rounds, json!({ "all": ["<a>", "<bb>", "<b>"], "last": "<bb>", "n": 27.0 }));

    let made = import(&owner, CHAT).await;
    let id = text(&made, "/workflow/id");
    assert_eq!(made["workflow"]["mode"], "chatflow");
    let report = made["report"]["nodes"].as_array().unwrap();
    let outcome = |node: &str| report.iter().find(|one| one["node"] == node).unwrap()["outcome"].clone();
    assert_eq!((outcome("paper"), outcome("ask")), (json!("not_supported"), json!("carried_over")));
    let draft = owner.api.get(&format!("/api/v1/workflows/{id}/draft")).await.ok();
    assert_eq!(draft["document"]["nodes"]["note"]["params"]["text"], "For later.");
    let body = json!({ "inputs": { "USER_INPUT": "hello" }, "draft": true, "wait": true });
    let ended = owner.api.post(&format!("/api/v1/workflows/{id}/runs"), body).await.ok();
    assert_eq!(ended["output"], "It says: hello", "{ended:#}");
    hearth.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_workflow_is_refused() {
    let Some(hearth) = Hearth::start_with_services(&[], hearth_tests::code::services()).await else { return };
    let owner = hearth.owner().await;
    let path = format!("/api/v1/workspaces/{}/workflows/import", owner.workspace);
    let bomb: String = (0..40).fold("workflow: {graph: {nodes: []}}\na0: &a0 [x, x, x, x, x, x, x, x]\n".to_owned(), |text, n| {
        format!("{text}a{}: &a{} [*a{n}, *a{n}, *a{n}, *a{n}, *a{n}, *a{n}, *a{n}, *a{n}]\n", n + 1, n + 1)
    });
    let deep = format!("workflow: {{graph: {{nodes: []}}}}\nx: {}{}", "[".repeat(100), "]".repeat(100));
    let many: Vec<Value> = (0..10_001).map(|n| json!({ "name": format!("n{n}"), "type": "x.noOp" })).collect();
    for (document, format, refusal) in [
        (json!(bomb), "dify", (413, "workflow_file_too_large")),
        (json!(deep), "dify", (413, "workflow_file_too_large")),
        (json!("a: !!python/object:os.system {}"), "dify", (400, "workflow_file_invalid")),
        (json!("{"), "n8n", (400, "canvas_invalid")),
        (json!("workflow: ["), "dify", (400, "workflow_file_invalid")),
        (json!({ "workflow": { "graph": { "nodes": [] } } }), "dify", (400, "workflow_file_invalid")),
        (json!({ "nodes": 7, "connections": {} }), "n8n", (400, "workflow_file_invalid")),
        (json!([1]), "n8n", (400, "workflow_file_invalid")),
        (json!({ "nodes": many, "connections": {} }), "n8n", (413, "workflow_file_too_large")),
    ] {
        let answer = owner.api.post(&path, json!({ "document": document, "format": format })).await;
        assert_eq!(answer.refusal(), refusal, "{}", answer.text);
    }
    let part = reqwest::multipart::Part::text(BRANCHES).file_name("app.yml");
    let form = reqwest::multipart::Form::new().part("file", part).text("format", "dify").text("name", "By form");
    assert_eq!(owner.api.send(owner.api.request(Method::POST, &path).multipart(form)).await.ok()["workflow"]["name"], "By form");
    // Odd parts of a file do not stop the rest of it.
    let odd = json!({ "nodes": [
        { "name": "T", "type": "n8n-nodes-base.manualTrigger" }, 7, { "name": "T", "type": "x.set" },
        { "name": "S", "type": "n8n-nodes-base.set", "parameters": { "assignments": { "assignments": [{ "name": "a", "type": "string", "value": "={{ (() => { while(true){} })() }}" }] } } },
        { "name": "X", "type": "community.thing", "parameters": [] } ],
        "connections": { "T": { "main": [null, [{ "node": "S" }, { "node": "gone" }]] }, "S": { "main": [[{ "node": "S" }, { "node": "X" }]] }, "gone": 7 } });
    let made = owner.api.post(&path, json!({ "document": odd })).await.ok();
    let codes = made["report"].to_string();
    for code in ["not_a_node", "expression_not_translated", "unknown_type", "edge_dropped"] {
        assert!(codes.contains(code), "{code}: {codes}");
    }
    hearth.stop().await;
}
