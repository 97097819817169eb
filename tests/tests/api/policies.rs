//! Every route says who may call it, and means it (rule R1).

use hearth_tests::Hearth;
use reqwest::Method;
use serde_json::{Value, json};

/// All operations of the server: method, path, policy, the operation.
pub fn operations(document: &Value) -> Vec<(Method, String, String, Value)> {
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let Ok(method) = method.to_uppercase().parse::<Method>() else { continue };
            if !operation.is_object() || operation.get("responses").is_none() {
                continue;
            }
            let policy = operation["x-policy"].as_str().unwrap_or("").to_owned();
            all.push((method, path.clone(), policy, operation.clone()));
        }
    }
    assert!(all.len() > 80, "the document is whole: {}", all.len());
    all
}

/// A path with every parameter replaced by a number that names nothing.
fn concrete(path: &str) -> String {
    path.split('/').map(|part| if part.starts_with('{') { "7000000000000000001" } else { part }).collect::<Vec<_>>().join("/")
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_open_by_accident() {
    let Some(hearth) = Hearth::start().await else { return };
    let owner = hearth.owner().await;
    let user = hearth.user("second").await;
    let visitor = hearth.visitor();
    let document = visitor.get("/api/v1/openapi.json").await.ok();
    let mut wrong = Vec::new();
    for (method, path, policy, _) in operations(&document) {
        let url = concrete(&path);
        let status = async |client: &hearth_tests::Client| {
            let request = client.request(method.clone(), &url);
            let request = if method == Method::GET { request } else { request.json(&json!({})) };
            client.send(request).await.status.as_u16()
        };
        let expected = match policy.as_str() {
            "public" => continue,
            "session" | "caller" | "admin" => 401,
            _ => {
                wrong.push(format!("{method} {path} has no policy"));
                continue;
            }
        };
        let got = status(&visitor).await;
        if got != expected {
            wrong.push(format!("{method} {path} ({policy}): a visitor got {got}"));
        }
        if policy == "session" && status(&user.api).await != 403 {
            wrong.push(format!("{method} {path}: a token passed where only a browser may"));
        }
        if policy == "admin" && status(&user.browser).await != 403 {
            wrong.push(format!("{method} {path}: an ordinary user passed where only an administrator may"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    drop(owner);
    hearth.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_site_cannot_use_the_cookie() {
    let Some(hearth) = Hearth::start().await else { return };
    let owner = hearth.owner().await;
    for origin in ["https://evil.example", "null"] {
        let request = owner.browser.request(Method::POST, "/api/v1/workspaces").header("origin", origin).json(&json!({ "name": "w" }));
        // reqwest keeps both values of a header that is set twice: send one only.
        let mut request = request.build().unwrap();
        request.headers_mut().insert("origin", origin.parse().unwrap());
        let answer = owner.browser.execute(request).await;
        assert_eq!(answer.refusal(), (403, "cross_site_request"), "{origin}");
    }
    let cookie = owner.browser.get("/api/v1/me").await;
    assert!(cookie.status.is_success());
    assert!(cookie.headers.get("access-control-allow-origin").is_none());
    hearth.stop().await;
}
