//! The four flows as the SDKs run them, and what must not work.

use http::StatusCode;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use types::Timestamp;

use crate::Config;
use crate::secret;
use crate::testkit::{Answer, As, Person, Server, text};

const GOOD_KEY: &str = include_str!("testdata/good.key.pem");
const GOOD_PUBLIC: &str = include_str!("testdata/good.pub.pem");
const OTHER_KEY: &str = include_str!("testdata/other.key.pem");
const JWT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const DEVICE: &str = "urn:ietf:params:oauth:grant-type:device_code";
const CALLBACK: &str = "https://app.test/cb?x=1";

async fn app(server: &Server, ann: &Person, body: Value) -> Value {
    server.post(&ann.cookie, &format!("/workspaces/{}/oauth-apps", ann.personal), body).await.ok()
}

async fn jwt_app(server: &Server, ann: &Person) -> String {
    let body = json!({ "name": "Robot", "kind": "jwt", "public_key": GOOD_PUBLIC, "key_id": "k1" });
    text(&app(server, ann, body).await["client_id"])
}

fn claims(client_id: &str, jti: &str) -> Value {
    let now = Timestamp::now().seconds();
    json!({ "iss": client_id, "aud": "hearth.test", "iat": now, "exp": now + 3600, "jti": jti, "session_name": "end user 7" })
}

fn sign(key: &str, kid: &str, claims: &Value) -> String {
    let mut header = Header::new(Algorithm::RS256);
    header.kid = Some(kid.into());
    jsonwebtoken::encode(&header, claims, &EncodingKey::from_rsa_pem(key.as_bytes()).unwrap()).unwrap()
}

/// The error of an OAuth answer; checks that it suits all SDKs.
#[track_caller]
fn refused(answer: &Answer) -> String {
    assert!(answer.status.is_client_error(), "{answer:?}");
    let body = &answer.body;
    assert_eq!(body["error"], body["error_code"]);
    assert!(!text(&body["error_message"]).is_empty() && answer.headers.contains_key("x-tt-logid"), "{answer:?}");
    text(&body["error"])
}

#[tokio::test]
async fn a_signed_assertion_becomes_a_token_of_the_apps_workspace() {
    let server = Server::start(Config::default()).await;
    let ann = server.owner().await;
    let client = jwt_app(&server, &ann).await;
    let body = json!({ "grant_type": JWT, "duration_seconds": 600, "scope": null });
    let answer = server.oauth("/token", Some(&sign(GOOD_KEY, "k1", &claims(&client, "1"))), body.clone()).await;
    assert_eq!(answer.headers["cache-control"], "no-store");
    let issued = answer.ok();
    let left = issued["expires_in"].as_i64().unwrap() - Timestamp::now().seconds();
    assert!((590..=600).contains(&left), "expires_in is a moment: {issued}");
    assert_eq!((&issued["token_type"], &issued["refresh_token"]), (&json!("Bearer"), &json!(null)));
    let token = As::Token(text(&issued["access_token"]));
    assert_eq!(server.get(&token, "/probe").await.ok()["grants"], json!([[ann.personal, "builder"]]));
    assert_eq!(server.get(&token, "/me").await.ok()["user"]["name"], "Robot");
    let As::Token(secret) = &token else { panic!() };
    let row = crate::tokens::repo::by_hash(&server.db, &secret::hash(secret)).await.unwrap().unwrap();
    assert_eq!(server.identity.end_user(types::TokenId(row.id)).await.unwrap().as_deref(), Some("end user 7"));
    // Also for an account that is its own, and chatting only when that is asked.
    let scope = json!({ "account_permission": { "permission_list": ["Connector.botChat"] }, "attribute_constraint": null });
    let body = json!({ "grant_type": JWT, "scope": scope });
    let path = format!("/account/{}/token", ann.personal);
    let issued = server.oauth(&path, Some(&sign(GOOD_KEY, "k1", &claims(&client, "2"))), body).await.ok();
    let token = As::Token(text(&issued["access_token"]));
    assert_eq!(server.get(&token, "/probe").await.ok()["grants"], json!([[ann.personal, "viewer"]]));
}

