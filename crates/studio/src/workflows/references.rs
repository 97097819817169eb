//! What calls a workflow.

use types::{Actor, WorkflowId};

use super::model::{User, UserKind, Workflow};
use super::repo::Use;
use super::service::Workflows;
use super::{Error, repo};

impl Workflows {
    /// What calls a workflow, latest first.
    pub async fn references(&self, actor: &Actor, id: WorkflowId) -> Result<Vec<User>, Error> {
        let workflow = self.get(actor, id).await?;
        self.users(&workflow).await
    }

    pub(super) async fn users(&self, workflow: &Workflow) -> Result<Vec<User>, Error> {
        let uses = repo::uses_of(self.db.read(), workflow.id).await?;
        let of = |kind: UserKind| uses.iter().filter(|u| u.kind == kind).map(|u| u.user).collect::<Vec<i64>>();
        // A document may name a workflow of another workspace, but cannot call it: that is no use.
        let workflows = repo::find_all(self.db.read(), workflow.workspace, &of(UserKind::Workflow)).await?;
        let agents = crate::agents::names_in(self.db.read(), workflow.workspace, &of(UserKind::Agent)).await?;
        let named = |kind: UserKind, user: i64| match kind {
            UserKind::Workflow => workflows.iter().find(|w| w.id.get() == user).map(|w| w.name.clone()),
            UserKind::Agent => agents.get(&user).cloned(),
        };
        let mut users: Vec<User> = Vec::new();
        for Use { kind, user, version, published } in uses {
            let Some(name) = named(kind, user) else { continue };
            let known = users.iter().position(|u| (u.kind, u.id, u.version) == (kind, user, version));
            let at = known.unwrap_or_else(|| {
                users.push(User { kind, id: user, name, version, in_draft: false, in_published: false });
                users.len() - 1
            });
            users[at].in_published |= published;
            users[at].in_draft |= !published;
        }
        Ok(users)
    }
}
