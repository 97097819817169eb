//! Tools and models reach what they may, and nothing else (rule R14).

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::response::Redirect;
use axum::routing::get;
use hearth_tests::{Frame, Hearth, Member};
use serde_json::json;

/// A web server on an address of this machine; counts its visitors.
async fn site(ip: &str, redirect: Option<String>) -> Option<(String, Arc<AtomicUsize>)> {
    let listener = tokio::net::TcpListener::bind((ip, 0)).await.ok()?;
    let url = format!("http://{}", listener.local_addr().ok()?);
    let visits = Arc::new(AtomicUsize::new(0));
    let counted = visits.clone();
    let page = move || async move {
        counted.fetch_add(1, Ordering::Relaxed);
        match redirect {
            Some(to) => Err(Redirect::temporary(&to)),
            None => Ok(axum::response::Html("<h1>inner secret</h1>")),
        }
    };
    tokio::spawn(async move { axum::serve(listener, Router::new().route("/", get(page))).await });
    Some((url, visits))
}

/// What the tool told the model about this address.
async fn fetched(owner: &Member, conversation: &str, url: &str) -> String {
    let ask = json!({ "content": format!("tool fetch_web_page {}", json!({ "url": url })) });
    let seen = owner.browser.stream(&format!("/api/v1/conversations/{conversation}/turns"), ask).await;
    assert_eq!(seen.last().unwrap().event, "run.completed", "{url}: the model goes on with the error");
    let answer = |f: &&Frame| f.event == "message.completed" && f.data["message"]["type"] == "answer";
    seen.iter().rfind(answer).unwrap().data["message"]["content"][0]["text"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_the_inner_network_are_refused() {
    // 127.0.0.2 is loopback too; allowed by name here, it stands for a public site.
    let Some(hearth) = Hearth::start_with(&[("HEARTH_EGRESS_ALLOW", "127.0.0.2/32")]).await else { return };
    let owner = hearth.owner().await;
    owner.add_model(&hearth).await;
    let tools = json!([{ "kind": "builtin", "name": "fetch_web_page", "approval": "never" }]);
    let agent = owner.add_agent(json!({ "tools": tools })).await;
    let conversation = owner.add_conversation(&agent).await;
    let (inner, visits) = site("127.0.0.1", None).await.unwrap();
    let port = inner.rsplit(':').next().unwrap();
    for url in [
        inner.clone(),
        format!("http://localhost:{port}/"),
        format!("http://2130706433:{port}/"),
        format!("http://0x7f.1:{port}/"),
        format!("http://[::ffff:127.0.0.1]:{port}/"),
        format!("http://0.0.0.0:{port}/"),
        "http://169.254.169.254/latest/meta-data/".to_owned(),
        "http://[::ffff:169.254.169.254]/".to_owned(),
        "http://10.0.0.1/".to_owned(),
        "http://[fd00:ec2::254]/".to_owned(),
    ] {
        let told = fetched(&owner, &conversation, &url).await;
        assert!(told.contains("egress_refused"), "{url}: {told}");
    }
    for url in ["file:///etc/passwd", "gopher://127.0.0.1/", "http://user:pw@example.com/"] {
        let told = fetched(&owner, &conversation, url).await;
        assert!(told.contains("invalid_arguments"), "{url}: {told}");
    }
    let Some((allowed, followed)) = site("127.0.0.2", Some(format!("{inner}/"))).await else {
        eprintln!("SKIPPED: 127.0.0.2 is no address of this machine");
        return hearth.stop().await;
    };
    let told = fetched(&owner, &conversation, &format!("{allowed}/")).await;
    assert!(told.contains("egress_refused") && !told.contains("inner secret"), "a redirect is vetted again: {told}");
    assert_eq!(followed.load(Ordering::Relaxed), 1, "the allowed site was asked");
    assert_eq!(visits.load(Ordering::Relaxed), 0, "nobody reached the inner server");
    hearth.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn models_on_metadata_addresses_are_refused() {
    let Some(hearth) = Hearth::start().await else { return };
    let owner = hearth.owner().await;
    for base_url in ["http://169.254.169.254/v1", "http://[::ffff:169.254.169.254]/v1", "http://2852039166/v1", "http://[fd00:ec2::254]/v1"]
    {
        let probe = json!({ "vendor": "openai_compatible", "base_url": base_url, "api_key": "k" });
        let probe = owner.browser.post(&format!("/api/v1/workspaces/{}/models/probe", owner.workspace), probe).await;
        assert_eq!(probe.refusal(), (403, "egress_refused"), "{base_url}: {}", probe.text);
        let input = json!({ "name": "m", "vendor": "openai_compatible", "base_url": base_url, "api_key": "k", "model": "m" });
        let test = json!({ "input": input, "message": "hi" });
        let test = owner.browser.post(&format!("/api/v1/workspaces/{}/models/test", owner.workspace), test).await;
        assert_eq!(test.refusal(), (403, "egress_refused"), "{base_url}: {}", test.text);
    }
    hearth.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_can_close_loopback_for_models() {
    let Some(hearth) = Hearth::start_with(&[("HEARTH_MODEL_EGRESS_ALLOW", "10.9.8.7/32")]).await else { return };
    let owner = hearth.owner().await;
    owner.add_model(&hearth).await;
    let conversation = owner.add_conversation(&owner.add_agent(json!({})).await).await;
    let seen = owner.browser.stream(&format!("/api/v1/conversations/{conversation}/turns"), json!({ "content": "say hi" })).await;
    let end = seen.last().unwrap();
    assert_eq!((end.event.as_str(), end.data["run"]["error"]["code"].as_str()), ("run.failed", Some("egress_refused")));
    assert!(hearth.model.requests().is_empty());
    hearth.stop().await;
}
