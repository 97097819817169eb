//! A scripted OpenAI-compatible model over real HTTP.
//!
//! The last user message says what it does, one directive a line: `say TEXT` (word by word), `tool
//! NAME {json}` (several lines: parallel), `slow MS` (before the first and between frames), `fail
//! CODE`, `cut` (the connection breaks after two words), `half` (a frame ends in the middle), `garbage`
//! (no JSON), `latin1` (invalid UTF-8), `hang` (nothing at all), `stall` (nothing after two words),
//! `first N CODE` (so fails the first N times it is asked this, with `Retry-After: 1`), `only MODEL` (500
//! for any other model), `flood KIB` (a long answer). After tool results it says them. Without a
//! directive it echoes.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use futures::StreamExt as _;
use serde_json::{Value, json};

/// It runs until the test ends.
#[derive(Clone)]
pub struct ModelServer {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<Value>>>,
}

impl ModelServer {
    /// Starts it on a free port.
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Self { address: listener.local_addr().unwrap(), requests: Arc::default() };
        let router = Router::new().route("/v1/chat/completions", post(answer)).with_state(server.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        server
    }

    /// Base URL for a model.
    pub fn url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// Bodies of the requests so far.
    pub fn requests(&self) -> Vec<Value> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

enum Piece {
    Wait(Duration),
    Bytes(Bytes),
    Break,
}

fn content(message: &Value) -> String {
    match &message["content"] {
        Value::Array(parts) => parts.iter().filter_map(|p| p["text"].as_str()).collect(),
        other => other.as_str().unwrap_or("").to_owned(),
    }
}

async fn answer(State(server): State<ModelServer>, body: Bytes) -> Response {
    let request: Value = serde_json::from_slice(&body).unwrap_or(Value::Null);
    server.requests.lock().unwrap_or_else(PoisonError::into_inner).push(request.clone());
    let messages = request["messages"].as_array().cloned().unwrap_or_default();
    let asked = messages.iter().rev().find(|m| m["role"] == "user").map(content).unwrap_or_default();
    let results: Vec<String> = messages.iter().rev().take_while(|m| m["role"] == "tool").map(content).collect();
    let directive = |name: &str| asked.lines().find_map(|l| l.trim().strip_prefix(name)).map(|rest| rest.trim().to_owned());

    if let Some(code) = directive("fail ") {
        let status = axum::http::StatusCode::from_bytes(code.as_bytes()).unwrap_or(axum::http::StatusCode::INTERNAL_SERVER_ERROR);
        return (status, axum::Json(json!({ "error": { "message": "the model broke", "type": "test" } }))).into_response();
    }
    if let Some((times, code)) = directive("first ").as_deref().and_then(|d| d.split_once(' ')) {
        let asked_before = server.requests().iter().filter(|r| r["messages"].to_string().contains(&json!(asked).to_string())).count();
        if asked_before <= times.parse().unwrap_or(0) {
            let status = axum::http::StatusCode::from_bytes(code.as_bytes()).unwrap_or(axum::http::StatusCode::INTERNAL_SERVER_ERROR);
            return (status, [("retry-after", "1")], axum::Json(json!({ "error": { "message": "not now", "type": "test" } })))
                .into_response();
        }
    }
    if directive("only ").is_some_and(|model| request["model"] != model.as_str()) {
        return (axum::http::StatusCode::INTERNAL_SERVER_ERROR, "wrong model").into_response();
    }
    if directive("hang").is_some() {
        std::future::pending::<()>().await;
    }
    let slow = directive("slow ").and_then(|ms| ms.parse().ok()).map(Duration::from_millis);
    let calls: Vec<(String, String)> = asked
        .lines()
        .filter_map(|l| l.trim().strip_prefix("tool "))
        .filter_map(|rest| rest.trim().split_once(' ').map(|(name, arguments)| (name.to_owned(), arguments.to_owned())))
        .collect();
    let deltas: Vec<Value> = if !calls.is_empty() && results.is_empty() {
        let one = |(index, (name, arguments)): (usize, &(String, String))| json!({ "tool_calls": [{ "index": index, "id": format!("call_{index}"), "type": "function", "function": { "name": name, "arguments": arguments } }] });
        calls.iter().enumerate().map(one).collect()
    } else {
        let mut heard: Vec<String> = results;
        heard.reverse();
        let text = if heard.is_empty() {
            let flood = directive("flood ").and_then(|kib| kib.parse::<usize>().ok());
            let flood = flood.map(|kib| vec![format!("{} ", "x".repeat(1023)); kib].concat());
            flood.or_else(|| directive("say ")).unwrap_or_else(|| format!("echo: {asked}"))
        } else {
            format!("results: {}", heard.join(" | "))
        };
        text.split_inclusive(' ').map(|word| json!({ "content": word })).collect()
    };
    let finish = if deltas.iter().any(|d| d.get("tool_calls").is_some()) { "tool_calls" } else { "stop" };
    let usage = json!({ "prompt_tokens": 10, "completion_tokens": deltas.len(), "total_tokens": 10 + deltas.len() });
    if request["stream"] != true {
        let text: String = deltas.iter().filter_map(|d| d["content"].as_str()).collect();
        let calls: Vec<Value> = deltas.iter().filter_map(|d| d["tool_calls"].get(0).cloned()).collect();
        let mut message = json!({ "role": "assistant", "content": text });
        if !calls.is_empty() {
            message["tool_calls"] = Value::Array(calls);
        }
        return axum::Json(json!({ "choices": [{ "index": 0, "message": message, "finish_reason": finish }], "usage": usage }))
            .into_response();
    }
    let mut pieces = Vec::new();
    for (index, delta) in deltas.iter().enumerate() {
        pieces.extend(slow.map(Piece::Wait));
        if index == 2 && directive("cut").is_some() {
            pieces.push(Piece::Break);
        }
        if index == 2 && directive("stall").is_some() {
            pieces.push(Piece::Wait(Duration::from_hours(1)));
        }
        if index == 2 && directive("half").is_some() {
            pieces.push(Piece::Bytes(Bytes::from_static(b"data: {\"choices\":[{\"del")));
            return stream(pieces);
        }
        if index == 1 && directive("garbage").is_some() {
            pieces.push(Piece::Bytes(Bytes::from_static(b"data: {nonsense}\n\n")));
        }
        if index == 1 && directive("latin1").is_some() {
            pieces.push(Piece::Bytes(Bytes::from_static(b"data: {\"choices\":[{\"delta\":{\"content\":\"\xe9\"}}]}\n\n")));
        }
        pieces.push(frame(&json!({ "choices": [{ "index": 0, "delta": delta, "finish_reason": null }] })));
    }
    pieces.push(frame(&json!({ "choices": [{ "index": 0, "delta": {}, "finish_reason": finish }], "usage": usage })));
    pieces.push(Piece::Bytes(Bytes::from_static(b"data: [DONE]\n\n")));
    stream(pieces)
}

fn frame(chunk: &Value) -> Piece {
    Piece::Bytes(Bytes::from(format!("data: {chunk}\n\n")))
}

fn stream(pieces: Vec<Piece>) -> Response {
    let bytes = futures::stream::iter(pieces).then(|piece| async move {
        match piece {
            Piece::Wait(time) => {
                tokio::time::sleep(time).await;
                Ok(Bytes::new())
            }
            Piece::Bytes(bytes) => Ok(bytes),
            Piece::Break => Err(std::io::Error::other("cut")),
        }
    });
    ([("content-type", "text/event-stream")], Body::from_stream(bytes)).into_response()
}
