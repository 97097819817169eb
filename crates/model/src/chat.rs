//! Chat completion: what goes to a model and what comes back, independent of vendors.

use std::collections::BTreeMap;
use std::pin::Pin;

use async_trait::async_trait;
use futures::{Stream, StreamExt};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use types::TokenUsage;

use crate::Error;

/// Who said it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Instructions.
    System,
    /// The person.
    User,
    /// The model.
    Assistant,
    /// The result of a tool call.
    Tool,
}

/// A piece of a message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Part {
    /// Plain text or Markdown.
    Text {
        /// The text.
        text: String,
    },
    /// A picture: `https://…` for the vendor to fetch, or `data:<mime>;base64,…`.
    Image {
        /// The URL.
        url: String,
    },
}

impl Part {
    /// A text part.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text { text: text.into() }
    }
}

/// A call that the model wants made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ToolCall {
    /// Ties the result to the call; made up by the adapter when the vendor sends none.
    pub id: String,
    /// The tool's name.
    pub name: String,
    /// Arguments as the model wrote them: usually a JSON object, but it may be broken.
    pub arguments: String,
}

/// One message of the conversation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Who said it.
    pub role: Role,
    /// What.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Part>,
    /// Assistant only: the calls it asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tool_calls: Vec<ToolCall>,
    /// Tool only: which call this answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool_call_id: Option<String>,
    /// Assistant only: reasoning that the vendor wants to see again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reasoning: Option<String>,
}

impl Message {
    /// A message of plain text.
    pub fn text(role: Role, text: impl Into<String>) -> Self {
        Self { role, parts: vec![Part::text(text)], tool_calls: Vec::new(), tool_call_id: None, reasoning: None }
    }

    /// The result of a tool call.
    pub fn tool_result(call_id: impl Into<String>, output: impl Into<String>) -> Self {
        Self { tool_call_id: Some(call_id.into()), ..Self::text(Role::Tool, output) }
    }

    /// All text parts, joined by nothing.
    pub fn joined_text(&self) -> String {
        self.parts.iter().filter_map(|p| if let Part::Text { text } = p { Some(text.as_str()) } else { None }).collect()
    }
}

/// A tool as the model sees it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ToolSpec {
    /// Letters, digits, `_` and `-`, at most 64.
    pub name: String,
    /// When to use it.
    pub description: String,
    /// JSON schema of the arguments (an object).
    pub parameters: Value,
}

/// Sampling parameters; absent means the vendor's default.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ModelParams)]
pub struct Params {
    /// 0 to 2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f64>,
    /// 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub top_p: Option<f64>,
    /// Only some vendors.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub top_k: Option<u32>,
    /// Most tokens of the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_tokens: Option<u32>,
    /// -2 to 2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frequency_penalty: Option<f64>,
    /// -2 to 2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub presence_penalty: Option<f64>,
    /// `text` or `json` (any JSON object).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response_format: Option<ResponseFormat>,
    /// For vendors that can repeat themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<i64>,
    /// Texts that end the answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stop: Vec<String>,
}

impl Params {
    /// These parameters, and where absent those of `defaults`.
    #[must_use]
    pub fn or(self, defaults: &Self) -> Self {
        Self {
            temperature: self.temperature.or(defaults.temperature),
            top_p: self.top_p.or(defaults.top_p),
            top_k: self.top_k.or(defaults.top_k),
            max_tokens: self.max_tokens.or(defaults.max_tokens),
            frequency_penalty: self.frequency_penalty.or(defaults.frequency_penalty),
            presence_penalty: self.presence_penalty.or(defaults.presence_penalty),
            response_format: self.response_format.or(defaults.response_format),
            seed: self.seed.or(defaults.seed),
            stop: if self.stop.is_empty() { defaults.stop.clone() } else { self.stop },
        }
    }
}

/// Free text, or any JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ResponseFormat {
    /// Free text.
    Text,
    /// A JSON object.
    Json,
}

