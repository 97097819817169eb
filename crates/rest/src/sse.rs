//! Server-sent events of Hearth's own API: `id`, `event`, `data`, and a comment every 15 seconds.
//!
//! (The Coze wire has neither ids nor comments: the crate `coze` writes its own.)

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::{Stream, StreamExt as _, stream};
use serde::Serialize;

/// A silence this long is broken by a comment, so that proxies keep the connection.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// Data up to here is copied behind its head; larger data is passed on as it is, so that many
/// readers of one frame share it.
const COPIED: usize = 4 * 1024;

/// One frame.
#[derive(Debug, Clone)]
pub struct Frame {
    /// For `Last-Event-ID`.
    pub id: Option<u64>,
    /// Name.
    pub event: &'static str,
    /// A JSON object, in one line.
    pub data: Bytes,
}

impl Frame {
    /// A frame with this value, which must be written as a JSON object.
    pub fn new(id: Option<u64>, event: &'static str, data: &impl Serialize) -> Self {
        Self { id, event, data: json(data).into() }
    }

    /// With one more member at the end of its object.
    #[must_use]
    pub fn with(mut self, name: &str, value: &impl Serialize) -> Self {
        let open = self.data.strip_suffix(b"}").unwrap_or(&self.data);
        let comma: &[u8] = if open == b"{" { b"" } else { b"," };
        self.data = [open, comma, &json(&name), b":", &json(value), b"}"].concat().into();
        self
    }

    /// As it is sent, in one piece or three.
    fn pieces(self) -> impl Iterator<Item = Bytes> {
        let id = self.id.map(|id| format!("id: {id}\n")).unwrap_or_default();
        let head = format!("{id}event: {}\ndata: ", self.event);
        let pieces = if self.data.len() <= COPIED {
            [[head.as_bytes(), &self.data, b"\n\n"].concat().into(), Bytes::new(), Bytes::new()]
        } else {
            [head.into(), self.data, Bytes::from_static(b"\n\n")]
        };
        pieces.into_iter().filter(|piece| !piece.is_empty())
    }
}

/// A value as one line of JSON. What cannot be written (no type of ours) becomes `null`.
pub fn json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).unwrap_or_else(|error| {
        tracing::error!(%error, "a frame could not be written");
        b"null".to_vec()
    })
}

/// The response. `X-Accel-Buffering: no` keeps nginx from holding events back.
pub fn response(frames: impl Stream<Item = Frame> + Send + 'static) -> Response {
    let pieces = stream::unfold(frames.boxed(), |mut frames| async move {
        let pieces: Vec<Result<Bytes, Infallible>> = match tokio::time::timeout(KEEP_ALIVE, frames.next()).await {
            Ok(frame) => frame?.pieces().map(Ok).collect(),
            Err(_) => vec![Ok(Bytes::from_static(b": keep-alive\n\n"))],
        };
        Some((stream::iter(pieces), frames))
    });
    let headers = [("content-type", "text/event-stream"), ("x-accel-buffering", "no"), ("cache-control", "no-cache, no-transform")];
    (headers, Body::from_stream(pieces.flatten())).into_response()
}

/// Whether the caller wants a stream rather than one JSON answer.
pub fn wanted(headers: &http::HeaderMap) -> bool {
    headers.get(http::header::ACCEPT).and_then(|v| v.to_str().ok()).is_some_and(|v| v.contains("text/event-stream"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    async fn sent(frames: Vec<Frame>) -> String {
        let body = response(stream::iter(frames)).into_body();
        String::from_utf8(axum::body::to_bytes(body, usize::MAX).await.unwrap().to_vec()).unwrap()
    }

    #[tokio::test]
    async fn frames_as_they_are_sent() {
        let small = Frame::new(Some(7), "a", &json!({ "text": "x\ny" }));
        let large = Frame::new(None, "b", &json!({ "text": "x".repeat(COPIED) }));
        let text = sent(vec![small, large]).await;
        let expected =
            format!("id: 7\nevent: a\ndata: {{\"text\":\"x\\ny\"}}\n\nevent: b\ndata: {{\"text\":\"{}\"}}\n\n", "x".repeat(COPIED));
        assert_eq!(text, expected);
    }

    #[test]
    fn one_more_member() {
        let data = |frame: Frame| String::from_utf8(frame.data.to_vec()).unwrap();
        assert_eq!(data(Frame::new(None, "a", &json!({})).with("q", &json!([1]))), r#"{"q":[1]}"#);
        assert_eq!(data(Frame::new(None, "a", &json!({ "b": 1 })).with("q", &"x")), r#"{"b":1,"q":"x"}"#);
    }

    #[tokio::test(start_paused = true)]
    async fn a_silence_is_broken_by_a_comment() {
        let late = stream::once(async {
            tokio::time::sleep(KEEP_ALIVE + KEEP_ALIVE / 2).await;
            Frame::new(None, "a", &json!({}))
        });
        let body = response(late).into_body();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        assert_eq!(bytes, ": keep-alive\n\nevent: a\ndata: {}\n\n");
    }
}
