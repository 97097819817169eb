//! Set-up, sign-up, sign-in, password, administration.

use std::sync::Arc;

use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::config::{Rate, Rates};
use crate::testkit::{As, PASSWORD, Person, Server, body_without_log_id, text};
use crate::{Config, Permissions, Registration};

fn setup(email: &str) -> Value {
    json!({ "email": email, "name": "Ann", "password": PASSWORD })
}

#[tokio::test]
async fn the_first_visitor_becomes_the_owner_and_nobody_after() {
    let server = Server::start(Config::default()).await;
    assert_eq!(server.get(&As::Nobody, "/setup").await.ok()["needed"], true);
    let early = server.post(&As::Nobody, "/auth/sign-up", setup("x@example.com")).await;
    assert_eq!(early.code(), "setup_needed");
    let answer = server.post(&As::Nobody, "/setup", setup(" Ann@Example.COM ")).await;
    let cookie = answer.headers["set-cookie"].to_str().unwrap().to_owned();
    assert!(cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax; Max-Age=2592000"), "{cookie}");
    let me = &answer.body;
    assert_eq!((&me["user"]["email"], &me["user"]["is_instance_admin"]), (&json!("ann@example.com"), &json!(true)));
    assert_eq!((&me["workspaces"][0]["kind"], &me["workspaces"][0]["role"]), (&json!("personal"), &json!("owner")));
    let again = server.post(&As::Nobody, "/setup", setup("eve@example.com")).await;
    assert_eq!((again.status, again.code().as_str()), (StatusCode::CONFLICT, "setup_done"));
    assert_eq!(server.get(&As::Nobody, "/setup").await.ok()["needed"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_set_up_at_once_one_wins() {
    let server = Arc::new(Server::start(Config::default()).await);
    let tasks: Vec<_> = (0..6)
        .map(|n| {
            let server = Arc::clone(&server);
            tokio::spawn(async move { server.post(&As::Nobody, "/setup", setup(&format!("p{n}@example.com"))).await })
        })
        .collect();
    let mut won = 0;
    for task in tasks {
        let answer = task.await.unwrap();
        match answer.status {
            StatusCode::OK => won += 1,
            _ => assert_eq!(answer.code(), "setup_done"),
        }
    }
    assert_eq!((won, server.identity.count_users().await.unwrap()), (1, 1));
}

#[tokio::test]
async fn a_set_up_code_is_asked_for_and_guessing_is_limited() {
    let rates = Rates { setup: Rate::new(3, 60), ..Rates::default() };
    let server = Server::start(Config { setup_code: Some("wxyz-1234".into()), rates, ..Config::default() }).await;
    assert_eq!(server.get(&As::Nobody, "/setup").await.ok()["code_required"], true);
    let with = |code: &str| json!({ "email": "a@b.c", "name": "A", "password": PASSWORD, "code": code });
    assert_eq!(server.post(&As::Nobody, "/setup", setup("a@b.c")).await.code(), "setup_code_wrong");
    assert_eq!(server.post(&As::Nobody, "/setup", with("wxyz-1235")).await.code(), "setup_code_wrong");
    server.post(&As::Nobody, "/setup", with("wxyz-1234")).await.ok();
    let limited = server.post(&As::Nobody, "/setup", with("x")).await;
    assert_eq!((limited.status, limited.code().as_str()), (StatusCode::TOO_MANY_REQUESTS, "rate_limited"));
    assert!(limited.headers.contains_key("retry-after"));
}

#[tokio::test]
async fn registration_follows_the_operators_choice() {
    let listed = Registration::Listed(vec!["Bob@Example.com".into()]);
    let server = Server::start(Config { registration: listed, ..Config::default() }).await;
    let ann = server.owner().await;
    assert_eq!(server.get(&As::Nobody, "/auth/options").await.ok()["registration"], "listed");
    assert_eq!(server.post(&As::Nobody, "/auth/sign-up", setup("eve@example.com")).await.code(), "registration_closed");
    // Who has an account already cannot be found out where nobody may register.
    assert_eq!(server.post(&As::Nobody, "/auth/sign-up", setup("ann@example.com")).await.code(), "registration_closed");
    server.post(&As::Nobody, "/auth/sign-up", setup("bob@example.com")).await.ok();
    assert_eq!(server.post(&As::Nobody, "/auth/sign-up", setup("BOB@example.com")).await.code(), "email_taken");
    // An invitation opens the door, and leads into its workspace.
    let team = server.team(&ann).await;
    let invitation = server.post(&ann.cookie, &format!("/workspaces/{team}/invitations"), json!({ "role": "viewer" })).await.ok();
    let mut eve = setup("eve@example.com");
    eve["invitation"] = invitation["code"].clone();
    let me = server.post(&As::Nobody, "/auth/sign-up", eve).await.ok();
    assert_eq!((&me["workspaces"][1]["id"], &me["workspaces"][1]["role"]), (&json!(team), &json!("viewer")));
    let mut mallory = setup("mallory@example.com");
    mallory["invitation"] = invitation["code"].clone();
    assert_eq!(server.post(&As::Nobody, "/auth/sign-up", mallory).await.code(), "invitation_invalid");
}

#[tokio::test]
async fn bad_input_names_its_field() {
    let server = Server::start(Config::default()).await;
    let cases = [
        (json!({ "email": "nobody", "name": "A", "password": PASSWORD }), "email"),
        (json!({ "email": "a@b.c", "name": "  ", "password": PASSWORD }), "name"),
        (json!({ "email": "a@b.c", "name": "A", "password": "1234567" }), "password"),
        (json!({ "email": "a@b.c", "name": "A", "password": "x".repeat(257) }), "password"),
    ];
    for (body, field) in cases {
        let answer = server.post(&As::Nobody, "/setup", body.clone()).await;
        assert_eq!((answer.code().as_str(), answer.body["error"]["field"].as_str()), ("invalid_request", Some(field)), "{body}");
        assert!(!answer.body.to_string().contains("1234567"), "a password came back");
    }
    let unknown = server.post(&As::Nobody, "/setup", json!({ "email": "a@b.c", "name": "A", "password": PASSWORD, "admin": true })).await;
    assert_eq!(unknown.code(), "invalid_request");
}

#[tokio::test]
async fn a_failed_sign_in_says_the_same_whatever_failed() {
    let server = Server::start(Config::default()).await;
    let ann = server.owner().await;
    let bob = server.person("bob").await;
    server.patch(&ann.cookie, &format!("/admin/users/{}", bob.id), json!({ "disabled": true })).await.ok();
    let sign_in = |email: &str, password: &str| json!({ "email": email, "password": password });
    let unknown = server.post(&As::Nobody, "/auth/sign-in", sign_in("nobody@example.com", PASSWORD)).await;
    let wrong = server.post(&As::Nobody, "/auth/sign-in", sign_in("ann@example.com", "wrong horse")).await;
    let disabled = server.post(&As::Nobody, "/auth/sign-in", sign_in("bob@example.com", PASSWORD)).await;
    assert_eq!((unknown.status, unknown.code().as_str()), (StatusCode::UNAUTHORIZED, "sign_in_failed"));
    assert_eq!(body_without_log_id(&unknown), body_without_log_id(&wrong));
    assert_eq!(body_without_log_id(&unknown), body_without_log_id(&disabled));
    // The disabled one's open session is over too.
    assert_eq!(server.get(&bob.cookie, "/me").await.code(), "unauthenticated");
    server.post(&As::Nobody, "/auth/sign-in", sign_in(" ANN@example.com", PASSWORD)).await.ok();
    let log = server.get(&ann.cookie, "/admin/audit-log?limit=100").await.ok();
    let actions: Vec<_> = log["items"].as_array().unwrap().iter().map(|line| text(&line["action"])).collect();
    assert_eq!(actions.iter().filter(|action| *action == "session.sign_in_failed").count(), 3);
    assert!(!log.to_string().contains("nobody@example.com"), "what was typed was written down");
}

#[tokio::test]
async fn guessing_a_password_is_limited_by_account_and_a_success_clears_it() {
    let rates = Rates { sign_in_account: Rate::new(3, 600), ..Rates::default() };
    let server = Server::start(Config { rates, ..Config::default() }).await;
    server.owner().await;
    let attempt = async |email: &str, password: &str| {
        server.post(&As::Nobody, "/auth/sign-in", json!({ "email": email, "password": password })).await
    };
    for _ in 0..2 {
        assert_eq!(attempt("ann@example.com", "wrong horse").await.code(), "sign_in_failed");
    }
    attempt("ann@example.com", PASSWORD).await.ok();
    for _ in 0..3 {
        assert_eq!(attempt("ann@example.com", "wrong horse").await.code(), "sign_in_failed");
    }
    // The right password does not help any more, and an unknown account is limited alike.
    let limited = attempt("ann@example.com", PASSWORD).await;
    assert_eq!((limited.status, limited.code().as_str()), (StatusCode::TOO_MANY_REQUESTS, "rate_limited"));
    for _ in 0..3 {
        assert_eq!(attempt("nobody@example.com", "wrong horse").await.code(), "sign_in_failed");
    }
    assert_eq!(attempt("nobody@example.com", "wrong horse").await.code(), "rate_limited");
}

#[tokio::test]
async fn changing_the_password_ends_the_other_sessions_only() {
    let server = Server::start(Config::default()).await;
    let here = server.owner().await;
    let there = Person::of(server.post(&As::Nobody, "/auth/sign-in", json!({ "email": "ann@example.com", "password": PASSWORD })).await);
    server.get(&there.cookie, "/me").await.ok();
    let change = |current: &str| json!({ "current": current, "new": "battery staple" });
    assert_eq!(server.post(&here.cookie, "/me/password", change("wrong")).await.code(), "password_wrong");
    server.get(&there.cookie, "/me").await.ok();
    server.post(&here.cookie, "/me/password", change(PASSWORD)).await.ok();
    server.get(&here.cookie, "/me").await.ok();
    assert_eq!(server.get(&there.cookie, "/me").await.code(), "unauthenticated");
    let old = server.post(&As::Nobody, "/auth/sign-in", json!({ "email": "ann@example.com", "password": PASSWORD })).await;
    assert_eq!(old.code(), "sign_in_failed");
    server.identity.reset_password("Ann@example.com", "operator says".into()).await.unwrap();
    assert_eq!(server.get(&here.cookie, "/me").await.code(), "unauthenticated");
}

#[tokio::test]
async fn the_instance_keeps_an_administrator() {
    let server = Server::start(Config::default()).await;
    let ann = server.owner().await;
    let bob = server.person("bob").await;
    assert_eq!(server.get(&bob.cookie, "/admin/users").await.code(), "forbidden");
    assert_eq!(server.get(&bob.cookie, "/admin/audit-log").await.code(), "forbidden");
    let own = format!("/admin/users/{}", ann.id);
    assert_eq!(server.patch(&ann.cookie, &own, json!({ "is_instance_admin": false })).await.code(), "last_admin");
    assert_eq!(server.patch(&ann.cookie, &own, json!({ "disabled": true })).await.code(), "last_admin");
    let row = server.patch(&ann.cookie, &format!("/admin/users/{}", bob.id), json!({ "is_instance_admin": true })).await.ok();
    assert_eq!((&row["is_instance_admin"], &row["disabled"]), (&json!(true), &json!(false)));
    server.patch(&ann.cookie, &own, json!({ "is_instance_admin": false })).await.ok();
    // Taken away at once, not when the cache has forgotten.
    assert_eq!(server.get(&ann.cookie, "/admin/users").await.code(), "forbidden");
    assert_eq!(server.get(&bob.cookie, "/admin/users").await.ok()["items"].as_array().unwrap().len(), 2);
    // A token administers only when nothing about it is narrowed.
    let build = server.token("bob@example.com", Permissions::Build, None).await;
    assert_eq!(server.get(&build, "/admin/users").await.code(), "forbidden");
    let full = server.token("bob@example.com", Permissions::Full, None).await;
    server.get(&full, "/admin/users").await.ok();
}

#[tokio::test]
async fn requests_of_other_sites_are_not_carried_out() {
    let server = Server::start(Config::default()).await;
    let ann = server.owner().await;
    let As::Cookie(cookie) = &ann.cookie else { panic!() };
    let request = |origin: Option<&str>, path: &str, body: &Value| {
        let mut request = http::Request::builder().method(Method::POST).uri(format!("/api/v1{path}")).header("cookie", cookie);
        if let Some(origin) = origin {
            request = request.header("origin", origin);
        }
        request.header("content-type", "application/json").body(axum::body::Body::from(body.to_string())).unwrap()
    };
    let body = json!({ "name": "Team" });
    for origin in [None, Some("http://evil.test"), Some("null"), Some("http://hearth.test.evil.test")] {
        let answer = server.send("192.0.2.1", request(origin, "/workspaces", &body)).await;
        assert_eq!(answer.code(), "cross_site_request", "{origin:?}");
    }
    server.send("192.0.2.1", request(Some(crate::testkit::ORIGIN), "/workspaces", &body)).await.ok();
    // Nor can another site sign a browser in as somebody else.
    let sign_in = json!({ "email": "ann@example.com", "password": PASSWORD });
    let answer = server.send("192.0.2.1", request(Some("http://evil.test"), "/auth/sign-in", &sign_in)).await;
    assert_eq!(answer.code(), "cross_site_request");
}

#[tokio::test]
async fn the_profile_can_be_changed() {
    let server = Server::start(Config::default()).await;
    let ann = server.owner().await;
    let me = server.patch(&ann.cookie, "/me", json!({ "name": "Anna", "locale": "zh-CN" })).await.ok();
    assert_eq!((&me["user"]["name"], &me["user"]["locale"]), (&json!("Anna"), &json!("zh-CN")));
    assert_eq!(server.patch(&ann.cookie, "/me", json!({ "locale": "fr" })).await.code(), "invalid_request");
    assert_eq!(server.identity.names(&[ann.user()]).await.unwrap()[&ann.user()], "Anna");
    let token = server.token("ann@example.com", Permissions::Full, None).await;
    assert_eq!(server.patch(&token, "/me", json!({ "name": "Bot" })).await.code(), "session_required");
}