#[tokio::test]
async fn a_bad_assertion_gets_no_token() {
    let server = Server::start(Config::default()).await;
    let ann = server.owner().await;
    let client = jwt_app(&server, &ann).await;
    let ask = async |assertion: String| server.oauth("/token", Some(&assertion), json!({ "grant_type": JWT })).await;
    let with = |field: &str, value: Value| {
        let mut claims = claims(&client, field);
        claims[field] = value;
        sign(GOOD_KEY, "k1", &claims)
    };
    let now = Timestamp::now().seconds();
    let cases = [
        ("wrong key", sign(OTHER_KEY, "k1", &claims(&client, "a")), "invalid_client"),
        ("wrong kid", sign(GOOD_KEY, "k2", &claims(&client, "b")), "invalid_client"),
        ("unknown app", sign(GOOD_KEY, "k1", &claims("nobody", "c")), "invalid_client"),
        ("not a jwt", "abc".into(), "invalid_client"),
        ("other host", with("aud", json!("api.coze.com")), "invalid_grant"),
        ("expired", with("exp", json!(now - 60)), "invalid_grant"),
        ("too long", with("exp", json!(now + 90_000)), "invalid_grant"),
        ("from the future", with("iat", json!(now + 600)), "invalid_grant"),
        ("no jti", with("jti", json!("")), "invalid_grant"),
    ];
    for (what, assertion, code) in cases {
        assert_eq!(refused(&ask(assertion).await), code, "{what}");
    }
    // Signed with the public key as if it were a shared secret.
    let mut header = Header::new(Algorithm::HS256);
    header.kid = Some("k1".into());
    let forged = jsonwebtoken::encode(&header, &claims(&client, "d"), &EncodingKey::from_secret(GOOD_PUBLIC.as_bytes())).unwrap();
    assert_eq!(refused(&ask(forged).await), "invalid_client");
    // Used twice.
    let assertion = sign(GOOD_KEY, "k1", &claims(&client, "once"));
    ask(assertion.clone()).await.ok();
    assert_eq!(refused(&ask(assertion).await), "invalid_grant");
    let limited = json!({ "attribute_constraint": { "connector_bot_chat_attribute": { "bot_id_list": ["1"] } } });
    let body = json!({ "grant_type": JWT, "scope": limited });
    assert_eq!(refused(&server.oauth("/token", Some(&sign(GOOD_KEY, "k1", &claims(&client, "e"))), body).await), "invalid_scope");
}

async fn code_for(server: &Server, person: &Person, client: &str, redirect: &str, challenge: Option<&str>) -> String {
    let body = json!({ "client_id": client, "redirect_uri": redirect, "state": "s t", "code_challenge": challenge,
        "code_challenge_method": challenge.map(|_| "S256"), "approve": true });
    let answer = server.post(&person.cookie, "/oauth/consent", body).await.ok();
    let url = url::Url::parse(&text(&answer["redirect_to"])).unwrap();
    assert!(url.query_pairs().any(|(name, value)| name == "state" && value == "s t"), "{url}");
    url.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned()
}

fn swap(client: &str, code: &str, redirect: &str, verifier: Option<&str>) -> Value {
    json!({ "grant_type": "authorization_code", "client_id": client, "code": code, "redirect_uri": redirect, "code_verifier": verifier })
}

