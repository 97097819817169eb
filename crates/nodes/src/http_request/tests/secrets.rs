//! What is sealed reaches the server, and nobody else.

use std::sync::Arc;

use flow::node::secret::sealed;
use flow::node::{NodeError, Output, TaskCx};
use secrecy::SecretString;
use serde_json::{Value, json};
use types::WorkspaceId;

use super::{HttpRequest, NodeType as _, Services, inputs, kind, node, ok, server};
use crate::ports::Secrets;
use crate::testkit::{self, wrong};

/// Opens `<workspace>|<secret>`.
struct Written;

impl Secrets for Written {
    fn open(&self, workspace: WorkspaceId, sealed: &str) -> Option<SecretString> {
        sealed.strip_prefix(&format!("{workspace}|")).map(SecretString::from)
    }
}

/// Sends with what was sealed for the workspace of the run.
async fn send(address: &str, auth: impl Fn(String) -> Value) -> Result<Output, NodeError> {
    let cx = testkit::cx();
    let params = json!({ "url": address, "auth": auth(format!("{}|s&cret é", cx.workspace)) });
    let HttpRequest(services) = kind(true);
    let kind = HttpRequest(Services { secrets: Some(Arc::new(Written)), ..services });
    perform(&kind, params, &cx).await
}

async fn perform(kind: &HttpRequest, params: Value, cx: &TaskCx) -> Result<Output, NodeError> {
    testkit::task(kind, &node(params, json!({}), json!({}))).run(cx, inputs(json!({}))).await
}

#[tokio::test]
async fn a_sealed_secret_is_opened_for_the_request() {
    let (address, mut seen) = server(ok("", ""), false).await;
    for (name, rest, header, expected) in [
        ("token", json!({ "type": "bearer" }), "authorization", "Bearer s&cret é"),
        ("password", json!({ "type": "basic", "username": "u" }), "authorization", "Basic dTpzJmNyZXQgw6k="),
        ("value", json!({ "type": "header", "name": "X-Key" }), "x-key", "s&cret é"),
    ] {
        let auth = |text: String| {
            let mut auth = rest.clone();
            auth[name] = sealed(&text).into();
            auth
        };
        send(&address, auth).await.unwrap();
        assert_eq!(seen.recv().await.unwrap().header(header), Some(expected));
    }
    send(&address, |text| json!({ "type": "query", "name": "k", "value": sealed(&text) })).await.unwrap();
    assert_eq!(seen.recv().await.unwrap().first_line(), "GET /?k=s%26cret+%C3%A9 HTTP/1.1");
}

#[tokio::test]
async fn what_does_not_open_is_never_sent() {
    let (address, mut seen) = server(ok("", ""), false).await;
    for (text, code) in [
        ("sealed:v1.AAAA", "secret_unreadable"),
        ("sealed:7|of another workspace", "secret_unreadable"),
        ("sealed:{{a}}", "secret_unreadable"),
        ("sealed:", "secret_missing"),
    ] {
        for auth in [json!({ "type": "bearer", "token": text }), json!({ "type": "query", "name": "k", "value": text })] {
            let failed = send(&address, |_| auth.clone()).await.unwrap_err();
            assert_eq!((failed.code.as_str(), failed.transient), (code, false), "{text}");
            assert!(!failed.message.contains(text), "{}", failed.message);
        }
    }
    // Without the service nothing opens.
    let failed = perform(&kind(true), json!({ "url": address, "auth": { "type": "bearer", "token": "sealed:x" } }), &testkit::cx()).await;
    assert_eq!(failed.unwrap_err().code, "secret_unreadable");
    assert!(seen.try_recv().is_err(), "something was sent");
}

