//! Use cases of workspaces.

use std::collections::HashMap;
use std::sync::Arc;

use rest::Client;
use types::{Actor, Failure, Page, PageRequest, Permission, Role, Scope, Timestamp, WorkspaceId};

use super::repo::Workspace;
use super::{Error, TEAM, repo};
use crate::audit::{self, By, Entry};
use crate::context::Context;
use crate::{invitations, oauth, service_accounts, tokens, validate};

/// Workspaces.
#[derive(Clone)]
pub struct Workspaces {
    pub(super) cx: Arc<Context>,
}

/// A workspace as its members see it.
pub struct Seen {
    pub row: Workspace,
    pub role: Role,
    pub people: i64,
}

impl Workspaces {
    pub fn new(cx: Arc<Context>) -> Self {
        Self { cx }
    }

    /// The actor's workspaces, personal one first.
    pub async fn list(&self, who: &Actor, page: &PageRequest) -> Result<Page<Seen>, Error> {
        let after = page.after().map_err(|e| Failure::invalid("cursor", e.to_string()))?;
        let mut all = self.seen(who, &who.scope(Permission::View)).await?;
        if let Some(after) = after {
            // The order is not that of the ids (the personal one comes first): continue behind the one named.
            let behind = all.iter().position(|seen| seen.row.id == after).map_or(all.len(), |at| at + 1);
            all.drain(..behind);
        }
        all.truncate(page.limit() as usize + 1);
        Ok(Page::from_extra(all, page.limit(), |seen| seen.row.id))
    }

    /// One of them.
    pub async fn get(&self, who: &Actor, id: WorkspaceId) -> Result<Seen, Error> {
        let scope = who.scope_in(id, Permission::View)?;
        self.seen(who, &scope).await?.pop().ok_or(Error::NoSuchWorkspace)
    }

    async fn seen(&self, who: &Actor, scope: &Scope) -> Result<Vec<Seen>, Error> {
        let rows = repo::in_scope(&self.cx.db, scope).await?;
        let people: HashMap<i64, i64> = repo::member_counts(&self.cx.db, scope).await?.into_iter().collect();
        let mut rows: HashMap<i64, Workspace> = rows.into_iter().map(|row| (row.id, row)).collect();
        let see = |grant: &types::Grant| {
            let row = rows.remove(&grant.workspace.get())?;
            Some(Seen { people: people.get(&row.id).copied().unwrap_or(0), role: grant.role, row })
        };
        Ok(who.grants().iter().filter_map(see).collect())
    }

    /// A new team workspace, owned by the actor.
    pub async fn create(&self, who: &Actor, name: &str, description: &str, client: &Client) -> Result<Seen, Error> {
        let name = validate::name("name", name)?;
        let description = validate::text("description", description, 1000)?;
        let (owner, by) = (who.user, By::actor(who, client));
        let written = self.cx.db.write(move |tx| {
            Box::pin(async move {
                let row = repo::create(tx, owner, TEAM, name, description).await?;
                let entry = Entry::new(&by, "workspace.create", &row.name).in_workspace(WorkspaceId(row.id));
                audit::record(tx, entry).await?;
                Ok::<_, Error>(row)
            })
        });
        let row = written.await?;
        self.cx.forget_actors();
        Ok(Seen { row, role: Role::Owner, people: 1 })
    }

    /// Changes name and description.
    pub async fn update(
        &self,
        who: &Actor,
        id: WorkspaceId,
        name: Option<String>,
        description: Option<String>,
        client: &Client,
    ) -> Result<Seen, Error> {
        who.require(id, Permission::Administer)?;
        let name = name.map(|name| validate::name("name", &name)).transpose()?;
        let description = description.map(|text| validate::text("description", &text, 1000)).transpose()?;
        let by = By::actor(who, client);
        let written = self.cx.db.write(move |tx| {
            Box::pin(async move {
                let mut row = repo::lock(tx, id).await?.ok_or(Error::NoSuchWorkspace)?;
                row.name = name.unwrap_or(row.name);
                row.description = description.unwrap_or(row.description);
                repo::update(tx, &row).await?;
                Ok::<_, Error>(audit::record(tx, Entry::new(&by, "workspace.update", row.name).in_workspace(id)).await?)
            })
        });
        written.await?;
        self.get(who, id).await
    }

    /// Deletes a team workspace: members, tokens and invitations are gone, nothing in it can be reached any more.
    pub async fn delete(&self, who: &Actor, id: WorkspaceId, client: &Client) -> Result<(), Error> {
        who.require(id, Permission::Own)?;
        let by = By::actor(who, client);
        let written = self.cx.db.write(move |tx| {
            Box::pin(async move {
                let mut row = repo::lock(tx, id).await?.ok_or(Error::NoSuchWorkspace)?;
                if !repo::is_team(&row) {
                    return Err(Error::Personal);
                }
                row.deleted_at = Some(Timestamp::now().millis());
                repo::update(tx, &row).await?;
                repo::remove_members(tx, id).await?;
                invitations::repo::delete_of_workspace(tx, id).await?;
                service_accounts::repo::delete_of_workspace(tx, id).await?;
                oauth::delete_of_workspace(tx, id).await?;
                tokens::repo::delete_of_workspace(tx, id).await?;
                Ok(audit::record(tx, Entry::new(&by, "workspace.delete", row.name).in_workspace(id)).await?)
            })
        });
        written.await?;
        self.cx.forget_actors();
        Ok(())
    }
}
