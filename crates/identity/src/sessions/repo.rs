//! Queries on `sessions`. All are by owner or by the hash of the cookie.

use db::{Db, Tx};
use rest::Client;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, DbErr, EntityTrait as _, IntoActiveModel as _, QueryFilter as _, QueryOrder as _, QuerySelect as _};
use secrecy::{ExposeSecret as _, SecretString};
use types::{SessionId, Timestamp, UserId};

use super::stored::{Column, Entity, Model};
use crate::{secret, validate};

/// Opens a session whose cookie is `cookie`.
pub async fn insert(tx: &Tx, user: UserId, cookie: &SecretString, client: &Client, days: u32) -> Result<SessionId, DbErr> {
    let id = SessionId::generate();
    let now = Timestamp::now();
    let row = Model {
        id: id.get(),
        user_id: user.get(),
        hash: secret::hash(cookie.expose_secret()),
        created_at: now.millis(),
        last_seen_at: now.millis(),
        expires_at: now.plus_seconds(i64::from(days) * 86_400).millis(),
        user_agent: validate::shortened(&client.user_agent, 255),
        ip: client.ip.to_string(),
    };
    Entity::insert(row.into_active_model()).exec_without_returning(tx).await?;
    Ok(id)
}

/// The session of a cookie, if it has not expired.
pub async fn by_hash(db: &Db, hash: &str) -> Result<Option<Model>, DbErr> {
    let now = Timestamp::now().millis();
    Entity::find().filter(Column::Hash.eq(hash)).filter(Column::ExpiresAt.gt(now)).one(db.read()).await
}

/// The open sessions of a user, latest first.
pub async fn of_user(db: &Db, user: UserId) -> Result<Vec<Model>, DbErr> {
    let now = Timestamp::now().millis();
    let query = Entity::find().filter(Column::UserId.eq(user.get())).filter(Column::ExpiresAt.gt(now));
    query.order_by_desc(Column::LastSeenAt).limit(200).all(db.read()).await
}

/// Notes a visit and moves the expiry.
pub async fn touch(tx: &Tx, id: SessionId, days: u32) -> Result<(), DbErr> {
    let now = Timestamp::now();
    let expires = now.plus_seconds(i64::from(days) * 86_400).millis();
    let update = Entity::update_many().col_expr(Column::LastSeenAt, Expr::value(now.millis()));
    update.col_expr(Column::ExpiresAt, Expr::value(expires)).filter(Column::Id.eq(id.get())).exec(tx).await.map(drop)
}

/// Ends one session of a user; whether there was one.
pub async fn delete(tx: &Tx, user: UserId, id: SessionId) -> Result<bool, DbErr> {
    let gone = Entity::delete_many().filter(Column::Id.eq(id.get())).filter(Column::UserId.eq(user.get())).exec(tx).await?;
    Ok(gone.rows_affected > 0)
}

/// Ends all sessions of a user, except one.
pub async fn delete_others(tx: &Tx, user: UserId, keep: Option<SessionId>) -> Result<(), DbErr> {
    let keep = keep.map_or(0, SessionId::get);
    Entity::delete_many().filter(Column::UserId.eq(user.get())).filter(Column::Id.ne(keep)).exec(tx).await.map(drop)
}

/// Removes what has expired.
pub async fn purge(tx: &Tx, now: Timestamp) -> Result<(), DbErr> {
    Entity::delete_many().filter(Column::ExpiresAt.lt(now.millis())).exec(tx).await.map(drop)
}
