//! A scripted OpenAI-compatible model: waits, then streams words at a steady pace. It costs next to
//! nothing, so that what is measured is Hearth and not the model.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use bytes::Bytes;
use futures::StreamExt as _;

/// Time to its first token.
pub const FIRST_TOKEN: Duration = Duration::from_millis(200);
const BETWEEN: Duration = Duration::from_millis(20);
/// Tokens of an answer.
pub const TOKENS: usize = 40;

/// Starts it on a free port.
pub async fn start() -> anyhow::Result<SocketAddr> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let router = Router::new().route("/v1/chat/completions", post(answer)).route("/v1/models", get(models));
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(address)
}

async fn models() -> Response {
    axum::Json(serde_json::json!({ "object": "list", "data": [{ "id": "scripted", "object": "model" }] })).into_response()
}

async fn answer() -> Response {
    let frames = futures::stream::iter(0..TOKENS + 2).then(|index| async move {
        tokio::time::sleep(if index == 0 { FIRST_TOKEN } else { BETWEEN }).await;
        Ok::<_, Infallible>(frame(index))
    });
    ([("content-type", "text/event-stream")], Body::from_stream(frames)).into_response()
}

fn frame(index: usize) -> Bytes {
    let choice = match index {
        i if i < TOKENS => format!(r#"{{"index":0,"delta":{{"role":"assistant","content":"word{i} "}},"finish_reason":null}}"#),
        TOKENS => r#"{"index":0,"delta":{},"finish_reason":"stop"}"#.to_owned(),
        _ => return Bytes::from_static(b"data: [DONE]\n\n"),
    };
    let usage = if index == TOKENS { r#","usage":{"prompt_tokens":10,"completion_tokens":40,"total_tokens":50}"# } else { "" };
    Bytes::from(format!(
        "data: {{\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"scripted\",\"choices\":[{choice}]{usage}}}\n\n"
    ))
}