#[tokio::test]
async fn pkce_needs_the_verifier_and_the_same_address_once() {
    let server = Server::start(Config::default()).await;
    let ann = server.owner().await;
    let bob = server.person("bob").await;
    let client = text(
        &app(&server, &ann, json!({ "name": "CLI", "kind": "pkce", "redirect_uris": [CALLBACK, "http://127.0.0.1/cb"] })).await["client_id"],
    );
    let challenge = secret::s256("verifier-of-this-test-0123456789-0123456789");
    let good = Some("verifier-of-this-test-0123456789-0123456789");
    let query = format!(
        "/oauth/consent?client_id={client}&redirect_uri=https%3A%2F%2Fapp.test%2Fcb%3Fx%3D1&response_type=code&state=&code_challenge={challenge}&code_challenge_method=S256"
    );
    let consent = server.get(&bob.cookie, &query).await.ok();
    assert_eq!((&consent["app_name"], &consent["workspace_name"]), (&json!("CLI"), &json!("bob")), "it will work in bob's own workspace");
    let code = code_for(&server, &bob, &client, CALLBACK, Some(&challenge)).await;
    assert_eq!(refused(&server.oauth("/token", None, swap(&client, &code, CALLBACK, Some("wrong"))).await), "invalid_grant");
    assert_eq!(refused(&server.oauth("/token", None, swap(&client, &code, CALLBACK, None)).await), "invalid_grant");
    assert_eq!(refused(&server.oauth("/token", None, swap(&client, &code, "http://127.0.0.1/cb", good)).await), "invalid_grant");
    assert_eq!(refused(&server.oauth("/token", None, swap("nobody", &code, CALLBACK, good)).await), "invalid_client");
    let issued = server.oauth("/token", None, swap(&client, &code, CALLBACK, good)).await.ok();
    let token = As::Token(text(&issued["access_token"]));
    let probe = server.get(&token, "/probe").await.ok();
    assert_eq!((&probe["user"], &probe["grants"]), (&json!(bob.id), &json!([[bob.personal, "builder"]])));
    // A second use means that somebody else has the code: its tokens are gone.
    assert_eq!(refused(&server.oauth("/token", None, swap(&client, &code, CALLBACK, good)).await), "invalid_grant");
    assert_eq!(server.get(&token, "/me").await.code(), "unauthenticated");
    // The port of a loopback address is free.
    let local = "http://127.0.0.1:49152/cb";
    let code = code_for(&server, &bob, &client, local, Some(&challenge)).await;
    server.oauth("/token", None, swap(&client, &code, local, good)).await.ok();
}

#[tokio::test]
async fn consent_is_refused_where_the_request_is_not_right() {
    let server = Server::start(Config::default()).await;
    let ann = server.owner().await;
    let client = text(&app(&server, &ann, json!({ "name": "CLI", "kind": "pkce", "redirect_uris": [CALLBACK] })).await["client_id"]);
    let device = text(&app(&server, &ann, json!({ "name": "TV", "kind": "device" })).await["client_id"]);
    let ask = async |client: &str, redirect: &str, challenge: Value, method: &str| {
        let body = json!({ "client_id": client, "redirect_uri": redirect, "code_challenge": challenge, "code_challenge_method": method, "approve": true });
        server.post(&ann.cookie, "/oauth/consent", body).await.code()
    };
    assert_eq!(ask("nobody", CALLBACK, json!("c"), "plain").await, "oauth_client_unknown");
    assert_eq!(ask(&device, CALLBACK, json!("c"), "plain").await, "oauth_client_unknown");
    for redirect in
        ["https://app.test/cb", "https://app.test/cb?x=1&y=2", "https://app.test:444/cb?x=1", "https://evil.test/", "javascript:alert(1)"]
    {
        assert_eq!(ask(&client, redirect, json!("c"), "plain").await, "oauth_redirect_unknown", "{redirect}");
    }
    assert_eq!(ask(&client, CALLBACK, json!(null), "plain").await, "oauth_request_invalid");
    assert_eq!(ask(&client, CALLBACK, json!("c"), "S512").await, "oauth_request_invalid");
    let denied = json!({ "client_id": client, "redirect_uri": CALLBACK, "state": "s", "code_challenge": "c", "approve": false });
    let denied = server.post(&ann.cookie, "/oauth/consent", denied).await.ok();
    assert_eq!(denied["redirect_to"], "https://app.test/cb?x=1&error=access_denied&state=s");
}

