//! Answers of `generateContent`; a chunk of a stream has the same shape as the whole.

use model::{Error, FinishReason};
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::Value;
use types::TokenUsage;

use crate::wire::{Decoder, Frame, Framing, Sink, errors};

/// The decoder.
pub struct Candidates {
    secret: Option<SecretString>,
}

impl Candidates {
    pub fn new(secret: Option<SecretString>) -> Self {
        Self { secret }
    }

    fn chunk(&self, json: &[u8], sink: &mut Sink) -> Result<(), Error> {
        let chunk: Chunk = serde_json::from_slice(json).map_err(|error| errors::malformed(&error))?;
        if chunk.error.is_some() {
            return Err(errors::in_band(&serde_json::json!({ "error": chunk.error }), self.secret.as_ref()));
        }
        if let Some(usage) = chunk.usage_metadata {
            sink.usage(usage.into());
        }
        if chunk.prompt_feedback.is_some_and(|feedback| feedback.block_reason.is_some()) {
            sink.finish(FinishReason::ContentFilter);
        }
        let Some(candidate) = chunk.candidates.into_iter().next() else {
            return Ok(());
        };
        for part in candidate.content.unwrap_or_default().parts {
            if let Some(text) = part.text {
                if part.thought { sink.reasoning(&text) } else { sink.text(&text) }
            }
            if let Some(call) = part.function_call {
                let arguments = call.args.filter(Value::is_object).map_or_else(|| "{}".to_owned(), |args| args.to_string());
                sink.whole_call(call.id.as_deref(), &call.name, &arguments)?;
            }
        }
        if let Some(reason) = candidate.finish_reason {
            sink.finish(finish_reason(&reason));
        }
        Ok(())
    }
}

impl Decoder for Candidates {
    const FRAMING: Framing = Framing::Events;

    fn frame(&mut self, frame: &Frame, sink: &mut Sink) -> Result<bool, Error> {
        if !frame.data.trim().is_empty() {
            self.chunk(frame.data.as_bytes(), sink)?;
        }
        // The end is the end of the body: usage may follow the finish reason.
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

fn finish_reason(reason: &str) -> FinishReason {
    match reason {
        "STOP" => FinishReason::Stop,
        "MAX_TOKENS" => FinishReason::Length,
        "SAFETY" | "RECITATION" | "BLOCKLIST" | "PROHIBITED_CONTENT" | "SPII" | "IMAGE_SAFETY" => FinishReason::ContentFilter,
        _ => FinishReason::Other(reason.to_lowercase()),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Chunk {
    #[serde(default)]
    candidates: Vec<Candidate>,
    usage_metadata: Option<Usage>,
    prompt_feedback: Option<Feedback>,
    error: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Feedback {
    block_reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Candidate {
    content: Option<Content>,
    finish_reason: Option<String>,
}

#[derive(Deserialize, Default)]
struct Content {
    #[serde(default)]
    parts: Vec<Part>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Part {
    text: Option<String>,
    #[serde(default)]
    thought: bool,
    function_call: Option<Call>,
}

#[derive(Deserialize)]
struct Call {
    id: Option<String>,
    name: String,
    args: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
#[expect(clippy::struct_field_names, reason = "the names of the wire")]
struct Usage {
    prompt_token_count: u64,
    candidates_token_count: u64,
    thoughts_token_count: u64,
    cached_content_token_count: u64,
    tool_use_prompt_token_count: u64,
}

impl From<Usage> for TokenUsage {
    fn from(usage: Usage) -> Self {
        let input_tokens = usage.prompt_token_count + usage.tool_use_prompt_token_count;
        // Thoughts are billed as output and counted apart from it here.
        let output_tokens = usage.candidates_token_count + usage.thoughts_token_count;
        Self {
            cached_tokens: usage.cached_content_token_count,
            reasoning_tokens: usage.thoughts_token_count,
            ..Self::new(input_tokens, output_tokens)
        }
    }
}
