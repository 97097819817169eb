//! Rows of `workspace_limits`.

use db::Error;
use flow::workflow::Limits as RunLimits;
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, IntoActiveModel as _};
use types::{Timestamp, UserId, WorkspaceId};

use super::model::{Keep, Limits};

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "workspace_limits")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    pub max_nodes: Option<i64>,
    pub max_document_bytes: Option<i64>,
    pub max_nesting: Option<i64>,
    pub max_depth: Option<i64>,
    pub max_steps: Option<i64>,
    pub max_seconds: Option<i64>,
    pub max_bytes: Option<i64>,
    pub max_output_bytes: Option<i64>,
    pub keep_days: Option<i64>,
    pub keep_runs: Option<i64>,
    pub updated_by: i64,
    pub updated_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// What a workspace, which was read through a scope, has of its own.
pub async fn find(conn: &impl ConnectionTrait, workspace: WorkspaceId) -> Result<Limits, Error> {
    Ok(Entity::find_by_id(workspace.get()).one(conn).await?.as_ref().map(read).unwrap_or_default())
}

/// Puts these in the place of what it had.
pub async fn put(conn: &impl ConnectionTrait, workspace: WorkspaceId, limits: &Limits, by: UserId, at: Timestamp) -> Result<(), Error> {
    Entity::delete_by_id(workspace.get()).exec(conn).await?;
    if *limits != Limits::default() {
        Entity::insert(row(workspace, limits, by, at).into_active_model()).exec_without_returning(conn).await?;
    }
    Ok(())
}

/// Workspaces that say how long runs are kept.
pub async fn keeping(conn: &impl ConnectionTrait) -> Result<Vec<(WorkspaceId, Keep)>, Error> {
    let says = Condition::any().add(Column::KeepDays.is_not_null()).add(Column::KeepRuns.is_not_null());
    let rows = Entity::find().filter(says).all(conn).await?;
    Ok(rows.iter().map(|row| (WorkspaceId(row.id), read(row).keep)).collect())
}

fn read(row: &Model) -> Limits {
    let limit = |value: Option<i64>| value.and_then(|value| u64::try_from(value).ok());
    Limits {
        nodes: limit(row.max_nodes),
        document_bytes: limit(row.max_document_bytes),
        nesting: limit(row.max_nesting),
        run: RunLimits {
            max_depth: limit(row.max_depth).map(|depth| u32::try_from(depth).unwrap_or(u32::MAX)),
            max_steps: limit(row.max_steps),
            max_seconds: limit(row.max_seconds),
            max_bytes: limit(row.max_bytes),
            max_output_bytes: limit(row.max_output_bytes),
        },
        keep: Keep { days: limit(row.keep_days), runs: limit(row.keep_runs) },
    }
}

fn row(workspace: WorkspaceId, limits: &Limits, by: UserId, at: Timestamp) -> Model {
    let stored = |value: Option<u64>| value.map(|value| i64::try_from(value).unwrap_or(i64::MAX));
    let Limits { nodes, document_bytes, nesting, run, keep } = limits;
    Model {
        id: workspace.get(),
        max_nodes: stored(*nodes),
        max_document_bytes: stored(*document_bytes),
        max_nesting: stored(*nesting),
        max_depth: run.max_depth.map(i64::from),
        max_steps: stored(run.max_steps),
        max_seconds: stored(run.max_seconds),
        max_bytes: stored(run.max_bytes),
        max_output_bytes: stored(run.max_output_bytes),
        keep_days: stored(keep.days),
        keep_runs: stored(keep.runs),
        updated_by: by.get(),
        updated_at: at.millis(),
    }
}
