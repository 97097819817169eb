//! Chunks of a chat completion, and the whole one, which has the same shape.

use model::{Error, FinishReason};
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::Value;
use types::TokenUsage;

use crate::wire::sink::CallKey;
use crate::wire::{Decoder, Frame, Framing, Sink, errors};

/// The decoder.
pub struct Chunks {
    secret: Option<SecretString>,
}

impl Chunks {
    pub fn new(secret: Option<SecretString>) -> Self {
        Self { secret }
    }

    fn chunk(&self, json: &[u8], sink: &mut Sink) -> Result<(), Error> {
        let chunk: Chunk = serde_json::from_slice(json).map_err(|error| errors::malformed(&error))?;
        if let Some(error) = chunk.error.filter(|error| !error.is_null()) {
            return Err(errors::in_band(
                &serde_json::json!({ "error": error, "code": error.get("code"), "type": error.get("type") }),
                self.secret.as_ref(),
            ));
        }
        if let Some(usage) = chunk.usage {
            sink.usage(usage.into());
        }
        let Some(choice) = chunk.choices.unwrap_or_default().into_iter().next() else {
            return Ok(());
        };
        if let Some(delta) = choice.delta {
            take(delta, false, sink)?;
        }
        if let Some(message) = choice.message {
            take(message, true, sink)?;
        }
        if let Some(reason) = choice.finish_reason.filter(|reason| !reason.is_empty()) {
            sink.finish(finish_reason(reason));
        }
        Ok(())
    }
}

impl Decoder for Chunks {
    const FRAMING: Framing = Framing::Events;

    fn frame(&mut self, frame: &Frame, sink: &mut Sink) -> Result<bool, Error> {
        let data = frame.data.trim();
        if data == "[DONE]" {
            // The mark says that the answer is whole even where no chunk said why.
            if !sink.is_finished() {
                sink.finish(FinishReason::Stop);
            }
            return Ok(true);
        }
        if !data.is_empty() {
            self.chunk(data.as_bytes(), sink)?;
        }
        Ok(false)
    }

    fn whole(&mut self, body: &[u8], sink: &mut Sink) -> Result<(), Error> {
        self.chunk(body, sink)?;
        if !sink.is_finished() {
            return Err(Error::Protocol("an answer without a finish reason".to_owned()));
        }
        Ok(())
    }
}

fn take(delta: Delta, whole: bool, sink: &mut Sink) -> Result<(), Error> {
    // Some gateways send both names with the same text.
    let reasoning = delta.reasoning_content.as_deref().filter(|text| !text.is_empty());
    if let Some(text) = reasoning.or(delta.reasoning.as_ref().and_then(Value::as_str)) {
        sink.reasoning(text);
    }
    match delta.content {
        Some(Content::Text(text)) => sink.text(&text),
        Some(Content::Parts(parts)) => {
            parts.iter().filter_map(|part| part.get("text")?.as_str()).for_each(|text| sink.text(text));
        }
        None => {}
    }
    if let Some(text) = delta.refusal {
        sink.text(&text);
    }
    for (place, call) in delta.tool_calls.unwrap_or_default().into_iter().enumerate() {
        let function = call.function.unwrap_or_default();
        let arguments = match function.arguments {
            Some(Value::String(text)) => text,
            None | Some(Value::Null) => String::new(),
            // Arguments as an object, against the protocol.
            Some(other) => other.to_string(),
        };
        // A whole message numbers its calls by their place only.
        let index = call.index.or_else(|| whole.then_some(place as u64));
        sink.call(CallKey { index, id: call.id }, function.name.as_deref(), &arguments)?;
    }
    Ok(())
}

fn finish_reason(reason: String) -> FinishReason {
    match reason.as_str() {
        "stop" | "end_turn" | "eos" => FinishReason::Stop,
        "length" | "max_tokens" | "model_length" => FinishReason::Length,
        "tool_calls" | "function_call" => FinishReason::ToolCalls,
        "content_filter" | "sensitive" => FinishReason::ContentFilter,
        _ => FinishReason::Other(reason),
    }
}

#[derive(Deserialize)]
struct Chunk {
    choices: Option<Vec<Choice>>,
    usage: Option<Usage>,
    error: Option<Value>,
}

#[derive(Deserialize)]
struct Choice {
    delta: Option<Delta>,
    message: Option<Delta>,
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Delta {
    content: Option<Content>,
    reasoning_content: Option<String>,
    reasoning: Option<Value>,
    refusal: Option<String>,
    tool_calls: Option<Vec<Call>>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Content {
    Text(String),
    Parts(Vec<Value>),
}

#[derive(Deserialize)]
struct Call {
    index: Option<u64>,
    id: Option<String>,
    function: Option<Function>,
}

#[derive(Deserialize, Default)]
struct Function {
    name: Option<String>,
    arguments: Option<Value>,
}

#[derive(Deserialize)]
struct Usage {
    prompt_tokens: Option<u64>,
    completion_tokens: Option<u64>,
    total_tokens: Option<u64>,
    prompt_tokens_details: Option<Details>,
    completion_tokens_details: Option<Details>,
    /// DeepSeek's name for cached input.
    prompt_cache_hit_tokens: Option<u64>,
}

#[derive(Deserialize)]
struct Details {
    cached_tokens: Option<u64>,
    reasoning_tokens: Option<u64>,
}

impl From<Usage> for TokenUsage {
    fn from(usage: Usage) -> Self {
        let input_tokens = usage.prompt_tokens.unwrap_or(0);
        let output_tokens = usage.completion_tokens.unwrap_or(0);
        Self {
            input_tokens,
            output_tokens,
            total_tokens: usage.total_tokens.unwrap_or(input_tokens + output_tokens),
            cached_tokens: usage
                .prompt_tokens_details
                .and_then(|details| details.cached_tokens)
                .or(usage.prompt_cache_hit_tokens)
                .unwrap_or(0),
            reasoning_tokens: usage.completion_tokens_details.and_then(|details| details.reasoning_tokens).unwrap_or(0),
        }
    }
}