/// One request.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// System first, then the conversation.
    pub messages: Vec<Message>,
    /// Tools on offer; empty: none.
    pub tools: Vec<ToolSpec>,
    /// Sampling.
    pub params: Params,
    /// When given, the answer must be JSON of this schema.
    pub json_schema: Option<JsonSchema>,
    /// Vendor-specific top-level fields, added to the body as they are.
    pub extra: BTreeMap<String, Value>,
    /// Who asks decides himself what follows a failure: nobody on the way asks again.
    pub once: bool,
}

/// A named JSON schema for structured output.
#[derive(Debug, Clone)]
pub struct JsonSchema {
    /// Letters, digits, `_`.
    pub name: String,
    /// The schema.
    pub schema: Value,
}

/// Why the model stopped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FinishReason {
    /// It was done.
    Stop,
    /// `max_tokens` or the context window.
    Length,
    /// It wants tools called.
    ToolCalls,
    /// The vendor's filter.
    ContentFilter,
    /// A reason of the vendor's own.
    Other(String),
}

/// What a stream yields, in the order of arrival. `Finish` comes last, exactly once, on success;
/// a stream that ends without it was cut and the adapter has yielded an [`Error`] before.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// More of the answer.
    Text(String),
    /// More of the reasoning.
    Reasoning(String),
    /// More of a tool call; the same `index` is the same call. `id` and `name` come with the first piece.
    ToolCall {
        /// Position among the calls of this answer.
        index: usize,
        /// On the first piece.
        id: Option<String>,
        /// On the first piece.
        name: Option<String>,
        /// To be appended.
        arguments: String,
    },
    /// Tokens so far; the last one counts.
    Usage(TokenUsage),
    /// The end.
    Finish(FinishReason),
}

/// A running answer. Dropping it cancels the request at the vendor (the connection closes).
pub type ChatStream = Pin<Box<dyn Stream<Item = Result<Event, Error>> + Send>>;

/// A whole answer.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Response {
    /// The answer.
    pub text: String,
    /// The reasoning, when the vendor shows it.
    pub reasoning: String,
    /// Calls to make.
    pub tool_calls: Vec<ToolCall>,
    /// Tokens, when the vendor told.
    pub usage: Option<TokenUsage>,
    /// Why it stopped.
    pub finish: Option<FinishReason>,
}

impl Response {
    /// Takes one event in.
    pub fn absorb(&mut self, event: Event) {
        match event {
            Event::Text(t) => self.text.push_str(&t),
            Event::Reasoning(t) => self.reasoning.push_str(&t),
            Event::ToolCall { index, id, name, arguments } => {
                // An adapter never skips an index by much; the bound keeps a hostile one from allocating.
                if index >= 128 {
                    return;
                }
                while self.tool_calls.len() <= index {
                    let id = format!("call_{}", self.tool_calls.len());
                    self.tool_calls.push(ToolCall { id, name: String::new(), arguments: String::new() });
                }
                let call = &mut self.tool_calls[index];
                if let Some(id) = id {
                    call.id = id;
                }
                if let Some(name) = name {
                    call.name.push_str(&name);
                }
                call.arguments.push_str(&arguments);
            }
            Event::Usage(u) => self.usage = Some(u),
            Event::Finish(f) => self.finish = Some(f),
        }
    }

    /// The answer as a message of the conversation.
    pub fn into_message(self) -> Message {
        Message {
            role: Role::Assistant,
            parts: if self.text.is_empty() { Vec::new() } else { vec![Part::text(self.text)] },
            tool_calls: self.tool_calls,
            tool_call_id: None,
            reasoning: Some(self.reasoning).filter(|r| !r.is_empty()),
        }
    }
}

/// An endpoint that answers chats.
#[async_trait]
pub trait Chat: Send + Sync {
    /// Starts a streamed answer. Errors before the first byte come here, later ones in the stream.
    async fn stream(&self, request: Request) -> Result<ChatStream, Error>;

    /// A whole answer; adapters whose vendor has a cheaper way may override it.
    async fn complete(&self, request: Request) -> Result<Response, Error> {
        let mut stream = self.stream(request).await?;
        let mut response = Response::default();
        while let Some(event) = stream.next().await {
            response.absorb(event?);
        }
        Ok(response)
    }
}
