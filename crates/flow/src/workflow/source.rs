//! Where workflows come from.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use types::{Failure, Scope, UserId, WorkflowId, WorkspaceId};

use super::{FrozenDocument, Limits};
use crate::value::Values;

/// Which form of a workflow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WorkflowForm {
    /// What is being edited.
    Draft,
    /// The latest published version.
    Published,
    /// One published version.
    Version(String),
}

/// A workflow at a moment, with everything it may call.
#[derive(Debug, Clone)]
pub struct WorkflowSnapshot {
    /// Which.
    pub id: WorkflowId,
    /// Whose.
    pub workspace: WorkspaceId,
    /// Its name.
    pub name: String,
    /// For people and models.
    pub description: String,
    /// `None`: the draft.
    pub version: Option<String>,
    /// The document.
    pub document: Arc<FrozenDocument>,
    /// Workflows it calls, and those they call, by [`callee_key`]. One that does not exist is missing here.
    pub callees: BTreeMap<String, CalleeSnapshot>,
    /// What the workspace allows its runs.
    pub limits: Limits,
}

/// A workflow that is called by another.
#[derive(Debug, Clone)]
pub struct CalleeSnapshot {
    /// Its name.
    pub name: String,
    /// For models.
    pub description: String,
    /// Its document.
    pub document: Arc<FrozenDocument>,
}

/// The name of a callee: `"<workflow id>@<version>"`; `"<workflow id>@"` is the draft.
pub fn callee_key(workflow: &str, version: Option<&str>) -> String {
    format!("{workflow}@{}", version.unwrap_or_default())
}

/// Where snapshots come from. Implemented by `studio`, used by whoever starts runs.
#[async_trait]
pub trait WorkflowSource: Send + Sync {
    /// The workflow, read through the scope. Failures: `not_found`, `version_not_found`,
    /// `workflow_not_published`, `too_many_callees`.
    async fn workflow(&self, scope: &Scope, id: WorkflowId, form: &WorkflowForm) -> Result<WorkflowSnapshot, Failure>;
}

/// What apps keep: the values that the variables of an app have when a run begins. What a run sets is
/// seen by this run alone.
#[async_trait]
pub trait AppVariables: Send + Sync {
    /// By name. `app` is the app as the run's caller named it.
    async fn values(&self, workspace: WorkspaceId, user: UserId, app: Option<&str>) -> Result<Values, Failure>;
}
