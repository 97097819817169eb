//! Rule R13: another workspace's id answers as one that does not exist, on every route.
//!
//! The test walks the OpenAPI document. A route that names an object gets the owner's ids from
//! somebody else, with a token and with a session; it must answer 404. A route with a body needs an
//! entry in [`body`], so that the refusal is not one of the body.

use std::collections::BTreeMap;

use hearth_tests::{Client, Hearth, Member, hearth::text};
use reqwest::Method;
use serde_json::{Value, json};

use crate::policies::operations;

/// Routes whose parameter is a secret or a public name, not an id of an object.
const NOT_OBJECTS: &[(&str, &str)] = &[
    ("/api/v1/invitations/{code}", "whoever holds the code may look"),
    ("/api/v1/invitations/{code}/accept", "whoever holds the code may accept"),
    ("/api/v1/oauth/consent", "names an app by its public client id; whoever is signed in decides for himself"),
    ("/api/v1/oauth/device/{user_code}", "whoever holds the code may decide"),
    ("/api/permission/oauth2/workspace_id/{workspace_id}/authorize", "public: leads to the consent page"),
    ("/api/permission/oauth2/workspace_id/{workspace_id}/device/code", "public: names the app's workspace"),
    ("/api/permission/oauth2/account/{account_id}/token", "public: the grant decides"),
];

type Ids = BTreeMap<&'static str, String>;

/// One of each kind of object, all the owner's.
async fn objects(hearth: &Hearth, owner: &Member) -> Ids {
    let (browser, workspace) = (&owner.browser, owner.workspace.clone());
    let team = text(&browser.post("/api/v1/workspaces", json!({ "name": "team" })).await.ok(), "/id");
    let in_team = |path: &str| format!("/api/v1/workspaces/{team}/{path}");
    let invitation = browser.post(&in_team("invitations"), json!({ "role": "viewer" })).await.ok();
    let account = browser.post(&in_team("service-accounts"), json!({ "name": "robot", "role": "builder" })).await.ok();
    let account = text(&account, "/id");
    let account_token = browser.post(&in_team(&format!("service-accounts/{account}/tokens")), json!({ "name": "t" })).await.ok();
    let app = browser.post(&in_team("oauth-apps"), json!({ "name": "app", "kind": "device" })).await.ok();
    let model = owner.add_model(hearth).await;
    let agent = owner.add_published_agent(json!({ "prompt": "p" })).await;
    let conversation = owner.add_conversation(&agent).await;
    let seen = browser.stream(&format!("/api/v1/conversations/{conversation}/turns"), json!({ "content": "say hi" })).await;
    let messages = browser.get(&format!("/api/v1/conversations/{conversation}/messages")).await.ok();
    let message = messages["items"].as_array().unwrap().iter().find(|m| m["type"] == "answer").unwrap().clone();
    let part = reqwest::multipart::Part::bytes(b"private".to_vec()).file_name("a.txt");
    let upload = browser
        .request(Method::POST, &format!("/api/v1/workspaces/{workspace}/files"))
        .multipart(reqwest::multipart::Form::new().part("file", part));
    let file = browser.send(upload).await.ok();
    let session = browser.get("/api/v1/me/sessions").await.ok();
    let token = browser.get("/api/v1/me/tokens").await.ok();
    let run = text(&seen[0].data, "/run/id");
    let workflow = browser.post(&format!("/api/v1/workspaces/{workspace}/workflows"), json!({ "name": "flow" })).await.ok();
    let workflow = text(&workflow, "/id");
    let trigger = browser.post(&format!("/api/v1/workflows/{workflow}/triggers"), json!({ "name": "hook", "webhook": {} })).await.ok();
    let start = json!({ "inputs": { "input": "x" }, "draft": true, "wait": true });
    let executed = browser.post(&format!("/api/v1/workflows/{workflow}/runs"), start).await;
    BTreeMap::from([
        ("workspace_id", workspace.clone()),
        ("space_id", workspace),
        ("team_id", team),
        ("invitation_id", text(&invitation, "/id")),
        ("service_account_id", account),
        ("account_token_id", text(&account_token, "/id")),
        ("oauth_app_id", text(&app, "/id")),
        ("model_id", model),
        ("agent_id", agent.clone()),
        ("bot_id", agent),
        ("workflow_id", workflow),
        ("trigger_id", text(&trigger, "/trigger/id")),
        ("node_id", "100001".into()),
        ("execute_id", text(&executed.json, "/id")),
        ("node_execute_uuid", "1".into()),
        ("version", "1".into()),
        ("connector_uid", "u".into()),
        ("conversation_id", conversation),
        ("message_id", text(&message, "/id")),
        ("run_id", run.clone()),
        ("chat_id", run),
        ("file_id", text(&file, "/id")),
        ("session_id", text(&session, "/items/0/id")),
        ("token_id", text(&token, "/items/0/id")),
        ("user_id", owner.user.clone()),
    ])
}

