//! Events of a Messages stream, and the whole message.

use model::{Error, FinishReason};
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::Value;

use super::request::STRUCTURED;
use crate::wire::sink::CallKey;
use crate::wire::{Decoder, Frame, Framing, Sink, errors};

/// The decoder.
pub struct Blocks {
    secret: Option<SecretString>,
    /// Whether the tool for structured output was offered: its arguments are the answer.
    structured: bool,
    /// The block that carries structured output, once it has begun.
    answer_block: Option<u64>,
}

impl Blocks {
    pub fn new(secret: Option<SecretString>, structured: bool) -> Self {
        Self { secret, structured, answer_block: None }
    }

    fn start(&mut self, index: u64, block: &Value, sink: &mut Sink) -> Result<(), Error> {
        let text = |name: &str| block.get(name).and_then(Value::as_str).unwrap_or_default();
        match text("type") {
            "text" => sink.text(text("text")),
            "thinking" => sink.reasoning(text("thinking")),
            "tool_use" => {
                let input = block.get("input").filter(|input| input.as_object().is_some_and(|object| !object.is_empty()));
                let arguments = input.map(Value::to_string).unwrap_or_default();
                if self.structured && text("name") == STRUCTURED {
                    self.answer_block = Some(index);
                    sink.text(&arguments);
                } else {
                    let key = CallKey { index: Some(index), id: Some(text("id").to_owned()) };
                    sink.call(key, Some(text("name")), &arguments)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn delta(&mut self, index: u64, delta: &Value, sink: &mut Sink) -> Result<(), Error> {
        let text = |name: &str| delta.get(name).and_then(Value::as_str).unwrap_or_default();
        match text("type") {
            "text_delta" => sink.text(text("text")),
            "thinking_delta" => sink.reasoning(text("thinking")),
            "input_json_delta" if self.answer_block == Some(index) => sink.text(text("partial_json")),
            "input_json_delta" => sink.call(CallKey { index: Some(index), id: None }, None, text("partial_json"))?,
            _ => {}
        }
        Ok(())
    }

    fn stop(&self, reason: &str) -> FinishReason {
        match reason {
            "end_turn" | "stop_sequence" | "pause_turn" => FinishReason::Stop,
            "max_tokens" | "model_context_window_exceeded" => FinishReason::Length,
            // Structured output is an answer; real calls turn it back into `ToolCalls`.
            "tool_use" if self.answer_block.is_some() => FinishReason::Stop,
            "tool_use" => FinishReason::ToolCalls,
            "refusal" => FinishReason::ContentFilter,
            other => FinishReason::Other(other.to_owned()),
        }
    }
}

impl Decoder for Blocks {
    const FRAMING: Framing = Framing::Events;

    fn frame(&mut self, frame: &Frame, sink: &mut Sink) -> Result<bool, Error> {
        if frame.data.trim().is_empty() {
            return Ok(false);
        }
        let event: Event = serde_json::from_str(&frame.data).map_err(|error| errors::malformed(&error))?;
        match event {
            Event::MessageStart { message } => add(message.usage, sink),
            Event::ContentBlockStart { index, content_block } => self.start(index, &content_block, sink)?,
            Event::ContentBlockDelta { index, delta } => self.delta(index, &delta, sink)?,
            Event::MessageDelta { delta, usage } => {
                add(usage, sink);
                if let Some(reason) = delta.stop_reason {
                    sink.finish(self.stop(&reason));
                }
            }
            Event::MessageStop => return Ok(true),
            Event::Error { error } => return Err(errors::in_band(&error, self.secret.as_ref())),
            Event::Other => {}
        }
        Ok(false)
    }

    fn whole(&mut self, body: &[u8], sink: &mut Sink) -> Result<(), Error> {
        let message: Message = serde_json::from_slice(body).map_err(|error| errors::malformed(&error))?;
        if let Some(error) = message.error {
            return Err(errors::in_band(&error, self.secret.as_ref()));
        }
        for (index, block) in message.content.iter().enumerate() {
            self.start(index as u64, block, sink)?;
        }
        add(message.usage, sink);
        let reason = message.stop_reason.ok_or_else(|| Error::Protocol("an answer without a stop reason".to_owned()))?;
        sink.finish(self.stop(&reason));
        Ok(())
    }
}

/// Input comes with the first event, output with the last; cached input is told apart.
fn add(usage: Option<Usage>, sink: &mut Sink) {
    let Some(usage) = usage else {
        return;
    };
    let mut all = sink.usage_so_far();
    if let Some(fresh) = usage.input_tokens {
        let cached = usage.cache_read_input_tokens.unwrap_or(0);
        all.input_tokens = fresh + cached + usage.cache_creation_input_tokens.unwrap_or(0);
        all.cached_tokens = cached;
    }
    all.output_tokens = usage.output_tokens.unwrap_or(all.output_tokens);
    all.total_tokens = all.input_tokens + all.output_tokens;
    sink.usage(all);
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Event {
    MessageStart {
        message: Start,
    },
    ContentBlockStart {
        index: u64,
        content_block: Value,
    },
    ContentBlockDelta {
        index: u64,
        delta: Value,
    },
    MessageDelta {
        delta: Stop,
        usage: Option<Usage>,
    },
    MessageStop,
    Error {
        error: Value,
    },
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
struct Start {
    usage: Option<Usage>,
}

#[derive(Deserialize)]
struct Stop {
    stop_reason: Option<String>,
}

#[derive(Deserialize)]
struct Message {
    #[serde(default)]
    content: Vec<Value>,
    stop_reason: Option<String>,
    usage: Option<Usage>,
    error: Option<Value>,
}

#[derive(Deserialize)]
#[expect(clippy::struct_field_names, reason = "the names of the wire")]
struct Usage {
    input_tokens: Option<u64>,
    output_tokens: Option<u64>,
    cache_read_input_tokens: Option<u64>,
    cache_creation_input_tokens: Option<u64>,
}
