//! The types of the feature.

use flow::agent::AgentConfig;
use types::{AgentId, Timestamp, UserId, WorkspaceId};

/// An agent, without its document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agent {
    /// Its id.
    pub id: AgentId,
    /// Whose.
    pub workspace: WorkspaceId,
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
    /// Last change of name, description, icon, draft or publication.
    pub updated_at: Timestamp,
    /// The version in use; `None`: not published.
    pub published_version: Option<i64>,
    /// Since when.
    pub published_at: Option<Timestamp>,
    /// The draft differs from the version in use, or there is none.
    pub unpublished_changes: bool,
}

/// A new agent.
#[derive(Debug, Clone, Default)]
pub struct NewAgent {
    /// 1 to 100 characters.
    pub name: String,
    /// Up to 2000 characters.
    pub description: String,
    /// An emoji, or the id of a file.
    pub icon: String,
    /// The first draft.
    pub config: AgentConfig,
}

/// A change of what is not in the document; what is absent stays.
#[derive(Debug, Clone, Default)]
pub struct Meta {
    /// 1 to 100 characters.
    pub name: Option<String>,
    /// Up to 2000 characters.
    pub description: Option<String>,
    /// An emoji, or the id of a file.
    pub icon: Option<String>,
}

/// What is being edited.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The document.
    pub config: AgentConfig,
    /// Grows with each save.
    pub revision: i64,
    /// When it was saved.
    pub updated_at: Timestamp,
    /// What is wrong with it.
    pub problems: Vec<Problem>,
}

/// Something wrong with a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where, as a path: `tools[2].parameters`.
    pub field: String,
    /// Stable code.
    pub code: &'static str,
    /// One sentence.
    pub message: String,
    /// The document cannot be published with it.
    pub blocking: bool,
}

/// A published version.
#[derive(Debug, Clone)]
pub struct Version {
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
    /// The document.
    pub config: AgentConfig,
    /// Name and description of the agent when it was published, where they are known.
    pub about: Option<(String, String)>,
}

/// Which agents of a workspace.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// In name or description, whatever the case.
    pub text: Option<String>,
    /// Only published ones (or only those that are not).
    pub published: Option<bool>,
}
