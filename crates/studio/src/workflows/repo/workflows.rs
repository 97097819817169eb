//! Rows of `workflows`.

use db::Error;
use flow::workflow::Mode;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, Condition, QueryOrder, QuerySelect};
use types::{Timestamp, UserId, WorkflowId, WorkspaceId};

use super::super::model::{Filter, Workflow};
use super::rows::workflow::{ActiveModel, Column, Entity, Model};
use crate::rows::{Columns, latest, search_text};

/// What lists are filtered by.
const COLUMNS: Columns<Column> = Columns {
    workspace: Column::WorkspaceId,
    deleted_at: Column::DeletedAt,
    search: Column::Search,
    published_version: Column::PublishedVersion,
};

/// The workflow `id`, if it is in one of the workspaces and not deleted.
pub async fn find(conn: &impl ConnectionTrait, workspaces: &[i64], id: WorkflowId) -> Result<Option<Workflow>, Error> {
    Entity::find_by_id(id.get()).filter(alive(workspaces)).one(conn).await?.map(read).transpose()
}

/// Those of `ids` that are in the workspace and not deleted.
pub async fn find_all(conn: &impl ConnectionTrait, workspace: WorkspaceId, ids: &[i64]) -> Result<Vec<Workflow>, Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let among = alive(&[workspace.get()]).add(Column::Id.is_in(ids.iter().copied()));
    Entity::find().filter(among).all(conn).await?.into_iter().map(read).collect()
}

/// Newest first, after the cursor; one more than `limit`.
pub async fn list(
    conn: &impl ConnectionTrait,
    workspaces: &[i64],
    filter: &Filter,
    after: Option<i64>,
    limit: u64,
) -> Result<Vec<Workflow>, Error> {
    let query = Entity::find().filter(matching(workspaces, filter));
    latest(conn, query, Column::Id, after, limit).await?.into_iter().map(read).collect()
}

/// How many workflows a workspace has.
pub async fn count(conn: &impl ConnectionTrait, workspace: WorkspaceId) -> Result<u64, Error> {
    Ok(Entity::find().filter(alive(&[workspace.get()])).count(conn).await?)
}

/// Adds a workflow.
pub async fn insert(conn: &impl ConnectionTrait, workflow: &Workflow) -> Result<(), Error> {
    let row = ActiveModel {
        id: Set(workflow.id.get()),
        workspace_id: Set(workflow.workspace.get()),
        name: Set(workflow.name.clone()),
        description: Set(workflow.description.clone()),
        icon: Set(workflow.icon.clone()),
        mode: Set(mode_name(workflow.mode).to_owned()),
        search: Set(search_text(&workflow.name, &workflow.description)),
        created_by: Set(workflow.created_by.get()),
        created_at: Set(workflow.created_at.millis()),
        updated_at: Set(workflow.updated_at.millis()),
        deleted_at: Set(None),
        last_sequence: Set(0),
        published_version: Set(None),
        published_at: Set(None),
        unpublished_changes: Set(true),
        folder: Set(workflow.folder.clone()),
    };
    Entity::insert(row).exec_without_returning(conn).await?;
    Ok(())
}

/// Writes name, description, icon and folder.
pub async fn rename(conn: &impl ConnectionTrait, workflow: &Workflow) -> Result<(), Error> {
    let row = ActiveModel {
        name: Set(workflow.name.clone()),
        description: Set(workflow.description.clone()),
        icon: Set(workflow.icon.clone()),
        folder: Set(workflow.folder.clone()),
        search: Set(search_text(&workflow.name, &workflow.description)),
        updated_at: Set(workflow.updated_at.millis()),
        ..<ActiveModel as Default>::default()
    };
    Entity::update_many().set(row).filter(Column::Id.eq(workflow.id.get())).exec(conn).await?;
    Ok(())
}

/// Puts a workflow into another workspace.
pub async fn set_workspace(conn: &impl ConnectionTrait, workflow: &Workflow) -> Result<(), Error> {
    let row = ActiveModel {
        workspace_id: Set(workflow.workspace.get()),
        folder: Set(workflow.folder.clone()),
        updated_at: Set(workflow.updated_at.millis()),
        ..<ActiveModel as Default>::default()
    };
    Entity::update_many().set(row).filter(Column::Id.eq(workflow.id.get())).exec(conn).await?;
    Ok(())
}

/// Folders of workspaces with the number of their workflows, by name.
pub async fn folders(conn: &impl ConnectionTrait, workspaces: &[i64]) -> Result<Vec<(String, i64)>, Error> {
    let query = Entity::find().select_only().column(Column::Folder).column_as(Column::Id.count(), "workflows");
    let query = query.filter(alive(workspaces)).filter(Column::Folder.ne("")).group_by(Column::Folder).order_by_asc(Column::Folder);
    Ok(query.into_tuple().all(conn).await?)
}

/// Hides a workflow for good.
pub async fn set_deleted(conn: &impl ConnectionTrait, id: WorkflowId, now: Timestamp) -> Result<(), Error> {
    let row = ActiveModel { deleted_at: Set(Some(now.millis())), ..<ActiveModel as Default>::default() };
    Entity::update_many().set(row).filter(Column::Id.eq(id.get())).exec(conn).await?;
    Ok(())
}

/// Notes that the draft was saved.
pub async fn touch_draft(
    conn: &impl ConnectionTrait,
    id: WorkflowId,
    mode: Mode,
    unpublished_changes: bool,
    now: Timestamp,
) -> Result<(), Error> {
    let row = ActiveModel {
        mode: Set(mode_name(mode).to_owned()),
        unpublished_changes: Set(unpublished_changes),
        updated_at: Set(now.millis()),
        ..<ActiveModel as Default>::default()
    };
    Entity::update_many().set(row).filter(Column::Id.eq(id.get())).exec(conn).await?;
    Ok(())
}

fn read(row: Model) -> Result<Workflow, Error> {
    let published_version = row.published_version.as_deref().map(super::versions::number).transpose()?;
    Ok(Workflow {
        id: WorkflowId(row.id),
        workspace: WorkspaceId(row.workspace_id),
        name: row.name,
        description: row.description,
        icon: row.icon,
        folder: row.folder,
        mode: if row.mode == mode_name(Mode::Chatflow) { Mode::Chatflow } else { Mode::Workflow },
        created_by: UserId(row.created_by),
        created_at: Timestamp(row.created_at),
        updated_at: Timestamp(row.updated_at),
        published_version,
        published_at: row.published_at.map(Timestamp),
        unpublished_changes: row.unpublished_changes,
    })
}

const fn mode_name(mode: Mode) -> &'static str {
    match mode {
        Mode::Workflow => "workflow",
        Mode::Chatflow => "chatflow",
    }
}

fn alive(workspaces: &[i64]) -> Condition {
    COLUMNS.alive(workspaces)
}

fn matching(workspaces: &[i64], filter: &Filter) -> Condition {
    let Filter { text, published, mode, folder } = filter;
    COLUMNS
        .matching(workspaces, text.as_deref(), *published)
        .add_option(mode.map(|mode| Column::Mode.eq(mode_name(mode))))
        .add_option(folder.as_ref().map(|folder| Column::Folder.eq(folder.trim())))
}
