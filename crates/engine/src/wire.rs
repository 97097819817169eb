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

use flow::run::{Event, Recorded, Run};
use futures::{Stream, StreamExt as _};
use rest::sse::Frame;
use serde_json::{Value, json};
use types::{MessageId, Timestamp};

use crate::live::{Committed, Delta, Live};

/// The frames of a stream.
pub fn frames(lives: impl Stream<Item = Live> + Send + 'static) -> impl Stream<Item = Frame> + Send + 'static {
    lives.map(|live| frame(&live))
}

/// One frame.
pub fn frame(live: &Live) -> Frame {
    let (event, data) = match live {
        Live::Event(committed) => named(committed),
        Live::Delta(delta) => ("message.delta", text(delta)),
        Live::Stopped(run) => ("run.failed", of_run(run)),
    };
    Frame { id: live.seq(), event, data }
}

fn named(committed: &Committed) -> (&'static str, Value) {
    let Committed { recorded, run, step } = committed;
    match &recorded.event {
        Event::Created => ("run.created", of_run(run)),
        Event::Started { .. } | Event::Submitted { .. } => ("run.started", of_run(run)),
        Event::StepStarted { .. } => ("step.started", json!({ "step": step.as_deref() })),
        Event::StepCompleted { .. } | Event::StepFailed { .. } | Event::StepRan { .. } => {
            ("step.completed", json!({ "step": step.as_deref() }))
        }
        Event::VariableSet { scope, path, value, .. } => ("variable.set", json!({ "scope": scope, "path": path, "value": value })),
        Event::Delta { message, .. } => ("message.delta", json!({ "message_id": message, "type": "answer" })),
        Event::Reset { message, .. } => ("message.reset", json!({ "message_id": message })),
        Event::FunctionCall { .. } | Event::ToolResponse { .. } | Event::Answer { .. } | Event::FollowUp { .. } => {
            ("message.completed", json!({ "message": message(run, recorded) }))
        }
        Event::RequiresAction { .. } => ("run.requires_action", of_run(run)),
        Event::Completed { .. } => ("run.completed", of_run(run)),
        Event::Failed { .. } => ("run.failed", of_run(run)),
        Event::Cancelled => ("run.cancelled", of_run(run)),
    }
}

fn of_run(run: &Run) -> Value {
    json!({ "run": run })
}

fn text(delta: &Delta) -> Value {
    let mut data = json!({ "message_id": delta.message, "type": "answer", "offset": delta.offset });
    if !delta.text.is_empty() {
        data["text"] = delta.text.as_str().into();
    }
    if !delta.reasoning.is_empty() {
        data["reasoning"] = delta.reasoning.as_str().into();
        data["reasoning_offset"] = delta.reasoning_offset.into();
    }
    data
}

/// The message that an event completes, in the shape `Message` of the API; `None` for other events.
pub fn message(run: &Run, recorded: &Recorded) -> Option<Value> {
    let at = recorded.at;
    Some(match &recorded.event {
        Event::FunctionCall { message, call } => {
            // Broken arguments stay the text they are.
            let arguments = serde_json::from_str(&call.arguments).unwrap_or_else(|_| Value::String(call.arguments.clone()));
            let content = json!({ "name": call.name, "arguments": arguments, "call_id": call.id });
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
