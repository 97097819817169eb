//! Every template really runs and gives what the file beside it says; folders, moving, presence.

use hearth_tests::{Hearth, Member, hearth::text};
use serde_json::{Value, json};

/// What a run of a template is given, in order, and what it gives.
fn expected(id: &str) -> Value {
    let path = format!("{}/../examples/workflows/{id}.run.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn templates_run_with_the_offline_model() {
    let Some(hearth) = Hearth::start_with_services(&[], hearth_tests::code::services()).await else { return };
    let owner = hearth.owner().await;
    let model = json!({ "name": "Offline", "vendor": "offline", "model": "offline", "is_default": true, "extra": { "delay_ms": "0" } });
    owner.browser.post(&format!("/api/v1/workspaces/{}/models", owner.workspace), model).await.ok();
    let list = owner.api.get("/api/v1/workflow-templates").await.ok();
    let templates = list["items"].as_array().unwrap();
    assert!(templates.len() >= 12);
    let workflows = format!("/api/v1/workspaces/{}/workflows", owner.workspace);
    let mut different = Vec::new();
    for template in templates {
        let id = text(template, "/id");
        assert!(["zh-CN", "en"].iter().all(|language| !template["name"][language].as_str().unwrap().is_empty()), "{id}");
        let request = owner.api.request(reqwest::Method::POST, &workflows).header("accept-language", "zh-CN");
        let made = owner.api.send(request.json(&json!({ "template": id }))).await.ok();
        assert_eq!((&made["name"], &made["mode"]), (&template["name"]["zh-CN"], &template["mode"]));
        let workflow = text(&made, "/id");
        let document = owner.api.get(&format!("/api/v1/workflows/{workflow}/draft")).await.ok()["document"].clone();
        for node in template["document"]["nodes"].as_object().unwrap().keys() {
            let title = text(&document, &format!("/nodes/{node}/title"));
            assert!(!title.is_ascii(), "{id}: `{title}` is not in the language that was asked for");
        }
        let judged = owner.api.post(&format!("/api/v1/workflows/{workflow}/validate"), json!({})).await.ok();
        assert_eq!(judged, json!({ "valid": true, "findings": [] }), "{id}");
        let expected = expected(&id);
        assert_eq!(expected["inputs"], template["inputs"]);
        let body = json!({ "inputs": expected["inputs"], "draft": true, "wait": true });
        let mut run = owner.api.post(&format!("/api/v1/workflows/{workflow}/runs"), body).await.ok();
        for answer in expected["answers"].as_array().into_iter().flatten() {
            let mut answer = answer.clone();
            answer["call_id"] = run["required_action"]["calls"][0]["call_id"].clone();
            let path = format!("/api/v1/runs/{}/tool-outputs", text(&run, "/id"));
            run = owner.api.stream(&path, json!({ "outputs": [answer] })).await.last().unwrap().data["run"].clone();
        }
        assert_eq!(run["status"], "completed", "{id}: {run:#}");
        if run["output"] != expected["output"] {
            different.push(json!({ "id": id, "output": run["output"] }));
        }
    }
    assert!(different.is_empty(), "these give something else: {}", json!(different));
    for (body, field) in
        [(json!({ "template": "none" }), "template"), (json!({ "template": "greeting", "document": {} }), "template"), (json!({}), "name")]
    {
        let refused = owner.api.post(&workflows, body).await;
        assert_eq!((refused.refusal().1, refused.json["error"]["field"].as_str()), ("invalid_request", Some(field)));
    }
    // As a file it is an export like any other.
    let file = std::fs::read_to_string(format!("{}/../examples/workflows/greeting.json", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let made = owner.api.post(&format!("{workflows}/import"), json!({ "document": file })).await.ok();
    assert_eq!(made["workflow"]["name"], "Greeting by the hour");
    hearth.stop().await;
}

async fn create(owner: &Member, workspace: &str, body: Value) -> String {
    text(&owner.browser.post(&format!("/api/v1/workspaces/{workspace}/workflows"), body).await.ok(), "/id")
}

#[tokio::test(flavor = "multi_thread")]
async fn workflows_lie_in_folders_and_move_between_workspaces() {
    let Some(hearth) = Hearth::start().await else { return };
    let owner = hearth.owner().await;
    let home = owner.workspace.clone();
    let one = create(&owner, &home, json!({ "name": "One", "folder": "Reports" })).await;
    let two = create(&owner, &home, json!({ "name": "Two" })).await;
    let folders =
        async |workspace: &str| owner.api.get(&format!("/api/v1/workspaces/{workspace}/workflow-folders")).await.ok()["items"].clone();
    owner.browser.patch(&format!("/api/v1/workflows/{two}"), json!({ "folder": " Reports " })).await.ok();
    assert_eq!(folders(&home).await, json!([{ "name": "Reports", "workflows": 2 }]));
    let listed = async |query: &str| {
        let page = owner.api.get(&format!("/api/v1/workspaces/{home}/workflows?{query}")).await.ok();
        page["items"].as_array().unwrap().iter().map(|item| text(item, "/name")).collect::<Vec<_>>()
    };
    owner.browser.patch(&format!("/api/v1/workflows/{one}"), json!({ "folder": "" })).await.ok();
    assert_eq!(listed("folder=Reports").await, ["Two"]);
    let refused = owner.browser.patch(&format!("/api/v1/workflows/{one}"), json!({ "folder": "x".repeat(101) })).await;
    assert_eq!(refused.refusal(), (400, "invalid_request"));

    // A workflow that others call, and that names things of its workspace.
    let call = json!({ "nodes": {
        "s": { "kind": "start" }, "c": { "kind": "workflow", "params": { "workflow_id": two } },
        "m": { "kind": "model", "params": { "model_id": "77", "prompt": "x", "skills": { "workflows": [{ "workflow_id": one }] } } },
        "e": { "kind": "end" } }, "edges": [{ "from": "s", "to": "c" }, { "from": "c", "to": "m" }, { "from": "m", "to": "e" }] });
    let caller = create(&owner, &home, json!({ "name": "Caller", "document": call })).await;
    let team = text(&owner.browser.post("/api/v1/workspaces", json!({ "name": "team" })).await.ok(), "/id");
    let go = async |id: &str, body: Value| owner.browser.post(&format!("/api/v1/workflows/{id}/move"), body).await;
    assert_eq!(go(&two, json!({ "workspace_id": team })).await.refusal(), (409, "workflow_in_use"));
    assert_eq!(go(&two, json!({ "workspace_id": home })).await.refusal(), (400, "invalid_request"));
    let moved = go(&two, json!({ "workspace_id": team, "force": true })).await.ok();
    assert_eq!((&moved["workflow"]["workspace_id"], &moved["callers"][0]["name"]), (&json!(team), &json!("Caller")));
    let moved = go(&caller, json!({ "workspace_id": team })).await.ok();
    let mut left: Vec<String> =
        moved["left_behind"].as_array().unwrap().iter().map(|l| format!("{} {}", text(l, "/node"), text(l, "/kind"))).collect();
    left.sort();
    assert_eq!(left, ["c workflow", "m model", "m workflow"]);
    assert_eq!(folders(&team).await, json!([]));

    let stranger = hearth.user("stranger").await;
    let into_ours = json!({ "workspace_id": home, "force": true });
    let theirs = create(&stranger, &stranger.workspace, json!({ "name": "Theirs" })).await;
    assert_eq!(
        stranger.browser.post(&format!("/api/v1/workflows/{theirs}/move"), into_ours).await.refusal().0,
        404,
        "not into a workspace of others"
    );
    assert_eq!(go(&theirs, json!({ "workspace_id": home })).await.refusal().0, 404, "nor out of one");
    hearth.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn editors_see_each_other() {
    let Some(hearth) = Hearth::start().await else { return };
    let owner = hearth.owner().await;
    let id = create(&owner, &owner.workspace, json!({ "name": "W" })).await;
    let path = format!("/api/v1/workflows/{id}/presence");
    let tell = async |session: &str, body: Value| {
        let mut body = body;
        body["session"] = json!(session);
        owner.browser.post(&path, body).await.ok()
    };
    let alone = tell("a", json!({ "node": "100001" })).await;
    assert_eq!((&alone["others"], alone["again_in_seconds"].as_u64()), (&json!([]), Some(10)));
    let seen = tell("b", json!({})).await["others"].clone();
    assert_eq!((&seen[0]["name"], &seen[0]["is_caller"], &seen[0]["node"]), (&json!("Owner"), &json!(true), &json!("100001")));
    tell("b", json!({ "leave": true })).await;
    assert_eq!(tell("a", json!({})).await["others"], json!([]));
    assert_eq!(owner.browser.post(&path, json!({ "session": "" })).await.refusal(), (400, "invalid_request"));
    hearth.stop().await;
}
