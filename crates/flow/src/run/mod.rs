//! Runs: what they are given ([`RunSpec`]), what they tell ([`Event`]), how they end ([`Run`]).

mod debugging;
mod event;
mod spec;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use types::{AgentId, ConversationId, Cost, RunId, SectionId, Timestamp, TokenUsage, UserId, WorkflowId, WorkspaceId};
use utoipa::ToSchema;

pub use debugging::{Debugging, Pin};
pub use event::{Called, Event, NodeResult, NodeStep, PendingCall, PendingKind, Recorded, RunError, StepKind, ToolSubmission};
pub use spec::{AgentTurn, Callee, Fork, Program, Reply, RunSpec, Variables, WorkflowRun, WorkflowTool};

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

/// A run at a moment, for lists, pages and answers.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Run {
    /// Its id.
    pub id: RunId,
    /// Whose.
    pub workspace_id: WorkspaceId,
    /// `agent` or `workflow`.
    pub program: String,
    /// Of an agent's turn.
    #[schema(required)]
    pub agent_id: Option<AgentId>,
    /// The agent's name at that time.
    pub agent_name: String,
    /// `null`: the draft.
    #[schema(required)]
    pub agent_version: Option<i64>,
    /// Of a workflow.
    #[schema(required)]
    pub workflow_id: Option<WorkflowId>,
    /// The workflow's name at that time.
    pub workflow_name: String,
    /// `null`: the draft.
    #[schema(required)]
    pub workflow_version: Option<String>,
    /// The run whose results it took over.
    #[schema(required)]
    pub forked_from: Option<RunId>,
    /// The run that called it: an agent's, or one of a workflow. What it uses and costs is counted there too.
    #[schema(required)]
    pub parent_run_id: Option<RunId>,
    /// The run that it is a part of: that one is executed, cancelled, answered and taken again. `null`: none, it is executed itself.
    #[schema(required)]
    pub root_run_id: Option<RunId>,
    /// The step of that run that called it.
    #[schema(required)]
    pub root_step: Option<u32>,
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
    /// The result of a workflow.
    #[schema(required, value_type = Option<Object>)]
    pub output: Option<Value>,
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
