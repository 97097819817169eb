//! Messages as clients send and read them.

use std::collections::BTreeMap;

use chat::messages::{ContentPart, Message, MessageRole, MessageStatus, MessageType, NewMessage};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use types::{AgentId, ConversationId, Failure, RunId, SectionId};
use utoipa::{IntoParams, ToSchema};

use super::content;
use crate::id::GivenId;

/// Free labels: text to text.
pub type MetaData = BTreeMap<String, String>;

/// Most labels of one object.
const MAX_LABELS: usize = 16;
/// Longest label.
const MAX_LABEL: usize = 64;
/// Longest text of a label.
const MAX_LABEL_VALUE: usize = 512;

/// Checks labels against the documented limits.
pub fn labels(given: Option<MetaData>) -> Result<MetaData, Failure> {
    let given = given.unwrap_or_default();
    let fits = |(k, v): (&String, &String)| (1..=MAX_LABEL).contains(&k.chars().count()) && v.chars().count() <= MAX_LABEL_VALUE;
    if given.len() > MAX_LABELS || !given.iter().all(fits) {
        let limits = format!("at most {MAX_LABELS} pairs, keys of 1 to {MAX_LABEL} and values of up to {MAX_LABEL_VALUE} characters");
        return Err(Failure::invalid("meta_data", format!("`meta_data` is too large: {limits}.")));
    }
    Ok(given)
}

/// Labels for storage.
pub fn stored_labels(labels: MetaData) -> Map<String, Value> {
    labels.into_iter().map(|(k, v)| (k, Value::String(v))).collect()
}

/// Stored labels as clients read them: text only.
pub fn shown_labels(stored: &Map<String, Value>) -> MetaData {
    stored.iter().filter_map(|(k, v)| Some((k.clone(), v.as_str()?.to_owned()))).collect()
}

/// A message in a request: of a chat, of a new conversation, or by itself.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
#[schema(as = CozeEnterMessage)]
pub struct EnterMessage {
    /// `user` or `assistant`.
    pub role: Option<String>,
    /// `question` (default for users) or `answer` (default for assistants).
    pub r#type: Option<String>,
    /// The text, or JSON by `content_type`.
    pub content: Option<String>,
    /// `text` (default) or `object_string`.
    pub content_type: Option<String>,
    /// Free labels.
    #[schema(value_type = Option<std::collections::BTreeMap<String, String>>)]
    pub meta_data: Option<MetaData>,
}

impl EnterMessage {
    /// Checks it. `None`: it says nothing that a model could read (empty, or the trace of a tool call).
    pub fn read(self) -> Result<Option<NewMessage>, Failure> {
        let role = match self.role.as_deref() {
            Some("user") => MessageRole::User,
            Some("assistant") => MessageRole::Assistant,
            _ => return Err(Failure::invalid("role", "`role` of a message is `user` or `assistant`.")),
        };
        match self.r#type.as_deref() {
            None | Some("" | "question" | "answer") => {}
            Some("function_call" | "tool_output" | "tool_response" | "follow_up" | "verbose" | "knowledge") => return Ok(None),
            Some(_) => return Err(Failure::invalid("type", "`type` of a message is `question` or `answer`.")),
        }
        let content = self.content.ok_or_else(|| crate::error::missing("content"))?;
        let content_type = self.content_type.unwrap_or_default();
        if role == MessageRole::Assistant && content_type == content::OBJECT_STRING {
            return Err(Failure::invalid("content_type", "An answer can only be `text`."));
        }
        let content = content::read(&content, &content_type)?;
        let meta = stored_labels(labels(self.meta_data)?);
        Ok((!content.is_empty()).then_some(NewMessage { role, kind: None, content, meta }))
    }
}

/// A message in an answer or an event.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = CozeMessage)]
pub struct MessageObject {
    /// Its id.
    pub id: String,
    /// The conversation.
    pub conversation_id: ConversationId,
    /// The bot; empty when the conversation has none.
    pub bot_id: String,
    /// The chat it belongs to; empty when none.
    pub chat_id: String,
    /// The context section.
    pub section_id: String,
    /// `user` or `assistant`.
    pub role: &'static str,
    /// `question`, `answer`, `function_call`, `tool_response`, `follow_up` or `verbose`.
    pub r#type: &'static str,
    /// By `content_type`.
    pub content: String,
    /// `text` or `object_string`.
    pub content_type: &'static str,
    /// Free labels.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<std::collections::BTreeMap<String, String>>)]
    pub meta_data: Option<MetaData>,
    /// Unix seconds.
    pub created_at: i64,
    /// Unix seconds.
    pub updated_at: i64,
    /// The model's reasoning.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reasoning_content: Option<String>,
}

