//! Use cases of limits.

use std::sync::Arc;
use std::time::Duration;

use db::Db;
use moka::future::Cache;
use types::{Actor, Permission, Timestamp, WorkspaceId};

use super::model::{Keep, Limits};
use super::{Error, repo};

/// Another process may have changed them: so long they may be old.
const FRESH: Duration = Duration::from_secs(5);
/// Workspaces remembered at most.
const REMEMBERED: u64 = 10_000;

/// Limits of workspaces, within those of the instance.
pub struct WorkspaceLimits {
    db: Db,
    instance: Limits,
    known: Cache<WorkspaceId, Arc<Limits>>,
}

/// What holds for a workspace, and by whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The workspace's own.
    pub own: Limits,
    /// The instance's.
    pub instance: Limits,
}

impl WorkspaceLimits {
    /// `instance` are the instance's.
    pub fn new(db: Db, instance: Limits) -> Self {
        Self { db, instance, known: Cache::builder().max_capacity(REMEMBERED).time_to_live(FRESH).build() }
    }

    /// What holds for a workspace.
    pub async fn get(&self, actor: &Actor, workspace: WorkspaceId) -> Result<Standing, Error> {
        actor.scope_in(workspace, Permission::View)?;
        Ok(Standing { own: repo::find(self.db.read(), workspace).await?, instance: self.instance.clone() })
    }

    /// Puts limits of its own in the place of those that a workspace has.
    pub async fn set(&self, actor: &Actor, workspace: WorkspaceId, own: Limits) -> Result<Standing, Error> {
        actor.require(workspace, Permission::Administer)?;
        own.check()?;
        let (by, now, stored) = (actor.user, Timestamp::now(), own.clone());
        self.db.write(move |tx| Box::pin(async move { repo::put(tx, workspace, &stored, by, now).await })).await?;
        self.known.invalidate(&workspace).await;
        Ok(Standing { own, instance: self.instance.clone() })
    }

    /// What counts in a workspace: of each limit the smaller one.
    pub async fn of(&self, workspace: WorkspaceId) -> Result<Arc<Limits>, db::Error> {
        let read = async {
            let own = repo::find(self.db.read(), workspace).await?;
            Ok(Arc::new(self.instance.least(&own)))
        };
        self.known.try_get_with(workspace, read).await.map_err(|error: Arc<db::Error>| db::Error::clone(&error))
    }

    /// Workspaces that say themselves how long ended runs are kept, with what counts there.
    pub async fn keeping(&self) -> Result<Vec<(WorkspaceId, Keep)>, db::Error> {
        let own = repo::keeping(self.db.read()).await?;
        let counts = |keep: Keep| self.instance.least(&Limits { keep, ..Limits::default() }).keep;
        Ok(own.into_iter().map(|(workspace, keep)| (workspace, counts(keep))).collect())
    }
}
