//! The event stream of a workflow: `id:`, `event:` and `data:` on every event, ids from 0.

use std::convert::Infallible;
use std::fmt::Write as _;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use flow::run::Recorded;
use futures::StreamExt as _;
use futures::stream::{BoxStream, unfold};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use serde_json::{Value, json};
use types::RunId;

use super::events::{Frame, Translator};
use crate::error;

/// A stream on its way to a client. When the client goes away the run goes on.
struct Open {
    run: RunId,
    debug_url: String,
    events: BoxStream<'static, Recorded>,
    translator: Translator,
    /// Up to this event the client has seen everything.
    seen: u64,
    next: u64,
    over: bool,
}

/// Streams what the run tells after the event `seen` until it ends or waits for somebody. `events`
/// begin with the first: who speaks is known from there.
pub fn response(run: RunId, debug_url: String, seen: u64, events: BoxStream<'static, Recorded>) -> Response {
    let open = Open { run, debug_url, events, translator: Translator::default(), seen, next: 0, over: false };
    let body = unfold(open, |mut open| async move {
        let bytes = open.next().await?;
        Some((Ok::<_, Infallible>(bytes), open))
    });
    let headers = [
        (CONTENT_TYPE.as_str(), "text/event-stream; charset=utf-8"),
        (CACHE_CONTROL.as_str(), "no-cache, no-transform"),
        ("x-accel-buffering", "no"),
    ];
    (headers, Body::from_stream(body)).into_response()
}

impl Open {
    async fn next(&mut self) -> Option<Bytes> {
        while !self.over {
            let mut text = String::new();
            if let Some(recorded) = self.events.next().await {
                let frames = self.translator.translate(&recorded);
                // Uncommitted text has no number; it is never older than what was seen.
                if (1..=self.seen).contains(&recorded.seq) {
                    continue;
                }
                for frame in frames {
                    self.over |= !matches!(frame, Frame::Message(_));
                    self.write(&mut text, frame);
                }
            } else {
                self.over = true;
                let message = "The stream was cut off. The run may go on: ask for its history.".to_owned();
                self.write(&mut text, Frame::Error { code: error::INTERNAL, message });
            }
            if !text.is_empty() {
                return Some(Bytes::from(text));
            }
        }
        None
    }

    fn write(&mut self, to: &mut String, frame: Frame) {
        let (event, data) = match frame {
            Frame::Message(message) => ("Message", serde_json::to_value(message).unwrap_or_default()),
            Frame::Interrupt(mut frame) => {
                frame.interrupt_data.event_id = format!("{}/{}", self.run, frame.interrupt_data.event_id);
                let mut data = serde_json::to_value(frame).unwrap_or_default();
                data["debug_url"] = Value::from(self.debug_url.as_str());
                ("Interrupt", data)
            }
            Frame::Error { code, message } => {
                ("Error", json!({ "error_code": code, "error_message": message, "debug_url": self.debug_url }))
            }
            Frame::Done => ("Done", json!({ "debug_url": self.debug_url })),
        };
        // Writing to a string cannot fail.
        _ = write!(to, "id: {}\nevent: {event}\ndata: {data}\n\n", self.next);
        self.next += 1;
    }
}
