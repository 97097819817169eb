//! Rows of `triggers`.

use db::Error;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait as _, SimpleExpr};
use sea_orm::{Condition, QueryOrder, QuerySelect};
use types::{RunId, Timestamp, TriggerId, UserId, WorkflowId, WorkspaceId};

use super::super::model::{Counts, Outcome, Reason, Trigger};
use super::rows::trigger::{ActiveModel, Column, Entity, Model};
use super::rows::{firing, key};

/// What a trigger's calls are known by.
#[derive(Debug, Clone, Default)]
pub struct Secrets {
    /// The hash of its address.
    pub token_hash: Option<String>,
    /// What signs its calls, sealed.
    pub signing: Option<String>,
}

/// What came of a firing, for the row of its trigger.
#[derive(Debug, Clone)]
pub struct Noted {
    /// When.
    pub at: Timestamp,
    /// What.
    pub outcome: Outcome,
    /// The run that was started.
    pub run: Option<RunId>,
    /// Why it could not be.
    pub reason: Option<Reason>,
    /// It starts nothing any more.
    pub stops: bool,
    /// Only when it is switched on.
    pub only_on: bool,
    /// Of a schedule: when it was due, and when it is next. Who comes second with the same `due` notes nothing.
    pub turn: Option<(Timestamp, Option<Timestamp>)>,
}

/// The trigger, if it is in one of the workspaces.
pub async fn find(conn: &impl ConnectionTrait, workspaces: &[i64], id: TriggerId) -> Result<Option<Trigger>, Error> {
    Entity::find_by_id(id.get()).filter(within(workspaces)).one(conn).await?.map(read).transpose()
}

/// The one with this address, with what signs its calls.
pub async fn by_token(conn: &impl ConnectionTrait, hash: &str) -> Result<Option<(Trigger, Secrets)>, Error> {
    let Some(row) = Entity::find().filter(Column::TokenHash.eq(hash)).one(conn).await? else { return Ok(None) };
    let secrets = Secrets { token_hash: row.token_hash.clone(), signing: row.signing_secret.clone() };
    Ok(Some((read(row)?, secrets)))
}

/// Those of a workflow, in the order in which they were made.
pub async fn list(conn: &impl ConnectionTrait, workspaces: &[i64], workflow: WorkflowId) -> Result<Vec<Trigger>, Error> {
    let query = Entity::find().filter(within(workspaces)).filter(Column::WorkflowId.eq(workflow.get()));
    query.order_by_asc(Column::Id).all(conn).await?.into_iter().map(read).collect()
}

/// How many a workflow has.
pub async fn count(conn: &impl ConnectionTrait, workflow: WorkflowId) -> Result<u64, Error> {
    Ok(Entity::find().filter(Column::WorkflowId.eq(workflow.get())).count(conn).await?)
}

/// Schedules whose time has come, the longest waiting first.
pub async fn due(conn: &impl ConnectionTrait, now: Timestamp, limit: u64) -> Result<Vec<Trigger>, Error> {
    let query = Entity::find().filter(Column::NextAt.lte(now.millis())).filter(Column::Enabled.eq(true));
    query.order_by_asc(Column::NextAt).limit(limit).all(conn).await?.into_iter().map(read).collect()
}

/// Adds a trigger.
pub async fn insert(conn: &impl ConnectionTrait, trigger: &Trigger, secrets: Secrets) -> Result<(), Error> {
    let row = ActiveModel {
        id: Set(trigger.id.get()),
        workspace_id: Set(trigger.workspace.get()),
        workflow_id: Set(trigger.workflow.get()),
        token_hash: Set(secrets.token_hash),
        signing_secret: Set(secrets.signing),
        created_by: Set(trigger.created_by.get()),
        created_at: Set(trigger.created_at.millis()),
        last_fired_at: Set(None),
        last_run_id: Set(None),
        started: Set(0),
        refused: Set(0),
        skipped: Set(0),
        ..changed(trigger)?
    };
    Entity::insert(row).exec_without_returning(conn).await?;
    Ok(())
}

/// Writes what people change. When it is due next is written only if it is `due_anew`: the clock may have moved it on meanwhile.
pub async fn change(conn: &impl ConnectionTrait, trigger: &Trigger, due_anew: bool) -> Result<(), Error> {
    let mut row = changed(trigger)?;
    if !due_anew {
        row.next_at = NotSet;
        row.enabled = NotSet;
    }
    Entity::update_many().set(row).filter(Column::Id.eq(trigger.id.get())).exec(conn).await?;
    Ok(())
}

/// Gives it another address.
pub async fn set_token(conn: &impl ConnectionTrait, id: TriggerId, hash: String, at: Timestamp) -> Result<(), Error> {
    let row = ActiveModel { token_hash: Set(Some(hash)), updated_at: Set(at.millis()), ..<ActiveModel as Default>::default() };
    Entity::update_many().set(row).filter(Column::Id.eq(id.get())).exec(conn).await?;
    Ok(())
}

/// Has its calls signed with another secret, or with none.
pub async fn set_secret(conn: &impl ConnectionTrait, id: TriggerId, sealed: Option<String>, at: Timestamp) -> Result<(), Error> {
    let row = ActiveModel { signing_secret: Set(sealed), updated_at: Set(at.millis()), ..<ActiveModel as Default>::default() };
    Entity::update_many().set(row).filter(Column::Id.eq(id.get())).exec(conn).await?;
    Ok(())
}

