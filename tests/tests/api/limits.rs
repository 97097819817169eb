//! Limits of requests: bodies and time.

use std::time::{Duration, Instant};

use futures::StreamExt as _;
use hearth_tests::{Hearth, hearth::text};
use reqwest::Method;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A body that begins and never ends.
fn endless() -> reqwest::Body {
    let begin = futures::stream::iter([Ok::<_, std::io::Error>(bytes::Bytes::from_static(b"{\"name\": \"half"))]);
    reqwest::Body::wrap_stream(begin.chain(futures::stream::pending()))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_has_its_time() {
    let Some(hearth) = Hearth::start_with(&[("REQUEST_TIMEOUT", "1s")]).await else { return };
    let owner = hearth.owner().await;
    let model = owner.add_model(&hearth).await;
    let began = Instant::now();
    let path = format!("/api/v1/workspaces/{}/models/test", owner.workspace);
    let hanging = owner.browser.post(&path, json!({ "model_id": model, "message": "hang" })).await;
    assert_eq!(hanging.refusal(), (504, "request_timeout"));
    assert!(hanging.json["error"]["log_id"].is_string() && began.elapsed() < Duration::from_secs(5));

    // A body that never ends, on both wires; nothing of it is kept.
    let agents = format!("/api/v1/workspaces/{}/agents", owner.workspace);
    let request = owner.api.request(Method::POST, &agents).header("content-type", "application/json").body(endless());
    assert_eq!(owner.api.send(request).await.refusal(), (504, "request_timeout"));
    assert_eq!(owner.api.get(&agents).await.ok()["items"], json!([]));
    let form = reqwest::multipart::Form::new().part("file", reqwest::multipart::Part::stream(endless()).file_name("a.txt"));
    let upload = owner.api.send(owner.api.request(Method::POST, "/v1/files/upload").multipart(form)).await;
    assert_eq!((upload.status.as_u16(), upload.json["code"].as_i64()), (504, Some(5000)), "{}", upload.text);
    assert!(upload.json["detail"]["logid"].is_string(), "{}", upload.text);

    // Nor is a run cut that is waited for.
    let wait = json!([{ "name": "milliseconds", "type": "integer", "value": { "literal": 2000 } }]);
    let document = json!({
        "nodes": { "start": { "kind": "start" }, "wait": { "kind": "wait", "inputs": wait }, "end": { "kind": "end" } },
        "edges": [{ "from": "start", "to": "wait" }, { "from": "wait", "to": "end" }],
    });
    let workflows = format!("/api/v1/workspaces/{}/workflows", owner.workspace);
    let workflow = text(&owner.browser.post(&workflows, json!({ "name": "slow", "document": document })).await.ok(), "/id");
    let run = owner.api.post(&format!("/api/v1/workflows/{workflow}/runs"), json!({ "draft": true, "wait": true })).await.ok();
    assert_eq!(run["status"], "completed", "{run}");

    // A stream is no waiting request: it goes on beyond the limit.
    let conversation = owner.add_conversation(&owner.add_agent(json!({})).await).await;
    let said = "a b c d e f g h i j k l m n o";
    let turns = format!("/api/v1/conversations/{conversation}/turns");
    let seen = owner.browser.stream(&turns, json!({ "content": format!("slow 150\nsay {said}") })).await;
    assert_eq!(seen.last().unwrap().event, "run.completed");
    assert_eq!(owner.messages(&conversation).await.last().unwrap()["content"][0]["text"], said);
    hearth.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_without_a_length_are_counted_too() {
    let Some(hearth) = Hearth::start_with(&[("MAX_REQUEST_BODY_SIZE", "64KiB")]).await else { return };
    let owner = hearth.owner().await;
    let agent = owner.add_published_agent(json!({})).await;
    let chunks = || {
        let chunks = (0..100).map(|_| Ok::<_, std::io::Error>(bytes::Bytes::from(vec![b' '; 4096])));
        reqwest::Body::wrap_stream(futures::stream::iter(chunks))
    };
    for (path, code) in [(format!("/api/v1/workspaces/{}/agents", owner.workspace), None), ("/v3/chat".to_owned(), Some(4000))] {
        let request = owner.api.request(Method::POST, &path).header("content-type", "application/json").body(chunks());
        let answer = owner.api.send(request).await;
        assert_eq!(answer.status, 413, "{path}: {}", answer.text);
        match code {
            None => assert_eq!(answer.refusal(), (413, "body_too_large")),
            Some(code) => assert_eq!(answer.json["code"], code, "{}", answer.text),
        }
    }
    let chat = owner.api.post("/api/chat", json!({ "message": "2+2?", "agent_id": agent })).await.ok();
    assert!(!text(&chat, "/message").is_empty(), "the server goes on");
    hearth.stop().await;
}

/// The status that a client sees which first sends all it has, in the pieces of a network, and then reads, as many do.
async fn status_of(hearth: &Hearth, head: &str, piece: &[u8], pieces: usize) -> String {
    let host = hearth.url.strip_prefix("http://").unwrap();
    let mut socket = TcpStream::connect(host).await.unwrap();
    let length = piece.len() * pieces;
    let head = format!("POST {head}\r\nhost: {host}\r\ncontent-length: {length}\r\n\r\n");
    socket.write_all(head.as_bytes()).await.unwrap();
    for _ in 0..pieces {
        tokio::time::sleep(Duration::from_millis(5)).await;
        if let Err(error) = socket.write_all(piece).await {
            return error.to_string();
        }
    }
    let mut answer = [0; 12];
    match socket.read_exact(&mut answer).await {
        Ok(_) => String::from_utf8_lossy(&answer[9..]).into_owned(),
        Err(error) => error.to_string(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_refused_while_sending_sees_why() {
    let Some(hearth) = Hearth::start_with(&[("MAX_REQUEST_BODY_SIZE", "64KiB")]).await else { return };
    let owner = hearth.owner().await;
    let agents = format!("/api/v1/workspaces/{}/agents HTTP/1.1", owner.workspace);
    let files = format!("/api/v1/workspaces/{}/files HTTP/1.1", owner.workspace);
    let foreign = "/api/v1/workspaces/1/files HTTP/1.1";
    let json = "content-type: application/json";
    let form = "content-type: multipart/form-data; boundary=B";
    let signed_in = format!("authorization: Bearer {}", owner.token);
    for (head, status) in [
        (format!("{agents}\r\n{json}"), "401"),
        (format!("/v3/chat HTTP/1.1\r\n{json}"), "401"),
        (format!("{agents}\r\n{json}\r\n{signed_in}"), "413"),
        (format!("/v3/chat HTTP/1.1\r\n{json}\r\n{signed_in}"), "413"),
        (format!("/api/v1/nothing HTTP/1.1\r\n{json}\r\n{signed_in}"), "404"),
        (format!("{files}\r\n{form}"), "401"),
        (format!("{files}\r\n{form}\r\n{signed_in}"), "400"),
        (format!("{foreign}\r\n{form}\r\n{signed_in}"), "404"),
        (format!("/v1/files/upload HTTP/1.1\r\n{form}"), "401"),
    ] {
        // More than the buffers of a connection hold.
        assert_eq!(status_of(&hearth, &head, &vec![b' '; 128 << 10], 64).await, status, "{head}");
    }
    // One that never ends gets its answer all the same.
    let nobody = hearth.visitor();
    let agents = format!("/api/v1/workspaces/{}/agents", owner.workspace);
    let request = nobody.request(Method::POST, &agents).header("content-type", "application/json").body(endless());
    assert_eq!(tokio::time::timeout(Duration::from_secs(20), nobody.send(request)).await.unwrap().status, 401);
    hearth.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_before_sending_is_refused_at_once() {
    let Some(hearth) = Hearth::start().await else { return };
    hearth.owner().await;
    let host = hearth.url.strip_prefix("http://").unwrap();
    let mut socket = TcpStream::connect(host).await.unwrap();
    let head = format!("POST /v3/chat HTTP/1.1\r\nhost: {host}\r\nexpect: 100-continue\r\ncontent-length: 1000000\r\n\r\n");
    socket.write_all(head.as_bytes()).await.unwrap();
    let mut answer = [0; 12];
    // Were its body waited for, the answer would come after seconds, behind a `100 Continue`.
    tokio::time::timeout(Duration::from_secs(3), socket.read_exact(&mut answer)).await.unwrap().unwrap();
    assert_eq!(&answer, b"HTTP/1.1 401");
    hearth.stop().await;
}
