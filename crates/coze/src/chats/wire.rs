//! Chats (Hearth: runs) as clients start and read them.

use std::collections::BTreeMap;

use flow::run::{PendingKind, Run, RunStatus};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use types::{ConversationId, RunId, TokenUsage};
use utoipa::{IntoParams, ToSchema};

use crate::error;
use crate::id::GivenId;
use crate::messages::wire::{EnterMessage, MetaData, shown_labels};

/// Body of `POST /v3/chat`. Fields not named here are ignored.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
#[schema(as = CozeChatRequest)]
pub struct ChatRequest {
    /// The published bot.
    pub bot_id: GivenId,
    /// The caller's own name for the person who talks.
    pub user_id: Option<String>,
    /// Events (`true`) or one JSON answer at once (default).
    pub stream: Option<bool>,
    /// Context, and last the question.
    pub additional_messages: Option<Vec<EnterMessage>>,
    /// Values for `{{variables}}` of the prompt.
    pub custom_variables: Option<BTreeMap<String, Value>>,
    /// `false`: nothing of this chat is kept in the conversation.
    pub auto_save_history: Option<bool>,
    /// Free labels.
    #[schema(value_type = Option<std::collections::BTreeMap<String, String>>)]
    pub meta_data: Option<MetaData>,
    /// For bots that are workflows; must be an object.
    #[schema(value_type = Object)]
    pub parameters: Option<Value>,
}

/// Query of `POST /v3/chat`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ChatQuery {
    /// Where to talk; absent: a new conversation.
    #[serde(default)]
    pub conversation_id: GivenId,
}

/// Which chat.
#[derive(Debug, Serialize, Deserialize, IntoParams, ToSchema)]
#[into_params(parameter_in = Query)]
#[schema(as = CozeChatRef)]
pub struct ChatRef {
    /// The conversation.
    #[serde(default)]
    pub conversation_id: GivenId,
    /// The chat.
    #[serde(default)]
    pub chat_id: GivenId,
}

/// Body of `POST /v3/chat/submit_tool_outputs`.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
#[schema(as = CozeSubmitToolOutputs)]
pub struct SubmitRequest {
    /// One for each waiting call.
    pub tool_outputs: Option<Vec<ToolOutput>>,
    /// Events or one JSON answer (default).
    pub stream: Option<bool>,
}

/// The output of a tool that ran at the client.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = CozeToolOutput)]
pub struct ToolOutput {
    /// Of the waiting call.
    pub tool_call_id: String,
    /// What the tool said; for a call that waits for approval: whether it may run.
    pub output: String,
}

/// A chat.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = CozeChat)]
pub struct ChatObject {
    /// Its id.
    pub id: RunId,
    /// The conversation.
    pub conversation_id: ConversationId,
    /// The bot.
    pub bot_id: String,
    /// The context section.
    pub section_id: String,
    /// Unix seconds.
    pub created_at: i64,
    /// Unix seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub completed_at: Option<i64>,
    /// Unix seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed_at: Option<i64>,
    /// `code` 0: no error.
    pub last_error: LastError,
    /// Free labels of the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<std::collections::BTreeMap<String, String>>)]
    pub meta_data: Option<MetaData>,
    /// `created`, `in_progress`, `completed`, `failed`, `requires_action` or `canceled`.
    pub status: &'static str,
    /// What it waits for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub required_action: Option<RequiredAction>,
    /// Tokens; 0 until known.
    pub usage: Usage,
}

/// Why a chat failed.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
#[schema(as = CozeLastError)]
pub struct LastError {
    /// 0: no error.
    pub code: i64,
    /// What went wrong.
    pub msg: String,
}

/// Tokens of a chat.
#[derive(Debug, Clone, Copy, Default, Serialize, ToSchema)]
#[schema(as = CozeUsage)]
pub struct Usage {
    /// Both.
    pub token_count: u64,
    /// Written by the model.
    pub output_count: u64,
    /// Read by the model.
    pub input_count: u64,
}

