//! The engine removes old runs; `studio` knows how long workspaces keep them.

use std::sync::Arc;

use async_trait::async_trait;
use engine::{Keep, Kept};
use studio::limits::WorkspaceLimits;

/// What the instance and its workspaces say.
pub struct Retention {
    /// The workspaces'.
    pub limits: Arc<WorkspaceLimits>,
    /// The instance's.
    pub instance: studio::limits::Keep,
}

fn keep(keep: studio::limits::Keep) -> Keep {
    Keep { days: keep.days, runs: keep.runs }
}

#[async_trait]
impl engine::Retention for Retention {
    async fn kept(&self) -> Result<Kept, db::Error> {
        let workspaces = self.limits.keeping().await?.into_iter().map(|(workspace, own)| (workspace, keep(own))).collect();
        Ok(Kept { everywhere: keep(self.instance), workspaces })
    }
}
