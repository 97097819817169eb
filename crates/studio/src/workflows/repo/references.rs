//! Rows of `workflow_references`: what calls a workflow.

use std::collections::BTreeSet;

use db::Error;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, QueryOrder, QuerySelect};
use types::WorkflowId;

use super::super::VersionNumber;
use super::super::calls::Target;
use super::super::model::UserKind;
use super::rows::reference::{ActiveModel, Column, Entity, Model};
use super::versions::number;

/// Rows in one statement: far below the parameters any engine takes.
const CHUNK: usize = 500;
/// Uses that are told.
const MOST: u64 = 1000;

/// A use of a workflow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Use {
    /// By what.
    pub kind: UserKind,
    /// Its id.
    pub user: i64,
    /// Of which version; `None`: the draft.
    pub version: Option<VersionNumber>,
    /// By the user's version in use, not by its draft.
    pub published: bool,
}

/// Writes anew what the draft or the version in use of `user` calls. Rows go by their ids: deleting by
/// a condition locks the gaps beside them on MySQL, and two savers would wait for each other.
pub async fn replace_uses(
    conn: &impl ConnectionTrait,
    kind: UserKind,
    user: i64,
    published: bool,
    targets: &BTreeSet<Target>,
) -> Result<(), Error> {
    let mut new = targets.clone();
    let mut gone = Vec::new();
    for row in Entity::find().filter(of(kind, user)).filter(Column::Published.eq(published)).all(conn).await? {
        if !new.remove(&(WorkflowId(row.workflow_id), called(&row)?)) {
            gone.push(row.id);
        }
    }
    delete(conn, &gone).await?;
    let rows: Vec<ActiveModel> = new
        .into_iter()
        .map(|(workflow, version)| ActiveModel {
            id: Set(types::next_id()),
            workflow_id: Set(workflow.get()),
            version: Set(version.map(|v| v.to_string()).unwrap_or_default()),
            user_kind: Set(name(kind).to_owned()),
            user_id: Set(user),
            published: Set(published),
        })
        .collect();
    for chunk in rows.chunks(CHUNK) {
        Entity::insert_many(chunk.to_vec()).exec_without_returning(conn).await?;
    }
    Ok(())
}

/// Forgets what `user` called.
pub async fn forget_uses(conn: &impl ConnectionTrait, kind: UserKind, user: i64) -> Result<(), Error> {
    let ids: Vec<i64> = Entity::find().select_only().column(Column::Id).filter(of(kind, user)).into_tuple().all(conn).await?;
    delete(conn, &ids).await
}

async fn delete(conn: &impl ConnectionTrait, ids: &[i64]) -> Result<(), Error> {
    for chunk in ids.chunks(CHUNK) {
        Entity::delete_many().filter(Column::Id.is_in(chunk.iter().copied())).exec(conn).await?;
    }
    Ok(())
}

/// What calls a workflow, at most 1000, latest first.
pub async fn uses_of(conn: &impl ConnectionTrait, id: WorkflowId) -> Result<Vec<Use>, Error> {
    let query = Entity::find().filter(Column::WorkflowId.eq(id.get()));
    let rows = query.order_by_desc(Column::Id).limit(MOST).all(conn).await?;
    let read = |row: Model| {
        let version = called(&row)?;
        let kind = if row.user_kind == name(UserKind::Agent) { UserKind::Agent } else { UserKind::Workflow };
        Ok(Use { kind, user: row.user_id, version, published: row.published })
    };
    rows.into_iter().map(read).collect()
}

/// Which version a row names; `None`: the draft.
fn called(row: &Model) -> Result<Option<VersionNumber>, Error> {
    if row.version.is_empty() { Ok(None) } else { number(&row.version).map(Some) }
}

fn of(kind: UserKind, user: i64) -> sea_orm::Condition {
    sea_orm::Condition::all().add(Column::UserKind.eq(name(kind))).add(Column::UserId.eq(user))
}

const fn name(kind: UserKind) -> &'static str {
    match kind {
        UserKind::Workflow => "workflow",
        UserKind::Agent => "agent",
    }
}
