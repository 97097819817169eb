//! From nothing to a published agent that a program talks to.

use hearth_tests::{Hearth, hearth::text};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn from_setup_to_the_coze_wire() {
    let Some(hearth) = Hearth::start().await else { return };
    let visitor = hearth.visitor();
    assert_eq!(visitor.get("/api/v1/setup").await.ok()["needed"], true);
    let owner = hearth.owner().await;
    assert_eq!(visitor.get("/api/v1/setup").await.ok()["needed"], false);
    let again = visitor.post("/api/v1/setup", json!({ "email": "x@example.com", "name": "X", "password": "correct horse" })).await;
    assert_eq!(again.refusal(), (409, "setup_done"));

    owner.add_model(&hearth).await;
    let config = json!({ "prompt": "You are {{name}}.", "variables": [{ "name": "name", "description": "", "default": "Hearth" }],
        "tools": [{ "kind": "builtin", "name": "calculator", "approval": "never" }] });
    let agent = owner.add_published_agent(config).await;

    let body = json!({ "bot_id": agent, "user_id": "u", "stream": true,
        "additional_messages": [{ "role": "user", "content": "tool calculator {\"expression\":\"6*7\"}", "content_type": "text" }] });
    let frames = owner.api.frames(owner.api.request(reqwest::Method::POST, "/v3/chat").json(&body), |_| false).await;
    let names: Vec<&str> = frames.iter().map(|f| f.event.as_str()).collect();
    assert_eq!(names.first(), Some(&"conversation.chat.created"));
    assert_eq!(names.last(), Some(&"done"));
    let completed = |kind: &str| frames.iter().find(|f| f.event == "conversation.message.completed" && f.data["type"] == kind);
    assert!(completed("function_call").is_some() && completed("tool_response").is_some(), "{names:?}");
    let answer = text(&completed("answer").unwrap().data, "/content");
    assert!(answer.contains("42"), "{answer}");

    let asked = hearth.model.requests();
    assert_eq!(asked[0]["messages"][0]["content"], "You are Hearth.");

    // The same run, as people see it.
    let runs = owner.browser.get(&format!("/api/v1/workspaces/{}/runs", owner.workspace)).await.ok();
    let run = owner.browser.get(&format!("/api/v1/runs/{}", text(&runs, "/items/0/id"))).await.ok();
    assert_eq!(run["status"], "completed");
    let kinds: Vec<_> = run["steps"].as_array().unwrap().iter().map(|s| s["kind"].as_str().unwrap().to_owned()).collect();
    assert_eq!(kinds, ["model", "tool", "model"]);
    assert!(run["usage"]["total_tokens"].as_u64().unwrap() > 0 && run["cost"]["amount"].as_f64().unwrap() > 0.0);
    hearth.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_simple_surface() {
    let Some(hearth) = Hearth::start().await else { return };
    let owner = hearth.owner().await;
    owner.add_model(&hearth).await;
    let body = json!({ "name": "converter", "description": "d", "plugins": ["calculator"], "instructions": "Convert." });
    let agent = text(&owner.api.post("/api/agents", body).await.ok(), "/agent_id");
    let first = owner.api.post("/api/chat", json!({ "message": "say hello there", "agent_id": agent })).await.ok();
    assert_eq!(first["message"], "hello there");
    let second = json!({ "message": "say again", "agent_id": agent, "conversation_id": first["conversation_id"] });
    assert_eq!(owner.api.post("/api/chat", second).await.ok()["message"], "again");
    let heard = hearth.model.requests().last().unwrap()["messages"].to_string();
    assert!(heard.contains("say hello there") && heard.contains("Convert."), "{heard}");
    let unknown = json!({ "name": "n", "description": "", "plugins": ["telepathy"], "instructions": "" });
    let refused = owner.api.post("/api/agents", unknown).await;
    assert_eq!(refused.status, 400);
    assert!(refused.text.contains("telepathy") && refused.text.contains("calculator"), "{}", refused.text);
    assert_eq!(hearth.visitor().post("/api/chat", json!({ "message": "m", "agent_id": agent })).await.status, 401);
    hearth.stop().await;
}
