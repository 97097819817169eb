//! Queries on `invitations`.

use db::{Db, Tx};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, ExprTrait as _, IntoActiveModel as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};
use types::{InvitationId, Role, Scope, Timestamp, UserId, WorkspaceId};

use super::stored::{Column, Entity, Model};
use crate::audit::{self, By};
use crate::users::repo::PERSON;
use crate::{secret, workspaces};

/// Stores a new one.
pub async fn insert(tx: &Tx, row: Model) -> Result<(), DbErr> {
    Entity::insert(row.into_active_model()).exec_without_returning(tx).await.map(drop)
}

/// Those of the scope, newest first.
pub async fn list(db: &Db, scope: &Scope, limit: u64, before: Option<i64>) -> Result<Vec<Model>, DbErr> {
    let query = Entity::find().filter(Column::WorkspaceId.is_in(scope.ids())).filter(Column::Id.lt(before.unwrap_or(i64::MAX)));
    query.order_by_desc(Column::Id).limit(limit).all(db.read()).await
}

/// Withdraws one; whether there was one.
pub async fn delete(tx: &Tx, scope: &Scope, id: InvitationId) -> Result<bool, DbErr> {
    let delete = Entity::delete_many().filter(Column::Id.eq(id.get())).filter(Column::WorkspaceId.is_in(scope.ids()));
    Ok(delete.exec(tx).await?.rows_affected > 0)
}

/// All of a workspace.
pub async fn delete_of_workspace(tx: &Tx, workspace: WorkspaceId) -> Result<(), DbErr> {
    Entity::delete_many().filter(Column::WorkspaceId.eq(workspace.get())).exec(tx).await.map(drop)
}

/// The invitation of a code, if it can still be used.
pub async fn usable(connection: &impl ConnectionTrait, code: &str) -> Result<Option<Model>, DbErr> {
    let now = Timestamp::now().millis();
    let row = Entity::find().filter(Column::Hash.eq(secret::hash(code))).filter(Column::ExpiresAt.gt(now)).one(connection).await?;
    Ok(row.filter(|row| row.uses < row.max_uses))
}

/// Uses an invitation: the user becomes a member. `None` when it cannot be used. A member already
/// stays what he is and no use is counted.
pub async fn take(tx: &Tx, code: &str, user: UserId, by: &By) -> Result<Option<(workspaces::repo::Workspace, Role)>, DbErr> {
    let Some(row) = usable(tx, code).await? else { return Ok(None) };
    let id = WorkspaceId(row.workspace_id);
    let Some(workspace) = workspaces::repo::lock(tx, id).await? else { return Ok(None) };
    if let Some(member) = workspaces::repo::member(tx, id, user).await? {
        return Ok(Role::parse(&member.role).map(|role| (workspace, role)));
    }
    let Some(role) = Role::parse(&row.role) else { return Ok(None) };
    // Counted by the database: of two who come at once with the last use, one finds no row.
    let count = Entity::update_many()
        .col_expr(Column::Uses, Expr::col(Column::Uses).add(1))
        .filter(Column::Id.eq(row.id))
        .filter(Expr::col(Column::Uses).lt(Expr::col(Column::MaxUses)));
    if count.exec(tx).await?.rows_affected == 0 {
        return Ok(None);
    }
    workspaces::repo::add_member(tx, id, user, PERSON, role).await?;
    let detail = serde_json::json!({ "role": role.as_str() });
    let entry = audit::Entry::new(by, "invitation.accept", InvitationId(row.id).to_string()).in_workspace(id).with(detail);
    audit::record(tx, entry).await?;
    Ok(Some((workspace, role)))
}

/// Removes what expired a month ago.
pub async fn purge(tx: &Tx, now: Timestamp) -> Result<(), DbErr> {
    Entity::delete_many().filter(Column::ExpiresAt.lt(now.plus_seconds(-30 * 86_400).millis())).exec(tx).await.map(drop)
}
