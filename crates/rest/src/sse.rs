//! Server-sent events of Hearth's own API: `id`, `event`, `data`, and a comment every 15 seconds.
//!
//! (The Coze wire has neither ids nor comments: the crate `coze` writes its own.)

use std::convert::Infallible;
use std::time::Duration;

use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::{Stream, StreamExt as _};
use serde_json::Value;

/// One frame.
#[derive(Debug, Clone)]
pub struct Frame {
    /// For `Last-Event-ID`.
    pub id: Option<u64>,
    /// Name.
    pub event: &'static str,
    /// One line of JSON.
    pub data: Value,
}

/// The response. `X-Accel-Buffering: no` keeps nginx from holding events back.
pub fn response(frames: impl Stream<Item = Frame> + Send + 'static) -> Response {
    let events = frames.map(|frame| {
        let event = Event::default().event(frame.event).data(frame.data.to_string());
        Ok::<_, Infallible>(match frame.id {
            Some(id) => event.id(id.to_string()),
            None => event,
        })
    });
    let keep_alive = KeepAlive::new().interval(Duration::from_secs(15)).text("keep-alive");
    let headers = [("x-accel-buffering", "no"), ("cache-control", "no-cache, no-transform")];
    (headers, Sse::new(events).keep_alive(keep_alive)).into_response()
}

/// Whether the caller wants a stream rather than one JSON answer.
pub fn wanted(headers: &http::HeaderMap) -> bool {
    headers.get(http::header::ACCEPT).and_then(|v| v.to_str().ok()).is_some_and(|v| v.contains("text/event-stream"))
}
