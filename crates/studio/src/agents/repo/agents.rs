//! Rows of `agents`.

use std::collections::HashMap;

use db::Error;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, Condition, QueryOrder, QuerySelect};
use types::{AgentId, Timestamp, UserId, WorkspaceId};

use super::super::model::{Agent, Filter};
use super::rows::agent::{ActiveModel, Column, Entity, Model};
use crate::rows::{Columns, latest, search_text};

/// What lists are filtered by.
const COLUMNS: Columns<Column> = Columns {
    workspace: Column::WorkspaceId,
    deleted_at: Column::DeletedAt,
    search: Column::Search,
    published_version: Column::PublishedVersion,
};

/// Agents by page number.
pub struct Numbered {
    /// Of this page.
    pub items: Vec<Agent>,
    /// Of all pages.
    pub total: u64,
}

/// The agent `id`, if it is in one of the workspaces and not deleted.
pub async fn find(conn: &impl ConnectionTrait, workspaces: &[i64], id: AgentId) -> Result<Option<Agent>, Error> {
    let found = Entity::find_by_id(id.get()).filter(alive(workspaces)).one(conn).await?;
    Ok(found.map(read))
}

/// The names of those of these agents that are in the workspace.
pub async fn names_in(conn: &impl ConnectionTrait, workspace: WorkspaceId, ids: &[i64]) -> Result<HashMap<i64, String>, Error> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let among = alive(&[workspace.get()]).add(Column::Id.is_in(ids.iter().copied()));
    Ok(Entity::find().filter(among).all(conn).await?.into_iter().map(|row| (row.id, row.name)).collect())
}

/// Newest first, after the cursor; one more than `limit`.
pub async fn list(
    conn: &impl ConnectionTrait,
    workspaces: &[i64],
    filter: &Filter,
    after: Option<i64>,
    limit: u64,
) -> Result<Vec<Agent>, Error> {
    let query = Entity::find().filter(matching(workspaces, filter));
    Ok(latest(conn, query, Column::Id, after, limit).await?.into_iter().map(read).collect())
}

/// Newest first, by page number (1, 2, …).
pub async fn page(conn: &impl ConnectionTrait, workspaces: &[i64], filter: &Filter, number: u64, size: u64) -> Result<Numbered, Error> {
    let query = Entity::find().filter(matching(workspaces, filter));
    let total = query.clone().count(conn).await?;
    let offset = number.saturating_sub(1).saturating_mul(size);
    // An offset beyond the rows needs no query, and a huge one would not fit the engines' integers.
    if offset >= total {
        return Ok(Numbered { items: Vec::new(), total });
    }
    let rows = query.order_by_desc(Column::Id).offset(offset).limit(size).all(conn).await?;
    Ok(Numbered { items: rows.into_iter().map(read).collect(), total })
}

/// How many agents a workspace has.
pub async fn count(conn: &impl ConnectionTrait, workspace: WorkspaceId) -> Result<u64, Error> {
    Ok(Entity::find().filter(alive(&[workspace.get()])).count(conn).await?)
}

/// Adds an agent.
pub async fn insert(conn: &impl ConnectionTrait, agent: &Agent) -> Result<(), Error> {
    let row = ActiveModel {
        id: Set(agent.id.get()),
        workspace_id: Set(agent.workspace.get()),
        name: Set(agent.name.clone()),
        description: Set(agent.description.clone()),
        icon: Set(agent.icon.clone()),
        search: Set(search_text(&agent.name, &agent.description)),
        created_by: Set(agent.created_by.get()),
        created_at: Set(agent.created_at.millis()),
        updated_at: Set(agent.updated_at.millis()),
        deleted_at: Set(None),
        last_version: Set(0),
        published_version: Set(None),
        published_at: Set(None),
        unpublished_changes: Set(true),
    };
    Entity::insert(row).exec_without_returning(conn).await?;
    Ok(())
}

/// Writes name, description and icon.
pub async fn rename(conn: &impl ConnectionTrait, agent: &Agent) -> Result<(), Error> {
    let row = ActiveModel {
        name: Set(agent.name.clone()),
        description: Set(agent.description.clone()),
        icon: Set(agent.icon.clone()),
        search: Set(search_text(&agent.name, &agent.description)),
        updated_at: Set(agent.updated_at.millis()),
        ..<ActiveModel as Default>::default()
    };
    Entity::update_many().set(row).filter(Column::Id.eq(agent.id.get())).exec(conn).await?;
    Ok(())
}

/// Hides an agent for good.
pub async fn set_deleted(conn: &impl ConnectionTrait, id: AgentId, now: Timestamp) -> Result<(), Error> {
    let row = ActiveModel { deleted_at: Set(Some(now.millis())), ..<ActiveModel as Default>::default() };
    Entity::update_many().set(row).filter(Column::Id.eq(id.get())).exec(conn).await?;
    Ok(())
}

/// Notes that the draft was saved.
pub async fn touch_draft(conn: &impl ConnectionTrait, id: AgentId, unpublished_changes: bool, now: Timestamp) -> Result<(), Error> {
    let row =
        ActiveModel { unpublished_changes: Set(unpublished_changes), updated_at: Set(now.millis()), ..<ActiveModel as Default>::default() };
    Entity::update_many().set(row).filter(Column::Id.eq(id.get())).exec(conn).await?;
    Ok(())
}

pub fn read(row: Model) -> Agent {
    Agent {
        id: AgentId(row.id),
        workspace: WorkspaceId(row.workspace_id),
        name: row.name,
        description: row.description,
        icon: row.icon,
        created_by: UserId(row.created_by),
        created_at: Timestamp(row.created_at),
        updated_at: Timestamp(row.updated_at),
        published_version: row.published_version,
        published_at: row.published_at.map(Timestamp),
        unpublished_changes: row.unpublished_changes,
    }
}

fn alive(workspaces: &[i64]) -> Condition {
    COLUMNS.alive(workspaces)
}

fn matching(workspaces: &[i64], filter: &Filter) -> Condition {
    COLUMNS.matching(workspaces, filter.text.as_deref(), filter.published)
}
