//! Shapes on the wire.

use flow::node::NodeSpec;
use flow::workflow::{Document, Finding, Mode, Severity};
use serde::{Deserialize, Serialize};
use types::{Timestamp, UserId, WorkflowId, WorkspaceId};
use utoipa::{IntoParams, ToSchema};

use super::model::{Draft, Meta, User, UserKind, Version, Workflow};

/// A workflow, without its document.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Workflow)]
pub struct WorkflowView {
    /// Its id.
    pub id: WorkflowId,
    /// Whose.
    pub workspace_id: WorkspaceId,
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
    /// Last change.
    pub updated_at: Timestamp,
    /// The version in use; `null`: not published.
    #[schema(required)]
    pub published_version: Option<String>,
    /// Since when.
    #[schema(required)]
    pub published_at: Option<Timestamp>,
    /// The draft differs from the version in use, or there is none.
    pub has_unpublished_changes: bool,
}

impl From<Workflow> for WorkflowView {
    fn from(workflow: Workflow) -> Self {
        let Workflow {
            id,
            workspace,
            name,
            description,
            icon,
            folder,
            mode,
            created_by,
            created_at,
            updated_at,
            published_version,
            published_at,
            unpublished_changes,
        } = workflow;
        Self {
            id,
            workspace_id: workspace,
            name,
            description,
            icon,
            folder,
            mode,
            created_by,
            created_at,
            updated_at,
            published_version: published_version.map(|v| v.to_string()),
            published_at,
            has_unpublished_changes: unpublished_changes,
        }
    }
}

/// A new workflow: a start and an end, a document, or a template.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateWorkflow {
    /// 1 to 100 characters; absent: the template's.
    #[serde(default)]
    pub name: Option<String>,
    /// Up to 2000 characters.
    #[serde(default)]
    pub description: Option<String>,
    /// An emoji, or the id of a file.
    #[serde(default)]
    pub icon: Option<String>,
    /// What it is called as; absent: `workflow`. A document has its own.
    #[serde(default)]
    pub mode: Option<Mode>,
    /// Begin with this document.
    #[serde(default)]
    pub document: Option<Document>,
    /// Begin with the template of this id; its texts are in the language of `Accept-Language`.
    #[serde(default)]
    pub template: Option<String>,
    /// The folder, up to 100 characters; absent: none.
    #[serde(default)]
    pub folder: Option<String>,
}

/// A change of a workflow; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateWorkflow {
    /// 1 to 100 characters.
    #[serde(default)]
    pub name: Option<String>,
    /// Up to 2000 characters.
    #[serde(default)]
    pub description: Option<String>,
    /// An emoji, or the id of a file.
    #[serde(default)]
    pub icon: Option<String>,
    /// The folder, up to 100 characters; empty: none.
    #[serde(default)]
    pub folder: Option<String>,
}

impl From<UpdateWorkflow> for Meta {
    fn from(UpdateWorkflow { name, description, icon, folder }: UpdateWorkflow) -> Self {
        Self { name, description, icon, folder }
    }
}

/// How to name the copy.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DuplicateWorkflow {
    /// Absent: the name with “(copy)”.
    #[serde(default)]
    pub name: Option<String>,
}

/// Which workflows.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct ListWorkflows {
    /// In name or description, whatever the case.
    pub q: Option<String>,
    /// Only published ones, or only those that are not.
    pub published: Option<bool>,
    /// Only those of this mode.
    pub mode: Option<Mode>,
    /// Only those of this folder.
    pub folder: Option<String>,
    /// How many items, 1 to 100; 20 when absent.
    pub limit: Option<u64>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// How to delete.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct DeleteWorkflow {
    /// Also when others call it.
    pub force: bool,
}

/// How to unpublish.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct UnpublishWorkflow {
    /// Also when others call a version of it: their runs then fail where they do.
    pub force: bool,
}

/// What is being edited.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WorkflowDraft)]
pub struct DraftView {
    /// The document.
    pub document: Document,
    /// Give it back when saving.
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

impl From<Draft> for DraftView {
    fn from(Draft { document, revision, updated_by, updated_by_name, updated_at, findings }: Draft) -> Self {
        Self { document, revision, updated_by, updated_by_name, updated_at, findings }
    }
}

/// A new draft.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SaveWorkflowDraft {
    /// The document.
    pub document: Document,
    /// The revision that was read.
    pub revision: i64,
}

/// What to look at.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ValidateWorkflow {
    /// Absent: the draft.
    #[serde(default)]
    pub document: Option<Document>,
}

/// What is wrong with a document.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WorkflowValidation)]
pub struct Validation {
    /// It can be published: there is no error, at most warnings.
    pub valid: bool,
    /// All of it, errors and warnings.
    pub findings: Vec<Finding>,
}

impl From<Vec<Finding>> for Validation {
    fn from(findings: Vec<Finding>) -> Self {
        Self { valid: findings.iter().all(|f| f.severity != Severity::Error), findings }
    }
}

/// How to publish.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PublishWorkflow {
    /// `v1.2.3`, greater than the last one; absent: its next patch.
    pub version: Option<String>,
    /// What changed, up to 5000 characters.
    pub notes: Option<String>,
    /// The revision of the draft that was looked at; absent: whatever is there.
    pub revision: Option<i64>,
}

/// A published version.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WorkflowVersion)]
pub struct VersionView {
    /// `v1.2.3`.
    pub version: String,
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
        let Version { version, sequence: _, notes, published_by, published_by_name, published_at, document: _ } = version;
        Self { version: version.to_string(), notes, published_by, published_by_name, published_at }
    }
}

/// A published version with its document.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WorkflowVersionDetail)]
pub struct VersionDetail {
    /// The version.
    #[serde(flatten)]
    pub version: VersionView,
    /// The document.
    pub document: Document,
}

impl From<Version> for VersionDetail {
    fn from(mut version: Version) -> Self {
        let document = std::mem::take(&mut version.document);
        Self { version: version.into(), document }
    }
}

/// What to compare.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct DiffWorkflow {
    /// A version or `draft`; absent: the version in use.
    pub from: Option<String>,
    /// A version or `draft`; absent: the draft.
    pub to: Option<String>,
}

/// What a caller of a workflow is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReferenceKind {
    /// Another workflow (or itself).
    Workflow,
    /// An agent.
    Agent,
}

/// Something that calls a workflow.
#[derive(Debug, Serialize, ToSchema)]
pub struct WorkflowReference {
    /// What it is.
    pub kind: ReferenceKind,
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Which version it calls; `null`: the draft, or, if it is an agent, the latest.
    #[schema(required)]
    pub version: Option<String>,
    /// Its draft does.
    pub in_draft: bool,
    /// Its version in use does.
    pub in_published: bool,
}

impl From<User> for WorkflowReference {
    fn from(User { kind, id, name, version, in_draft, in_published }: User) -> Self {
        let kind = match kind {
            UserKind::Workflow => ReferenceKind::Workflow,
            UserKind::Agent => ReferenceKind::Agent,
        };
        Self { kind, id: id.to_string(), name, version: version.map(|v| v.to_string()), in_draft, in_published }
    }
}

/// What calls a workflow.
#[derive(Debug, Serialize, ToSchema)]
pub struct WorkflowReferenceList {
    /// Latest first.
    pub items: Vec<WorkflowReference>,
}

/// Kinds of nodes.
#[derive(Debug, Serialize, ToSchema)]
pub struct NodeTypeList {
    /// By name.
    pub items: Vec<NodeSpec>,
}
