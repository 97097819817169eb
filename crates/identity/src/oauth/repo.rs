//! Queries on the `oauth_*` tables. Apps are read through a scope, or by client id as a program presents it.

use db::{Db, Tx};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, IntoActiveModel as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use types::{OAuthAppId, Scope, Timestamp, UserId, WorkspaceId};

use super::stored::{app, assertion, code, device, refresh};
use crate::{tokens, users, workspaces};

/// Stores a new app.
pub async fn insert_app(tx: &Tx, row: app::Model) -> Result<(), DbErr> {
    app::Entity::insert(row.into_active_model()).exec_without_returning(tx).await.map(drop)
}

/// Apps of the scope, newest first.
pub async fn apps(db: &Db, scope: &Scope, limit: u64, before: Option<i64>) -> Result<Vec<app::Model>, DbErr> {
    let query = app::Entity::find().filter(app::Column::WorkspaceId.is_in(scope.ids()));
    query.filter(app::Column::Id.lt(before.unwrap_or(i64::MAX))).order_by_desc(app::Column::Id).limit(limit).all(db.read()).await
}

/// One of the scope.
pub async fn app(connection: &impl ConnectionTrait, scope: &Scope, id: OAuthAppId) -> Result<Option<app::Model>, DbErr> {
    app::Entity::find_by_id(id.get()).filter(app::Column::WorkspaceId.is_in(scope.ids())).one(connection).await
}

/// By its public name.
pub async fn by_client_id(connection: &impl ConnectionTrait, client_id: &str) -> Result<Option<app::Model>, DbErr> {
    app::Entity::find().filter(app::Column::ClientId.eq(client_id)).one(connection).await
}

/// Whether the app is still there, kept from being deleted until the transaction ends.
pub async fn lock_app(tx: &Tx, id: i64) -> Result<bool, DbErr> {
    Ok(app::Entity::find_by_id(id).lock_exclusive().one(tx).await?.is_some())
}

/// Stores a new name and addresses.
pub async fn update_app(tx: &Tx, row: &app::Model) -> Result<(), DbErr> {
    let update = app::Entity::update_many()
        .col_expr(app::Column::Name, Expr::value(row.name.clone()))
        .col_expr(app::Column::RedirectUris, Expr::value(row.redirect_uris.clone()));
    update.filter(app::Column::Id.eq(row.id)).exec(tx).await.map(drop)
}

/// Removes an app and whatever it was given.
pub async fn delete_app(tx: &Tx, row: &app::Model) -> Result<(), DbErr> {
    tokens::repo::delete_of_app(tx, OAuthAppId(row.id)).await?;
    code::Entity::delete_many().filter(code::Column::AppId.eq(row.id)).exec(tx).await?;
    refresh::Entity::delete_many().filter(refresh::Column::AppId.eq(row.id)).exec(tx).await?;
    device::Entity::delete_many().filter(device::Column::AppId.eq(row.id)).exec(tx).await?;
    if let Some(robot) = row.user_id.map(UserId) {
        tokens::repo::delete_of_user(tx, robot).await?;
        workspaces::repo::remove_member(tx, WorkspaceId(row.workspace_id), robot).await?;
        users::repo::disable(tx, robot).await?;
    }
    app::Entity::delete_by_id(row.id).exec(tx).await.map(drop)
}

/// Removes everything that belongs to a workspace.
pub async fn delete_of_workspace(tx: &Tx, workspace: WorkspaceId) -> Result<(), DbErr> {
    for row in app::Entity::find().filter(app::Column::WorkspaceId.eq(workspace.get())).all(tx).await? {
        delete_app(tx, &row).await?;
    }
    // Other workspaces' apps may hold authorizations for this one.
    code::Entity::delete_many().filter(code::Column::WorkspaceId.eq(workspace.get())).exec(tx).await?;
    refresh::Entity::delete_many().filter(refresh::Column::WorkspaceId.eq(workspace.get())).exec(tx).await.map(drop)
}

/// Stores an authorization code.
pub async fn insert_code(tx: &Tx, row: code::Model) -> Result<(), DbErr> {
    code::Entity::insert(row.into_active_model()).exec_without_returning(tx).await.map(drop)
}

/// The code of a hash, used and expired ones too.
pub async fn code(tx: &Tx, hash: &str) -> Result<Option<code::Model>, DbErr> {
    code::Entity::find().filter(code::Column::Hash.eq(hash)).one(tx).await
}

/// Uses a code; `false` when somebody else did.
pub async fn use_code(tx: &Tx, id: i64) -> Result<bool, DbErr> {
    let update = code::Entity::update_many().col_expr(code::Column::UsedAt, Expr::value(Timestamp::now().millis()));
    let used = update.filter(code::Column::Id.eq(id)).filter(code::Column::UsedAt.is_null()).exec(tx).await?;
    Ok(used.rows_affected > 0)
}

