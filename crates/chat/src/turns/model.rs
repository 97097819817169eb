//! What a turn is given and what it answers.

use std::collections::BTreeMap;

use flow::agent::AgentForm;
use flow::run::RunStatus;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use types::{AgentId, ConversationId, RunId};
use utoipa::ToSchema;

use crate::messages::{ContentPart, Message, MessageRole};

/// What to do when the conversation is busy.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnBusy {
    /// Wait for the turns before.
    #[default]
    Queue,
    /// Answer `conversation_busy`.
    Reject,
}

/// A message that comes along with a question as context (`additional_messages` on the Coze wire).
#[derive(Debug, Clone)]
pub struct ContextMessage {
    /// Who said it.
    pub role: MessageRole,
    /// What.
    pub content: Vec<ContentPart>,
    /// Free labels.
    pub meta: Map<String, Value>,
}

/// A question.
#[derive(Debug, Clone, Default)]
pub struct NewTurn {
    /// The question. Empty: the last message of the section, if a person wrote it, is the question.
    pub content: Vec<ContentPart>,
    /// Said before it, in this order; stored with the turn.
    pub context: Vec<ContextMessage>,
    /// Values of prompt variables.
    pub variables: BTreeMap<String, String>,
    /// What to do when the conversation is busy.
    pub on_busy: OnBusy,
    /// The turn is not to be remembered: its messages are neither listed nor shown to the model again.
    pub ephemeral: bool,
    /// Another agent than the conversation's.
    pub agent: Option<AgentId>,
    /// Which form of the agent; absent: the draft in draft conversations, else the published one.
    pub form: Option<AgentForm>,
    /// Added to the system prompt.
    pub system_info: Option<String>,
    /// Free labels of the run.
    pub meta: Map<String, Value>,
    /// Free labels of the question.
    pub question_meta: Map<String, Value>,
    /// The caller's time zone (IANA name), for tools.
    pub time_zone: Option<String>,
}

/// A stored turn.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Turn {
    /// Its run.
    pub run_id: RunId,
    /// Where.
    pub conversation_id: ConversationId,
    /// The question as it is stored.
    pub question: Message,
    /// `running`, or `queued` behind other turns.
    pub status: RunStatus,
}
