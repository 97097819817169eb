//! The port of conversations that workflows of an app keep for a user.
//!
//! They are named, per app, user and form (draft or published). A *fixed* conversation is declared by
//! the app: it exists as soon as somebody asks for it, and nodes can neither rename nor remove it.
//! `Caller::app` is set for everything that goes by name.

use async_trait::async_trait;
use flow::node::NodeError;
use serde::{Deserialize, Serialize};
use types::{ConversationId, MessageId};

use super::Caller;

/// Conversations.
///
/// Errors: `conversation_failed` for what may pass. What is not there is no error but an answer.
#[async_trait]
pub trait Conversations: Send + Sync {
    /// The conversation of this name.
    async fn find(&self, caller: &Caller, name: &str) -> Result<Option<Named>, NodeError>;
    /// The conversation of this name, made if there is none; whether it was there before.
    async fn create(&self, caller: &Caller, name: &str) -> Result<(Named, bool), NodeError>;
    /// Gives it another name.
    async fn rename(&self, caller: &Caller, id: ConversationId, name: &str) -> Result<Renamed, NodeError>;
    /// Removes it; `false`: there was none.
    async fn delete(&self, caller: &Caller, id: ConversationId) -> Result<bool, NodeError>;
    /// All of the app and the user, the oldest first.
    async fn list(&self, caller: &Caller) -> Result<Vec<Named>, NodeError>;

    /// The last rounds (a question and what answered it) of the current section, the oldest first.
    async fn history(&self, caller: &Caller, id: ConversationId, rounds: u32) -> Result<Vec<Said>, NodeError>;
    /// Begins a new section: the history is empty then, the messages stay.
    async fn clear(&self, caller: &Caller, id: ConversationId) -> Result<bool, NodeError>;

    /// Adds a message.
    async fn say(&self, caller: &Caller, id: ConversationId, role: Role, content: &str) -> Result<Said, NodeError>;
    /// Changes the text of a message; `false`: this conversation has no such message.
    async fn edit(&self, caller: &Caller, id: ConversationId, message: MessageId, content: &str) -> Result<bool, NodeError>;
    /// Removes a message; `false`: this conversation has no such message.
    async fn unsay(&self, caller: &Caller, id: ConversationId, message: MessageId) -> Result<bool, NodeError>;
    /// Messages, the newest first.
    async fn messages(&self, caller: &Caller, id: ConversationId, page: Page) -> Result<Messages, NodeError>;
}

/// A conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Its id.
    pub id: ConversationId,
    /// Its name.
    pub name: String,
    /// Declared by the app.
    pub fixed: bool,
}

/// What became of a new name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Renamed {
    /// It has the name now.
    Done,
    /// Another conversation has this name.
    Taken,
    /// There is no such conversation.
    Missing,
}

/// Who said it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The person.
    User,
    /// The answer.
    Assistant,
}

/// A message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Its id.
    pub id: MessageId,
    /// Who said it.
    pub role: Role,
    /// `text`, or what the message holds instead.
    pub content_type: String,
    /// What.
    pub content: String,
}

/// Which messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// At most, 1 to 50.
    pub limit: u32,
    /// Older than this message.
    pub before: Option<MessageId>,
    /// Newer than this message.
    pub after: Option<MessageId>,
}

/// Some messages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Messages {
    /// The newest first.
    pub messages: Vec<Said>,
    /// There are more in the direction asked.
    pub has_more: bool,
}
