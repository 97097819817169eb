//! Use cases.

use std::sync::Arc;

use db::Db;
use flow::agent::{AgentForm, AgentSource};
use sea_orm::{ActiveModelTrait as _, ActiveValue::Set};
use types::{Actor, AgentId, ConversationId, Page, Permission, RunId, Scope, SectionId, Timestamp, WorkspaceId};

use super::model::{Changes, Conversation, Filter, NewConversation, Order, checked_label, checked_name};
use super::{Error, repo};
use crate::ports::Runs;
use crate::turns;

/// Conversations of people and services.
pub struct Conversations {
    db: Db,
    agents: Arc<dyn AgentSource>,
    runs: Arc<dyn Runs>,
}

impl Conversations {
    pub(crate) fn new(db: Db, agents: Arc<dyn AgentSource>, runs: Arc<dyn Runs>) -> Self {
        Self { db, agents, runs }
    }

    /// A new one, with a fresh section. The agent must be of the same workspace.
    pub async fn create(&self, actor: &Actor, workspace: WorkspaceId, new: NewConversation) -> Result<Conversation, Error> {
        let scope = actor.scope_in(workspace, if new.draft { Permission::Build } else { Permission::Run })?;
        if let Some(agent) = new.agent {
            self.check_agent(&scope, workspace, agent, new.draft).await?;
        }
        let row = blank(actor, workspace, new)?;
        let stored = row.clone();
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    let insert = sea_orm::EntityTrait::insert::<repo::ActiveModel>(stored.into());
                    insert.exec_without_returning(tx).await?;
                    Ok::<_, Error>(())
                })
            })
            .await?;
        Ok(row.into())
    }

    /// An agent that is not published yet may be named: turns will say so.
    async fn check_agent(&self, scope: &Scope, workspace: WorkspaceId, agent: AgentId, draft: bool) -> Result<(), Error> {
        let form = if draft { AgentForm::Draft } else { AgentForm::Published };
        match self.agents.agent(scope, agent, form).await {
            Ok(snapshot) if snapshot.workspace == workspace => Ok(()),
            Ok(_) => Err(types::Failure::not_found("agent").into()),
            Err(failure) if failure.code == "agent_not_published" => Ok(()),
            Err(failure) => Err(failure.into()),
        }
    }

    /// One of the caller's.
    pub async fn get(&self, actor: &Actor, id: ConversationId) -> Result<Conversation, Error> {
        Ok(self.row(actor, id, Permission::View).await?.into())
    }

    /// One of the caller's, when he has the permission in its workspace.
    pub(crate) async fn row(&self, actor: &Actor, id: ConversationId, permission: Permission) -> Result<repo::Model, Error> {
        let row = repo::get(self.db.read(), &actor.scope(Permission::View), id).await?.ok_or(Error::NotFound)?;
        actor.require(WorkspaceId(row.workspace_id), permission)?;
        Ok(row)
    }

    /// Last used first.
    pub async fn list(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        filter: &Filter,
        limit: u64,
        cursor: Option<&str>,
    ) -> Result<Page<Conversation>, Error> {
        filter.check()?;
        let scope = actor.scope_in(workspace, Permission::View)?;
        let after = cursor.filter(|c| !c.is_empty()).map(parse_cursor).transpose()?;
        let mut rows = repo::latest(self.db.read(), &scope, filter, after, limit + 1).await?;
        let more = rows.len() as u64 > limit;
        rows.truncate(limit as usize);
        let next_cursor = rows.last().filter(|_| more).map(|r| format!("{}.{}", r.updated_at, r.id));
        Ok(Page { items: rows.into_iter().map(Conversation::from).collect(), next_cursor })
    }

    /// By time of creation, pages by number from 1; over all workspaces of the caller when none is
    /// named. Also says whether there is more.
    pub async fn list_pages(
        &self,
        actor: &Actor,
        workspace: Option<WorkspaceId>,
        filter: &Filter,
        order: Order,
        number: u64,
        size: u64,
    ) -> Result<(Vec<Conversation>, bool), Error> {
        let scope = match workspace {
            Some(workspace) => actor.scope_in(workspace, Permission::View)?,
            None => actor.scope(Permission::View),
        };
        filter.check()?;
        let offset = number.max(1).saturating_sub(1).saturating_mul(size).min(i64::MAX as u64);
        let mut rows = repo::page(self.db.read(), &scope, filter, order, offset, size + 1).await?;
        let more = rows.len() as u64 > size;
        rows.truncate(size as usize);
        Ok((rows.into_iter().map(Conversation::from).collect(), more))
    }

    /// Gives it another name.
    pub async fn update(&self, actor: &Actor, id: ConversationId, changes: Changes) -> Result<Conversation, Error> {
        let row = self.row(actor, id, Permission::Run).await?;
        let Some(name) = changes.name else { return Ok(row.into()) };
        let name = checked_name(&name)?;
        let row = self
            .db
            .write(move |tx| {
                Box::pin(async move {
                    let row = repo::lock(tx, id).await?.ok_or(Error::NotFound)?;
                    let mut change = repo::ActiveModel::from(row);
                    change.name = Set(name);
                    Ok::<_, Error>(change.update(tx).await?)
                })
            })
            .await?;
        Ok(row.into())
    }

    /// Brings a conversation that belongs to no agent yet into the workspace of the agent that is to
    /// answer in it. (On the Coze API conversations are made before anybody knows with whom.)
    pub async fn adopt(&self, actor: &Actor, id: ConversationId, workspace: WorkspaceId) -> Result<Conversation, Error> {
        self.row(actor, id, Permission::Run).await?;
        actor.scope_in(workspace, Permission::Run)?;
        let row = self.db.write(move |tx| {
            Box::pin(async move {
                let row = repo::lock(tx, id).await?.ok_or(Error::NotFound)?;
                if row.agent_id.is_some() || row.workspace_id == workspace.get() {
                    return Ok(row);
                }
                crate::messages::repo::bring(tx, id, workspace).await?;
                let version = row.version + 1;
                let mut change = repo::ActiveModel::from(row);
                change.workspace_id = Set(workspace.get());
                change.version = Set(version);
                Ok::<_, Error>(change.update(tx).await?)
            })
        });
        Ok(row.await?.into())
    }

    /// Begins a new section: the model no longer sees what was said before.
    pub async fn clear(&self, actor: &Actor, id: ConversationId) -> Result<SectionId, Error> {
        self.row(actor, id, Permission::Run).await?;
        let section = SectionId::generate();
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    let row = repo::lock(tx, id).await?.ok_or(Error::NotFound)?;
                    let version = row.version + 1;
                    let mut change = repo::ActiveModel::from(row);
                    change.section_id = Set(section.get());
                    change.version = Set(version);
                    change.update(tx).await?;
                    Ok::<_, Error>(section)
                })
            })
            .await
    }

    /// Hides it and cancels what runs or waits in it.
    pub async fn delete(&self, actor: &Actor, id: ConversationId) -> Result<(), Error> {
        let row = self.row(actor, id, Permission::Run).await?;
        let open = self
            .db
            .write(move |tx| {
                Box::pin(async move {
                    let row = repo::lock(tx, id).await?.ok_or(Error::NotFound)?;
                    let mut change = repo::ActiveModel::from(row);
                    change.deleted_at = Set(Some(Timestamp::now().millis()));
                    change.update(tx).await?;
                    crate::named::repo::forget(tx, id).await?;
                    Ok::<_, Error>(turns::repo::open(tx, id).await?)
                })
            })
            .await?;
        let scope = actor.scope_in(WorkspaceId(row.workspace_id), Permission::Run)?;
        for turn in open {
            // It may have ended in this moment; the conversation is gone either way.
            if let Err(failure) = self.runs.cancel(&scope, RunId(turn.id)).await {
                tracing::debug!(run = turn.id, %failure, "a run of a deleted conversation was not cancelled");
            }
        }
        Ok(())
    }
}

fn parse_cursor(text: &str) -> Result<(i64, i64), Error> {
    let place = text.split_once('.').and_then(|(updated, id)| Some((updated.parse().ok()?, id.parse().ok()?)));
    place.ok_or_else(|| Error::invalid("cursor", "Give back `next_cursor` of the page before, unchanged."))
}

/// A conversation that is not stored yet.
pub(crate) fn blank(actor: &Actor, workspace: WorkspaceId, new: NewConversation) -> Result<repo::Model, Error> {
    let now = Timestamp::now().millis();
    Ok(repo::Model {
        id: ConversationId::generate().get(),
        workspace_id: workspace.get(),
        user_id: actor.user.get(),
        agent_id: new.agent.map(AgentId::get),
        name: checked_name(&new.name)?,
        draft: new.draft,
        section_id: SectionId::generate().get(),
        active_run_id: None,
        version: 0,
        meta: serde_json::Value::Object(new.meta).to_string(),
        user_label: checked_label("user_id", &new.user_label, 255)?,
        connector: checked_label("connector_id", &new.connector, 64)?,
        created_at: now,
        updated_at: now,
        deleted_at: None,
    })
}
