//! What agents need of others. The server adapts `identity` to it.

use std::collections::HashMap;

use async_trait::async_trait;
use types::UserId;

/// Knows people's names.
#[async_trait]
pub trait Names: Send + Sync {
    /// The names of those who still exist.
    async fn names(&self, ids: &[UserId]) -> HashMap<UserId, String>;
}
