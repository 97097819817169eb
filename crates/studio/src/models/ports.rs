//! What models need of others, besides the [`crate::Sealer`].

use async_trait::async_trait;
use types::{AgentId, ModelId, WorkspaceId};

/// An agent that uses a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Which agent.
    pub agent: AgentId,
    /// Whose.
    pub workspace: WorkspaceId,
    /// Its name.
    pub name: String,
}

/// Knows which agents use a model. Implemented by [`crate::agents::ModelUsers`].
#[async_trait]
pub trait Users: Send + Sync {
    /// Agents whose draft or published version names the model.
    async fn of_model(&self, model: ModelId) -> Result<Vec<User>, db::Error>;
}
