//! What cannot be right is refused in words, with a stable code; nothing is half-written.

use hearth_tests::Hearth;
use reqwest::Method;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn bodies() {
    let Some(hearth) = Hearth::start_with(&[("MAX_REQUEST_BODY_SIZE", "64KiB"), ("HEARTH_MAX_FILE_SIZE", "32KiB")]).await else { return };
    let owner = hearth.owner().await;
    let path = format!("/api/v1/workspaces/{}/agents", owner.workspace);
    let send = async |body: Vec<u8>, content_type: &str| {
        let request = owner.browser.request(Method::POST, &path).header("content-type", content_type).body(body);
        owner.browser.send(request).await
    };
    for (body, content_type, expected) in [
        (&b"{\"name\": "[..], "application/json", (400, "invalid_request")),
        (b"[]", "application/json", (400, "invalid_request")),
        (b"{\"name\": 5}", "application/json", (400, "invalid_request")),
        (b"{\"name\": \"a\", \"surprise\": 1}", "application/json", (400, "invalid_request")),
        (b"{\"name\": \"\xff\"}", "application/json", (400, "invalid_request")),
        (b"{\"name\": \"a\"}", "text/plain", (400, "invalid_request")),
        (b"name=a", "application/x-www-form-urlencoded", (400, "invalid_request")),
    ] {
        let answer = send(body.to_vec(), content_type).await;
        assert_eq!(answer.refusal(), expected, "{}", String::from_utf8_lossy(body));
        assert!(answer.json["error"]["log_id"].is_string());
    }
    let deep = [vec![b'['; 30_000], vec![b']'; 30_000]].concat();
    assert_eq!(send(deep, "application/json").await.refusal(), (400, "invalid_request"));
    assert_eq!(send(vec![b' '; 100_000], "application/json").await.refusal(), (413, "body_too_large"));
    assert_eq!(owner.browser.get(&path).await.ok()["items"], json!([]), "nothing was written");

    let part = reqwest::multipart::Part::bytes(vec![0; 40_000]).file_name("big.bin");
    let upload = owner.browser.request(Method::POST, &format!("/api/v1/workspaces/{}/files", owner.workspace));
    let upload = owner.browser.send(upload.multipart(reqwest::multipart::Form::new().part("file", part))).await;
    assert_eq!(upload.status, 413, "{}", upload.text);
    hearth.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_that_are_no_ids() {
    let Some(hearth) = Hearth::start().await else { return };
    let owner = hearth.owner().await;
    for id in ["abc", "-1", "0", "1e9", "99999999999999999999", "%00", "..%2f..%2fetc%2fpasswd", "'%20OR%201=1"] {
        for path in ["agents", "conversations", "runs", "files", "models", "workspaces"] {
            let answer = owner.browser.get(&format!("/api/v1/{path}/{id}")).await;
            assert!(matches!(answer.status.as_u16(), 400 | 404), "{path}/{id}: {} {}", answer.status, answer.text);
            assert!(answer.json["error"]["code"].is_string(), "{path}/{id}: {}", answer.text);
        }
    }
    hearth.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_is_gone() {
    let Some(hearth) = Hearth::start().await else { return };
    let owner = hearth.owner().await;
    let agent = owner.add_agent(json!({ "model": { "model_id": "7000000000000000001" } })).await;
    let draft = owner.browser.get(&format!("/api/v1/agents/{agent}/draft")).await.ok();
    assert!(draft["problems"].to_string().contains("model"), "{draft}");
    assert_eq!(owner.browser.post(&format!("/api/v1/agents/{agent}/publish"), json!({})).await.refusal(), (400, "agent_incomplete"));
    let conversation = owner.add_conversation(&agent).await;
    let seen = owner.browser.stream(&format!("/api/v1/conversations/{conversation}/turns"), json!({ "content": "hi" })).await;
    let end = seen.last().unwrap();
    assert_eq!((end.event.as_str(), end.data["run"]["error"]["code"].as_str()), ("run.failed", Some("model_unavailable")));
    hearth.stop().await;
}
