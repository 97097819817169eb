//! Help by a model: proposed changes and explained errors.

use hearth_tests::{Hearth, Member, hearth::text};
use serde_json::{Value, json};

fn document() -> Value {
    json!({ "nodes": {
        "s": { "kind": "start", "title": "Start", "outputs": [{ "name": "x", "type": "string" }], "view": { "x": 7, "y": 8 } },
        "e": { "kind": "end", "inputs": [{ "name": "y", "type": "string", "value": { "ref": { "node": "s", "path": ["x"] } } }] } },
        "edges": [{ "from": "s", "to": "e" }] })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_proposes_and_nothing_is_saved() {
    let Some(hearth) = Hearth::start().await else { return };
    let owner = hearth.owner().await;
    let workflows = format!("/api/v1/workspaces/{}/workflows", owner.workspace);
    let id = text(&owner.browser.post(&workflows, json!({ "name": "W", "document": document() })).await.ok(), "/id");
    let path = format!("/api/v1/workflows/{id}/assist");
    let offline = json!({ "name": "Offline", "vendor": "offline", "model": "offline", "is_default": true });
    owner.browser.post(&format!("/api/v1/workspaces/{}/models", owner.workspace), offline).await.ok();
    let ask = async |body: Value| owner.api.post(&path, body).await;
    assert_eq!(ask(json!({ "instruction": "add a text", "document": document() })).await.refusal(), (409, "assist_needs_model"));

    let model = owner.add_model(&hearth).await;
    let mut proposed = document();
    proposed["nodes"]["t"] = json!({ "kind": "text", "params": { "method": "concat", "template": "fixed" }, "outputs": [{ "name": "output", "type": "string" }] });
    proposed["edges"] = json!([{ "from": "s", "to": "t" }, { "from": "t", "to": "e" }]);
    proposed["nodes"]["s"].as_object_mut().unwrap().remove("view");
    let says = |document: &Value| json!({ "model_id": model, "document": self::document(), "instruction": format!("add a text\nsay {}", json!({ "summary": "Added.", "document": document })) });
    let answer = ask(says(&proposed)).await.ok();
    assert_eq!((&answer["summary"], &answer["findings"], &answer["model"]), (&json!("Added."), &json!([]), &json!("scripted")));
    assert_eq!(answer["document"]["nodes"]["s"]["view"]["x"], 7, "what stood somewhere stands there");
    let draft = owner.api.get(&format!("/api/v1/workflows/{id}/draft")).await.ok();
    assert_eq!(draft["revision"], 1, "nothing is saved");

    // What is wrong is given back once, and told if it stays wrong.
    proposed["edges"] = json!([{ "from": "s", "to": "nowhere" }]);
    let before = hearth.model.requests().len();
    let answer = ask(says(&proposed)).await.ok();
    assert!(answer["findings"].as_array().unwrap().iter().any(|finding| finding["code"] == "missing_node"));
    let requests = hearth.model.requests();
    assert_eq!(requests.len(), before + 2);
    let system = requests[before]["messages"][0]["content"].to_string();
    assert!(system.contains("filter_list") && system.contains("branch_0"), "the kinds and the format are told");
    assert!(requests[before + 1]["messages"].to_string().contains("This cannot be used"));

    let refused = ask(json!({ "model_id": model, "document": document(), "instruction": "say I would rather not" })).await;
    assert_eq!(refused.refusal(), (502, "assist_unreadable"));
    assert_eq!(ask(json!({ "instruction": " ", "document": document() })).await.refusal(), (400, "invalid_request"));
    let missing = ask(json!({ "model_id": "123", "document": document(), "instruction": "x" })).await;
    assert!(!missing.status.is_success(), "{}", missing.text);
    hearth.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_is_explained() {
    let Some(hearth) = Hearth::start().await else { return };
    let owner = hearth.owner().await;
    owner.add_model(&hearth).await;
    let broken = json!({ "nodes": {
        "s": { "kind": "start" },
        "j": { "kind": "json_decode", "title": "Read it", "inputs": [{ "name": "input", "type": "string", "value": { "literal": "{" } }], "outputs": [{ "name": "output", "type": "any" }] },
        "e": { "kind": "end" } }, "edges": [{ "from": "s", "to": "j" }, { "from": "j", "to": "e" }] });
    let workflows = format!("/api/v1/workspaces/{}/workflows", owner.workspace);
    let run = async |document: Value| {
        let id = text(&owner.browser.post(&workflows, json!({ "name": "Broken", "document": document })).await.ok(), "/id");
        text(&owner.api.post(&format!("/api/v1/workflows/{id}/runs"), json!({ "draft": true, "wait": true })).await.ok(), "/id")
    };
    let failed = run(broken).await;
    let told = owner.api.post(&format!("/api/v1/runs/{failed}/explain"), json!({})).await.ok();
    let said = text(&told, "/text");
    assert!(said.contains("Broken") && said.contains("Read it") && said.contains("json_invalid"), "{said}");
    let fine = run(document()).await;
    assert_eq!(owner.api.post(&format!("/api/v1/runs/{fine}/explain"), json!({})).await.refusal(), (409, "run_not_failed"));
    hearth.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_person_asks_so_often_in_a_minute() {
    let Some(hearth) = Hearth::start().await else { return };
    let path = async |member: &Member| {
        let workspace = format!("/api/v1/workspaces/{}", member.workspace);
        let offline = json!({ "name": "Offline", "vendor": "offline", "model": "offline", "is_default": true });
        member.browser.post(&format!("{workspace}/models"), offline).await.ok();
        let made = member.browser.post(&format!("{workspace}/workflows"), json!({ "name": "W", "document": document() })).await.ok();
        format!("/api/v1/workflows/{}/assist", text(&made, "/id"))
    };
    let question = json!({ "instruction": "add a text", "document": document() });
    let owner = hearth.owner().await;
    let to = path(&owner).await;
    let mut admitted = 0;
    let limited = loop {
        let answer = owner.api.post(&to, question.clone()).await;
        if answer.status == 429 {
            break answer;
        }
        assert_eq!(answer.refusal(), (409, "assist_needs_model"));
        admitted += 1;
        assert!(admitted < 300, "nobody is limited");
    };
    assert!(admitted >= 60, "{admitted}");
    assert_eq!(limited.refusal(), (429, "rate_limited"));
    let wait: u64 = limited.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");

    let other = hearth.user("other").await;
    let answer = other.api.post(&path(&other).await, question).await;
    assert_eq!(answer.refusal(), (409, "assist_needs_model"), "another person has a minute of his own");
    hearth.stop().await;
}
