//! Workflows, with the kinds of nodes as they are: made, published, run, imported and exported.

use hearth_tests::{Hearth, Member, hearth::text};
use reqwest::Method;
use serde_json::{Value, json};

async fn create(owner: &Member, body: Value) -> String {
    text(&owner.browser.post(&format!("/api/v1/workspaces/{}/workflows", owner.workspace), body).await.ok(), "/id")
}

async fn draft(owner: &Member, workflow: &str) -> Value {
    owner.browser.get(&format!("/api/v1/workflows/{workflow}/draft")).await.ok()["document"].clone()
}

/// A canvas as Coze stores it: start, a text, end.
fn canvas() -> Value {
    let reference = |node: &str, name: &str| json!({ "type": "string", "value": { "type": "ref", "content": { "source": "block-output", "blockID": node, "name": name } } });
    json!({
        "nodes": [
            { "id": "100001", "type": "1", "meta": { "position": { "x": 0, "y": 0 } },
              "data": { "nodeMeta": { "title": "开始" }, "outputs": [{ "name": "input", "type": "string", "required": true }] } },
            { "id": "150000", "type": "15", "meta": { "position": { "x": 400, "y": 0 } },
              "data": { "nodeMeta": { "title": "拼接" }, "outputs": [{ "name": "output", "type": "string" }],
                "inputs": { "method": "concat", "inputParameters": [{ "name": "String1", "input": reference("100001", "input") }],
                  "concatParams": [
                    { "name": "concatResult", "input": { "type": "string", "value": { "type": "literal", "content": "<{{String1}}>" } } },
                    { "name": "arrayItemConcatChar", "input": { "type": "string", "value": { "type": "literal", "content": "，" } } } ] } } },
            { "id": "900001", "type": "2", "meta": { "position": { "x": 800, "y": 0 } },
              "data": { "nodeMeta": { "title": "结束" }, "inputs": { "terminatePlan": "returnVariables",
                "inputParameters": [{ "name": "output", "input": reference("150000", "output") }] } } },
        ],
        "edges": [
            { "sourceNodeID": "100001", "targetNodeID": "150000" },
            { "sourceNodeID": "150000", "targetNodeID": "900001" },
        ],
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_workflow_runs_as_it_is() {
    let Some(hearth) = Hearth::start().await else { return };
    let owner = hearth.owner().await;
    // A chatflow ends with an answer, a workflow with values.
    for (mode, field, output) in [("workflow", "input", json!({ "output": "hello" })), ("chatflow", "USER_INPUT", json!("hello"))] {
        let id = create(&owner, json!({ "name": mode, "mode": mode })).await;
        let judged = owner.api.post(&format!("/api/v1/workflows/{id}/validate"), json!({})).await.ok();
        assert_eq!(judged, json!({ "valid": true, "findings": [] }), "{mode}");
        let run = format!("/api/v1/workflows/{id}/runs");
        let body = json!({ "inputs": { field: "hello" }, "wait": true });
        assert_eq!(owner.api.post(&run, body.clone()).await.refusal(), (409, "workflow_not_published"));
        assert_eq!(owner.api.post(&format!("/api/v1/workflows/{id}/publish"), json!({})).await.ok()["version"], "v0.0.1");
        let ended = owner.api.post(&run, body).await.json;
        assert_eq!((&ended["status"], &ended["output"], &ended["workflow_version"]), (&json!("completed"), &output, &json!("v0.0.1")));
    }
    hearth.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_run_calls_is_frozen_at_its_start() {
    let Some(hearth) = Hearth::start().await else { return };
    let owner = hearth.owner().await;
    let callee = create(&owner, json!({ "name": "Callee" })).await;
    let calls = |version: Option<&str>| {
        let mut params = json!({ "workflow_id": callee });
        if let Some(version) = version {
            params["version"] = json!(version);
        }
        json!({
            "nodes": {
                "s": { "kind": "start", "outputs": [{ "name": "x", "type": "string" }] },
                "c": { "kind": "workflow", "params": params, "outputs": [{ "name": "output", "type": "string" }],
                       "inputs": [{ "name": "input", "type": "string", "value": { "ref": { "node": "s", "path": ["x"] } } }] },
                "e": { "kind": "end", "params": { "mode": "variables" },
                       "inputs": [{ "name": "y", "type": "string", "value": { "ref": { "node": "c", "path": ["output"] } } }] },
            },
            "edges": [{ "from": "s", "to": "c" }, { "from": "c", "to": "e" }],
        })
    };
    let caller = create(&owner, json!({ "name": "Caller", "document": calls(Some("v1.0.0")) })).await;
    let publish = async |id: &str, body: Value| owner.api.post(&format!("/api/v1/workflows/{id}/publish"), body).await;
    assert_eq!(publish(&caller, json!({})).await.refusal(), (400, "workflow_incomplete"));
    publish(&callee, json!({ "version": "v1.0.0" })).await.ok();
    publish(&caller, json!({})).await.ok();
    let run = async || {
        let body = json!({ "inputs": { "x": "through" }, "wait": true });
        owner.api.post(&format!("/api/v1/workflows/{caller}/runs"), body).await
    };
    assert_eq!(run().await.json["output"], json!({ "y": "through" }));
    let references = owner.api.get(&format!("/api/v1/workflows/{callee}/references")).await.ok();
    assert_eq!((&references["items"][0]["name"], &references["items"][0]["in_published"]), (&json!("Caller"), &json!(true)));
    assert_eq!(owner.api.delete(&format!("/api/v1/workflows/{callee}")).await.refusal(), (409, "workflow_in_use"));
    owner.api.delete(&format!("/api/v1/workflows/{callee}?force=true")).await.ok();
    let answer = run().await;
    assert!(!answer.status.is_success() || answer.json["status"] == "failed", "{}", answer.text);
    hearth.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_come_in_and_go_out() {
    let Some(hearth) = Hearth::start().await else { return };
    let owner = hearth.owner().await;
    let import = format!("/api/v1/workspaces/{}/workflows/import", owner.workspace);
    let made = owner.api.post(&import, json!({ "name": "Canvas", "document": canvas() })).await.ok();
    let id = text(&made, "/workflow/id");
    assert_eq!((&made["workflow"]["name"], made["report"]["nodes"].as_array().unwrap().len()), (&json!("Canvas"), 3));
    let body = json!({ "inputs": { "input": "in" }, "draft": true, "wait": true });
    assert_eq!(owner.api.post(&format!("/api/v1/workflows/{id}/runs"), body).await.json["output"], json!({ "output": "<in>" }));

    // By every way in it is the same workflow.
    let document = draft(&owner, &id).await;
    let export = async |format: &str| owner.api.get(&format!("/api/v1/workflows/{id}/export?format={format}")).await;
    for format in ["hearth", "coze"] {
        let file = export(format).await;
        let disposition = file.headers["content-disposition"].to_str().unwrap();
        assert!(disposition.starts_with("attachment") && disposition.contains(&id), "{disposition}");
        let again = owner.api.post(&import, json!({ "document": file.json })).await.ok();
        assert_eq!(draft(&owner, &text(&again, "/workflow/id")).await, document, "{format}");
        assert_eq!(again["workflow"]["name"], if format == "hearth" { "Canvas" } else { "Imported workflow" });
        let part = reqwest::multipart::Part::text(file.text).file_name("file.json");
        let form = reqwest::multipart::Form::new().part("file", part).text("name", "By form").text("mode", "chatflow");
        let again = owner.api.send(owner.api.request(Method::POST, &import).multipart(form)).await.ok();
        assert_eq!((&again["workflow"]["name"], &again["workflow"]["mode"]), (&json!("By form"), &json!("chatflow")));
    }
    let bare = owner.api.post(&import, json!({ "document": document })).await.ok();
    assert_eq!(draft(&owner, &text(&bare, "/workflow/id")).await, document);
    let told = owner.api.get(&format!("/api/v1/workflows/{id}/export?format=coze&report=true")).await.ok();
    assert_eq!((told["file"]["nodes"].as_array().unwrap().len(), told["report"]["nodes"].as_array().unwrap().len()), (3, 3));
    assert_eq!(owner.api.get(&format!("/api/v1/workflows/{id}/export?version=v9.9.9")).await.refusal(), (404, "version_not_found"));

    let mut twins = canvas();
    twins["nodes"][1]["id"] = json!("100001");
    let deep = (0..100).fold(json!({ "nodes": [] }), |inner, _| json!([inner]));
    for (document, code) in [
        (json!({}), "canvas_invalid"),
        (json!(null), "canvas_invalid"),
        (json!("{"), "canvas_invalid"),
        (json!({ "nodes": { "a": { "kind": 7 } } }), "canvas_invalid"),
        (json!({ "kind": "hearth.workflow" }), "canvas_invalid"),
        (twins, "canvas_duplicate_node"),
        (deep, "canvas_too_large"),
    ] {
        let refused = owner.api.post(&import, json!({ "document": document })).await;
        assert_eq!(refused.refusal().1, code, "{document}: {}", refused.text);
    }
    let many: Vec<Value> = (0..10_001).map(|n| json!({ "id": n.to_string(), "type": "15", "data": {} })).collect();
    assert_eq!(owner.api.post(&import, json!({ "document": { "nodes": many, "edges": [] } })).await.refusal(), (413, "canvas_too_large"));
    let list = owner.api.get(&format!("/api/v1/workspaces/{}/workflows?limit=100", owner.workspace)).await.ok();
    assert_eq!(list["items"].as_array().unwrap().len(), 6, "nothing was made of what was refused");
    hearth.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_read_run_and_build() {
    let Some(hearth) = Hearth::start().await else { return };
    let owner = hearth.owner().await;
    let id = create(&owner, json!({ "name": "W" })).await;
    owner.api.post(&format!("/api/v1/workflows/{id}/publish"), json!({})).await.ok();
    let client = async |permissions: &str| {
        let made = owner.browser.post("/api/v1/me/tokens", json!({ "name": permissions, "permissions": permissions })).await.ok();
        owner.api.with_token(&text(&made, "/secret"))
    };
    let workflows = format!("/api/v1/workspaces/{}/workflows", owner.workspace);
    let (one, run) = (format!("/api/v1/workflows/{id}"), json!({ "inputs": { "input": "x" }, "wait": true }));
    let (reader, runner, builder) = (client("read").await, client("run").await, client("build").await);
    for client in [&reader, &runner, &builder] {
        for path in [
            &workflows,
            &one,
            &format!("{one}/draft"),
            &format!("{one}/versions/v0.0.1"),
            &format!("{one}/export"),
            &"/api/v1/node-types".to_owned(),
        ] {
            assert!(client.get(path).await.status.is_success(), "{path}");
        }
    }
    assert_eq!(reader.post(&format!("{one}/runs"), run.clone()).await.refusal(), (403, "forbidden"));
    assert_eq!(runner.post(&format!("{one}/runs"), run).await.json["status"], "completed");
    for client in [&reader, &runner] {
        assert_eq!(client.post(&workflows, json!({ "name": "no" })).await.refusal(), (403, "forbidden"));
        assert_eq!(client.post(&format!("{workflows}/import"), json!({ "document": canvas() })).await.refusal(), (403, "forbidden"));
        assert_eq!(client.put(&format!("{one}/draft"), json!({ "document": {}, "revision": 1 })).await.refusal(), (403, "forbidden"));
        assert_eq!(client.post(&format!("{one}/publish"), json!({})).await.refusal(), (403, "forbidden"));
    }
    assert!(builder.post(&format!("{one}/duplicate"), json!({})).await.status.is_success());
    hearth.stop().await;
}

/// Ids of models mean nothing on another instance; Coze's `1` is not the model that there always is.
#[tokio::test(flavor = "multi_thread")]
async fn models_of_another_instance_are_to_be_chosen() {
    let Some(hearth) = Hearth::start_with(&[]).await else { return };
    let owner = hearth.owner().await;
    let own = owner.add_model(&hearth).await;
    let import = format!("/api/v1/workspaces/{}/workflows/import", owner.workspace);
    for (model, kept) in [("1", false), ("1737521813", false), (own.as_str(), true)] {
        let mut canvas = canvas();
        let literal = |name: &str, content: &str| json!({ "name": name, "input": { "type": "string", "value": { "type": "literal", "content": content } } });
        canvas["nodes"][1] = json!({
            "id": "150000", "type": "3", "meta": { "position": { "x": 400, "y": 0 } },
            "data": { "nodeMeta": { "title": "LLM" }, "outputs": [{ "name": "output", "type": "string" }],
                "inputs": { "inputParameters": [], "llmParam": [literal("modelType", model), literal("modleName", "Theirs"), literal("prompt", "")] } },
        });
        let made = owner.api.post(&import, json!({ "document": canvas })).await.ok();
        let id = text(&made, "/workflow/id");
        let node = made["report"]["nodes"].as_array().unwrap().iter().find(|node| node["node"] == "150000").unwrap();
        let told =
            node["notes"].as_array().unwrap().iter().any(|note| note["code"] == "model_reference" && note["level"] == "needs_mapping");
        let written = draft(&owner, &id).await["nodes"]["150000"]["params"]["model_id"].clone();
        assert_eq!((told, written), (!kept, if kept { json!(own) } else { Value::Null }), "{model}");
        // Nothing is asked, which Coze allows: the model hears just that.
        let judged = owner.api.post(&format!("/api/v1/workflows/{id}/validate"), json!({})).await.ok();
        assert_eq!(judged["valid"], true, "{judged}");
        let run = json!({ "draft": true, "wait": true, "inputs": { "input": "x" } });
        assert_eq!(owner.api.post(&format!("/api/v1/workflows/{id}/runs"), run).await.json["status"], "completed");
    }
    hearth.stop().await;
}
