//! Scope, expiry, permissions, revocation, and what is no token.

use serde_json::json;
use types::Timestamp;

use crate::testkit::{As, Server, body_without_log_id, text};
use crate::{Config, Permissions};

#[tokio::test]
async fn a_token_is_shown_once_and_stored_hashed() {
    let server = Server::start(Config::default()).await;
    let ann = server.owner().await;
    let made = server.post(&ann.cookie, "/me/tokens", json!({ "name": "ci", "permissions": "run", "expires_in_days": 7 })).await.ok();
    let secret = text(&made["secret"]);
    assert!(secret.starts_with("pat_") && secret.len() == 47, "{secret}");
    assert_eq!(made["prefix"], json!(format!("{}…", &secret[..8])));
    let list = server.get(&ann.cookie, "/me/tokens").await.ok();
    assert_eq!((&list["items"][0]["permissions"], &list["items"][0]["workspace_ids"]), (&json!("run"), &json!(null)));
    assert!(!list.to_string().contains(&secret));
    let row = super::repo::by_hash(&server.db, &crate::secret::hash(&secret)).await.unwrap().unwrap();
    assert!(!format!("{row:?}").contains(&secret[10..]), "the secret itself is stored");
    server.get(&As::Token(secret), "/me").await.ok();
}

#[tokio::test]
async fn a_token_is_narrowed_to_its_workspaces_and_permissions() {
    let server = Server::start(Config::default()).await;
    let ann = server.owner().await;
    let team = server.team(&ann).await;
    let bob = server.person("bob").await;
    let body = json!({ "name": "t", "workspace_ids": [team], "permissions": "build" });
    let token = As::Token(text(&server.post(&ann.cookie, "/me/tokens", body).await.ok()["secret"]));
    assert_eq!(server.get(&token, "/probe").await.ok()["grants"], json!([[team, "builder"]]));
    assert_eq!(server.get(&token, &format!("/workspaces/{}", ann.personal)).await.code(), "not_found");
    assert_eq!(server.patch(&token, &format!("/workspaces/{team}"), json!({ "name": "x" })).await.code(), "forbidden");
    // Not for somebody else's workspace.
    let foreign = json!({ "name": "t", "workspace_ids": [bob.personal] });
    let absent = json!({ "name": "t", "workspace_ids": ["1234567"] });
    let (foreign, absent) = (server.post(&ann.cookie, "/me/tokens", foreign).await, server.post(&ann.cookie, "/me/tokens", absent).await);
    assert_eq!(foreign.code(), "not_found");
    assert_eq!(body_without_log_id(&foreign), body_without_log_id(&absent));
    let empty = server.post(&ann.cookie, "/me/tokens", json!({ "name": "t", "workspace_ids": [] })).await;
    assert_eq!(empty.body["error"]["field"], "workspace_ids");
}

#[tokio::test]
async fn permissions_bound_what_a_token_does() {
    let server = Server::start(Config::default()).await;
    let ann = server.owner().await;
    for (permissions, role, runs) in [
        (Permissions::Read, "viewer", 0),
        (Permissions::Run, "viewer", 1),
        (Permissions::Build, "builder", 1),
        (Permissions::Full, "owner", 1),
    ] {
        let token = server.token("ann@example.com", permissions, None).await;
        let probe = server.get(&token, "/probe").await.ok();
        assert_eq!((&probe["grants"], &probe["may_run_in"]), (&json!([[ann.personal, role]]), &json!(runs)), "{permissions:?}");
        assert_eq!(probe["admin"], json!(permissions == Permissions::Full));
        // A token makes no tokens.
        assert_eq!(server.post(&token, "/me/tokens", json!({ "name": "t" })).await.code(), "session_required");
    }
}

#[tokio::test]
async fn expired_revoked_and_unknown_tokens_get_the_same_answer() {
    let server = Server::start(Config::default()).await;
    let ann = server.owner().await;
    let expired = server.token("ann@example.com", Permissions::Full, Some(Timestamp::now().plus_seconds(-1))).await;
    let made = server.post(&ann.cookie, "/me/tokens", json!({ "name": "t" })).await.ok();
    let (revoked, id) = (As::Token(text(&made["secret"])), text(&made["id"]));
    server.get(&revoked, "/me").await.ok();
    let bob = server.person("bob").await;
    assert_eq!(server.delete(&bob.cookie, &format!("/me/tokens/{id}")).await.code(), "not_found");
    server.delete(&ann.cookie, &format!("/me/tokens/{id}")).await.ok();
    let unknown = As::Token(format!("pat_{}", "A".repeat(43)));
    let answers = [server.get(&expired, "/me").await, server.get(&revoked, "/me").await, server.get(&unknown, "/me").await];
    for answer in &answers {
        assert_eq!(answer.code(), "unauthenticated");
        assert_eq!(body_without_log_id(answer), body_without_log_id(&answers[0]));
    }
}

#[tokio::test]
async fn a_token_that_expires_while_remembered_stops_at_its_moment() {
    let server = Server::start(Config::default()).await;
    server.owner().await;
    let token = server.token("ann@example.com", Permissions::Full, Some(Timestamp(Timestamp::now().millis() + 700))).await;
    server.get(&token, "/me").await.ok();
    tokio::time::sleep(std::time::Duration::from_millis(800)).await;
    assert_eq!(server.get(&token, "/me").await.code(), "unauthenticated");
}

#[tokio::test]
async fn the_authorization_header_is_read_strictly() {
    let server = Server::start(Config::default()).await;
    let ann = server.owner().await;
    let As::Token(good) = server.token("ann@example.com", Permissions::Full, None).await else { panic!() };
    let As::Cookie(cookie) = &ann.cookie else { panic!() };
    let ask = async |values: &[String]| {
        let mut request = http::Request::get("/api/v1/me").header("cookie", cookie);
        for value in values {
            request = request.header("authorization", value);
        }
        server.send("192.0.2.1", request.body(axum::body::Body::empty()).unwrap()).await
    };
    ask(&[format!("Bearer {good}")]).await.ok();
    for bad in [
        good.clone(),
        "Bearer".into(),
        "Bearer ".into(),
        "Basic Zm9vOmJhcg==".into(),
        format!("Bearer  {good}"),
        format!("Bearer {good} "),
        format!("bearer{good}"),
    ] {
        assert_eq!(ask(std::slice::from_ref(&bad)).await.code(), "unauthenticated", "{bad:?}");
    }
    assert_eq!(ask(&[format!("Bearer {good}"), format!("Bearer {good}")]).await.code(), "unauthenticated");
}

#[tokio::test]
async fn a_use_is_noted_and_a_lost_role_is_felt_at_once() {
    let server = Server::start(Config::default()).await;
    let ann = server.owner().await;
    let bob = server.person("bob").await;
    let team = server.team(&ann).await;
    server.join(&ann, &team, &bob, "builder").await;
    let token = server.token("bob@example.com", Permissions::Full, None).await;
    assert_eq!(server.get(&token, "/probe").await.ok()["grants"], json!([[bob.personal, "owner"], [team, "builder"]]));
    server.delete(&ann.cookie, &format!("/workspaces/{team}/members/{}", bob.id)).await.ok();
    assert_eq!(server.get(&token, "/probe").await.ok()["grants"], json!([[bob.personal, "owner"]]));
    for _ in 0..50 {
        let list = server.get(&bob.cookie, "/me/tokens").await.ok();
        if !list["items"][0]["last_used_at"].is_null() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("the use was not noted");
}
