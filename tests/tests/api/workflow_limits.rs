//! Limits of workflows and runs, by the instance and by a workspace; unpublishing; what becomes of old runs.

use hearth_tests::{Hearth, Member, hearth::text};
use serde_json::{Value, json};

async fn made(owner: &Member, document: &Value) -> hearth_tests::Answer {
    let body = json!({ "name": "w", "document": document });
    owner.browser.post(&format!("/api/v1/workspaces/{}/workflows", owner.workspace), body).await
}

async fn published(owner: &Member, document: &Value) -> String {
    let id = text(&made(owner, document).await.ok(), "/id");
    owner.browser.post(&format!("/api/v1/workflows/{id}/publish"), json!({})).await.ok();
    id
}

async fn run(owner: &Member, workflow: &str) -> Value {
    owner.api.post(&format!("/api/v1/workflows/{workflow}/runs"), json!({ "wait": true })).await.json
}

/// Counts to `rounds`, with a text of 200 characters each time.
fn counting(rounds: u32, limits: &Value) -> Value {
    json!({
        "nodes": {
            "start": { "kind": "start" },
            "again": { "kind": "loop", "params": { "over": "count", "collect": [{ "name": "all", "from": { "node": "text", "path": ["output"] } }] },
                "inputs": [{ "name": "count", "type": "integer", "value": { "literal": rounds } }], "outputs": [{ "name": "all", "type": { "list": "string" } }] },
            "text": { "kind": "text", "parent": "again", "params": { "method": "concat", "template": "x".repeat(200) }, "outputs": [{ "name": "output", "type": "string" }] },
            "end": { "kind": "end", "params": { "mode": "variables" },
                "inputs": [{ "name": "all", "type": { "list": "string" }, "value": { "ref": { "node": "again", "path": ["all"] } } }] },
        },
        "edges": [{ "from": "start", "to": "again" }, { "from": "again", "port": "body", "to": "text" }, { "from": "text", "to": "again" }, { "from": "again", "to": "end" }],
        "limits": limits,
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn of_instance_workspace_workflow_and_node_the_smallest_counts() {
    let settings = [("HEARTH_WORKFLOW_MAX_NODES", "6"), ("HEARTH_RUN_MAX_STEPS", "50"), ("HEARTH_RUN_MAX_TIME", "0")];
    let Some(hearth) = Hearth::start_with(&settings).await else { return };
    let owner = hearth.owner().await;
    let path = format!("/api/v1/workspaces/{}/limits", owner.workspace);
    let standing = owner.api.get(&path).await.ok();
    assert_eq!((&standing["instance"]["max_nodes"], &standing["instance"]["max_seconds"]), (&json!(6), &Value::Null));
    assert_eq!((&standing["workspace"]["max_nodes"], &standing["in_force"]["max_steps"]), (&Value::Null, &json!(50)));

    // The instance.
    let free = json!({});
    let (few, many) = (published(&owner, &counting(10, &free)).await, published(&owner, &counting(100, &free)).await);
    assert_eq!(run(&owner, &few).await["status"], "completed");
    assert_eq!(run(&owner, &many).await["error"]["code"], "limit_steps");
    let mut crowd = counting(1, &free);
    for index in 0..3 {
        crowd["nodes"][format!("c{index}")] = json!({ "kind": "comment" });
    }
    assert_eq!(made(&owner, &crowd).await.refusal(), (413, "document_too_large"));

    // The workspace is stricter; more generous it cannot be.
    let set = async |limits: Value| owner.browser.put(&path, limits).await;
    let now = set(json!({ "max_nodes": 100, "max_steps": 5, "max_seconds": 0, "keep_days": 30 })).await.ok();
    assert_eq!((&now["in_force"]["max_nodes"], &now["in_force"]["max_steps"]), (&json!(6), &json!(5)));
    assert_eq!((&now["workspace"]["max_seconds"], &now["in_force"]["keep_days"]), (&Value::Null, &json!(30)));
    assert_eq!(run(&owner, &few).await["error"]["code"], "limit_steps");
    for (limits, code) in [
        (json!({ "max_bytes": 1000 }), "limit_bytes"),
        (json!({ "max_output_bytes": 100 }), "limit_output"),
        (json!({ "max_document_bytes": 50 }), "document_too_large"),
        (json!({ "max_nodes": 3 }), "document_too_large"),
    ] {
        set(limits.clone()).await.ok();
        let told = if code == "document_too_large" {
            made(&owner, &counting(1, &free)).await.refusal().1.to_owned()
        } else {
            run(&owner, &few).await["error"]["code"].as_str().unwrap_or_default().to_owned()
        };
        assert_eq!(told, code, "{limits}");
    }
    set(json!({ "max_nesting": 1 })).await.ok();
    let mut nested = counting(1, &free);
    nested["nodes"]["inner"] = json!({ "kind": "loop", "parent": "again", "params": { "over": "count" }, "inputs": [{ "name": "count", "type": "integer", "value": { "literal": 1 } }] });
    nested["nodes"]["text"]["parent"] = json!("inner");
    let workflow = text(&made(&owner, &nested).await.ok(), "/id");
    let findings = owner.api.post(&format!("/api/v1/workflows/{workflow}/validate"), json!({})).await.ok();
    assert!(findings["findings"].as_array().unwrap().iter().any(|f| f["code"] == "parent" && f["node"] == "text"), "{findings}");
    assert_eq!(owner.browser.put(&path, json!({ "max_nesting": 101 })).await.refusal(), (400, "invalid_request"));
    assert_eq!(owner.browser.put(&path, json!({ "max_hats": 1 })).await.status, 400);
    set(json!({})).await.ok();
    assert_eq!(run(&owner, &few).await["status"], "completed", "limits can be lifted again");

    // The workflow, and one node of it.
    let strict = published(&owner, &counting(10, &json!({ "max_steps": 4 }))).await;
    assert_eq!(run(&owner, &strict).await["error"]["code"], "limit_steps");
    let mut small = counting(2, &free);
    small["nodes"]["text"]["policy"] = json!({ "max_output_bytes": 100 });
    assert_eq!(run(&owner, &published(&owner, &small).await).await["error"]["code"], "limit_output");

    // Administrators of the workspace decide.
    let token = async |permissions: &str| {
        let made = owner.browser.post("/api/v1/me/tokens", json!({ "name": permissions, "permissions": permissions })).await.ok();
        owner.api.with_token(&text(&made, "/secret"))
    };
    let builder = token("build").await;
    assert!(builder.get(&path).await.status.is_success());
    assert_eq!(builder.put(&path, json!({})).await.refusal(), (403, "forbidden"));
    hearth.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_unpublished_runs_for_nobody_and_runs_under_way_go_on() {
    let Some(hearth) = Hearth::start().await else { return };
    let owner = hearth.owner().await;
    let asking = json!({
        "nodes": {
            "start": { "kind": "start" },
            "ask": { "kind": "question", "params": { "question": "Who?" }, "outputs": [{ "name": "USER_RESPONSE", "type": "string" }] },
            "end": { "kind": "end", "params": { "mode": "variables" },
                "inputs": [{ "name": "who", "type": "string", "value": { "ref": { "node": "ask", "path": ["USER_RESPONSE"] } } }] },
        },
        "edges": [{ "from": "start", "to": "ask" }, { "from": "ask", "to": "end" }],
    });
    let callee = published(&owner, &asking).await;
    let one = format!("/api/v1/workflows/{callee}");
    let waiting = owner.api.post(&format!("{one}/runs"), json!({ "wait": true })).await.json;
    assert_eq!(waiting["status"], "requires_action", "{waiting}");
    let caller = published(&owner, &json!({
        "nodes": {
            "start": { "kind": "start" },
            "call": { "kind": "workflow", "params": { "workflow_id": callee, "version": "v0.0.1" }, "outputs": [{ "name": "who", "type": "string" }] },
            "end": { "kind": "end", "params": { "mode": "variables" } },
        },
        "edges": [{ "from": "start", "to": "call" }, { "from": "call", "to": "end" }],
    })).await;

    // Others are asked about first.
    assert_eq!(owner.api.post(&format!("{one}/unpublish"), json!({})).await.refusal(), (409, "workflow_in_use"));
    let done = owner.api.post(&format!("{one}/unpublish?force=true"), json!({})).await.ok();
    assert_eq!((&done["published_version"], &done["has_unpublished_changes"]), (&Value::Null, &json!(true)));
    assert_eq!(owner.api.post(&format!("{one}/unpublish"), json!({})).await.ok()["published_version"], Value::Null, "twice is once");

    for body in [json!({}), json!({ "version": "v0.0.1" })] {
        assert_eq!(owner.api.post(&format!("{one}/runs"), body).await.refusal(), (409, "workflow_not_published"));
    }
    for body in [json!({ "workflow_id": callee }), json!({ "workflow_id": callee, "version": "v0.0.1" })] {
        assert_eq!(owner.api.post("/v1/workflow/run", body).await.json["code"], 6031);
    }
    let called = run(&owner, &caller).await;
    assert!(called["status"] == "failed" || called["error"]["code"] == "workflow_invalid", "{called}");
    let listed = owner.api.get(&format!("/api/v1/workspaces/{}/workflows?published=true", owner.workspace)).await.ok();
    assert!(!listed.to_string().contains(&callee));

    // What was started before goes on with its document.
    let call = text(&waiting, "/required_action/calls/0/call_id");
    let answer = json!({ "outputs": [{ "call_id": call, "output": "Ann" }] });
    owner.api.post(&format!("/api/v1/runs/{}/tool-outputs", text(&waiting, "/id")), answer).await.ok();
    let ended = owner.ended(&text(&waiting, "/id")).await;
    assert_eq!((&ended["status"], &ended["output"]), (&json!("completed"), &json!({ "who": "Ann" })));

    // Its versions stay, the draft runs, and it can be published again with a greater number.
    assert_eq!(owner.api.get(&format!("{one}/versions")).await.ok()["items"].as_array().unwrap().len(), 1);
    assert_eq!(owner.api.post(&format!("{one}/runs"), json!({ "draft": true, "wait": true })).await.json["status"], "requires_action");
    assert_eq!(owner.api.post(&format!("{one}/publish"), json!({ "version": "v0.0.1" })).await.refusal(), (400, "version_not_greater"));
    assert_eq!(owner.api.post(&format!("{one}/publish"), json!({})).await.ok()["version"], "v0.0.2");
    assert_eq!(
        owner.api.post(&format!("{one}/runs"), json!({ "version": "v0.0.1", "wait": true })).await.json["status"],
        "requires_action"
    );

    let reader = owner.browser.post("/api/v1/me/tokens", json!({ "name": "r", "permissions": "run" })).await.ok();
    let runner = owner.api.with_token(&text(&reader, "/secret"));
    assert_eq!(runner.post(&format!("{one}/unpublish"), json!({})).await.refusal(), (403, "forbidden"));
    hearth.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn old_runs_go_and_what_was_said_stays() {
    let Some(mut hearth) = Hearth::start_with(&[("HEARTH_RUN_KEEP_COUNT", "1")]).await else { return };
    let owner = hearth.owner().await;
    owner.add_model(&hearth).await;
    let agent = owner.add_agent(json!({ "prompt": "p" })).await;
    let mut talks = Vec::new();
    for question in ["say one", "say two", "say three"] {
        let conversation = owner.add_conversation(&agent).await;
        let seen = owner.browser.stream(&format!("/api/v1/conversations/{conversation}/turns"), json!({ "content": question })).await;
        let run = text(&seen[0].data, "/run/id");
        owner.ended(&run).await;
        talks.push((conversation, run));
    }
    // They ended two hours ago.
    let Some(url) = hearth.database_url() else { return };
    let db = db::Db::connect(&db::Options::new(url)).await.unwrap();
    let earlier = db::statement(db.backend(), "UPDATE runs SET finished_at = finished_at - ?", [(2_i64 * 60 * 60 * 1000).into()]);
    assert!(db.write_batch(db::Urgency::Urgent, db::Batch::new(vec![earlier])).await.unwrap());
    db.close().await;
    hearth.restart().await;

    let owner = owner.again(&hearth);
    let mut left = 3;
    for _ in 0..200 {
        let runs = owner.api.get(&format!("/api/v1/workspaces/{}/runs", owner.workspace)).await.ok();
        left = runs["items"].as_array().unwrap().len();
        if left == 1 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(left, 1);
    for (index, (conversation, run)) in talks.iter().enumerate() {
        let status = owner.api.get(&format!("/api/v1/runs/{run}")).await.status;
        assert_eq!(status, if index == 2 { 200 } else { 404 }, "{index}");
        let said = owner.messages(conversation).await;
        let answer = said.iter().find(|message| message["type"] == "answer").unwrap();
        assert!(answer.to_string().contains(["one", "two", "three"][index]), "{answer}");
    }
    // The conversation goes on, with what was said before.
    let turns = format!("/api/v1/conversations/{}/turns", talks[0].0);
    let seen = owner.browser.stream(&turns, json!({ "content": "say again" })).await;
    assert_eq!(owner.ended(&text(&seen[0].data, "/run/id")).await["status"], "completed");
    assert!(hearth.model.requests().pop().unwrap()["messages"].to_string().contains("say one"));
    hearth.stop().await;
}
