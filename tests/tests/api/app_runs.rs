//! Runs in the context of an app: its variables, and conversations that go by name.

use std::sync::Arc;

use async_trait::async_trait;
use flow::value::Values;
use flow::workflow::AppVariables;
use hearth_tests::{Frame, Hearth, Member, hearth::text};
use nodes::ports::Services;
use serde_json::{Value, json};

/// Every app has a variable that says its name.
struct Apps;

#[async_trait]
impl AppVariables for Apps {
    async fn values(&self, _: types::WorkspaceId, _: types::UserId, app: Option<&str>) -> Result<Values, types::Failure> {
        Ok(app.map(|app| ("greeting".to_owned(), json!(format!("from {app}")))).into_iter().collect())
    }
}

async fn create(owner: &Member, name: &str, mode: &str, document: Value) -> String {
    let body = json!({ "name": name, "mode": mode, "document": document });
    let id = text(&owner.browser.post(&format!("/api/v1/workspaces/{}/workflows", owner.workspace), body).await.ok(), "/id");
    owner.browser.post(&format!("/api/v1/workflows/{id}/publish"), json!({})).await.ok();
    id
}

async fn outcome(owner: &Member, workflow: &str, app: Option<&str>) -> Value {
    let mut body = json!({ "wait": true });
    if let Some(app) = app {
        body["app_id"] = json!(app);
    }
    owner.api.post(&format!("/api/v1/workflows/{workflow}/runs"), body).await.json
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_sees_the_variables_of_its_app() {
    let services = Services { apps: Some(Arc::new(Apps)), ..Services::default() };
    let Some(hearth) = Hearth::start_with_services(&[], services).await else { return };
    let owner = hearth.owner().await;
    let variable = json!({ "name": "out", "type": "string", "value": { "variable": { "scope": "app", "path": ["greeting"] } } });
    let document = json!({
        "nodes": { "s": { "kind": "start" }, "e": { "kind": "end", "params": { "mode": "variables" }, "inputs": [variable] } },
        "edges": [{ "from": "s", "to": "e" }],
    });
    let workflow = create(&owner, "greet", "workflow", document).await;
    assert_eq!(outcome(&owner, &workflow, Some("one")).await["output"], json!({ "out": "from one" }));
    assert_eq!(outcome(&owner, &workflow, None).await["output"], json!({ "out": "" }));
    let node = format!("/api/v1/workflows/{workflow}/nodes/e/runs");
    assert_eq!(owner.api.post(&node, json!({ "app_id": "two", "wait": true })).await.json["status"], "completed");
    let coze = async |body: Value| owner.api.post("/v1/workflow/run", body).await.json;
    let ran = coze(json!({ "workflow_id": workflow, "app_id": "three" })).await;
    assert_eq!(serde_json::from_str::<Value>(ran["data"].as_str().unwrap()).unwrap(), json!({ "out": "from three" }));
    assert_eq!(coze(json!({ "workflow_id": workflow, "app_id": "1", "bot_id": "2" })).await["code"], 4000);
    let long = "x".repeat(65);
    let refused = owner.api.post(&format!("/api/v1/workflows/{workflow}/runs"), json!({ "app_id": long })).await;
    assert_eq!(refused.refusal(), (400, "invalid_request"));
    hearth.stop().await;
}

fn literal(name: &str, value: &str) -> Value {
    json!({ "name": name, "type": "string", "value": { "literal": value } })
}

fn reference(name: &str, node: &str, path: &[&str], ty: &str) -> Value {
    json!({ "name": name, "type": ty, "value": { "ref": { "node": node, "path": path } } })
}

/// Makes a conversation, says something in it, changes it, reads it.
fn talking() -> Value {
    let text = |name: &str| json!({ "name": name, "type": "string" });
    let message = json!([{ "name": "isSuccess", "type": "boolean" },
        { "name": "message", "type": { "object": [text("messageId"), text("role"), text("contentType"), text("content")] } }]);
    let flag = json!([{ "name": "isSuccess", "type": "boolean" }]);
    json!({
        "nodes": {
            "s": { "kind": "start" },
            "c": { "kind": "conversation_create", "inputs": [literal("conversationName", "diary")],
                   "outputs": [{ "name": "isSuccess", "type": "boolean" }, { "name": "isExisted", "type": "boolean" }, text("conversationId")] },
            "m": { "kind": "message_create", "outputs": message,
                   "inputs": [literal("conversationName", "diary"), literal("role", "user"), literal("content", "first")] },
            "u": { "kind": "message_update", "outputs": flag,
                   "inputs": [literal("conversationName", "diary"), reference("messageId", "m", &["message", "messageId"], "string"), literal("newContent", "second")] },
            "l": { "kind": "message_list", "inputs": [literal("conversationName", "diary")],
                   "outputs": [{ "name": "messageList", "type": { "list": "any" } }, text("firstId"), text("lastId"), { "name": "hasMore", "type": "boolean" }] },
            "h": { "kind": "conversation_history", "inputs": [literal("conversationName", "diary"), { "name": "rounds", "type": "integer", "value": { "literal": 5 } }],
                   "outputs": [{ "name": "messageList", "type": { "list": "any" } }] },
            "e": { "kind": "end", "params": { "mode": "variables" }, "inputs": [
                   reference("existed", "c", &["isExisted"], "boolean"), reference("changed", "u", &["isSuccess"], "boolean"),
                   reference("list", "l", &["messageList"], "any"), reference("history", "h", &["messageList"], "any")] },
        },
        "edges": [{ "from": "s", "to": "c" }, { "from": "c", "to": "m" }, { "from": "m", "to": "u" }, { "from": "u", "to": "l" },
                  { "from": "l", "to": "h" }, { "from": "h", "to": "e" }],
    })
}

fn one(kind: &str, inputs: &Value) -> Value {
    json!({
        "nodes": { "s": { "kind": "start" }, "n": { "kind": kind, "inputs": inputs, "outputs": [{ "name": "isSuccess", "type": "boolean" }] },
                   "e": { "kind": "end", "params": { "mode": "variables" }, "inputs": [reference("done", "n", &["isSuccess"], "boolean")] } },
        "edges": [{ "from": "s", "to": "n" }, { "from": "n", "to": "e" }],
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_keep_conversations_of_an_app() {
    let Some(hearth) = Hearth::start().await else { return };
    let owner = hearth.owner().await;
    let workflow = create(&owner, "talking", "workflow", talking()).await;
    let first = outcome(&owner, &workflow, Some("app")).await["output"].clone();
    assert_eq!((&first["existed"], &first["changed"], &first["list"][0]["content"]), (&json!(false), &json!(true), &json!("second")));
    assert_eq!(first["history"], json!([{ "role": "user", "content": "second" }]));
    let again = outcome(&owner, &workflow, Some("app")).await["output"].clone();
    assert_eq!((&again["existed"], again["list"].as_array().unwrap().len()), (&json!(true), 2));
    let other = outcome(&owner, &workflow, Some("other")).await["output"].clone();
    assert_eq!((&other["existed"], other["list"].as_array().unwrap().len()), (&json!(false), 1));
    // Outside apps there is none, which is no error but where something must be there.
    let nowhere = create(&owner, "nowhere", "workflow", one("conversation_create", &json!([literal("conversationName", "x")]))).await;
    assert_eq!(outcome(&owner, &nowhere, None).await["output"], json!({ "done": false }));

    let coze = async |workflow: &str| {
        owner.api.post("/v1/workflow/run", json!({ "workflow_id": workflow, "app_id": "app" })).await.json["code"].as_i64().unwrap()
    };
    let fixed = create(&owner, "fixed", "workflow", one("conversation_delete", &json!([literal("conversationName", "Default")]))).await;
    assert_eq!(coze(&fixed).await, 720_702_250);
    let missing = create(&owner, "missing", "workflow", one("conversation_history", &json!([literal("conversationName", "none")]))).await;
    assert_eq!(coze(&missing).await, 777_777_762);
    hearth.stop().await;
}

/// A chatflow that says what it was asked, after one that tries `node` in its conversation.
fn chatflow(node: Option<(&str, Value)>) -> Value {
    let start = json!({ "kind": "start", "outputs": [{ "name": "USER_INPUT", "type": "string" }, { "name": "CONVERSATION_NAME", "type": "string" }] });
    let end = json!({ "kind": "end", "params": { "mode": "answer", "answer": "{{q}}" }, "inputs": [reference("q", "s", &["USER_INPUT"], "string")] });
    match node {
        None => json!({ "mode": "chatflow", "nodes": { "s": start, "e": end }, "edges": [{ "from": "s", "to": "e" }] }),
        Some((kind, inputs)) => json!({
            "mode": "chatflow",
            "nodes": { "s": start, "n": { "kind": kind, "inputs": inputs, "outputs": [{ "name": "isSuccess", "type": "boolean" }] }, "e": end },
            "edges": [{ "from": "s", "to": "n" }, { "from": "n", "to": "e" }],
        }),
    }
}

async fn chat(owner: &Member, workflow: &str, say: &str, more: Value) -> Vec<Frame> {
    let mut body = json!({ "workflow_id": workflow, "additional_messages": [{ "role": "user", "content": say, "content_type": "text" }] });
    for (key, value) in more.as_object().unwrap() {
        body[key] = value.clone();
    }
    owner.api.stream("/v1/workflows/chat", body).await
}

fn conversation(frames: &[Frame]) -> String {
    let created = frames.iter().find(|f| f.event == "conversation.chat.created");
    text(&created.unwrap_or_else(|| panic!("{frames:?}")).data, "/conversation_id")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_named_conversation_is_found_again() {
    let Some(hearth) = Hearth::start().await else { return };
    let owner = hearth.owner().await;
    let workflow = create(&owner, "chat", "chatflow", chatflow(None)).await;
    let named = |app: &str, name: &str| json!({ "app_id": app, "parameters": { "CONVERSATION_NAME": name } });
    let first = conversation(&chat(&owner, &workflow, "one", named("app", "trip")).await);
    assert_eq!(conversation(&chat(&owner, &workflow, "two", named("app", "trip")).await), first);
    assert_ne!(conversation(&chat(&owner, &workflow, "two", named("app", "work")).await), first);
    assert_ne!(conversation(&chat(&owner, &workflow, "two", named("other", "trip")).await), first);
    // Each person of a service has a conversation of the name.
    let of = |person: &str| json!({ "app_id": "app", "parameters": { "CONVERSATION_NAME": "trip" }, "ext": { "user_id": person } });
    let anna = conversation(&chat(&owner, &workflow, "mine", of("anna")).await);
    assert!(anna != first && conversation(&chat(&owner, &workflow, "mine", of("bert")).await) != anna);
    assert_eq!(conversation(&chat(&owner, &workflow, "more", of("anna")).await), anna);
    // An app must name it, a bot has only one.
    for (more, code) in
        [(json!({ "app_id": "app" }), 4000), (json!({ "bot_id": "7", "parameters": { "CONVERSATION_NAME": "trip" } }), 720_712_033)]
    {
        let mut body =
            json!({ "workflow_id": workflow, "additional_messages": [{ "role": "user", "content": "x", "content_type": "text" }] });
        body.as_object_mut().unwrap().append(&mut more.as_object().unwrap().clone());
        let refused = owner.api.post("/v1/workflows/chat", body).await.text;
        assert!(refused.contains(&format!("{code}")), "{refused}");
    }

    // The same by its own route.
    let ask = async |body: Value| owner.api.post("/v1/workflow/conversation/create", body).await.json;
    let found = ask(json!({ "app_id": "app", "workflow_id": workflow, "conversation_name": "trip" })).await;
    assert_eq!(found["data"]["id"], json!(first));
    let mut missing = json!({ "app_id": "app", "workflow_id": workflow, "conversation_name": "new" });
    assert_eq!(ask(missing.clone()).await["code"], 777_777_762);
    missing["get_or_create"] = json!(true);
    let made = ask(missing.clone()).await;
    assert_eq!((&made["code"], &ask(missing).await["data"]["id"]), (&json!(0), &made["data"]["id"]));
    assert_eq!(ask(json!({ "app_id": "app", "workflow_id": workflow })).await["code"], 4000);
    // Somebody else finds nothing.
    let stranger = hearth.user("stranger").await;
    let theirs = json!({ "app_id": "app", "space_id": owner.workspace, "conversation_name": "trip" });
    assert_eq!(stranger.api.post("/v1/workflow/conversation/create", theirs).await.json["code"], 4200);
    hearth.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn outside_apps_there_is_only_the_conversation_itself() {
    let Some(hearth) = Hearth::start().await else { return };
    let owner = hearth.owner().await;
    for (kind, inputs, code) in [
        ("conversation_create", json!([literal("conversationName", "x")]), "702093204"),
        ("conversation_clear", json!([literal("conversationName", "x")]), "720712033"),
    ] {
        let workflow = create(&owner, kind, "chatflow", chatflow(Some((kind, inputs)))).await;
        let seen = format!("{:?}", chat(&owner, &workflow, "go", json!({ "bot_id": "7" })).await);
        assert!(seen.contains(code), "{kind}: {seen}");
    }
    let clear =
        create(&owner, "clear", "chatflow", chatflow(Some(("conversation_clear", json!([literal("conversationName", "Default")]))))).await;
    let seen = chat(&owner, &clear, "go", json!({ "bot_id": "7" })).await;
    assert!(seen.iter().any(|f| f.event == "conversation.chat.completed"), "{seen:?}");
    hearth.stop().await;
}
