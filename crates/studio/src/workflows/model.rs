//! The types of the feature.

use flow::workflow::{Document, Finding, Mode};
use types::{Timestamp, UserId, WorkflowId, WorkspaceId};

use super::VersionNumber;

/// A workflow, without its document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workflow {
    /// Its id.
    pub id: WorkflowId,
    /// Whose.
    pub workspace: WorkspaceId,
    /// For people.
    pub name: String,
    /// For people, and for models that may call it.
    pub description: String,
    /// An emoji, or the id of a file.
    pub icon: String,
    /// The folder it lies in; empty: none.
    pub folder: String,
    /// What the draft is called as.
    pub mode: Mode,
    /// Who made it.
    pub created_by: UserId,
    /// When.
    pub created_at: Timestamp,
    /// Last change of name, description, icon, draft or publication.
    pub updated_at: Timestamp,
    /// The version in use; `None`: not published.
    pub published_version: Option<VersionNumber>,
    /// Since when.
    pub published_at: Option<Timestamp>,
    /// The draft differs from the version in use, or there is none.
    pub unpublished_changes: bool,
}

/// A new workflow.
#[derive(Debug, Clone, Default)]
pub struct NewWorkflow {
    /// 1 to 100 characters.
    pub name: String,
    /// Up to 2000 characters.
    pub description: String,
    /// An emoji, or the id of a file.
    pub icon: String,
    /// The folder it lies in; empty: none.
    pub folder: String,
    /// The first draft.
    pub document: Document,
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
    /// The folder; empty: none.
    pub folder: Option<String>,
}

/// What is being edited.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The document.
    pub document: Document,
    /// Grows with each save.
    pub revision: i64,
    /// Who saved it.
    pub updated_by: UserId,
    /// His name now; empty when he is gone.
    pub updated_by_name: String,
    /// When it was saved.
    pub updated_at: Timestamp,
    /// What is wrong with it.
    pub findings: Vec<Finding>,
}

/// A published version.
#[derive(Debug, Clone)]
pub struct Version {
    /// Its number.
    pub version: VersionNumber,
    /// 1, 2, …: the order of publication.
    pub sequence: i64,
    /// What changed; may be empty.
    pub notes: String,
    /// Who published it.
    pub published_by: UserId,
    /// His name now; empty when he is gone.
    pub published_by_name: String,
    /// When.
    pub published_at: Timestamp,
    /// The document.
    pub document: Document,
}

/// Which workflows of a workspace.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// In name or description, whatever the case.
    pub text: Option<String>,
    /// Only published ones (or only those that are not).
    pub published: Option<bool>,
    /// Only those of this mode.
    pub mode: Option<Mode>,
    /// Only those of this folder.
    pub folder: Option<String>,
}

/// What calls a workflow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum UserKind {
    /// Another workflow (or itself).
    Workflow,
    /// An agent.
    Agent,
}

/// Something that calls a workflow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// What it is.
    pub kind: UserKind,
    /// Its id, of its kind.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// Which version it calls; `None`: the draft.
    pub version: Option<VersionNumber>,
    /// Its draft does.
    pub in_draft: bool,
    /// Its version in use does.
    pub in_published: bool,
}

/// How many things there may be. How large a document may be and what its runs may use say the [`crate::limits`].
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Workflows of a workspace.
    pub workflows: u64,
    /// Workflows that one calls, directly or through others.
    pub callees: usize,
    /// Calls within calls.
    pub depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { workflows: 10_000, callees: 256, depth: 32 }
    }
}
