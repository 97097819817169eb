//! Queries on `service_accounts`. Reads take a scope.

use db::{Db, Tx};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, IntoActiveModel as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use types::{Scope, ServiceAccountId, UserId, WorkspaceId};

use super::stored::{Column, Entity, Model};
use crate::{tokens, users, workspaces};

/// Stores a new one.
pub async fn insert(tx: &Tx, row: Model) -> Result<(), DbErr> {
    Entity::insert(row.into_active_model()).exec_without_returning(tx).await.map(drop)
}

/// Those of the scope, newest first.
pub async fn list(db: &Db, scope: &Scope, limit: u64, before: Option<i64>) -> Result<Vec<Model>, DbErr> {
    let query = Entity::find().filter(Column::WorkspaceId.is_in(scope.ids())).filter(Column::Id.lt(before.unwrap_or(i64::MAX)));
    query.order_by_desc(Column::Id).limit(limit).all(db.read()).await
}

/// One of the scope.
pub async fn get(connection: &impl ConnectionTrait, scope: &Scope, id: ServiceAccountId) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id.get()).filter(Column::WorkspaceId.is_in(scope.ids())).one(connection).await
}

/// Removes one, its tokens and its membership.
pub async fn delete(tx: &Tx, row: &Model) -> Result<(), DbErr> {
    let user = UserId(row.user_id);
    tokens::repo::delete_of_user(tx, user).await?;
    workspaces::repo::remove_member(tx, WorkspaceId(row.workspace_id), user).await?;
    users::repo::disable(tx, user).await?;
    Entity::delete_by_id(row.id).exec(tx).await.map(drop)
}

/// All of a workspace.
pub async fn delete_of_workspace(tx: &Tx, workspace: WorkspaceId) -> Result<(), DbErr> {
    for row in Entity::find().filter(Column::WorkspaceId.eq(workspace.get())).all(tx).await? {
        delete(tx, &row).await?;
    }
    Ok(())
}
