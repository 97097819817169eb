//! `studio` knows what starts workflows by itself; the engine starts them, `identity` knows for whom and keeps the audit log.

use std::collections::HashMap;
use std::time::Duration;

use async_trait::async_trait;
use db::Tx;
use engine::workflows::Start;
use engine::{Runs, Workflows};
use flow::run::{Reply, Run, RunStatus};
use identity::Identity;
use identity::audit::{self, By, Entry};
use studio::triggers::{AuditLine, Prepared, Wanted};
use types::{Actor, Failure, Permission, RunId, Scope, UserId, WorkspaceId};

/// The engine as triggers see it.
pub struct Starts(pub Runs, pub Workflows);

#[async_trait]
impl studio::triggers::Runs for Starts {
    async fn prepare(&self, actor: &Actor, wanted: Wanted) -> Result<Prepared, Failure> {
        let Wanted { workflow, form, inputs, wait, time_zone, meta } = wanted;
        let reply = if wait { Reply::Sync } else { Reply::Async };
        let start = Start { reply, time_zone, meta, ..Start::new(workflow, form, inputs) };
        let spec = self.1.freeze(self.1.prepare(actor, start).await?).await?;
        Ok(Prepared { run: spec.id, statements: self.0.create(spec, false)? })
    }

    fn launch(&self, run: RunId) {
        self.0.launch(run);
    }

    async fn rested(&self, actor: &Actor, run: RunId, limit: Duration) -> Result<Run, Failure> {
        Ok(self.0.rested(&actor.scope(Permission::View), run, limit).await?)
    }

    async fn statuses(&self, scope: &Scope, runs: &[RunId]) -> Result<HashMap<RunId, RunStatus>, Failure> {
        Ok(self.0.statuses(scope, runs).await?)
    }
}

/// The accounts as triggers see them.
pub struct Accounts(pub Identity);

#[async_trait]
impl studio::triggers::People for Accounts {
    async fn standing(&self, user: UserId, workspace: WorkspaceId) -> Result<Option<Actor>, Failure> {
        self.0.standing(user, workspace).await
    }
}

#[async_trait]
impl studio::triggers::Audit for Accounts {
    async fn note(&self, tx: &Tx, line: AuditLine) -> Result<(), db::Error> {
        let AuditLine { user, client, workspace, action, target } = line;
        let entry = Entry::new(&By::user(user, &client), action, target).in_workspace(workspace);
        Ok(audit::record(tx, entry).await?)
    }
}
