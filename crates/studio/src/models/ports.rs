//! What models need of others. The server adapts `identity`'s vault to [`Sealer`].

use async_trait::async_trait;
use secrecy::SecretString;
use types::{AgentId, Failure, ModelId, WorkspaceId};

/// Seals secrets for storage (rule R17).
pub trait Sealer: Send + Sync {
    /// The secret in a form that only this instance can read, bound to `context`.
    fn seal(&self, plain: &SecretString, context: &str) -> Result<String, Failure>;
    /// The secret again; fails when the instance key or the context is another one.
    fn open(&self, sealed: &str, context: &str) -> Result<SecretString, Failure>;
}

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
