//! What the feature needs of others.

use async_trait::async_trait;
use types::{Actor, Failure, RunId, WorkspaceId};

/// What happened in a run that went wrong, as a model is told it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Story {
    /// Whose it is.
    pub workspace: WorkspaceId,
    /// What ran.
    pub name: String,
    /// Errors of the run and its steps with what the steps were given, shortened.
    pub errors: String,
}

/// Where runs are. Implemented by `server` over `engine`.
#[async_trait]
pub trait FailedRuns: Send + Sync {
    /// What went wrong in a run that the actor may see; `None`: nothing did.
    async fn story(&self, actor: &Actor, run: RunId) -> Result<Option<Story>, Failure>;
}
