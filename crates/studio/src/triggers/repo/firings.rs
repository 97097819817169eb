//! Rows of `trigger_firings`.

use db::Error;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, QueryOrder, QuerySelect};
use types::{FiringId, RunId, Timestamp, TriggerId};

use super::super::model::{Firing, Occasion, Outcome, Reason};
use super::rows::firing::{ActiveModel, Column, Entity, Model};
use crate::rows::latest;

/// Firings of a trigger that are kept, the latest.
pub const KEPT: u64 = 200;
/// So many more may be there before they are removed.
const SLACK: u64 = 50;

/// Adds one.
pub async fn insert(conn: &impl ConnectionTrait, trigger: TriggerId, firing: &Firing) -> Result<(), Error> {
    let row = ActiveModel {
        id: Set(firing.id.get()),
        trigger_id: Set(trigger.get()),
        at: Set(firing.at.millis()),
        due_at: Set(firing.due_at.map(Timestamp::millis)),
        occasion: Set(firing.occasion.as_str().to_owned()),
        outcome: Set(firing.outcome.as_str().to_owned()),
        code: Set(firing.reason.as_ref().map(|reason| reason.code.clone())),
        message: Set(firing.reason.as_ref().map(|reason| reason.message.clone())),
        run_id: Set(firing.run.map(RunId::get)),
    };
    Entity::insert(row).exec_without_returning(conn).await?;
    Ok(())
}

/// Latest first, after the cursor; one more than `limit`.
pub async fn list(conn: &impl ConnectionTrait, trigger: TriggerId, after: Option<i64>, limit: u64) -> Result<Vec<Firing>, Error> {
    let query = Entity::find().filter(Column::TriggerId.eq(trigger.get()));
    latest(conn, query, Column::Id, after, limit).await?.into_iter().map(read).collect()
}

/// From which id on they are kept, once there are enough older ones that removing them is worth a write.
pub async fn overflow(conn: &impl ConnectionTrait, trigger: TriggerId) -> Result<Option<i64>, Error> {
    let nth = async |place: u64| -> Result<Option<i64>, Error> {
        let query = Entity::find().select_only().column(Column::Id).filter(Column::TriggerId.eq(trigger.get()));
        Ok(query.order_by_desc(Column::Id).offset(place).limit(1).into_tuple().one(conn).await?)
    };
    match nth(KEPT + SLACK).await? {
        Some(_) => nth(KEPT - 1).await,
        None => Ok(None),
    }
}

/// Removes those before an id.
pub async fn trim(conn: &impl ConnectionTrait, trigger: TriggerId, first: i64) -> Result<(), Error> {
    Entity::delete_many().filter(Column::TriggerId.eq(trigger.get())).filter(Column::Id.lt(first)).exec(conn).await?;
    Ok(())
}

fn read(row: Model) -> Result<Firing, Error> {
    let unknown = |what: &str| Error::Other(format!("trigger_firings: `{what}` is stored in {}", row.id));
    Ok(Firing {
        id: FiringId(row.id),
        at: Timestamp(row.at),
        due_at: row.due_at.map(Timestamp),
        occasion: Occasion::parse(&row.occasion).ok_or_else(|| unknown(&row.occasion))?,
        outcome: Outcome::parse(&row.outcome).ok_or_else(|| unknown(&row.outcome))?,
        run: row.run_id.map(RunId),
        reason: row.code.map(|code| Reason { code, message: row.message.unwrap_or_default() }),
    })
}