impl From<TokenUsage> for Usage {
    fn from(usage: TokenUsage) -> Self {
        let (input_count, output_count) = (usage.input_tokens, usage.output_tokens);
        Self { token_count: input_count + output_count, output_count, input_count }
    }
}

/// What a chat waits for.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = CozeRequiredAction)]
pub struct RequiredAction {
    /// Always `submit_tool_outputs`.
    pub r#type: &'static str,
    /// The calls.
    pub submit_tool_outputs: WaitingCalls,
}

/// The waiting calls.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = CozeWaitingCalls)]
pub struct WaitingCalls {
    /// Each to be answered.
    pub tool_calls: Vec<WaitingCall>,
}

/// A waiting call.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = CozeWaitingCall)]
pub struct WaitingCall {
    /// Give it back as `tool_call_id`.
    pub id: String,
    /// Always `function`.
    pub r#type: &'static str,
    /// What to run.
    pub function: WaitingFunction,
    /// Only on calls that wait for a yes or no rather than for an output.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approval: Option<bool>,
}

/// What to run.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = CozeWaitingFunction)]
pub struct WaitingFunction {
    /// The tool.
    pub name: String,
    /// A JSON object as text.
    pub arguments: String,
}

/// At which point of its life a chat is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// In `conversation.chat.created`.
    Created,
    /// In `conversation.chat.in_progress`, and right after a chat was started without stream.
    InProgress,
    /// As it stands.
    AsIs,
}

impl ChatObject {
    /// A run as a chat.
    pub fn of(run: &Run, shown: Shown) -> Self {
        // Before the end nothing is said of it, even if the run is already further than the event.
        let last = shown == Shown::AsIs;
        let at = |status| (last && run.status == status).then(|| run.finished_at.unwrap_or(run.created_at).seconds());
        let text = |id: Option<String>| id.unwrap_or_default();
        let meta = shown_labels(&run.meta);
        let error = run.error.as_ref().filter(|_| last);
        Self {
            id: run.id,
            conversation_id: run.conversation_id.unwrap_or(ConversationId(0)),
            bot_id: text(run.agent_id.map(|id| id.to_string())),
            section_id: text(run.section_id.map(|id| id.to_string())),
            created_at: run.created_at.seconds(),
            completed_at: at(RunStatus::Completed),
            failed_at: at(RunStatus::Failed),
            last_error: error.map(|e| LastError { code: error::of_workflow(&e.code), msg: e.message.clone() }).unwrap_or_default(),
            meta_data: (!meta.is_empty()).then_some(meta),
            status: match shown {
                Shown::Created => "created",
                Shown::InProgress => "in_progress",
                Shown::AsIs => status(run.status),
            },
            required_action: run.required_action.as_ref().filter(|_| last && run.status == RunStatus::RequiresAction).map(waiting),
            usage: if last { run.usage.into() } else { Usage::default() },
        }
    }
}

/// The name of a status. A queued run is `in_progress`: clients poll only while it is that.
pub fn status(status: RunStatus) -> &'static str {
    match status {
        RunStatus::Queued | RunStatus::Running => "in_progress",
        RunStatus::RequiresAction => "requires_action",
        RunStatus::Completed => "completed",
        RunStatus::Failed => "failed",
        RunStatus::Cancelled => "canceled",
    }
}

fn waiting(action: &flow::run::RequiredAction) -> RequiredAction {
    let calls = action.calls.iter().map(|call| WaitingCall {
        id: call.call_id.clone(),
        r#type: "function",
        function: WaitingFunction { name: call.name.clone(), arguments: call.arguments.to_string() },
        approval: (call.kind == PendingKind::Approval).then_some(true),
    });
    RequiredAction { r#type: "submit_tool_outputs", submit_tool_outputs: WaitingCalls { tool_calls: calls.collect() } }
}
