//! Runs: what they are given, what they tell, how they end.

use model::{Message, Params, ToolCall};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use types::{AgentId, ConversationId, Cost, MessageId, ModelId, RunId, SectionId, Timestamp, TokenUsage, UserId, WorkspaceId};
use utoipa::ToSchema;

use crate::agent::{AgentTool, Budget};

/// Where a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RunStatus {
    /// Stored, waits for its turn.
    Queued,
    /// At work.
    Running,
    /// Waits for a person or a client; holds no memory.
    RequiresAction,
    /// Done.
    Completed,
    /// Ended by an error.
    Failed,
    /// Ended by a person.
    Cancelled,
}

impl RunStatus {
    /// Nothing more will come.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Cancelled)
    }

    /// The stored and wire name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::RequiresAction => "requires_action",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// Reads the stored name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Queued, Self::Running, Self::RequiresAction, Self::Completed, Self::Failed, Self::Cancelled]
            .into_iter()
            .find(|s| s.as_str() == text)
    }
}

/// What a run is given. Stored with it, complete: a resumed run needs nothing else.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunSpec {
    /// The run's id, made by whoever starts it.
    pub id: RunId,
    /// Whose.
    pub workspace: WorkspaceId,
    /// Who started it.
    pub user: UserId,
    /// What it does.
    pub program: Program,
    /// The conversation it answers in, if one.
    pub conversation: Option<ConversationId>,
    /// The context section.
    pub section: Option<SectionId>,
    /// Free labels of the caller (`meta_data` on the Coze wire).
    #[serde(default)]
    pub meta: serde_json::Map<String, Value>,
}

/// What a run does. Workflows become the second program.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "program", rename_all = "snake_case")]
pub enum Program {
    /// An agent's turn.
    Agent(AgentTurn),
}

/// An agent's turn: model step → tool steps → model step … until the model answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AgentTurn {
    /// Which agent.
    pub agent: AgentId,
    /// Its name at that time.
    pub agent_name: String,
    /// `None`: the draft.
    pub version: Option<i64>,
    /// The model; `None`: the workspace's default at that time.
    pub model: Option<ModelId>,
    /// Parameters of the agent.
    #[serde(default)]
    pub params: Params,
    /// Rendered system prompt first, history, then the question.
    pub messages: Vec<Message>,
    /// Tools of the agent.
    #[serde(default)]
    pub tools: Vec<AgentTool>,
    /// Limits.
    #[serde(default)]
    pub budget: Budget,
    /// Ask for suggestions after the answer; the text are own instructions (empty: Hearth's).
    #[serde(default)]
    pub follow_up: Option<String>,
    /// The caller's time zone, for tools.
    #[serde(default)]
    pub time_zone: Option<String>,
}

/// Kind of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// A model call.
    Model,
    /// A tool call.
    Tool,
}

/// An error as people and programs see it in events, runs and steps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RunError {
    /// Stable code.
    pub code: String,
    /// One sentence.
    pub message: String,
}

/// A call that waits for somebody.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PendingCall {
    /// Give it back with the output.
    pub call_id: String,
    /// The tool.
    pub name: String,
    /// What the model wants to call it with.
    #[schema(value_type = Object)]
    pub arguments: Value,
    /// Who must act.
    pub kind: PendingKind,
}

/// Who must act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PendingKind {
    /// The client runs the tool and submits its output.
    Client,
    /// A person approves or refuses the call.
    Approval,
}

/// What is submitted for a waiting call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ToolSubmission {
    /// Of the waiting call.
    pub call_id: String,
    /// Output of a client tool.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<String>,
    /// Decision on a call that needs approval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approve: Option<bool>,
}

