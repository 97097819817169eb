//! The event stream of a chat: exactly `event:` and `data:` lines, data on one line, no ids, no
//! comments (cozepy raises on anything else), the connection closed after `done`.

use std::convert::Infallible;
use std::sync::Arc;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use chat::ports::Runs;
use flow::run::{Event, Recorded, Run};
use futures::StreamExt as _;
use futures::stream::{BoxStream, unfold};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use serde::Serialize;
use serde_json::json;
use types::{AgentId, Failure, Scope};

use super::events::{Frame, Translator};
use super::wire::{ChatObject, Shown};
use crate::error;
use crate::messages::wire::Place;

/// A chat on its way to a client. When the client goes away the run goes on.
struct Open {
    runs: Arc<dyn Runs>,
    scope: Scope,
    run: Run,
    /// Whose chat it is, where the run does not know.
    bot: Option<AgentId>,
    /// What the client had seen before: nothing after it is left out.
    from: Option<u64>,
    events: BoxStream<'static, Recorded>,
    translator: Translator,
    /// Number of the last event that was translated.
    seen: u64,
    /// Something was sent since the events were last asked for.
    moved: bool,
    said_last: bool,
    closed: bool,
    /// The data of the last line.
    done: String,
}

/// Streams what the run tells after `from`, until it ends or waits for the client.
pub fn response(runs: Arc<dyn Runs>, scope: Scope, run: Run, from: Option<u64>, events: BoxStream<'static, Recorded>) -> Response {
    let translator = Translator::new(place(&run));
    serve(Open {
        runs,
        scope,
        run,
        bot: None,
        from,
        events,
        translator,
        seen: 0,
        moved: false,
        said_last: false,
        closed: false,
        done: "\"[DONE]\"".to_owned(),
    })
}

/// The same of a chatflow, whose last line names a page to look at.
pub fn of_chatflow(
    runs: Arc<dyn Runs>,
    scope: Scope,
    mut run: Run,
    bot: Option<AgentId>,
    from: Option<u64>,
    events: BoxStream<'static, Recorded>,
    debug_url: &str,
) -> Response {
    run.agent_id = run.agent_id.or(bot);
    let translator = Translator::of_chatflow(place(&run));
    let done = json!({ "debug_url": debug_url }).to_string();
    serve(Open { runs, scope, run, bot, from, events, translator, seen: 0, moved: false, said_last: false, closed: false, done })
}

fn serve(open: Open) -> Response {
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

/// Where the messages of a run belong.
pub fn place(run: &Run) -> Place {
    let conversation = run.conversation_id.unwrap_or(types::ConversationId(0));
    Place { conversation, bot: run.agent_id, chat: Some(run.id), section: run.section_id }
}

impl Open {
    async fn next(&mut self) -> Option<Bytes> {
        while !self.closed {
            let Some(recorded) = self.events.next().await else {
                if self.rejoin().await {
                    continue;
                }
                self.closed = true;
                return Some(Bytes::from(self.last_words()));
            };
            // Text is told again after rejoining; the translator knows what of it was sent.
            if recorded.seq != 0 && recorded.seq <= self.seen && !matches!(recorded.event, Event::Delta { .. }) {
                continue;
            }
            self.seen = self.seen.max(recorded.seq);
            let mut text = Vec::with_capacity(512);
            for frame in self.translator.translate(&recorded) {
                self.write(frame, &mut text).await;
            }
            if !text.is_empty() {
                self.moved = true;
                return Some(Bytes::from(text));
            }
        }
        None
    }

    /// A client that reads too slowly falls behind and is cut off from the run, not from its journal:
    /// the events are asked for once more, unless the last time brought nothing new.
    async fn rejoin(&mut self) -> bool {
        if self.said_last || !std::mem::take(&mut self.moved) {
            return false;
        }
        match self.runs.subscribe(self.run.id, self.from).await {
            Ok(events) => {
                self.translator.again();
                self.events = events;
                true
            }
            Err(failure) => {
                tracing::warn!(%failure, run = %self.run.id, "a streamed chat could not be taken up again");
                false
            }
        }
    }

    async fn write(&mut self, frame: Frame, to: &mut Vec<u8>) {
        match frame {
            Frame::Message(event, message) => block(to, event, &message),
            Frame::Chat(event, Shown::AsIs) => match self.runs.get(&self.scope, self.run.id).await {
                Ok(mut run) => {
                    self.said_last = true;
                    run.agent_id = run.agent_id.or(self.bot);
                    block(to, event, &ChatObject::of(&run, Shown::AsIs));
                }
                Err(failure) => tracing::error!(%failure, run = %self.run.id, "the end of a streamed chat could not be read"),
            },
            Frame::Chat(event, shown) => block(to, event, &ChatObject::of(&self.run, shown)),
        }
    }

    fn last_words(&self) -> Vec<u8> {
        if self.said_last {
            return format!("event:done\ndata:{}\n\n", self.done).into_bytes();
        }
        let msg = "The stream was cut off. The chat may go on: ask /v3/chat/retrieve.";
        let mut text = Vec::new();
        block(&mut text, "error", &json!({ "code": error::INTERNAL, "msg": msg }));
        text
    }
}

/// One event.
fn block(to: &mut Vec<u8>, event: &str, data: &impl Serialize) {
    let before = to.len();
    for piece in ["event:", event, "\ndata:"] {
        to.extend_from_slice(piece.as_bytes());
    }
    if let Err(failure) = serde_json::to_writer(&mut *to, data).map_err(Failure::internal) {
        tracing::error!(%failure, "an event could not be written");
        to.truncate(before);
        return;
    }
    to.extend_from_slice(b"\n\n");
}
