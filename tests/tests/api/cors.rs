//! Which other sites may call, and whether with cookies (rule R3).

use hearth_tests::{Answer, Client, Hearth};
use reqwest::Method;
use serde_json::json;
use server::config::{Origin, Settings, Sources};

const APP: &str = "https://app.example.com";
const OTHER: &str = "https://evil.example";

/// As a browser of a page of `origin` does it; the client's own `Origin` is replaced.
async fn from(client: &Client, origin: &str, method: Method, path: &str, headers: &[(&'static str, &str)]) -> Answer {
    let mut request = client.request(method.clone(), path);
    if method == Method::POST {
        request = request.json(&json!({ "name": "w" }));
    }
    let mut request = request.build().unwrap();
    request.headers_mut().insert("origin", origin.parse().unwrap());
    for (name, value) in headers {
        request.headers_mut().insert(*name, value.parse().unwrap());
    }
    client.execute(request).await
}

fn header<'a>(answer: &'a Answer, name: &str) -> Option<&'a str> {
    answer.headers.get(name).and_then(|v| v.to_str().ok())
}

const PREFLIGHT: [(&str, &str); 2] =
    [("access-control-request-method", "POST"), ("access-control-request-headers", "authorization,content-type")];

#[tokio::test(flavor = "multi_thread")]
async fn listed_sites_may_call_with_a_token() {
    let Some(hearth) = Hearth::start_with(&[("CORS_ALLOW_ORIGINS", APP)]).await else { return };
    let owner = hearth.owner().await;
    let preflight = from(&hearth.visitor(), APP, Method::OPTIONS, "/v3/chat", &PREFLIGHT).await;
    assert!(preflight.status.is_success(), "{}", preflight.status);
    assert_eq!(header(&preflight, "access-control-allow-origin"), Some(APP));
    assert!(header(&preflight, "access-control-allow-headers").unwrap().contains("authorization"));
    assert!(header(&preflight, "access-control-allow-methods").unwrap().contains("POST"));
    assert_eq!(header(&preflight, "access-control-allow-credentials"), None);
    let stranger = from(&hearth.visitor(), OTHER, Method::OPTIONS, "/v3/chat", &PREFLIGHT).await;
    assert_eq!(header(&stranger, "access-control-allow-origin"), None);
    // A refusal can be read too, with its log id.
    let refused = from(&hearth.visitor(), APP, Method::GET, "/api/v1/me", &[]).await;
    assert_eq!((refused.status.as_u16(), header(&refused, "access-control-allow-origin")), (401, Some(APP)));
    assert!(header(&refused, "access-control-expose-headers").unwrap().to_lowercase().contains("x-log-id"));
    // Being listed is not being trusted with the cookie.
    let cookie = from(&owner.browser, APP, Method::POST, "/api/v1/workspaces", &[]).await;
    assert_eq!(cookie.refusal(), (403, "cross_site_request"));
    hearth.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn listed_sites_may_be_trusted_with_cookies() {
    let settings = [("CORS_ALLOW_ORIGINS", APP), ("CORS_ALLOW_CREDENTIALS", "true")];
    let Some(hearth) = Hearth::start_with(&settings).await else { return };
    let owner = hearth.owner().await;
    let preflight = from(&hearth.visitor(), APP, Method::OPTIONS, "/api/v1/workspaces", &PREFLIGHT).await;
    assert_eq!(header(&preflight, "access-control-allow-origin"), Some(APP));
    assert_eq!(header(&preflight, "access-control-allow-credentials"), Some("true"));
    assert_ne!(header(&preflight, "access-control-allow-headers"), Some("*"), "no `*` with credentials");
    let made = from(&owner.browser, APP, Method::POST, "/api/v1/workspaces", &[]).await;
    assert!(made.status.is_success(), "the cookie counts from a listed site: {} {}", made.status, made.text);
    for origin in [OTHER, "null", "https://app.example.com.evil.example", "http://app.example.com"] {
        let stranger = from(&owner.browser, origin, Method::POST, "/api/v1/workspaces", &[]).await;
        assert_eq!(stranger.refusal(), (403, "cross_site_request"), "{origin}");
        assert_eq!(header(&stranger, "access-control-allow-origin"), None, "{origin}");
    }
    hearth.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn any_site_but_never_with_cookies() {
    let Some(hearth) = Hearth::start_with(&[("CORS_ALLOW_ORIGINS", "*")]).await else { return };
    let owner = hearth.owner().await;
    let read = from(&owner.api, OTHER, Method::GET, "/api/v1/me", &[]).await;
    assert!(read.status.is_success());
    assert_eq!(header(&read, "access-control-allow-origin"), Some("*"), "a browser sends no cookie with `*`");
    assert_eq!(header(&read, "access-control-allow-credentials"), None);
    let cookie = from(&owner.browser, OTHER, Method::POST, "/api/v1/workspaces", &[]).await;
    assert_eq!(cookie.refusal(), (403, "cross_site_request"));
    hearth.stop().await;

    let mut sources = Sources::default();
    let both = [("CORS_ALLOW_ORIGINS", "*"), ("CORS_ALLOW_CREDENTIALS", "true")];
    sources.add(Origin::Environment, both.map(|(n, t)| (n.to_owned(), t.to_owned())));
    let problem = Settings::read(&sources).unwrap_err().to_string();
    assert!(problem.contains("CORS_ALLOW_ORIGINS") && problem.contains("CORS_ALLOW_CREDENTIALS"), "{problem}");
}
