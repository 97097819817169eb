//! `studio` shows people's names; `identity` knows them.

use std::collections::HashMap;

use async_trait::async_trait;
use types::UserId;

/// Names out of the accounts.
pub struct Names(pub identity::Identity);

#[async_trait]
impl studio::agents::Names for Names {
    async fn names(&self, ids: &[UserId]) -> HashMap<UserId, String> {
        // A list without names is better than no list.
        self.0.names(ids).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "names could not be read");
            HashMap::new()
        })
    }
}