#[tokio::test]
async fn a_web_app_proves_itself_and_its_refresh_tokens_rotate() {
    let server = Server::start(Config::default()).await;
    let ann = server.owner().await;
    let web = app(&server, &ann, json!({ "name": "Web", "kind": "web", "redirect_uris": [CALLBACK] })).await;
    let (client, client_secret) = (text(&web["client_id"]), text(&web["client_secret"]));
    let code = code_for(&server, &ann, &client, CALLBACK, None).await;
    for bearer in [None, Some("wrong")] {
        let answer = server.oauth("/token", bearer, swap(&client, &code, CALLBACK, None)).await;
        assert_eq!((answer.status, refused(&answer).as_str()), (StatusCode::UNAUTHORIZED, "invalid_client"));
    }
    let first = server.oauth("/token", Some(&client_secret), swap(&client, &code, CALLBACK, None)).await.ok();
    let refresh = |token: &Value| json!({ "grant_type": "refresh_token", "client_id": client, "refresh_token": token });
    assert_eq!(refused(&server.oauth("/token", None, refresh(&first["refresh_token"])).await), "invalid_client");
    let second = server.oauth("/token", Some(&client_secret), refresh(&first["refresh_token"])).await.ok();
    let token = As::Token(text(&second["access_token"]));
    server.get(&token, "/me").await.ok();
    // The old one again: somebody has a copy, so the whole authorization ends.
    assert_eq!(refused(&server.oauth("/token", Some(&client_secret), refresh(&first["refresh_token"])).await), "invalid_grant");
    assert_eq!(server.get(&token, "/me").await.code(), "unauthenticated");
    assert_eq!(refused(&server.oauth("/token", Some(&client_secret), refresh(&second["refresh_token"])).await), "invalid_grant");
}

#[tokio::test]
async fn a_form_is_as_good_as_json_and_nonsense_is_told() {
    let server = Server::start(Config::default()).await;
    let ann = server.owner().await;
    let web = app(&server, &ann, json!({ "name": "Web", "kind": "web", "redirect_uris": [CALLBACK] })).await;
    let (client, client_secret) = (text(&web["client_id"]), text(&web["client_secret"]));
    let code = code_for(&server, &ann, &client, CALLBACK, None).await;
    let form = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs([
            ("grant_type", "authorization_code"),
            ("client_id", &client),
            ("client_secret", &client_secret),
            ("code", &code),
            ("redirect_uri", CALLBACK),
        ])
        .finish();
    let request = http::Request::post("/api/permission/oauth2/token").header("content-type", "application/x-www-form-urlencoded");
    server.send("192.0.2.1", request.body(axum::body::Body::from(form)).unwrap()).await.ok();
    assert_eq!(refused(&server.oauth("/token", None, json!({})).await), "invalid_request");
    assert_eq!(refused(&server.oauth("/token", None, json!([1])).await), "invalid_request");
    assert_eq!(refused(&server.oauth("/token", None, json!({ "grant_type": "password" })).await), "unsupported_grant_type");
    assert_eq!(refused(&server.oauth("/token", None, json!({ "grant_type": JWT })).await), "invalid_request");
}

#[tokio::test]
async fn a_device_waits_is_slowed_down_and_gets_its_token() {
    let server = Server::start(Config::default()).await;
    let ann = server.owner().await;
    let client = text(&app(&server, &ann, json!({ "name": "TV", "kind": "device" })).await["client_id"]);
    let start = server.oauth("/device/code", None, json!({ "client_id": client })).await.ok();
    assert_eq!(start["verification_uri"], "http://hearth.test/oauth/device");
    let user_code = text(&start["user_code"]);
    let poll = json!({ "grant_type": DEVICE, "client_id": client, "device_code": start["device_code"] });
    assert_eq!(refused(&server.oauth("/token", None, poll.clone()).await), "authorization_pending");
    assert_eq!(refused(&server.oauth("/token", None, poll.clone()).await), "slow_down");
    // Typed as people type.
    let page = format!("/oauth/device/{}", user_code.replace('-', "%20").to_lowercase());
    let asked = server.get(&ann.cookie, &page).await.ok();
    assert_eq!((&asked["app_name"], &asked["workspace_name"]), (&json!("TV"), &json!("Ann")));
    server.post(&ann.cookie, &page, json!({ "approve": true })).await.ok();
    assert_eq!(server.post(&ann.cookie, &page, json!({ "approve": false })).await.code(), "device_code_invalid");
    let issued = server.oauth("/token", None, poll.clone()).await.ok();
    server.get(&As::Token(text(&issued["access_token"])), "/me").await.ok();
    assert_eq!(refused(&server.oauth("/token", None, poll).await), "invalid_grant");
    // Refused, and for a workspace that she is no member of.
    let start = server.oauth("/device/code", None, json!({ "client_id": client })).await.ok();
    server.post(&ann.cookie, &format!("/oauth/device/{}", text(&start["user_code"])), json!({ "approve": false })).await.ok();
    let poll = json!({ "grant_type": DEVICE, "client_id": client, "device_code": start["device_code"] });
    assert_eq!(refused(&server.oauth("/token", None, poll).await), "access_denied");
    let start = server.oauth("/workspace_id/1234567/device/code", None, json!({ "client_id": client })).await.ok();
    let foreign = server.post(&ann.cookie, &format!("/oauth/device/{}", text(&start["user_code"])), json!({ "approve": true })).await;
    assert_eq!(foreign.code(), "not_found");
    assert_eq!(refused(&server.oauth("/device/code", None, json!({ "client_id": "nobody" })).await), "invalid_client");
}