/// What a run tells, in order. The journal holds exactly these; replaying them gives the state.
///
/// Durable before seen: every event but [`Event::Delta`] is committed before anybody sees it.
/// Deltas are shown at once and committed in batches; after a crash a [`Event::Reset`] withdraws
/// what was shown of the unfinished step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The run exists.
    Created,
    /// It begins; `resumed` counts how often it was taken up after a crash.
    Started {
        /// 0 the first time.
        resumed: u32,
    },
    /// A step begins.
    StepStarted {
        /// 1, 2, ….
        step: u32,
        /// Model or tool.
        kind: StepKind,
        /// The model's or tool's name.
        name: String,
        /// Model: `{messages: n, tools: [...]}`; tool: the arguments.
        input: Value,
        /// 1, 2, ….
        attempt: u32,
        /// Model steps: the message the answer is written to. Tool steps: the message of the response.
        message: Option<MessageId>,
        /// Tool steps: which call.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        call_id: Option<String>,
    },
    /// More of the answer being written by a model step.
    Delta {
        /// Step.
        step: u32,
        /// Message it belongs to.
        message: MessageId,
        /// To be appended.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        text: String,
        /// To be appended.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        reasoning: String,
    },
    /// The step is taken again: what its deltas said is void.
    Reset {
        /// Step.
        step: u32,
        /// Message.
        message: MessageId,
    },
    /// The model asks for a tool call (one event a call, message type `function_call`).
    FunctionCall {
        /// Message.
        message: MessageId,
        /// The call.
        call: ToolCall,
    },
    /// A tool answered (message type `tool_response`).
    ToolResponse {
        /// Message.
        message: MessageId,
        /// Which call.
        call_id: String,
        /// The tool.
        name: String,
        /// Text as the model reads it.
        output: String,
        /// The tool failed; the model reads the error.
        is_error: bool,
    },
    /// The answer is complete (message type `answer`). Also for text said beside tool calls.
    Answer {
        /// Message.
        message: MessageId,
        /// The whole text.
        text: String,
        /// The whole reasoning.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        reasoning: String,
    },
    /// A suggestion of what to ask next (message type `follow_up`).
    FollowUp {
        /// Message.
        message: MessageId,
        /// The question.
        text: String,
    },
    /// A step ended well.
    StepCompleted {
        /// Step.
        step: u32,
        /// Model: `{text, reasoning, tool_calls, finish}`; tool: its output.
        output: Value,
        /// Model steps.
        usage: Option<TokenUsage>,
        /// Model steps with a known price.
        cost: Option<Cost>,
    },
    /// A step failed. A tool's failure goes to the model and the run goes on.
    StepFailed {
        /// Step.
        step: u32,
        /// Why.
        error: RunError,
    },
    /// Calls wait for a person or the client.
    RequiresAction {
        /// The calls.
        calls: Vec<PendingCall>,
    },
    /// Somebody acted.
    Submitted {
        /// What was submitted.
        outputs: Vec<ToolSubmission>,
    },
    /// Done.
    Completed,
    /// Ended by an error.
    Failed {
        /// Why.
        error: RunError,
    },
    /// Ended by a person.
    Cancelled,
}

/// An event with its place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recorded {
    /// 1, 2, … within the run, without gaps; the SSE `id`.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// What.
    #[serde(flatten)]
    pub event: Event,
}

/// A run at a moment, for lists, pages and answers.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Run {
    /// Its id.
    pub id: RunId,
    /// Whose.
    pub workspace_id: WorkspaceId,
    /// `agent`.
    pub program: String,
    /// Of an agent's turn.
    #[schema(required)]
    pub agent_id: Option<AgentId>,
    /// The agent's name at that time.
    pub agent_name: String,
    /// `null`: the draft.
    #[schema(required)]
    pub agent_version: Option<i64>,
    /// The conversation.
    #[schema(required)]
    pub conversation_id: Option<ConversationId>,
    /// The section.
    #[schema(required)]
    pub section_id: Option<SectionId>,
    /// Where it stands.
    pub status: RunStatus,
    /// Why it failed.
    #[schema(required)]
    pub error: Option<RunError>,
    /// Tokens of all model steps.
    pub usage: TokenUsage,
    /// Money of all model steps with a known price.
    #[schema(required)]
    pub cost: Option<Cost>,
    /// What it waits for.
    #[schema(required)]
    pub required_action: Option<RequiredAction>,
    /// Free labels of the caller.
    #[schema(value_type = Object)]
    pub meta: serde_json::Map<String, Value>,
    /// Who started it.
    pub created_by: UserId,
    /// When.
    pub created_at: Timestamp,
    /// When it began to work.
    #[schema(required)]
    pub started_at: Option<Timestamp>,
    /// When it ended.
    #[schema(required)]
    pub finished_at: Option<Timestamp>,
    /// How often it was taken up after a crash.
    pub resumed: u32,
}

/// What a run waits for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RequiredAction {
    /// The calls.
    pub calls: Vec<PendingCall>,
}
