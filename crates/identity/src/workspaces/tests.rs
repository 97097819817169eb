//! Members, owners, deletion, and what strangers see.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::Config;
use crate::testkit::{Server, body_without_log_id, text};

#[tokio::test]
async fn a_workspace_keeps_an_owner() {
    let server = Server::start(Config::default()).await;
    let ann = server.owner().await;
    let bob = server.person("bob").await;
    let team = server.team(&ann).await;
    server.join(&ann, &team, &bob, "admin").await;
    let member = |id: &str| format!("/workspaces/{team}/members/{id}");
    let refused = server.patch(&ann.cookie, &member(&ann.id), json!({ "role": "admin" })).await;
    assert_eq!((refused.status, refused.code().as_str()), (StatusCode::CONFLICT, "last_owner"));
    assert_eq!(server.delete(&ann.cookie, &member(&ann.id)).await.code(), "last_owner");
    // An administrator does not touch owners, and makes none.
    assert_eq!(server.delete(&bob.cookie, &member(&ann.id)).await.code(), "forbidden");
    assert_eq!(server.patch(&bob.cookie, &member(&bob.id), json!({ "role": "owner" })).await.code(), "forbidden");
    let invitation = server.post(&bob.cookie, &format!("/workspaces/{team}/invitations"), json!({ "role": "owner" })).await;
    assert_eq!(invitation.code(), "forbidden");
    let row = server.patch(&ann.cookie, &member(&bob.id), json!({ "role": "owner" })).await.ok();
    assert_eq!((&row["role"], &row["email"]), (&json!("owner"), &json!("bob@example.com")));
    server.delete(&ann.cookie, &member(&ann.id)).await.ok();
    assert_eq!(server.get(&ann.cookie, &format!("/workspaces/{team}")).await.code(), "not_found");
    let left = server.get(&bob.cookie, &format!("/workspaces/{team}/members")).await.ok();
    assert_eq!(left["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_personal_workspace_is_neither_shared_nor_deleted() {
    let server = Server::start(Config::default()).await;
    let ann = server.owner().await;
    let path = format!("/workspaces/{}", ann.personal);
    assert_eq!(server.delete(&ann.cookie, &path).await.code(), "personal_workspace");
    assert_eq!(server.post(&ann.cookie, &format!("{path}/invitations"), json!({ "role": "viewer" })).await.code(), "personal_workspace");
    assert_eq!(server.delete(&ann.cookie, &format!("{path}/members/{}", ann.id)).await.code(), "last_owner");
}

#[tokio::test]
async fn a_deleted_workspace_is_gone_with_all_that_opens_it() {
    let server = Server::start(Config::default()).await;
    let ann = server.owner().await;
    let bob = server.person("bob").await;
    let team = server.team(&ann).await;
    let path = format!("/workspaces/{team}");
    server.join(&ann, &team, &bob, "admin").await;
    let code = text(&server.post(&ann.cookie, &format!("{path}/invitations"), json!({ "role": "viewer" })).await.ok()["code"]);
    let robot = server.post(&ann.cookie, &format!("{path}/service-accounts"), json!({ "name": "r", "role": "builder" })).await.ok();
    let tokens = format!("{path}/service-accounts/{}/tokens", text(&robot["id"]));
    let token = text(&server.post(&ann.cookie, &tokens, json!({ "name": "t" })).await.ok()["secret"]);
    let token = crate::testkit::As::Token(token);
    server.get(&token, "/me").await.ok();
    assert_eq!(server.delete(&bob.cookie, &path).await.code(), "forbidden");
    server.delete(&ann.cookie, &path).await.ok();
    assert_eq!(server.get(&ann.cookie, &path).await.code(), "not_found");
    assert_eq!(server.get(&bob.cookie, &path).await.code(), "not_found");
    assert_eq!(server.get(&token, "/me").await.code(), "unauthenticated");
    assert_eq!(server.get(&ann.cookie, &format!("/invitations/{code}")).await.code(), "invitation_invalid");
}

#[tokio::test]
async fn roles_decide_who_may_do_what() {
    let server = Server::start(Config::default()).await;
    let ann = server.owner().await;
    let bob = server.person("bob").await;
    let team = server.team(&ann).await;
    server.join(&ann, &team, &bob, "builder").await;
    let path = format!("/workspaces/{team}");
    let seen = server.get(&bob.cookie, &path).await.ok();
    assert_eq!((&seen["role"], &seen["member_count"], &seen["kind"]), (&json!("builder"), &json!(2), &json!("team")));
    assert_eq!(server.get(&bob.cookie, &format!("{path}/members")).await.status, StatusCode::OK);
    for (method, what) in [
        (Method::PATCH, String::new()),
        (Method::DELETE, String::new()),
        (Method::GET, "/invitations".into()),
        (Method::GET, "/service-accounts".into()),
        (Method::GET, "/oauth-apps".into()),
        (Method::GET, "/audit-log".into()),
        (Method::DELETE, format!("/members/{}", ann.id)),
    ] {
        let body = if method == Method::PATCH { json!({ "name": "x" }) } else { Value::Null };
        let answer = server.call(&bob.cookie, method.clone(), &format!("{path}{what}"), body).await;
        assert_eq!(answer.code(), "forbidden", "{method} {what}");
    }
    // He may leave.
    server.delete(&bob.cookie, &format!("{path}/members/{}", bob.id)).await.ok();
    assert_eq!(server.get(&bob.cookie, &path).await.code(), "not_found");
}

/// R13 over every route of this crate that names a workspace: a stranger gets the answer of a workspace that does not exist.
#[tokio::test]
async fn a_stranger_cannot_tell_a_workspace_from_none() {
    let server = Server::start(Config::default()).await;
    let ann = server.owner().await;
    let eve = server.person("eve").await;
    let team = server.team(&ann).await;
    let path = format!("/workspaces/{team}");
    let robot =
        text(&server.post(&ann.cookie, &format!("{path}/service-accounts"), json!({ "name": "r", "role": "viewer" })).await.ok()["id"]);
    let token = server.post(&ann.cookie, &format!("{path}/service-accounts/{robot}/tokens"), json!({ "name": "t" })).await.ok();
    let token = text(&token["id"]);
    let app = json!({ "name": "d", "kind": "device" });
    let app = text(&server.post(&ann.cookie, &format!("{path}/oauth-apps"), app).await.ok()["id"]);
    let invitation = text(&server.post(&ann.cookie, &format!("{path}/invitations"), json!({ "role": "viewer" })).await.ok()["id"]);
    let (_, api) = server.identity.routes().split();
    let mut asked = 0;
    for (template, item) in &api.paths.paths {
        if !template.starts_with("/workspaces/{workspace_id}") {
            continue;
        }
        let bodies = [
            (Method::GET, item.get.is_some(), Value::Null),
            (Method::DELETE, item.delete.is_some(), Value::Null),
            (Method::POST, item.post.is_some(), body_for(template)),
            (Method::PATCH, item.patch.is_some(), if template.contains("members") { json!({ "role": "viewer" }) } else { json!({}) }),
        ];
        for (method, _, body) in bodies.into_iter().filter(|(_, there, _)| *there) {
            let fill = |workspace: &str| {
                let path = template.replace("{workspace_id}", workspace).replace("{user_id}", &ann.id).replace("{token_id}", &token);
                path.replace("{service_account_id}", &robot).replace("{oauth_app_id}", &app).replace("{invitation_id}", &invitation)
            };
            let there = server.call(&eve.cookie, method.clone(), &fill(&team), body.clone()).await;
            let absent = server.call(&eve.cookie, method.clone(), &fill("1234567"), body.clone()).await;
            assert_eq!(there.status, StatusCode::NOT_FOUND, "{method} {template}");
            assert_eq!(body_without_log_id(&there), body_without_log_id(&absent), "{method} {template}");
            // Nor do the objects answer in a workspace of her own.
            if template.matches('{').count() > 1 {
                let own = server.call(&eve.cookie, method.clone(), &fill(&eve.personal), body).await;
                assert_eq!(own.status, StatusCode::NOT_FOUND, "{method} {template} in her own workspace");
            }
            asked += 1;
        }
    }
    assert!(asked >= 20, "only {asked} routes were asked");
    // And nothing happened.
    server.get(&ann.cookie, &format!("{path}/oauth-apps/{app}")).await.ok();
    assert_eq!(server.get(&ann.cookie, &format!("{path}/service-accounts")).await.ok()["items"][0]["token_count"], 1);
}

fn body_for(template: &str) -> Value {
    match template {
        path if path.ends_with("/invitations") => json!({ "role": "viewer" }),
        path if path.ends_with("/service-accounts") => json!({ "name": "x", "role": "viewer" }),
        path if path.ends_with("/oauth-apps") => json!({ "name": "x", "kind": "device" }),
        path if path.ends_with("/tokens") => json!({ "name": "x" }),
        _ => json!({}),
    }
}

#[tokio::test]
async fn lists_come_in_pages_without_gaps() {
    let server = Server::start(Config::default()).await;
    let ann = server.owner().await;
    for _ in 0..4 {
        server.team(&ann).await;
    }
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = server.get(&ann.cookie, &format!("/workspaces?limit=2&cursor={cursor}")).await.ok();
        seen.extend(page["items"].as_array().unwrap().iter().map(|w| text(&w["id"])));
        match page["next_cursor"].as_str() {
            Some(next) => next.clone_into(&mut cursor),
            None => break,
        }
    }
    assert_eq!((seen.len(), &seen[0]), (5, &ann.personal));
    let bad = server.get(&ann.cookie, "/workspaces?cursor=x").await;
    assert_eq!((bad.code().as_str(), &bad.body["error"]["field"]), ("invalid_request", &json!("cursor")));
}