#[tokio::test]
async fn authorize_leads_to_the_consent_page_with_the_same_query() {
    let server = Server::start(Config::default()).await;
    let at = async |path: &str| {
        let request = http::Request::get(format!("/api/permission/oauth2{path}")).body(axum::body::Body::empty()).unwrap();
        let answer = server.send("192.0.2.1", request).await;
        (answer.status, answer.headers.get("location").map(|l| l.to_str().unwrap().to_owned()))
    };
    assert_eq!(
        at("/authorize?client_id=a&redirect_uri=http%3A%2F%2Fx&state=").await,
        (StatusCode::FOUND, Some("/oauth/authorize?client_id=a&redirect_uri=http%3A%2F%2Fx&state=".into()))
    );
    assert_eq!(
        at("/workspace_id/77/authorize?client_id=a&workspace_id=5").await.1,
        Some("/oauth/authorize?client_id=a&workspace_id=77".into())
    );
    assert_eq!(at("/workspace_id/x/authorize").await.0, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn only_sound_apps_are_registered() {
    let server = Server::start(Config::default()).await;
    let ann = server.owner().await;
    let path = format!("/workspaces/{}/oauth-apps", ann.personal);
    let short = include_str!("testdata/short.pub.pem");
    let cases = [
        (json!({ "name": "x", "kind": "jwt" }), "public_key"),
        (json!({ "name": "x", "kind": "jwt", "public_key": GOOD_KEY }), "public_key"),
        (json!({ "name": "x", "kind": "jwt", "public_key": short }), "public_key"),
        (json!({ "name": "x", "kind": "jwt", "public_key": "hello" }), "public_key"),
        (json!({ "name": "x", "kind": "device", "key_id": "k" }), "key_id"),
        (json!({ "name": "x", "kind": "pkce" }), "redirect_uris"),
        (json!({ "name": "x", "kind": "device", "redirect_uris": [CALLBACK] }), "redirect_uris"),
        (json!({ "name": "x", "kind": "web", "redirect_uris": ["javascript:alert(1)"] }), "redirect_uris"),
        (json!({ "name": "x", "kind": "web", "redirect_uris": ["/cb"] }), "redirect_uris"),
        (json!({ "name": "x", "kind": "web", "redirect_uris": ["https://a.test/#f"] }), "redirect_uris"),
        (json!({ "name": "x", "kind": "web", "redirect_uris": ["https://u:p@a.test/"] }), "redirect_uris"),
    ];
    for (body, field) in cases {
        let answer = server.post(&ann.cookie, &path, body.clone()).await;
        assert_eq!(answer.body["error"]["field"], field, "{body} {}", answer.body);
    }
    // Deleting one ends its tokens.
    let made = app(&server, &ann, json!({ "name": "R", "kind": "jwt", "public_key": GOOD_PUBLIC, "key_id": "k1" })).await;
    let assertion = sign(GOOD_KEY, "k1", &claims(&text(&made["client_id"]), "1"));
    let token = As::Token(text(&server.oauth("/token", Some(&assertion), json!({ "grant_type": JWT })).await.ok()["access_token"]));
    let own = format!("{path}/{}", text(&made["id"]));
    assert_eq!(server.patch(&ann.cookie, &own, json!({ "name": "S" })).await.ok()["name"], "S");
    server.get(&token, "/me").await.ok();
    server.delete(&ann.cookie, &own).await.ok();
    assert_eq!(server.get(&token, "/me").await.code(), "unauthenticated");
    assert_eq!(server.get(&ann.cookie, &own).await.code(), "not_found");
}
