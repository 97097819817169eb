//! Listing, revoking, expiring, signing out.

use serde_json::{Value, json};

use crate::Config;
use crate::testkit::{As, PASSWORD, Person, Server, text};

#[tokio::test]
async fn a_session_can_be_seen_and_ended_from_another_one() {
    let server = Server::start(Config::default()).await;
    let here = server.owner().await;
    let there = Person::of(server.post(&As::Nobody, "/auth/sign-in", json!({ "email": "ann@example.com", "password": PASSWORD })).await);
    let bob = server.person("bob").await;
    let list = server.get(&here.cookie, "/me/sessions").await.ok();
    let items = list["items"].as_array().unwrap();
    assert_eq!(items.len(), 2);
    assert_eq!(items.iter().filter(|session| session["current"] == true).count(), 1);
    let other = text(&items.iter().find(|session| session["current"] == false).unwrap()["id"]);
    // Not by somebody else, who learns nothing.
    assert_eq!(server.delete(&bob.cookie, &format!("/me/sessions/{other}")).await.code(), "not_found");
    server.get(&there.cookie, "/me").await.ok();
    server.delete(&here.cookie, &format!("/me/sessions/{other}")).await.ok();
    assert_eq!(server.get(&there.cookie, "/me").await.code(), "unauthenticated");
    assert_eq!(server.delete(&here.cookie, &format!("/me/sessions/{other}")).await.code(), "not_found");
    server.get(&here.cookie, "/me").await.ok();
}

#[tokio::test]
async fn signing_out_ends_the_session_and_clears_the_cookie() {
    let server = Server::start(Config::default()).await;
    let ann = server.owner().await;
    let me = server.get(&ann.cookie, "/me").await;
    assert!(me.headers["set-cookie"].to_str().unwrap().contains("Max-Age=2592000"), "the cookie rolls with the session");
    let answer = server.post(&ann.cookie, "/auth/sign-out", Value::Null).await;
    assert!(answer.headers["set-cookie"].to_str().unwrap().starts_with("hearth_session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0"));
    assert_eq!(server.get(&ann.cookie, "/me").await.code(), "unauthenticated");
}

#[tokio::test]
async fn a_session_expires() {
    let server = Server::start(Config { session_days: 0, ..Config::default() }).await;
    let ann = server.owner().await;
    assert_eq!(server.get(&ann.cookie, "/me").await.code(), "unauthenticated");
    server.identity.purge().await.unwrap();
}

#[tokio::test]
async fn what_is_no_session_cookie_is_not_looked_up() {
    let server = Server::start(Config::default()).await;
    server.owner().await;
    for cookie in ["hearth_session=", "hearth_session=short", "other=1", "hearth_session=%27%20OR%201=1--xxxxxxxxxxxxxxxxxxxxxxxxxxxxx"] {
        assert_eq!(server.get(&As::Cookie(cookie.into()), "/me").await.code(), "unauthenticated", "{cookie}");
    }
}
