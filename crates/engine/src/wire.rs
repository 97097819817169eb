//! Runs as native SSE frames: the event names and shapes of `/api/v1`.
//!
//! | event of the run | frame |
//! |---|---|
//! | `Created` / `Started`, `Submitted` | `run.created` / `run.started` `{run}` |
//! | `StepStarted` / `StepCompleted`, `StepFailed`, `StepRan` | `step.started` / `step.completed` `{step}` |
//! | `VariableSet` | `variable.set` `{scope, path, value}` |
//! | text | `message.delta` `{message_id, type, text?, reasoning?, offset, reasoning_offset?}` |
//! | `Reset` | `message.reset` `{message_id}` |
//! | `FunctionCall`, `ToolResponse`, `Answer`, `FollowUp` | `message.completed` `{message}` |
//! | `RequiresAction`, `Completed`, `Failed`, `Cancelled` | `run.requires_action`, … `{run}` |
//!
//! `offset` is the length of the message's text before the piece, in Unicode scalar values (not in
//! UTF-16 units): a client that has more drops the overlap.

use std::sync::Arc;

use bytes::Bytes;
use flow::run::{Event, Recorded, Run};
use futures::{Stream, StreamExt as _};
use rest::sse::{self, Frame};
use serde::Serialize;
use serde_json::{Value, json};
use types::{MessageId, Timestamp};

use crate::live::{Committed, Delta, Live};
use crate::view::Step;

/// The frames of a stream.
pub fn frames(lives: impl Stream<Item = Live> + Send + 'static) -> impl Stream<Item = Frame> + Send + 'static {
    lives.map(|live| frame(&live))
}

/// One frame.
pub fn frame(live: &Live) -> Frame {
    let id = live.seq();
    match live {
        Live::Event(committed) => Frame { id, event: name(&committed.recorded.event), data: data(committed) },
        Live::Delta(delta) => Frame::new(id, "message.delta", &Piece::from(&**delta)),
        Live::Stopped(run) => Frame::new(id, "run.failed", &OfRun { run }),
    }
}

fn name(event: &Event) -> &'static str {
    match event {
        Event::Created => "run.created",
        Event::Started { .. } | Event::Submitted { .. } => "run.started",
        Event::StepStarted { .. } => "step.started",
        Event::StepCompleted { .. } | Event::StepFailed { .. } | Event::StepRan { .. } => "step.completed",
        Event::VariableSet { .. } => "variable.set",
        Event::Delta { .. } => "message.delta",
        Event::Reset { .. } => "message.reset",
        Event::FunctionCall { .. } | Event::ToolResponse { .. } | Event::Answer { .. } | Event::FollowUp { .. } => "message.completed",
        Event::RequiresAction { .. } => "run.requires_action",
        Event::Completed { .. } => "run.completed",
        Event::Failed { .. } => "run.failed",
        Event::Cancelled => "run.cancelled",
    }
}

/// Written once for all who read it at the moment: a long answer is not there once for each of them.
fn data(committed: &Committed) -> Bytes {
    let mut written = committed.written.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let shared = written.upgrade().unwrap_or_else(|| {
        let fresh: Arc<[u8]> = write(committed).into();
        *written = Arc::downgrade(&fresh);
        fresh
    });
    Bytes::from_owner(shared)
}

fn write(committed: &Committed) -> Vec<u8> {
    let Committed { recorded, run, step, .. } = committed;
    match &recorded.event {
        Event::StepStarted { .. } | Event::StepCompleted { .. } | Event::StepFailed { .. } | Event::StepRan { .. } => {
            sse::json(&OfStep { step: step.as_deref() })
        }
        Event::VariableSet { scope, path, value, .. } => sse::json(&json!({ "scope": scope, "path": path, "value": value })),
        Event::Delta { message, .. } => sse::json(&json!({ "message_id": message, "type": "answer" })),
        Event::Reset { message, .. } => sse::json(&json!({ "message_id": message })),
        Event::FunctionCall { .. } | Event::ToolResponse { .. } | Event::Answer { .. } | Event::FollowUp { .. } => {
            sse::json(&json!({ "message": message(run, recorded) }))
        }
        Event::Created
        | Event::Started { .. }
        | Event::Submitted { .. }
        | Event::RequiresAction { .. }
        | Event::Completed { .. }
        | Event::Failed { .. }
        | Event::Cancelled => sse::json(&OfRun { run }),
    }
}

#[derive(Serialize)]
struct OfRun<'a> {
    run: &'a Run,
}

#[derive(Serialize)]
struct OfStep<'a> {
    step: Option<&'a Step>,
}

#[derive(Serialize)]
struct Piece<'a> {
    message_id: MessageId,
    r#type: &'static str,
    offset: u64,
    #[serde(skip_serializing_if = "str::is_empty")]
    text: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    reasoning: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning_offset: Option<u64>,
}

impl<'a> From<&'a Delta> for Piece<'a> {
    fn from(delta: &'a Delta) -> Self {
        let Delta { message, offset, text, reasoning, .. } = delta;
        let reasoning_offset = (!reasoning.is_empty()).then_some(delta.reasoning_offset);
        Self { message_id: *message, r#type: "answer", offset: *offset, text, reasoning, reasoning_offset }
    }
}

/// The message that an event completes, in the shape `Message` of the API; `None` for other events.
pub fn message(run: &Run, recorded: &Recorded) -> Option<Value> {
    let at = recorded.at;
    Some(match &recorded.event {
        Event::FunctionCall { message, call, run: inside } => {
            // Broken arguments stay the text they are.
            let arguments = serde_json::from_str(&call.arguments).unwrap_or_else(|_| Value::String(call.arguments.clone()));
            let mut content = json!({ "name": call.name, "arguments": arguments, "call_id": call.id });
            if let Some(inside) = inside {
                content["run_id"] = json!(inside);
            }
            shape(run, *message, "function_call", &content.to_string(), "", at)
        }
        Event::ToolResponse { message, call_id, name, output, is_error } => {
            let content = json!({ "name": name, "call_id": call_id, "output": output, "is_error": is_error });
            shape(run, *message, "tool_response", &content.to_string(), "", at)
        }
        Event::Answer { message, text, reasoning } => shape(run, *message, "answer", text, reasoning, at),
        Event::FollowUp { message, text } => shape(run, *message, "follow_up", text, "", at),
        _ => return None,
    })
}

fn shape(run: &Run, id: MessageId, kind: &str, text: &str, reasoning: &str, at: Timestamp) -> Value {
    let mut message = json!({
        "id": id,
        "conversation_id": run.conversation_id,
        "run_id": run.id,
        "section_id": run.section_id,
        "role": "assistant",
        "type": kind,
        "content": [{ "type": "text", "text": text }],
        "status": "completed",
        "feedback": null,
        "meta": {},
        "created_at": at,
        "updated_at": at,
    });
    if !reasoning.is_empty() {
        message["reasoning"] = reasoning.into();
    }
    message
}
