//! Lines of an Ollama answer; a whole answer is one such line.

use model::{Error, FinishReason};
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::Value;
use types::TokenUsage;

use crate::wire::{Decoder, Frame, Framing, Sink, errors};

/// The decoder.
pub struct Lines {
    secret: Option<SecretString>,
}

impl Lines {
    pub fn new(secret: Option<SecretString>) -> Self {
        Self { secret }
    }

    fn line(&self, json: &[u8], sink: &mut Sink) -> Result<bool, Error> {
        let line: Line = serde_json::from_slice(json).map_err(|error| errors::malformed(&error))?;
        if let Some(error) = line.error {
            return Err(errors::in_band(&serde_json::json!({ "error": error }), self.secret.as_ref()));
        }
        if let Some(message) = line.message {
            sink.reasoning(message.thinking.as_deref().unwrap_or_default());
            sink.text(message.content.as_deref().unwrap_or_default());
            for call in message.tool_calls.unwrap_or_default() {
                let arguments = match call.function.arguments {
                    Some(Value::String(text)) => text,
                    Some(Value::Null) | None => "{}".to_owned(),
                    Some(other) => other.to_string(),
                };
                sink.whole_call(call.id.as_deref(), &call.function.name, &arguments)?;
            }
        }
        if line.done {
            if line.prompt_eval_count.is_some() || line.eval_count.is_some() {
                sink.usage(TokenUsage::new(line.prompt_eval_count.unwrap_or(0), line.eval_count.unwrap_or(0)));
            }
            sink.finish(match line.done_reason.as_deref() {
                None | Some("stop" | "") => FinishReason::Stop,
                Some("length") => FinishReason::Length,
                Some(other) => FinishReason::Other(other.to_owned()),
            });
        }
        Ok(line.done)
    }
}

impl Decoder for Lines {
    const FRAMING: Framing = Framing::Lines;

    fn frame(&mut self, frame: &Frame, sink: &mut Sink) -> Result<bool, Error> {
        self.line(frame.data.as_bytes(), sink)
    }

    fn whole(&mut self, body: &[u8], sink: &mut Sink) -> Result<(), Error> {
        if self.line(body, sink)? { Ok(()) } else { Err(Error::Protocol("an answer that is not done".to_owned())) }
    }
}

#[derive(Deserialize)]
struct Line {
    message: Option<Message>,
    #[serde(default)]
    done: bool,
    done_reason: Option<String>,
    prompt_eval_count: Option<u64>,
    eval_count: Option<u64>,
    error: Option<Value>,
}

#[derive(Deserialize)]
struct Message {
    content: Option<String>,
    thinking: Option<String>,
    tool_calls: Option<Vec<Call>>,
}

#[derive(Deserialize)]
struct Call {
    id: Option<String>,
    function: Function,
}

#[derive(Deserialize)]
struct Function {
    name: String,
    arguments: Option<Value>,
}