/// The ids that all messages of a chat share.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// The conversation.
    pub conversation: ConversationId,
    /// The bot.
    pub bot: Option<AgentId>,
    /// The chat.
    pub chat: Option<RunId>,
    /// The context section.
    pub section: Option<SectionId>,
}

impl Place {
    /// A message of the bot at this place.
    pub fn said(&self, id: String, r#type: &'static str, content: String, at: i64) -> MessageObject {
        let text = |id: Option<String>| id.unwrap_or_default();
        MessageObject {
            id,
            conversation_id: self.conversation,
            bot_id: text(self.bot.map(|b| b.to_string())),
            chat_id: text(self.chat.map(|c| c.to_string())),
            section_id: text(self.section.map(|s| s.to_string())),
            role: "assistant",
            r#type,
            content,
            content_type: content::TEXT,
            meta_data: None,
            created_at: at,
            updated_at: at,
            reasoning_content: None,
        }
    }
}

/// What a stored tool response holds.
#[derive(Deserialize)]
struct StoredResponse {
    output: String,
}

impl MessageObject {
    /// A stored message, by whichever bot the chat was with.
    pub fn of(message: Message, bot: Option<AgentId>) -> Self {
        let place = Place { conversation: message.conversation_id, bot, chat: message.run_id, section: Some(message.section_id) };
        let (mut content, content_type) = content::write(&message.content);
        if message.kind == MessageType::ToolResponse
            && let Ok(StoredResponse { output }) = serde_json::from_str(&content)
        {
            content = output;
        }
        let id = message.id.to_string();
        Self {
            role: message.role.as_str(),
            content_type,
            meta_data: Some(shown_labels(&message.meta)),
            updated_at: message.updated_at.seconds(),
            reasoning_content: message.reasoning,
            ..place.said(id, message.kind.as_str(), content, message.created_at.seconds())
        }
    }
}

/// Whether clients may see it yet.
pub fn is_whole(message: &Message) -> bool {
    message.status != MessageStatus::Streaming
}

/// Body of `POST /v1/conversation/message/list`.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
#[schema(as = CozeListMessages)]
pub struct ListRequest {
    /// `asc` or `desc` (default).
    pub order: Option<String>,
    /// Only of this chat.
    pub chat_id: GivenId,
    /// Only what comes before this message in the list.
    pub before_id: GivenId,
    /// Only what comes after this message in the list.
    pub after_id: GivenId,
    /// 1 to 50 (default).
    pub limit: Option<u64>,
}

/// Body of `POST /v1/conversation/message/modify`. Absent: stays as it is.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
#[schema(as = CozeModifyMessage)]
pub struct ModifyRequest {
    /// The new content.
    pub content: Option<String>,
    /// What the new content is.
    pub content_type: Option<String>,
    /// New labels in place of the old ones.
    #[schema(value_type = Option<std::collections::BTreeMap<String, String>>)]
    pub meta_data: Option<MetaData>,
}

impl ModifyRequest {
    /// The new parts, if any.
    pub fn parts(&self) -> Result<Option<Vec<ContentPart>>, Failure> {
        let kind = self.content_type.as_deref().unwrap_or(content::TEXT);
        self.content.as_deref().map(|content| content::read(content, kind)).transpose()
    }
}

/// Which message.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct MessageQuery {
    /// The conversation.
    #[serde(default)]
    #[param(required)]
    pub conversation_id: GivenId,
    /// The message.
    #[serde(default)]
    #[param(required)]
    pub message_id: GivenId,
}

/// Body of `POST /v1/conversations/{conversation_id}/messages/{message_id}/feedback`.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
#[schema(as = CozeFeedback)]
pub struct FeedbackRequest {
    /// `like` or `unlike`.
    pub feedback_type: Option<String>,
    /// Why, in words of a list.
    pub reason_types: Option<Vec<String>>,
    /// Why.
    pub comment: Option<String>,
}