/// A body that would be right if the object were the caller's.
fn body(method: &Method, path: &str, ids: &Ids) -> Option<Value> {
    let config = json!({ "prompt": "stolen" });
    Some(match (method.as_str(), path.trim_start_matches("/api/v1")) {
        (
            "PATCH",
            "/workspaces/{workspace_id}"
            | "/agents/{agent_id}"
            | "/conversations/{conversation_id}"
            | "/models/{model_id}"
            | "/workflows/{workflow_id}"
            | "/triggers/{trigger_id}",
        ) => {
            json!({ "name": "mine" })
        }
        ("PATCH", "/workspaces/{workspace_id}/members/{user_id}") => json!({ "role": "viewer" }),
        ("PATCH", "/workspaces/{workspace_id}/oauth-apps/{oauth_app_id}") => json!({ "name": "mine" }),
        ("PATCH", "/admin/users/{user_id}") => json!({ "disabled": true }),
        ("POST", "/workspaces/{workspace_id}/invitations") => json!({ "role": "viewer" }),
        ("POST", "/workspaces/{workspace_id}/service-accounts") => json!({ "name": "r", "role": "viewer" }),
        ("POST", "/workspaces/{workspace_id}/service-accounts/{service_account_id}/tokens") => json!({ "name": "t" }),
        ("POST", "/workspaces/{workspace_id}/oauth-apps") => json!({ "name": "a", "kind": "device" }),
        ("POST", "/workspaces/{workspace_id}/models") => {
            json!({ "name": "m", "vendor": "openai_compatible", "base_url": "http://127.0.0.1:1/v1", "model": "m" })
        }
        ("POST", "/workspaces/{workspace_id}/models/probe") => {
            json!({ "vendor": "openai_compatible", "base_url": "http://127.0.0.1:1/v1" })
        }
        ("POST", "/workspaces/{workspace_id}/models/test") => json!({ "model_id": ids["model_id"] }),
        ("POST", "/workspaces/{workspace_id}/agents") => json!({ "name": "a" }),
        ("POST", "/workspaces/{workspace_id}/sandbox/run") => json!({ "language": "javascript", "code": "async function main() {}" }),
        ("POST", "/workspaces/{workspace_id}/workflows") => json!({ "name": "w" }),
        ("POST", "/workspaces/{workspace_id}/workflows/import") => json!({ "document": { "nodes": {} } }),
        ("POST", "/workflows/{workflow_id}/move") => json!({ "workspace_id": ids["workspace_id"] }),
        ("POST", "/workflows/{workflow_id}/triggers") => json!({ "name": "t", "webhook": {} }),
        ("POST", "/workflows/{workflow_id}/presence") => json!({ "session": "tab" }),
        ("POST", "/workflows/{workflow_id}/assist") => json!({ "instruction": "add a text", "document": { "nodes": {} } }),
        ("PUT", "/workflows/{workflow_id}/draft") => json!({ "document": {}, "revision": 1 }),
        ("PUT", "/workspaces/{workspace_id}/limits") => json!({ "max_nodes": 1 }),
        ("PUT", "/agents/{agent_id}/draft") => json!({ "config": config, "revision": 1 }),
        ("POST", "/workspaces/{workspace_id}/conversations") => json!({ "agent_id": ids["agent_id"] }),
        ("POST", "/conversations/{conversation_id}/turns") => json!({ "content": "hi" }),
        ("PUT", "/messages/{message_id}/feedback") => json!({ "rating": "up" }),
        ("POST", "/runs/{run_id}/tool-outputs") => json!({ "outputs": [{ "call_id": "c", "output": "o" }] }),
        ("POST", "/runs/{run_id}/fork") => json!({ "step": 1 }),
        // The Coze wire.
        ("POST", "/v3/chat") => {
            json!({ "bot_id": ids["bot_id"], "user_id": "u", "stream": false, "additional_messages": [{ "role": "user", "content": "hi", "content_type": "text" }] })
        }
        ("POST", "/v3/chat/cancel") => json!({ "conversation_id": ids["conversation_id"], "chat_id": ids["chat_id"] }),
        ("POST", "/v3/chat/submit_tool_outputs") => json!({ "stream": false, "tool_outputs": [{ "tool_call_id": "c", "output": "o" }] }),
        ("POST", "/v1/workflow/run") => json!({ "workflow_id": ids["workflow_id"], "parameters": {} }),
        ("POST", "/v1/conversation/create") => json!({ "bot_id": ids["bot_id"] }),
        ("POST", "/v1/conversation/message/create") => json!({ "role": "user", "content": "hi", "content_type": "text" }),
        ("POST", "/v1/conversation/message/modify") => json!({ "content": "stolen", "content_type": "text" }),
        ("PUT", "/v1/conversations/{conversation_id}") => json!({ "name": "mine" }),
        ("POST", "/v1/conversations/{conversation_id}/messages/{message_id}/feedback") => json!({ "feedback_type": "like" }),
        ("POST", "/v1/bot/create") => json!({ "space_id": ids["space_id"], "name": "b" }),
        ("POST", "/v1/bot/update") => json!({ "bot_id": ids["bot_id"], "name": "b" }),
        ("POST", "/v1/bot/publish") => json!({ "bot_id": ids["bot_id"], "connector_ids": ["1024"] }),
        ("POST", "/v1/bots/{bot_id}/unpublish") => json!({ "connector_id": "1024" }),
        ("PUT", "/v1/variables") => json!({ "bot_id": ids["bot_id"], "connector_uid": "u", "data": [{ "keyword": "k", "value": "v" }] }),
        ("POST", "/api/chat") => json!({ "message": "hi", "agent_id": ids["agent_id"] }),
        ("POST", _) => json!({}),
        _ => return None,
    })
}

