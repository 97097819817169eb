//! The agent document: what people edit, publish and run. Also its JSON form on the wire and at rest.
//!
//! Every field has a default, so that documents stored by older versions stay readable.

use async_trait::async_trait;
use model::Params;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use types::{AgentId, Failure, ModelId, Scope, WorkflowId, WorkspaceId};
use utoipa::ToSchema;

/// The document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct AgentConfig {
    /// Instructions, with `{{variable}}` references.
    pub prompt: String,
    /// Which model, how.
    pub model: ModelChoice,
    /// What the person sees first.
    pub opening: Opening,
    /// Suggestions of what to ask next.
    pub follow_up: FollowUp,
    /// How many question–answer rounds of the section the model sees again.
    pub history_rounds: u32,
    /// Variables of the prompt.
    pub variables: Vec<Variable>,
    /// Tools on offer.
    pub tools: Vec<AgentTool>,
    /// Limits of one turn.
    pub budget: Budget,
}

impl Default for AgentConfig {
    fn default() -> Self {
        Self {
            prompt: String::new(),
            model: ModelChoice::default(),
            opening: Opening::default(),
            follow_up: FollowUp::default(),
            history_rounds: 10,
            variables: Vec::new(),
            tools: Vec::new(),
            budget: Budget::default(),
        }
    }
}

/// Which model, how.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ModelChoice {
    /// `null`: the default model of the workspace.
    pub model_id: Option<ModelId>,
    /// Overrides of the model's own defaults.
    pub params: Params,
}

/// What the person sees first.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Opening {
    /// Markdown.
    pub message: String,
    /// Buttons under it.
    pub suggested_questions: Vec<String>,
}

/// Suggestions after an answer.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FollowUp {
    /// Ask the model for them.
    #[serde(default)]
    #[schema(default = false)]
    pub enabled: bool,
    /// Own instructions instead of Hearth's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompt: Option<String>,
}

/// A variable of the prompt.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Variable {
    /// Letters, digits, `_`.
    pub name: String,
    /// For people.
    pub description: String,
    /// Used when the request gives none.
    pub default: String,
}

/// A tool of the agent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum AgentTool {
    /// Built into Hearth; runs on the server.
    Builtin {
        /// Name in the toolbox.
        name: String,
        /// Whether the person must agree to each call.
        #[serde(default)]
        #[schema(default = "never")]
        approval: Approval,
    },
    /// Runs at the client: the run pauses with `requires_action` until outputs are submitted.
    Client {
        /// Name the model calls.
        name: String,
        /// When to use it.
        #[serde(default)]
        #[schema(default = "")]
        description: String,
        /// JSON schema of the arguments.
        #[serde(default = "empty_object_schema")]
        #[schema(value_type = Object, default = empty_object_schema)]
        parameters: Value,
    },
    /// A workflow of the workspace; each call is a run of its own. If it ends with an answer, that is the agent's answer.
    Workflow {
        /// Which.
        workflow: WorkflowId,
        /// One published version; absent: the latest.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        version: Option<String>,
    },
}

impl AgentTool {
    /// The name the model calls; `None`: a workflow, which is called by its own name.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Builtin { name, .. } | Self::Client { name, .. } => Some(name),
            Self::Workflow { .. } => None,
        }
    }
}

fn empty_object_schema() -> Value {
    serde_json::json!({ "type": "object", "properties": {} })
}

/// Whether a call waits for the person.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Approval {
    /// Runs at once.
    #[default]
    Never,
    /// Waits for approval each time.
    Always,
}

/// Limits of one turn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Budget {
    /// Model calls.
    pub max_rounds: u32,
    /// Seconds of running time, waiting for people not counted.
    pub max_seconds: u32,
    /// Money in the currency of the model's price; `null`: no limit.
    pub max_cost: Option<f64>,
}

impl Default for Budget {
    fn default() -> Self {
        Self { max_rounds: 12, max_seconds: 300, max_cost: None }
    }
}

/// Which form of an agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AgentForm {
    /// What is being edited.
    Draft,
    /// The latest published version.
    Published,
    /// One published version.
    Version(i64),
}

/// An agent at a moment.
#[derive(Debug, Clone)]
pub struct AgentSnapshot {
    /// Which.
    pub id: AgentId,
    /// Whose.
    pub workspace: WorkspaceId,
    /// Its name.
    pub name: String,
    /// `None`: the draft.
    pub version: Option<i64>,
    /// The document.
    pub config: AgentConfig,
}

/// Where snapshots come from. Implemented by `studio`, used by `chat` and `coze`.
#[async_trait]
pub trait AgentSource: Send + Sync {
    /// The agent, read through the scope. Failures: `not_found`, `agent_not_published`.
    async fn agent(&self, scope: &Scope, id: AgentId, form: AgentForm) -> Result<AgentSnapshot, Failure>;
}
