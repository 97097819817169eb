//! Rows of `trigger_keys`: which run an `Idempotency-Key` started.

use db::Error;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, QuerySelect};
use types::{RunId, Timestamp, TriggerId};

use super::rows::key::{ActiveModel, Column, Entity};

/// The run that this key started after `since`.
pub async fn find(conn: &impl ConnectionTrait, trigger: TriggerId, hash: &str, since: Timestamp) -> Result<Option<RunId>, Error> {
    let query = Entity::find().select_only().column(Column::RunId);
    let query =
        query.filter(Column::TriggerId.eq(trigger.get())).filter(Column::KeyHash.eq(hash)).filter(Column::CreatedAt.gt(since.millis()));
    let run: Option<i64> = query.into_tuple().one(conn).await?;
    Ok(run.map(RunId))
}

/// Notes a key, in place of one from before `since`. Fails with [`Error::Duplicate`] when it is known. The caller has written
/// the row of the trigger in this transaction, so that callers with one key come one after the other.
pub async fn insert(
    conn: &impl ConnectionTrait,
    trigger: TriggerId,
    hash: &str,
    run: RunId,
    now: Timestamp,
    since: Timestamp,
) -> Result<(), Error> {
    let old = Entity::delete_many().filter(Column::TriggerId.eq(trigger.get())).filter(Column::KeyHash.eq(hash));
    old.filter(Column::CreatedAt.lte(since.millis())).exec(conn).await?;
    let row = ActiveModel {
        id: Set(types::next_id()),
        trigger_id: Set(trigger.get()),
        key_hash: Set(hash.to_owned()),
        run_id: Set(run.get()),
        created_at: Set(now.millis()),
    };
    Entity::insert(row).exec_without_returning(conn).await?;
    Ok(())
}

/// Removes those from before `since`.
pub async fn purge(conn: &impl ConnectionTrait, since: Timestamp) -> Result<(), Error> {
    Entity::delete_many().filter(Column::CreatedAt.lte(since.millis())).exec(conn).await?;
    Ok(())
}