#[tokio::test]
async fn an_answer_that_repeats_it_is_told_without_it() {
    let said = "no: Bearer s&cret é, ?k=s%26cret+%C3%A9, dTpzJmNyZXQgw6k=.";
    let answer = format!("HTTP/1.1 401 No\r\ncontent-length: {}\r\n\r\n{said}", said.len());
    let (address, _seen) = server(answer, false).await;
    let failed = send(&address, |text| json!({ "type": "basic", "username": "u", "password": sealed(&text) })).await.unwrap_err();
    assert_eq!(failed.message, "127.0.0.1 answered 401: no: Bearer (secret), ?k=(secret), (secret).");
    // Also one that is cut where the secret stands.
    let long = format!("{}s&cret é and more", "x".repeat(496));
    let answer = format!("HTTP/1.1 401 No\r\ncontent-length: {}\r\n\r\n{long}", long.len());
    let (address, _seen) = server(answer, false).await;
    let failed = send(&address, |text| json!({ "type": "bearer", "token": sealed(&text) })).await.unwrap_err();
    assert!(failed.message.ends_with("xxx(sec"), "{}", failed.message);
    let (gone, _) = server("", false).await;
    let failed = send(&gone, |text| json!({ "type": "query", "name": "k", "value": sealed(&text) })).await.unwrap_err();
    assert!(!failed.message.contains("cret"), "{}", failed.message);
}

#[test]
fn tls_options_are_looked_at_before_anything_is_sent() {
    const PEM: &str = include_str!("../../../../egress/src/tests/tls/client.pem");
    let found = |tls: Value| wrong(&kind(true), &node(json!({ "url": "https://a.example", "tls": tls }), json!({}), json!({})));
    let one = |code: &str, field: &str| vec![(code.to_owned(), format!("/params/tls/{field}"))];
    assert_eq!(found(json!({ "verify": false })), one("tls_verify_required", "verify"));
    assert_eq!(found(json!({ "ca": "PEM" })), one("tls_options_invalid", "ca"));
    assert_eq!(found(json!({ "certificate": "PEM", "key": "k" })), one("tls_options_invalid", "certificate"));
    assert_eq!(found(json!({ "certificate": PEM })), one("missing_param", "key"));
    assert_eq!(found(json!({ "certificate": PEM, "key": "" })), one("missing_param", "key"));
    assert_eq!(found(json!({ "key": "sealed:x" })), one("missing_param", "certificate"));
    assert_eq!(found(json!({ "server_name": "x" })), [("invalid_params".to_owned(), "/params/tls".to_owned())]);
    for fine in [
        json!(null),
        json!({}),
        json!({ "ca": " ", "certificate": null, "key": null }),
        json!({ "ca": PEM, "certificate": PEM, "key": "{{k}}" }),
    ] {
        assert!(testkit::compile(&kind(true), &node(json!({ "url": "u", "tls": fine }), json!({}), json!({}))).is_ok(), "{fine}");
    }
}

#[tokio::test]
async fn a_key_that_does_not_fit_is_never_told() {
    const PEM: &str = include_str!("../../../../egress/src/tests/tls/client.pem");
    let cx = testkit::cx();
    let HttpRequest(services) = kind(true);
    let kind = HttpRequest(Services { secrets: Some(Arc::new(Written)), ..services });
    for (key, code) in [(format!("{}|not a key", cx.workspace), "tls_options_invalid"), ("7|a key".to_owned(), "secret_unreadable")] {
        let tls = json!({ "certificate": PEM, "key": sealed(&key) });
        let failed = perform(&kind, json!({ "url": "https://127.0.0.1:9", "tls": tls }), &cx).await.unwrap_err();
        assert_eq!((failed.code.as_str(), failed.transient), (code, false));
        assert!(!failed.message.contains("a key"), "{}", failed.message);
    }
}

#[test]
fn the_form_says_what_is_secret() {
    let places = flow::node::secret::Places::of(&kind(false).spec().params);
    let params =
        json!({ "url": "u", "headers": [{ "name": "a", "value": "v" }], "auth": { "type": "basic", "username": "u", "password": "p" } });
    assert_eq!(places.within(params.as_object().unwrap()).into_keys().collect::<Vec<_>>(), ["/auth/password"]);
    let tls = json!({ "tls": { "verify": true, "ca": "c", "certificate": "c", "key": "k" } });
    assert_eq!(places.within(tls.as_object().unwrap()).into_keys().collect::<Vec<_>>(), ["/tls/key"]);
    for (auth, path) in [("bearer", "/auth/token"), ("header", "/auth/value"), ("query", "/auth/value")] {
        let params = json!({ "auth": { "type": auth, "name": "n", "token": "t", "value": "v", "username": "u" } });
        assert_eq!(places.within(params.as_object().unwrap()).into_keys().collect::<Vec<_>>(), [path]);
    }
}
