//! What a run is given.

use model::{Message, Params};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use types::{AgentId, ConversationId, ModelId, RunId, SectionId, UserId, WorkflowId, WorkspaceId};
use utoipa::ToSchema;

use super::Debugging;
use crate::agent::{AgentTool, Budget};
use crate::value::Values;
use crate::workflow::{Limits, NodeId};

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
    /// The agent's run that called it as a tool.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<RunId>,
}

/// What a run does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "program", rename_all = "snake_case")]
pub enum Program {
    /// An agent's turn.
    Agent(Box<AgentTurn>),
    /// A workflow.
    Workflow(Box<WorkflowRun>),
}

/// A workflow from its inputs to its end. Documents are named by the hash of their JSON, so that
/// later edits and deletions do not touch a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WorkflowRun {
    /// Which workflow.
    pub workflow: WorkflowId,
    /// Its name at that time.
    pub workflow_name: String,
    /// `None`: the draft.
    pub version: Option<String>,
    /// Hash of its document.
    pub document: String,
    /// Workflows it may call: `"<workflow id>@<version>"` (`"<workflow id>@"`: the draft) → hash of the document.
    #[serde(default)]
    pub callees: std::collections::BTreeMap<String, Callee>,
    /// What the caller gave, as given.
    pub inputs: Values,
    /// A value that does not fit its declared type fails the run instead of becoming nothing.
    #[serde(default)]
    pub strict: bool,
    /// Run only this node, with `inputs` as its inputs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only: Option<NodeId>,
    /// Variables as they stand at the start.
    #[serde(default)]
    pub variables: Variables,
    /// The conversation before this run, oldest first (chatflows).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub history: Vec<Message>,
    /// The app, as the caller named it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app: Option<String>,
    /// For whom a service runs it, as it names him.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// The agent for which it runs, as the caller named it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bot: Option<String>,
    /// The conversation of the agent that called it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<ConversationId>,
    /// The caller's time zone (IANA name), if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// The instance's limits at that time.
    #[serde(default)]
    pub limits: Limits,
    /// How it was asked for.
    #[serde(default)]
    pub reply: Reply,
    /// Steps whose results are taken over from another run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fork: Option<Fork>,
    /// How it is tried out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub debugging: Option<Box<Debugging>>,
}

/// A workflow that is called by another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Callee {
    /// Its name at that time.
    pub name: String,
    /// For models.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Hash of its document.
    pub document: String,
}

/// Variables by scope and name.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Variables {
    /// Of the app.
    #[serde(skip_serializing_if = "Values::is_empty")]
    pub app: Values,
    /// Of the user.
    #[serde(skip_serializing_if = "Values::is_empty")]
    pub user: Values,
    /// Set by Hearth.
    #[serde(skip_serializing_if = "Values::is_empty")]
    pub system: Values,
}

/// How a run was asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// The caller waits for the end.
    #[default]
    Sync,
    /// The caller asks later.
    Async,
    /// The caller watches.
    Stream,
}

/// Which results of an earlier run are taken over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fork {
    /// The earlier run.
    pub run: RunId,
    /// Its step that is taken again; what it led to is taken again too.
    pub step: u32,
    /// Inputs for that step instead of the computed ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inputs: Option<Values>,
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
    /// Those of them that are workflows, as they were when the turn began.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub workflows: Vec<WorkflowTool>,
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

/// A workflow as an agent's tool.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WorkflowTool {
    /// The name the model calls.
    pub name: String,
    /// For the model: when to use it.
    pub description: String,
    /// JSON schema of the arguments: the fields of its start node.
    pub parameters: Value,
    /// It ends with an answer: its text is the agent's, the model is not asked again.
    #[serde(default)]
    pub answers: bool,
    /// What each call runs, but for inputs and variables of the user.
    pub run: Box<WorkflowRun>,
}
