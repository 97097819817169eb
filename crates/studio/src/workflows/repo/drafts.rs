//! Rows of `workflow_drafts`, of workflows that were read through a scope.

use db::Error;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, QuerySelect};
use types::{Timestamp, UserId, WorkflowId};

use super::rows::draft::{ActiveModel, Column, Entity};

/// A draft as stored.
pub struct StoredDraft {
    /// The document, as JSON.
    pub document: String,
    /// Who saved it when.
    pub saved: SavedBy,
}

/// Who saved a draft when.
#[derive(Debug, Clone, Copy)]
pub struct SavedBy {
    /// Grows with each save.
    pub revision: i64,
    /// Who.
    pub by: UserId,
    /// When.
    pub at: Timestamp,
}

/// The draft of a workflow.
pub async fn draft(conn: &impl ConnectionTrait, id: WorkflowId) -> Result<Option<StoredDraft>, Error> {
    let row = Entity::find_by_id(id.get()).one(conn).await?;
    Ok(row.map(|row| StoredDraft {
        document: row.document,
        saved: SavedBy { revision: row.revision, by: UserId(row.updated_by), at: Timestamp(row.updated_at) },
    }))
}

/// The documents of drafts, as JSON, by id.
pub async fn drafts(conn: &impl ConnectionTrait, ids: &[i64]) -> Result<Vec<(i64, String)>, Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let query = Entity::find().select_only().column(Column::Id).column(Column::Document);
    Ok(query.filter(Column::Id.is_in(ids.iter().copied())).into_tuple().all(conn).await?)
}

/// Who saved the draft when, without its document.
pub async fn saved_by(conn: &impl ConnectionTrait, id: WorkflowId) -> Result<Option<SavedBy>, Error> {
    let query = Entity::find_by_id(id.get()).select_only();
    let query = query.column(Column::Revision).column(Column::UpdatedBy).column(Column::UpdatedAt);
    let row: Option<(i64, i64, i64)> = query.into_tuple().one(conn).await?;
    Ok(row.map(|(revision, by, at)| SavedBy { revision, by: UserId(by), at: Timestamp(at) }))
}

/// Adds the first draft, revision 1.
pub async fn insert_draft(conn: &impl ConnectionTrait, id: WorkflowId, document: String, by: UserId, now: Timestamp) -> Result<(), Error> {
    let row = ActiveModel {
        id: Set(id.get()),
        document: Set(document),
        revision: Set(1),
        updated_by: Set(by.get()),
        updated_at: Set(now.millis()),
    };
    Entity::insert(row).exec_without_returning(conn).await?;
    Ok(())
}

/// Writes the draft that is still at `seen`; `false` when it is not.
pub async fn save_draft(
    conn: &impl ConnectionTrait,
    id: WorkflowId,
    seen: i64,
    document: String,
    by: UserId,
    now: Timestamp,
) -> Result<bool, Error> {
    let row = ActiveModel {
        document: Set(document),
        revision: Set(seen + 1),
        updated_by: Set(by.get()),
        updated_at: Set(now.millis()),
        ..<ActiveModel as Default>::default()
    };
    let draft = Entity::update_many().set(row).filter(Column::Id.eq(id.get())).filter(Column::Revision.eq(seen));
    Ok(draft.exec(conn).await?.rows_affected == 1)
}
