//! A token does what it was made for, on both wires.

use hearth_tests::{Client, Hearth, Member, hearth::text};
use serde_json::json;

async fn token(owner: &Member, permissions: &str) -> Client {
    let made = owner.browser.post("/api/v1/me/tokens", json!({ "name": permissions, "permissions": permissions })).await.ok();
    owner.api.with_token(&text(&made, "/secret"))
}

#[tokio::test(flavor = "multi_thread")]
async fn permissions_of_tokens() {
    let Some(hearth) = Hearth::start().await else { return };
    let owner = hearth.owner().await;
    owner.add_model(&hearth).await;
    let agent = owner.add_published_agent(json!({})).await;
    let conversation = owner.add_conversation(&agent).await;
    let (workspace, before) = (&owner.workspace, owner.messages(&conversation).await.len());
    let turns = format!("/api/v1/conversations/{conversation}/turns");
    let agents = format!("/api/v1/workspaces/{workspace}/agents");
    let chat = json!({ "bot_id": agent, "user_id": "u", "stream": false, "additional_messages": [{ "role": "user", "content": "say hi", "content_type": "text" }] });
    let bot = json!({ "space_id": workspace, "name": "b" });

    let read = token(&owner, "read").await;
    assert!(read.get(&agents).await.status.is_success() && read.get(&format!("/api/v1/agents/{agent}")).await.status.is_success());
    assert_eq!(read.post(&turns, json!({ "content": "say hi" })).await.refusal(), (403, "forbidden"));
    assert_eq!(read.post("/api/chat", json!({ "message": "say hi", "agent_id": agent })).await.status, 403);
    let coze = read.post("/v3/chat", chat.clone()).await;
    assert_eq!((coze.status.as_u16(), coze.json["code"].as_i64()), (403, Some(4101)), "{}", coze.text);
    assert_eq!(owner.messages(&conversation).await.len(), before, "nothing was written");
    assert!(hearth.model.requests().is_empty(), "no model was asked");

    let run = token(&owner, "run").await;
    let turn = run.post(&turns, json!({ "content": "say hi" })).await.ok();
    assert_eq!(owner.ended(&text(&turn, "/run_id")).await["status"], "completed");
    assert_eq!(run.post("/v3/chat", chat).await.ok()["code"], 0);
    for (path, body) in [(&agents, json!({ "name": "x" })), (&format!("/api/v1/agents/{agent}/publish"), json!({}))] {
        assert_eq!(run.post(path, body).await.refusal(), (403, "forbidden"), "{path}");
    }
    let coze = run.post("/v1/bot/create", bot.clone()).await;
    assert_eq!((coze.status.as_u16(), coze.json["code"].as_i64()), (403, Some(4101)), "{}", coze.text);

    let build = token(&owner, "build").await;
    assert!(build.post(&agents, json!({ "name": "x" })).await.status.is_success());
    assert_eq!(build.post("/v1/bot/create", bot).await.ok()["code"], 0);
    let models = json!({ "name": "m", "vendor": "openai_compatible", "base_url": hearth.model.url(), "model": "m" });
    assert_eq!(build.post(&format!("/api/v1/workspaces/{workspace}/models"), models).await.refusal(), (403, "forbidden"));
    hearth.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn revoked_at_once() {
    let Some(hearth) = Hearth::start().await else { return };
    let owner = hearth.owner().await;
    let made = owner.browser.post("/api/v1/me/tokens", json!({ "name": "short" })).await.ok();
    let client = owner.api.with_token(&text(&made, "/secret"));
    assert!(client.get("/api/v1/me").await.status.is_success() && client.get("/v1/workspaces").await.status.is_success());
    owner.browser.delete(&format!("/api/v1/me/tokens/{}", text(&made, "/id"))).await.ok();
    assert_eq!(client.get("/api/v1/me").await.refusal(), (401, "unauthenticated"));
    let coze = client.get("/v1/workspaces").await;
    assert_eq!((coze.status.as_u16(), coze.json["code"].as_i64()), (401, Some(4100)), "{}", coze.text);
    hearth.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_passwords_is_limited() {
    let Some(hearth) = Hearth::start().await else { return };
    let owner = hearth.owner().await;
    let (mut limited, mut tried) = (None, 0);
    while limited.is_none() && tried < 40 {
        let wrong = json!({ "email": "owner@example.com", "password": format!("wrong horse {tried}") });
        let answer = hearth.visitor().post("/api/v1/auth/sign-in", wrong).await;
        tried += 1;
        if answer.status == 429 {
            limited = Some(answer);
        } else {
            assert_eq!(answer.refusal(), (401, "sign_in_failed"));
        }
    }
    let limited = limited.expect("guessing is limited");
    assert!(tried > 5, "an ordinary person may mistype: {tried}");
    assert_eq!(limited.refusal(), (429, "rate_limited"));
    let wait: u64 = limited.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=600).contains(&wait), "{wait}");
    assert!(owner.browser.get("/api/v1/me").await.status.is_success(), "who is signed in stays signed in");
    hearth.stop().await;
}
