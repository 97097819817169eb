//! Secrets of workflows: they reach the server they are for, and stand nowhere else.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::get;
use db::sea_orm::ConnectionTrait as _;
use hearth_tests::{Hearth, Member, hearth::text};
use serde_json::{Value, json};

const SECRET: &str = "sk-very-secret-7b1";

/// What was sent as `Authorization`.
type Asked = Arc<Mutex<Vec<String>>>;

/// A site that wants the secret; it repeats what else it is told.
async fn site() -> (Asked, String) {
    let asked = Asked::default();
    let page = async |State(asked): State<Asked>, headers: HeaderMap| {
        let said = headers.get("authorization").and_then(|said| said.to_str().ok()).unwrap_or_default().to_owned();
        asked.lock().unwrap().push(said.clone());
        if said == format!("Bearer {SECRET}") { (StatusCode::OK, "welcome".to_owned()) } else { (StatusCode::UNAUTHORIZED, said) }
    };
    let router = Router::new().route("/", get(page)).with_state(asked.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (asked, url)
}

/// Asks the site.
fn document(url: &str, token: &str) -> Value {
    let body = json!({ "name": "body", "type": "string", "value": { "ref": { "node": "ask", "path": ["body"] } } });
    json!({
        "nodes": {
            "start": { "kind": "start", "outputs": [{ "name": "token", "type": "string" }] },
            "ask": { "kind": "http_request", "params": { "url": url, "auth": { "type": "bearer", "token": token } },
                "inputs": [{ "name": "token", "type": "string", "value": { "ref": { "node": "start", "path": ["token"] } } }],
                "outputs": [{ "name": "body", "type": "string" }] },
            "end": { "kind": "end", "inputs": [body] },
        },
        "edges": [{ "from": "start", "to": "ask" }, { "from": "ask", "to": "end" }],
    })
}

fn token(document: &Value) -> String {
    text(document, "/nodes/ask/params/auth/token")
}

async fn create(member: &Member, workspace: &str, document: Value) -> String {
    let path = format!("/api/v1/workspaces/{workspace}/workflows");
    text(&member.api.post(&path, json!({ "name": "Asks", "document": document })).await.ok(), "/id")
}

async fn draft(member: &Member, id: &str) -> Value {
    member.api.get(&format!("/api/v1/workflows/{id}/draft")).await.ok()
}

async fn run(member: &Member, id: &str, body: Value) -> Value {
    let mut given = json!({ "draft": true, "wait": true });
    given.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
    member.api.post(&format!("/api/v1/workflows/{id}/runs"), given).await.ok()
}

/// Everything the database holds in texts of these columns.
async fn stored(hearth: &Hearth) -> Option<String> {
    let db = db::Db::connect(&db::Options::new(hearth.database_url()?)).await.unwrap();
    let mut all = String::new();
    for (table, column) in
        [("workflow_drafts", "document"), ("workflow_versions", "document"), ("run_documents", "document"), ("run_events", "payload")]
    {
        let query = db::statement(db.backend(), &format!("SELECT {column} FROM {table}"), []);
        let rows = db.read().query_all_raw(query).await.unwrap();
        assert!(!rows.is_empty(), "{table} is empty");
        all.extend(rows.into_iter().map(|row| row.try_get::<String>("", column).unwrap()));
    }
    db.close().await;
    Some(all)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_is_sealed_and_reaches_its_server_alone() {
    let Some(mut hearth) = Hearth::start_with(&[("HEARTH_EGRESS_ALLOW", "127.0.0.1")]).await else { return };
    let owner = hearth.owner().await;
    let (asked, url) = site().await;
    let id = create(&owner, &owner.workspace, document(&url, SECRET)).await;
    let sealed = token(&draft(&owner, &id).await["document"]);
    assert!(sealed.starts_with("sealed:v1."), "{sealed}");
    let ended = run(&owner, &id, json!({})).await;
    assert_eq!((&ended["status"], &ended["output"]["body"]), (&json!("completed"), &json!("welcome")), "{ended:#}");
    owner.api.post(&format!("/api/v1/workflows/{id}/publish"), json!({})).await.ok();
    // The key is of the instance, not of the process.
    hearth.restart().await;
    let owner = owner.again(&hearth);
    let ended = run(&owner, &id, json!({ "draft": false })).await;
    assert_eq!(ended["output"]["body"], "welcome", "{ended:#}");
    let run_id = text(&ended, "/id");
    let detail = owner.api.get(&format!("/api/v1/runs/{run_id}")).await.ok();
    let step = detail["steps"].as_array().unwrap().iter().find(|step| step["node"]["id"] == "ask").unwrap()["seq"].clone();
    let forked = owner.api.post(&format!("/api/v1/runs/{run_id}/fork"), json!({ "step": step })).await.ok();
    assert_eq!(owner.ended(&text(&forked, "/id")).await["status"], "completed");
    for path in [format!("runs/{run_id}"), format!("workflows/{id}/draft"), format!("workflows/{id}/versions/v0.0.1")] {
        let seen = owner.api.get(&format!("/api/v1/{path}")).await;
        assert!(seen.status.is_success() && !seen.text.contains(SECRET), "{path}: {}", seen.text);
    }
    assert!(asked.lock().unwrap().iter().all(|said| said == &format!("Bearer {SECRET}")));
    let all = stored(&hearth).await.unwrap();
    assert!(all.contains(&sealed) && !all.contains(SECRET), "{all}");

    // Of another secret the answer tells; the run does not.
    let wrong = create(&owner, &owner.workspace, document(&url, "sk-wrong-1")).await;
    let ended = run(&owner, &wrong, json!({})).await;
    assert_eq!(ended["error"]["code"], "http_status", "{ended:#}");
    assert!(ended.to_string().contains("(secret)") && !ended.to_string().contains("sk-wrong-1"), "{ended:#}");
    assert!(!stored(&hearth).await.unwrap().contains("sk-wrong-1"));
    // What is passed in is data of the run.
    let passed = create(&owner, &owner.workspace, document(&url, "{{token}}")).await;
    assert_eq!(run(&owner, &passed, json!({ "inputs": { "token": SECRET } })).await["output"]["body"], "welcome");
    hearth.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sealed_text_is_worth_nothing_elsewhere() {
    let Some(hearth) = Hearth::start_with(&[("HEARTH_EGRESS_ALLOW", "127.0.0.1")]).await else { return };
    let owner = hearth.owner().await;
    let (asked, url) = site().await;
    let id = create(&owner, &owner.workspace, document(&url, SECRET)).await;
    let sealed = token(&draft(&owner, &id).await["document"]);
    let other = text(&owner.browser.post("/api/v1/workspaces", json!({ "name": "Other" })).await.ok(), "/id");

    let flipped = format!("{}{}", &sealed[..sealed.len() - 2], if sealed.ends_with("AA") { "BB" } else { "AA" });
    for (workspace, forged) in [(&other, sealed.as_str()), (&owner.workspace, flipped.as_str()), (&owner.workspace, "sealed:v1.mine")] {
        let stolen = create(&owner, workspace, document(&url, forged)).await;
        let draft = draft(&owner, &stolen).await;
        let finding = &draft["findings"][0];
        let place = (&finding["code"], &finding["node"], &finding["path"]);
        assert_eq!(place, (&json!("secret_unreadable"), &json!("ask"), &json!("/params/auth/token")), "{draft:#}");
        let refused = owner.api.post(&format!("/api/v1/workflows/{stolen}/publish"), json!({})).await;
        assert_eq!(refused.refusal(), (400, "workflow_incomplete"));
        let ended = run(&owner, &stolen, json!({})).await;
        assert_eq!(ended["error"]["code"], "secret_unreadable", "{ended:#}");
    }
    assert!(asked.lock().unwrap().is_empty(), "a sealed text was sent: {asked:?}");

    // Who builds in both may take it along.
    owner.api.post(&format!("/api/v1/workflows/{id}/publish"), json!({})).await.ok();
    owner.api.post(&format!("/api/v1/workflows/{id}/move"), json!({ "workspace_id": other })).await.ok();
    assert_ne!(token(&draft(&owner, &id).await["document"]), sealed);
    for draft in [true, false] {
        assert_eq!(run(&owner, &id, json!({ "draft": draft })).await["output"]["body"], "welcome", "draft: {draft}");
    }
    hearth.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_and_models_do_not_get_it() {
    let Some(hearth) = Hearth::start().await else { return };
    let owner = hearth.owner().await;
    let id = create(&owner, &owner.workspace, document("http://a.example/", SECRET)).await;
    let sealed = token(&draft(&owner, &id).await["document"]);
    let import = format!("/api/v1/workspaces/{}/workflows/import", owner.workspace);
    for format in ["hearth", "coze"] {
        let exported = owner.api.get(&format!("/api/v1/workflows/{id}/export?format={format}&report=true")).await;
        assert!(!exported.text.contains(SECRET) && !exported.text.contains(&sealed), "{}", exported.text);
        let exported = exported.ok();
        let nodes = exported["report"]["nodes"].as_array().unwrap();
        let notes = &nodes.iter().find(|node| node["node"] == "ask").unwrap()["notes"];
        assert_eq!((&notes[0]["code"], &notes[0]["subject"]), (&json!("secret_removed"), &json!("auth.token")));
        let made = owner.api.post(&import, json!({ "document": exported["file"] })).await.ok();
        let draft = draft(&owner, &text(&made, "/workflow/id")).await;
        let missing = |finding: &&Value| finding["code"] == "secret_missing" && finding["path"] == "/params/auth/token";
        let finding = draft["findings"].as_array().unwrap().iter().find(missing).unwrap_or_else(|| panic!("{draft:#}"));
        assert_eq!(finding["severity"], if format == "hearth" { "error" } else { "warning" });
    }
    // A canvas with typed tokens: the one in use is sealed, the others stay behind.
    let literal = |text: &str| json!({ "type": "string", "value": { "type": "literal", "content": text } });
    let auth = json!({ "authOpen": true, "authType": "BEARER_AUTH", "authData": {
        "bearerTokenData": [{ "name": "token", "type": "string", "input": literal(SECRET) }],
        "customData": { "addTo": "query", "data": [{ "name": "Value", "type": "string", "input": literal("sk-spare") }] } } });
    let canvas = json!({ "nodes": [
        { "id": "100001", "type": "1", "data": {} },
        { "id": "7", "type": "45", "data": { "inputs": { "apiInfo": { "method": "GET", "url": "http://a.example/" }, "auth": auth } } },
        { "id": "900001", "type": "2", "data": {} } ], "edges": [] });
    let made = owner.api.post(&import, json!({ "document": canvas })).await.ok();
    assert!(made["report"].to_string().contains("secret_removed"), "{made:#}");
    let coze = draft(&owner, &text(&made, "/workflow/id")).await;
    assert!(text(&coze, "/document/nodes/7/params/auth/token").starts_with("sealed:v1."), "{coze:#}");
    assert!(!coze.to_string().contains(SECRET) && !coze.to_string().contains("sk-spare"), "{coze:#}");

    let model = owner.add_model(&hearth).await;
    let mut proposed = document("http://b.example/", "(secret)");
    proposed["nodes"]["ask"]["params"]["timeout_ms"] = json!(5);
    let instruction = format!("shorter\nsay {}", json!({ "summary": "Done.", "document": proposed }));
    for (before, kept) in [(sealed.as_str(), sealed.as_str()), (SECRET, SECRET)] {
        let body = json!({ "model_id": model, "document": document("http://a.example/", before), "instruction": instruction });
        let answer = owner.api.post(&format!("/api/v1/workflows/{id}/assist"), body).await.ok();
        assert_eq!(token(&answer["document"]), kept, "{answer:#}");
        assert_eq!(answer["document"]["nodes"]["ask"]["params"]["timeout_ms"], 5);
    }
    let told = json!(hearth.model.requests()).to_string();
    assert!(told.contains("(secret)") && !told.contains(SECRET) && !told.contains(&sealed), "{told}");
    hearth.stop().await;
}