/// Stores a refresh token.
pub async fn insert_refresh(tx: &Tx, row: refresh::Model) -> Result<(), DbErr> {
    refresh::Entity::insert(row.into_active_model()).exec_without_returning(tx).await.map(drop)
}

/// The refresh token of a hash, used and expired ones too.
pub async fn refresh(tx: &Tx, hash: &str) -> Result<Option<refresh::Model>, DbErr> {
    refresh::Entity::find().filter(refresh::Column::Hash.eq(hash)).one(tx).await
}

/// Uses a refresh token; `false` when somebody else did.
pub async fn use_refresh(tx: &Tx, id: i64) -> Result<bool, DbErr> {
    let update = refresh::Entity::update_many().col_expr(refresh::Column::UsedAt, Expr::value(Timestamp::now().millis()));
    let used = update.filter(refresh::Column::Id.eq(id)).filter(refresh::Column::UsedAt.is_null()).exec(tx).await?;
    Ok(used.rows_affected > 0)
}

/// Revokes everything that came from one authorization.
pub async fn revoke_family(tx: &Tx, family: i64) -> Result<(), DbErr> {
    tokens::repo::delete_of_family(tx, family).await?;
    refresh::Entity::delete_many().filter(refresh::Column::Family.eq(family)).exec(tx).await.map(drop)
}

/// Stores a device's request.
pub async fn insert_device(tx: &Tx, row: device::Model) -> Result<(), DbErr> {
    device::Entity::insert(row.into_active_model()).exec_without_returning(tx).await.map(drop)
}

/// The request of a device code's hash, kept from changing until the transaction ends.
pub async fn device(tx: &Tx, hash: &str) -> Result<Option<device::Model>, DbErr> {
    device::Entity::find().filter(device::Column::Hash.eq(hash)).lock_exclusive().one(tx).await
}

/// The waiting request of a typed code.
pub async fn waiting_device(connection: &impl ConnectionTrait, user_code: &str) -> Result<Option<(device::Model, app::Model)>, DbErr> {
    let now = Timestamp::now().millis();
    let query = device::Entity::find().filter(device::Column::UserCode.eq(user_code)).filter(device::Column::Status.eq("pending"));
    let Some(row) = query.filter(device::Column::ExpiresAt.gt(now)).one(connection).await? else { return Ok(None) };
    let app = app::Entity::find_by_id(row.app_id).one(connection).await?;
    Ok(app.map(|app| (row, app)))
}

/// Notes a poll.
pub async fn touch_device(tx: &Tx, id: i64) -> Result<(), DbErr> {
    let update = device::Entity::update_many().col_expr(device::Column::PolledAt, Expr::value(Timestamp::now().millis()));
    update.filter(device::Column::Id.eq(id)).exec(tx).await.map(drop)
}

/// Moves a request from one status to the next; `false` when it is no longer in `from`.
pub async fn move_device(tx: &Tx, id: i64, from: &str, to: &str, grant: Option<(UserId, WorkspaceId)>) -> Result<bool, DbErr> {
    let mut update = device::Entity::update_many().col_expr(device::Column::Status, Expr::value(to));
    if let Some((user, workspace)) = grant {
        update = update
            .col_expr(device::Column::UserId, Expr::value(user.get()))
            .col_expr(device::Column::WorkspaceId, Expr::value(workspace.get()));
    }
    let moved = update.filter(device::Column::Id.eq(id)).filter(device::Column::Status.eq(from)).exec(tx).await?;
    Ok(moved.rows_affected > 0)
}

/// Notes that an assertion was used; a duplicate when it was before.
pub async fn insert_assertion(tx: &Tx, hash: String, expires_at: Timestamp) -> Result<(), DbErr> {
    let row = assertion::Model { id: types::id::next_id(), hash, expires_at: expires_at.millis() };
    assertion::Entity::insert(row.into_active_model()).exec_without_returning(tx).await.map(drop)
}

/// Removes what has expired. Used codes are kept for a day, so that a second use is still noticed.
pub async fn purge(tx: &Tx, now: Timestamp) -> Result<(), DbErr> {
    let yesterday = now.plus_seconds(-86_400).millis();
    code::Entity::delete_many().filter(code::Column::ExpiresAt.lt(yesterday)).exec(tx).await?;
    refresh::Entity::delete_many().filter(refresh::Column::ExpiresAt.lt(now.millis())).exec(tx).await?;
    device::Entity::delete_many().filter(device::Column::ExpiresAt.lt(yesterday)).exec(tx).await?;
    assertion::Entity::delete_many().filter(assertion::Column::ExpiresAt.lt(now.millis())).exec(tx).await.map(drop)
}
