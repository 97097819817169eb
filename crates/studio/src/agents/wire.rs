//! Shapes on the wire.

use flow::agent::AgentConfig;
use flow::tool::{Localized, ToolInfo};
use serde::{Deserialize, Serialize};
use types::{AgentId, Timestamp, UserId, WorkspaceId};
use utoipa::{IntoParams, ToSchema};

use super::model::{Agent, Draft, Meta, Problem, Version};

/// An agent, without its document.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Agent)]
pub struct AgentView {
    /// Its id.
    pub id: AgentId,
    /// Whose.
    pub workspace_id: WorkspaceId,
    /// For people.
    pub name: String,
    /// For people.
    pub description: String,
    /// An emoji, or the id of a file.
    pub icon: String,
    /// Who made it.
    pub created_by: UserId,
    /// When.
    pub created_at: Timestamp,
    /// Last change.
    pub updated_at: Timestamp,
    /// The version in use; `null`: not published.
    #[schema(required)]
    pub published_version: Option<i64>,
    /// Since when.
    #[schema(required)]
    pub published_at: Option<Timestamp>,
    /// The draft differs from the version in use, or there is none.
    pub has_unpublished_changes: bool,
}

impl From<Agent> for AgentView {
    fn from(agent: Agent) -> Self {
        let Agent {
            id,
            workspace,
            name,
            description,
            icon,
            created_by,
            created_at,
            updated_at,
            published_version,
            published_at,
            unpublished_changes,
        } = agent;
        Self {
            id,
            workspace_id: workspace,
            name,
            description,
            icon,
            created_by,
            created_at,
            updated_at,
            published_version,
            published_at,
            has_unpublished_changes: unpublished_changes,
        }
    }
}

/// A new agent: empty, from a template, or with a document.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateAgent {
    /// 1 to 100 characters.
    pub name: String,
    /// Up to 2000 characters; absent: the template's.
    #[serde(default)]
    pub description: Option<String>,
    /// An emoji, or the id of a file; absent: the template's.
    #[serde(default)]
    pub icon: Option<String>,
    /// Begin with a template, in the language of `Accept-Language`.
    #[serde(default)]
    pub template_id: Option<String>,
    /// Begin with this document; with `template_id`, it is used instead of the template's.
    #[serde(default)]
    pub config: Option<AgentConfig>,
}

/// A change of an agent; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateAgent {
    /// 1 to 100 characters.
    #[serde(default)]
    pub name: Option<String>,
    /// Up to 2000 characters.
    #[serde(default)]
    pub description: Option<String>,
    /// An emoji, or the id of a file.
    #[serde(default)]
    pub icon: Option<String>,
}

impl From<UpdateAgent> for Meta {
    fn from(UpdateAgent { name, description, icon }: UpdateAgent) -> Self {
        Self { name, description, icon }
    }
}

/// How to name the copy.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DuplicateAgent {
    /// Absent: the name with “(copy)”.
    #[serde(default)]
    pub name: Option<String>,
}

/// Which agents.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct ListAgents {
    /// In name or description, whatever the case.
    pub q: Option<String>,
    /// Only published ones, or only those that are not.
    pub published: Option<bool>,
    /// How many items, 1 to 100; 20 when absent.
    pub limit: Option<u64>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// Something wrong with a document.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemView {
    /// Where, as a path: `tools[2].parameters`.
    pub field: String,
    /// Stable code.
    pub code: &'static str,
    /// One sentence.
    pub message: String,
    /// The agent cannot be published with it.
    pub blocking: bool,
}

impl From<Problem> for ProblemView {
    fn from(Problem { field, code, message, blocking }: Problem) -> Self {
        Self { field, code, message, blocking }
    }
}

/// What is being edited.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AgentDraft)]
pub struct DraftView {
    /// The document.
    pub config: AgentConfig,
    /// Give it back when saving.
    pub revision: i64,
    /// When it was saved.
    pub updated_at: Timestamp,
    /// What is wrong with it.
    pub problems: Vec<ProblemView>,
}

impl From<Draft> for DraftView {
    fn from(Draft { config, revision, updated_at, problems }: Draft) -> Self {
        Self { config, revision, updated_at, problems: problems.into_iter().map(ProblemView::from).collect() }
    }
}

/// A new draft.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SaveDraft {
    /// The document.
    pub config: AgentConfig,
    /// The revision that was read.
    pub revision: i64,
}

/// How to publish.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PublishAgent {
    /// For people, up to 100 characters.
    #[serde(default)]
    pub name: Option<String>,
    /// What changed, up to 5000 characters.
    #[serde(default)]
    pub notes: Option<String>,
}

/// A published version.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AgentVersion)]
pub struct VersionView {
    /// 1, 2, ….
    pub version: i64,
    /// For people; may be empty.
    pub name: String,
    /// What changed; may be empty.
    pub notes: String,
    /// Who published it.
    pub published_by: UserId,
    /// His name now; empty when he is gone.
    pub published_by_name: String,
    /// When.
    pub published_at: Timestamp,
}

impl From<Version> for VersionView {
    fn from(version: Version) -> Self {
        let Version { version, name, notes, published_by, published_by_name, published_at, config: _, about: _ } = version;
        Self { version, name, notes, published_by, published_by_name, published_at }
    }
}

/// A published version with its document.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AgentVersionDetail)]
pub struct VersionDetail {
    /// The version.
    #[serde(flatten)]
    pub version: VersionView,
    /// The document.
    pub config: AgentConfig,
}

impl From<Version> for VersionDetail {
    fn from(version: Version) -> Self {
        let config = version.config.clone();
        Self { version: version.into(), config }
    }
}

/// An agent to begin with.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AgentTemplate)]
pub struct TemplateView {
    /// Its id.
    pub id: String,
    /// For people.
    pub name: Localized,
    /// For people.
    pub description: Localized,
    /// An emoji.
    pub icon: String,
    /// The document, in the language of `Accept-Language`.
    pub config: AgentConfig,
}

/// Templates.
#[derive(Debug, Serialize, ToSchema)]
pub struct TemplateList {
    /// In the order shown to people.
    pub items: Vec<TemplateView>,
}

/// Built-in tools.
#[derive(Debug, Serialize, ToSchema)]
pub struct ToolList {
    /// In the order shown to people.
    pub items: Vec<ToolInfo>,
}
