//! Queries on `tokens`: by hash for authentication, by owner for everything else.

use db::{Db, Tx};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, DbErr, EntityTrait as _, IntoActiveModel as _, QueryFilter as _, QueryOrder as _, QuerySelect as _};
use types::{OAuthAppId, Scope, Timestamp, TokenId, UserId, WorkspaceId};

use super::Kind;
use super::stored::{Column, Entity, Model};

/// Stores a new one.
pub async fn insert(tx: &Tx, row: Model) -> Result<(), DbErr> {
    Entity::insert(row.into_active_model()).exec_without_returning(tx).await.map(drop)
}

/// The token of a hash, expired or not.
pub async fn by_hash(db: &Db, hash: &str) -> Result<Option<Model>, DbErr> {
    Entity::find().filter(Column::Hash.eq(hash)).one(db.read()).await
}

/// What an app said of its end user when it fetched this token.
pub async fn label(db: &Db, id: TokenId) -> Result<Option<String>, DbErr> {
    let found: Option<Option<String>> =
        Entity::find_by_id(id.get()).select_only().column(Column::Label).into_tuple().one(db.read()).await?;
    Ok(found.flatten())
}

/// Personal tokens of a user, newest first.
pub async fn personal(db: &Db, user: UserId, limit: u64, before: Option<i64>) -> Result<Vec<Model>, DbErr> {
    let query = Entity::find().filter(Column::UserId.eq(user.get())).filter(Column::Kind.eq(Kind::Personal.as_str()));
    query.filter(Column::Id.lt(before.unwrap_or(i64::MAX))).order_by_desc(Column::Id).limit(limit).all(db.read()).await
}

/// Tokens of a service account within the scope, newest first.
pub async fn of_service(db: &Db, scope: &Scope, user: UserId, limit: u64, before: Option<i64>) -> Result<Vec<Model>, DbErr> {
    let query = Entity::find().filter(Column::WorkspaceId.is_in(scope.ids())).filter(Column::UserId.eq(user.get()));
    query.filter(Column::Id.lt(before.unwrap_or(i64::MAX))).order_by_desc(Column::Id).limit(limit).all(db.read()).await
}

/// How many tokens each of these users has.
pub async fn counts(db: &Db, users: Vec<i64>) -> Result<Vec<(i64, i64)>, DbErr> {
    if users.is_empty() {
        return Ok(Vec::new());
    }
    let query = Entity::find().select_only().column(Column::UserId).column_as(Column::Id.count(), "tokens");
    query.filter(Column::UserId.is_in(users)).group_by(Column::UserId).into_tuple().all(db.read()).await
}

/// Revokes a personal token of a user; whether there was one.
pub async fn delete_personal(tx: &Tx, user: UserId, id: TokenId) -> Result<bool, DbErr> {
    let delete = Entity::delete_many().filter(Column::Id.eq(id.get())).filter(Column::UserId.eq(user.get()));
    Ok(delete.filter(Column::Kind.eq(Kind::Personal.as_str())).exec(tx).await?.rows_affected > 0)
}

/// Revokes a token of a service account within the scope; whether there was one.
pub async fn delete_of_service(tx: &Tx, scope: &Scope, user: UserId, id: TokenId) -> Result<bool, DbErr> {
    let delete = Entity::delete_many().filter(Column::Id.eq(id.get())).filter(Column::UserId.eq(user.get()));
    Ok(delete.filter(Column::WorkspaceId.is_in(scope.ids())).exec(tx).await?.rows_affected > 0)
}

/// Revokes any token, for the operator; whether there was one.
pub async fn delete_any(tx: &Tx, id: TokenId) -> Result<bool, DbErr> {
    Ok(Entity::delete_by_id(id.get()).exec(tx).await?.rows_affected > 0)
}

/// Revokes all tokens of a robot.
pub async fn delete_of_user(tx: &Tx, user: UserId) -> Result<(), DbErr> {
    Entity::delete_many().filter(Column::UserId.eq(user.get())).exec(tx).await.map(drop)
}

/// Revokes all tokens of an OAuth app.
pub async fn delete_of_app(tx: &Tx, app: OAuthAppId) -> Result<(), DbErr> {
    Entity::delete_many().filter(Column::AppId.eq(app.get())).exec(tx).await.map(drop)
}

/// Revokes all tokens that came from one authorization.
pub async fn delete_of_family(tx: &Tx, family: i64) -> Result<(), DbErr> {
    Entity::delete_many().filter(Column::Family.eq(family)).exec(tx).await.map(drop)
}

/// Revokes all tokens that a workspace owns.
pub async fn delete_of_workspace(tx: &Tx, workspace: WorkspaceId) -> Result<(), DbErr> {
    Entity::delete_many().filter(Column::WorkspaceId.eq(workspace.get())).exec(tx).await.map(drop)
}

/// Notes a use.
pub async fn touch(tx: &Tx, id: TokenId) -> Result<(), DbErr> {
    let update = Entity::update_many().col_expr(Column::LastUsedAt, Expr::value(Timestamp::now().millis()));
    update.filter(Column::Id.eq(id.get())).exec(tx).await.map(drop)
}

/// Removes OAuth tokens that have expired. Expired personal ones stay visible to their owner.
pub async fn purge(tx: &Tx, now: Timestamp) -> Result<(), DbErr> {
    let delete = Entity::delete_many().filter(Column::Kind.eq(Kind::OAuth.as_str())).filter(Column::ExpiresAt.lt(now.millis()));
    delete.exec(tx).await.map(drop)
}
