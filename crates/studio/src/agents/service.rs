//! Use cases around the agent itself; drafts and versions are in `drafts` and `publishing`.

use std::collections::HashMap;
use std::sync::Arc;

use db::Db;
use flow::agent::AgentConfig;
use flow::tool::{ToolInfo, Toolbox};
use moka::future::Cache;
use types::{Actor, AgentId, Page, PageRequest, Permission, Timestamp, UserId, WorkspaceId};

use super::model::{Agent, Filter, Meta, NewAgent, Problem};
use super::ports::Names;
use super::{Error, problems, repo};
use crate::models::Models;
use crate::workflows::as_tools;

/// Agents of one workspace.
const MOST: u64 = 10_000;
/// Largest document, in bytes of JSON.
const DOCUMENT: usize = 1024 * 1024;

/// The agents.
pub struct Agents {
    pub(super) db: Db,
    pub(super) models: Arc<Models>,
    pub(super) toolbox: Toolbox,
    names: Arc<dyn Names>,
    /// Published versions that were read lately.
    pub(super) versions: Cache<(AgentId, i64), Arc<AgentConfig>>,
}

impl Agents {
    /// Over the database, the configured models, the built-in tools and people's names.
    pub fn new(db: Db, models: Arc<Models>, toolbox: Toolbox, names: Arc<dyn Names>) -> Self {
        Self { db, models, toolbox, names, versions: Cache::new(1000) }
    }

    /// The built-in tools.
    pub fn tools(&self) -> Vec<ToolInfo> {
        self.toolbox.infos()
    }

    /// Adds an agent with its first draft.
    pub async fn create(&self, actor: &Actor, workspace: WorkspaceId, new: NewAgent) -> Result<Agent, Error> {
        actor.require(workspace, Permission::Build)?;
        let NewAgent { name, description, icon, config } = new;
        document(&config)?;
        if repo::count(self.db.read(), workspace).await? >= MOST {
            return Err(Error::invalid("name", format!("This workspace has {MOST} agents. Delete some first.")));
        }
        let now = Timestamp::now();
        let agent = Agent {
            id: AgentId::generate(),
            workspace,
            name: checked_name(&name)?,
            description: checked_text("description", &description, 2000)?,
            icon: checked_text("icon", &icon, 255)?,
            created_by: actor.user,
            created_at: now,
            updated_at: now,
            published_version: None,
            published_at: None,
            unpublished_changes: true,
        };
        let row = agent.clone();
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    repo::insert(tx, &row).await?;
                    repo::insert_draft(tx, row.id, &config, row.created_by, now).await?;
                    as_tools::note(tx, row.id, false, &config).await
                })
            })
            .await?;
        Ok(agent)
    }

    /// One agent.
    pub async fn get(&self, actor: &Actor, id: AgentId) -> Result<Agent, Error> {
        repo::find(self.db.read(), &actor.scope(Permission::View).ids(), id).await?.ok_or(Error::NotFound)
    }

    /// Agents of a workspace, newest first.
    pub async fn list(&self, actor: &Actor, workspace: WorkspaceId, filter: &Filter, page: &PageRequest) -> Result<Page<Agent>, Error> {
        let scope = actor.scope_in(workspace, Permission::View)?;
        let found = repo::list(self.db.read(), &scope.ids(), filter, page.after()?, page.limit()).await?;
        Ok(Page::from_extra(found, page.limit(), |a| a.id.get()))
    }

    /// The same by page number (1, 2, …) and size, with the number of all that match.
    pub async fn list_numbered(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        filter: &Filter,
        page_num: u64,
        page_size: u64,
    ) -> Result<(Vec<Agent>, u64), Error> {
        let scope = actor.scope_in(workspace, Permission::View)?;
        let found = repo::page(self.db.read(), &scope.ids(), filter, page_num, page_size.clamp(1, 100)).await?;
        Ok((found.items, found.total))
    }

    /// Changes name, description or icon.
    pub async fn update_meta(&self, actor: &Actor, id: AgentId, meta: Meta) -> Result<Agent, Error> {
        let mut agent = self.buildable(actor, id).await?;
        let Meta { name, description, icon } = meta;
        if let Some(name) = name {
            agent.name = checked_name(&name)?;
        }
        if let Some(description) = description {
            agent.description = checked_text("description", &description, 2000)?;
        }
        if let Some(icon) = icon {
            agent.icon = checked_text("icon", &icon, 255)?;
        }
        agent.updated_at = Timestamp::now();
        let row = agent.clone();
        self.db.write(move |tx| Box::pin(async move { repo::rename(tx, &row).await })).await?;
        Ok(agent)
    }

    /// Deletes an agent. Conversations and runs of it stay readable.
    pub async fn delete(&self, actor: &Actor, id: AgentId) -> Result<(), Error> {
        self.buildable(actor, id).await?;
        let now = Timestamp::now();
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    as_tools::forget(tx, id).await?;
                    repo::set_deleted(tx, id, now).await
                })
            })
            .await?;
        Ok(())
    }

    /// A new agent with the same draft, in the same workspace.
    pub async fn duplicate(&self, actor: &Actor, id: AgentId, name: Option<String>) -> Result<Agent, Error> {
        let source = self.buildable(actor, id).await?;
        let draft = repo::draft(self.db.read(), id).await?.ok_or(Error::NotFound)?;
        let name = name.unwrap_or_else(|| {
            let kept: String = source.name.chars().take(90).collect();
            format!("{kept} (copy)")
        });
        let new = NewAgent { name, description: source.description, icon: source.icon, config: draft.config };
        self.create(actor, source.workspace, new).await
    }

    /// What is wrong with a document in this workspace.
    pub(super) async fn problems(&self, workspace: WorkspaceId, config: &AgentConfig) -> Result<Vec<Problem>, Error> {
        let models = self.models.available(workspace).await.map_err(types::Failure::from)?;
        let workflows = as_tools::named(&self.db, workspace, config).await?;
        Ok(problems::find(config, &models, &self.toolbox, &workflows))
    }

    /// The agent, if the actor may build it.
    pub(super) async fn buildable(&self, actor: &Actor, id: AgentId) -> Result<Agent, Error> {
        let agent = self.get(actor, id).await?;
        actor.require(agent.workspace, Permission::Build)?;
        Ok(agent)
    }

    pub(super) async fn names(&self, ids: impl Iterator<Item = UserId>) -> HashMap<UserId, String> {
        let mut ids: Vec<_> = ids.collect();
        ids.sort_unstable();
        ids.dedup();
        self.names.names(&ids).await
    }
}

/// Refuses a document that is not worth storing; everything else about it is a problem, not an error.
pub(super) fn document(config: &AgentConfig) -> Result<(), Error> {
    let size = serde_json::to_string(config).map_or(usize::MAX, |text| text.len());
    if size > DOCUMENT {
        return Err(Error::invalid("config", format!("The agent's document is larger than {DOCUMENT} bytes.")));
    }
    Ok(())
}

pub(super) fn checked_text(field: &'static str, text: &str, most: usize) -> Result<String, Error> {
    let text = text.trim();
    if text.chars().count() > most || text.contains('\0') {
        return Err(Error::invalid(field, format!("`{field}` has at most {most} characters.")));
    }
    Ok(text.to_owned())
}

fn checked_name(name: &str) -> Result<String, Error> {
    let name = checked_text("name", name, 100)?;
    if name.is_empty() || name.chars().any(char::is_control) {
        return Err(Error::invalid("name", "`name` has 1 to 100 characters, without line breaks."));
    }
    Ok(name)
}