/// The path with the owner's ids; in a team for what only teams have.
fn fill(path: &str, ids: &Ids) -> Option<String> {
    let teams = ["members/", "/members", "/invitations", "/service-accounts", "/oauth-apps"];
    let team = path.contains("{workspace_id}") && teams.iter().any(|t| path.contains(t));
    let mut filled = String::new();
    for part in path.split('/').skip(1) {
        filled.push('/');
        let Some(name) = part.strip_prefix('{').and_then(|p| p.strip_suffix('}')) else {
            filled.push_str(part);
            continue;
        };
        let name = match name {
            "workspace_id" if team => "team_id",
            "token_id" if path.contains("service-accounts") => "account_token_id",
            other => other,
        };
        filled.push_str(ids.get(name)?);
    }
    Some(filled)
}

/// `?conversation_id=…` and its kin, for routes that name objects in the query.
fn query(operation: &Value, ids: &Ids) -> Vec<(String, String)> {
    let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
    let in_query = parameters.iter().filter(|p| p["in"] == "query").filter_map(|p| p["name"].as_str());
    in_query.filter_map(|name| Some((name.to_owned(), ids.get(name)?.clone()))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn foreign_ids_do_not_exist() {
    let Some(hearth) = Hearth::start().await else { return };
    let owner = hearth.owner().await;
    let other = hearth.user("other").await;
    let ids = objects(&hearth, &owner).await;
    let document = hearth.visitor().get("/api/v1/openapi.json").await.ok();
    let (mut wrong, mut tried) = (Vec::new(), 0);
    for (method, path, policy, operation) in operations(&document) {
        if NOT_OBJECTS.iter().any(|(p, _)| *p == path) || policy == "public" {
            continue;
        }
        let query = query(&operation, &ids);
        let body = body(&method, &path, &ids);
        let names_object = path.contains('{')
            || !query.is_empty()
            || body.as_ref().is_some_and(|b| ids.values().any(|id| id.len() > 3 && b.to_string().contains(id.as_str())));
        if !names_object {
            continue;
        }
        let Some(filled) = fill(&path, &ids) else {
            wrong.push(format!("{method} {path} names an object this test cannot make: add it to `objects`"));
            continue;
        };
        for (by_token, client) in [(false, &other.browser), (true, &other.api)] {
            let (status, text) = call(client, &method, &filled, &query, body.as_ref(), path.ends_with("/files")).await;
            tried += 1;
            let expected = matches!((policy.as_str(), status), (_, 404) | ("admin" | "session", 403));
            if !expected || (status == 403 && policy == "session" && !by_token) {
                wrong.push(format!(
                    "{method} {path} ({}): {status} {}",
                    if by_token { "token" } else { "session" },
                    &text[..text.len().min(160)]
                ));
            }
        }
    }
    assert!(tried > 80, "only {tried} calls were made");
    assert!(wrong.is_empty(), "{} of {tried}:\n{}", wrong.len(), wrong.join("\n"));
    // Nothing of it had an effect.
    let agent = owner.browser.get(&format!("/api/v1/agents/{}", ids["agent_id"])).await.ok();
    assert_eq!((agent["name"].as_str(), agent["published_version"].as_i64()), (Some("tester"), Some(1)));
    let messages = owner.browser.get(&format!("/api/v1/conversations/{}/messages", ids["conversation_id"])).await.ok();
    assert!(!messages.to_string().contains("stolen"));
    hearth.stop().await;
}

async fn call(
    client: &Client,
    method: &Method,
    path: &str,
    query: &[(String, String)],
    body: Option<&Value>,
    upload: bool,
) -> (u16, String) {
    let mut request = client.request(method.clone(), path).query(query);
    if upload && *method == Method::POST {
        let part = reqwest::multipart::Part::bytes(b"x".to_vec()).file_name("a.txt");
        request = request.multipart(reqwest::multipart::Form::new().part("file", part));
    } else if let Some(body) = body {
        request = request.json(body);
    }
    let answer = client.send(request).await;
    (answer.status.as_u16(), answer.text)
}
