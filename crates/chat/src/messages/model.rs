//! Messages.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use types::{ConversationId, MessageId, RunId, SectionId, Timestamp};
use utoipa::ToSchema;

use super::{ContentPart, text_of};
use crate::conversations::{Order, auto_name};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$vdoc])* $variant),* }

        impl $name {
            /// The stored and wire name.
            pub const fn as_str(self) -> &'static str { match self { $(Self::$variant => $text),* } }
            /// Reads the stored name.
            pub fn parse(text: &str) -> Option<Self> { match text { $($text => Some(Self::$variant),)* _ => None } }
        }
    };
}

words! {
    /// Who said it.
    MessageRole {
        /// A person.
        User = "user",
        /// The agent.
        Assistant = "assistant",
    }
}

words! {
    /// What it is.
    MessageType {
        /// Asked by a person.
        Question = "question",
        /// Said by the agent.
        Answer = "answer",
        /// The model wants a tool called: JSON `{name, arguments, call_id}`.
        FunctionCall = "function_call",
        /// What the tool answered: JSON `{name, call_id, output, is_error}`.
        ToolResponse = "tool_response",
        /// A suggestion of what to ask next.
        FollowUp = "follow_up",
        /// Something about the run.
        Verbose = "verbose",
    }
}

words! {
    /// How complete it is.
    MessageStatus {
        /// Being written.
        Streaming = "streaming",
        /// Whole.
        Completed = "completed",
        /// The run was cancelled; this is the part that was there.
        Interrupted = "interrupted",
        /// The run failed; this is the part that was there. `meta.error` says why.
        Failed = "failed",
    }
}

words! {
    /// What somebody thinks of an answer.
    Rating {
        /// Good.
        Up = "up",
        /// Bad.
        Down = "down",
    }
}

/// What somebody thinks of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = MessageFeedback)]
pub struct Feedback {
    /// Good or bad.
    pub rating: Rating,
    /// Why.
    pub comment: String,
}

/// A message.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Message {
    /// Its id; messages are ordered by it.
    pub id: MessageId,
    /// Where.
    pub conversation_id: ConversationId,
    /// Of which run; `null` when it was added by hand.
    #[schema(required)]
    pub run_id: Option<RunId>,
    /// Of which context section.
    pub section_id: SectionId,
    /// Who.
    pub role: MessageRole,
    /// What.
    #[serde(rename = "type")]
    pub kind: MessageType,
    /// Its parts.
    pub content: Vec<ContentPart>,
    /// What the model thought, when it shows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub reasoning: Option<String>,
    /// How complete.
    pub status: MessageStatus,
    /// What the caller thinks of it.
    #[schema(required)]
    pub feedback: Option<Feedback>,
    /// Free labels; `superseded: true` when the answer was generated again, `error` when the run failed.
    #[schema(value_type = Object)]
    pub meta: Map<String, Value>,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When it was last written to.
    pub updated_at: Timestamp,
    /// The question of its round.
    #[serde(skip)]
    pub question_id: MessageId,
}

/// A message added by hand.
#[derive(Debug, Clone)]
pub struct NewMessage {
    /// Who said it.
    pub role: MessageRole,
    /// Absent: a question of a user, an answer of an assistant.
    pub kind: Option<MessageType>,
    /// Its parts.
    pub content: Vec<ContentPart>,
    /// Free labels.
    pub meta: Map<String, Value>,
}

impl NewMessage {
    /// What a conversation is called that begins with it.
    pub fn title(&self) -> String {
        auto_name(&text_of(&self.content))
    }

    /// The type it gets.
    pub(crate) fn kind(&self) -> MessageType {
        self.kind.unwrap_or(match self.role {
            MessageRole::User => MessageType::Question,
            MessageRole::Assistant => MessageType::Answer,
        })
    }
}

/// What may be changed by hand.
#[derive(Debug, Clone, Default)]
pub struct MessageChanges {
    /// New parts.
    pub content: Option<Vec<ContentPart>>,
    /// New labels, in place of the old ones.
    pub meta: Option<Map<String, Value>>,
}

/// A piece of the list of messages.
#[derive(Debug, Clone, Default)]
pub struct Window {
    /// Direction of the list.
    pub order: Order,
    /// Only what comes after this one in the list's direction.
    pub after: Option<MessageId>,
    /// Only what comes before this one in the list's direction: the nearest ones.
    pub before: Option<MessageId>,
    /// At most so many; 0 counts as 1.
    pub limit: u64,
    /// Only of this run.
    pub run: Option<RunId>,
    /// Only these types; empty: all.
    pub kinds: Vec<MessageType>,
    /// With those of turns that are not to be remembered.
    pub ephemeral: bool,
    /// Without the empty answers that mark a failed run.
    pub skip_failed: bool,
}

/// Messages and whether there are more beyond the end at which the window was cut.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = MessageList)]
pub struct WindowPage {
    /// In the list's direction.
    pub items: Vec<Message>,
    /// Whether there are more.
    pub has_more: bool,
}

impl WindowPage {
    /// Id of the first item.
    pub fn first_id(&self) -> Option<MessageId> {
        self.items.first().map(|m| m.id)
    }

    /// Id of the last item.
    pub fn last_id(&self) -> Option<MessageId> {
        self.items.last().map(|m| m.id)
    }
}
