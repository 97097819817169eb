//! Health, log ids, the web UI's headers, unknown addresses.

use hearth_tests::Hearth;

#[tokio::test(flavor = "multi_thread")]
async fn health_and_headers() {
    let Some(hearth) = Hearth::start().await else { return };
    let visitor = hearth.visitor();
    let health = visitor.get("/health").await;
    let id = health.headers["x-log-id"].to_str().unwrap().to_owned();
    assert_eq!(health.headers["x-tt-logid"], id.as_str());
    let health = health.ok();
    assert_eq!(health["status"], "healthy");
    assert!(health["timestamp"].is_string() && health["version"].is_string() && health.get("components").is_none());
    assert_eq!(visitor.get("/ready").await.ok()["status"], "ready");

    let page = visitor.get("/").await;
    assert!(page.headers["content-security-policy"].to_str().unwrap().contains("frame-ancestors 'none'"));
    let unknown = visitor.get("/api/v1/nothing-here").await;
    assert_eq!(unknown.refusal(), (404, "not_found"));
    assert_eq!(unknown.json["error"]["log_id"], unknown.headers["x-log-id"].to_str().unwrap());
    let coze = visitor.get("/v1/nothing-here").await;
    assert!(coze.json["code"].as_i64().unwrap() > 0 && !coze.text.ends_with('\n'), "{}", coze.text);
    hearth.stop().await;
}