/// Notes a firing on its trigger. False: it is gone, switched off, or somebody else has taken this turn.
pub async fn note(conn: &impl ConnectionTrait, id: TriggerId, noted: &Noted) -> Result<bool, Error> {
    let counter = match noted.outcome {
        Outcome::Started => Column::Started,
        Outcome::Refused => Column::Refused,
        Outcome::Skipped => Column::Skipped,
    };
    let mut row = ActiveModel { last_fired_at: Set(Some(noted.at.millis())), ..<ActiveModel as Default>::default() };
    if noted.outcome != Outcome::Skipped {
        row.last_code = Set(noted.reason.as_ref().map(|reason| reason.code.clone()));
        row.last_error = Set(noted.reason.as_ref().map(|reason| reason.message.clone()));
    }
    if let Some(run) = noted.run {
        row.last_run_id = Set(Some(run.get()));
    }
    let mut only = Condition::all().add(Column::Id.eq(id.get()));
    if let Some((due, next)) = noted.turn {
        row.next_at = Set(next.map(Timestamp::millis));
        only = only.add(Column::NextAt.eq(due.millis()));
    }
    if noted.only_on {
        only = only.add(Column::Enabled.eq(true));
    }
    if noted.stops {
        row.enabled = Set(false);
        row.next_at = Set(None);
    }
    let more: SimpleExpr = Expr::col(counter).add(1);
    let done = Entity::update_many().set(row).col_expr(counter, more).filter(only).exec(conn).await?;
    Ok(done.rows_affected == 1)
}

/// Removes a trigger with all that is kept of it.
pub async fn delete(conn: &impl ConnectionTrait, id: TriggerId) -> Result<(), Error> {
    delete_where(conn, Column::Id.eq(id.get())).await
}

pub(super) async fn delete_where(conn: &impl ConnectionTrait, which: SimpleExpr) -> Result<(), Error> {
    let ids: Vec<i64> = Entity::find().select_only().column(Column::Id).filter(which).into_tuple().all(conn).await?;
    if ids.is_empty() {
        return Ok(());
    }
    firing::Entity::delete_many().filter(firing::Column::TriggerId.is_in(ids.iter().copied())).exec(conn).await?;
    key::Entity::delete_many().filter(key::Column::TriggerId.is_in(ids.iter().copied())).exec(conn).await?;
    Entity::delete_many().filter(Column::Id.is_in(ids)).exec(conn).await?;
    Ok(())
}

pub(super) async fn move_to(conn: &impl ConnectionTrait, workflow: WorkflowId, to: WorkspaceId, at: Timestamp) -> Result<(), Error> {
    let row = ActiveModel {
        workspace_id: Set(to.get()),
        enabled: Set(false),
        next_at: Set(None),
        updated_at: Set(at.millis()),
        ..<ActiveModel as Default>::default()
    };
    Entity::update_many().set(row).filter(Column::WorkflowId.eq(workflow.get())).exec(conn).await?;
    Ok(())
}

fn within(workspaces: &[i64]) -> Condition {
    Condition::all().add(Column::WorkspaceId.is_in(workspaces.iter().copied()))
}

fn changed(trigger: &Trigger) -> Result<ActiveModel, Error> {
    Ok(ActiveModel {
        name: Set(trigger.name.clone()),
        enabled: Set(trigger.enabled),
        version: Set(trigger.version.map(|version| version.to_string())),
        inputs: Set(crate::rows::print("triggers", &trigger.inputs)?),
        source: Set(crate::rows::print("triggers", &trigger.source)?),
        next_at: Set(trigger.next_at.map(Timestamp::millis)),
        runs_as: Set(trigger.runs_as.get()),
        updated_at: Set(trigger.updated_at.millis()),
        last_code: Set(trigger.last_error.as_ref().map(|reason| reason.code.clone())),
        last_error: Set(trigger.last_error.as_ref().map(|reason| reason.message.clone())),
        ..<ActiveModel as Default>::default()
    })
}

fn read(row: Model) -> Result<Trigger, Error> {
    let number = |text: String| text.parse().map_err(|_| Error::Other(format!("triggers: `{text}` is stored as a version")));
    Ok(Trigger {
        id: TriggerId(row.id),
        workspace: WorkspaceId(row.workspace_id),
        workflow: WorkflowId(row.workflow_id),
        name: row.name,
        enabled: row.enabled,
        version: row.version.map(number).transpose()?,
        inputs: crate::rows::parse("triggers", &row.inputs)?,
        source: crate::rows::parse("triggers", &row.source)?,
        next_at: row.next_at.map(Timestamp),
        created_by: UserId(row.created_by),
        runs_as: UserId(row.runs_as),
        created_at: Timestamp(row.created_at),
        updated_at: Timestamp(row.updated_at),
        last_fired_at: row.last_fired_at.map(Timestamp),
        last_run: row.last_run_id.map(RunId),
        last_error: row.last_code.map(|code| Reason { code, message: row.last_error.unwrap_or_default() }),
        counts: Counts { started: row.started, refused: row.refused, skipped: row.skipped },
    })
}
