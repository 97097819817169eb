//! Appending events.

use std::sync::Arc;
use std::time::Duration;

use db::{Tx, Urgency};
use flow::run::{Event, Recorded, Run, RunStatus};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use types::RunId;

use super::create::json;
use super::entity::{event, run};
use super::{Fault, Journal};
use crate::ports::RunInfo;

impl Journal {
    /// Appends, and tries again after each of the pauses. A lost lease is not tried again.
    pub(crate) async fn append_patiently(&self, info: RunInfo, events: Arc<[Recorded]>, pauses: Arc<[Duration]>) -> Result<(), Fault> {
        let mut pauses = pauses.iter();
        loop {
            let error = match self.append(info.clone(), Arc::clone(&events)).await {
                Ok(()) => return Ok(()),
                Err(Fault::LeaseLost) => return Err(Fault::LeaseLost),
                Err(Fault::Db(error)) => error,
            };
            let Some(pause) = pauses.next() else { return Err(Fault::Db(error)) };
            tracing::warn!(run = %info.run.id, %error, "the journal could not be written; trying again");
            tokio::time::sleep(*pause).await;
        }
    }

    /// Events, row and the recorder's rows, all or nothing.
    pub(crate) async fn append(&self, info: RunInfo, events: Arc<[Recorded]>) -> Result<(), Fault> {
        let recorder = Arc::clone(&self.recorder);
        let (owner, lease_end) = (self.owner, self.lease_end());
        // Text is shown already; questions and first words of others go first.
        let urgency = if only_text(&events) { Urgency::Patient } else { Urgency::Urgent };
        self.db
            .write_as(urgency, move |tx| {
                Box::pin(async move {
                    update_row(tx, &info.run, &events, owner, lease_end).await?;
                    insert_events(tx, info.run.id, &events).await?;
                    recorder.record(tx, &info, &events).await.map_err(Fault::Db)
                })
            })
            .await
    }
}

impl Journal {
    /// Appends one event to a run that no task works on, if it is still in `status`; false when it is not.
    pub(crate) async fn append_at_rest(&self, status: RunStatus, info: RunInfo, recorded: Recorded) -> Result<bool, db::Error> {
        let journal = self.clone();
        let events = [recorded];
        let written = self.db.write(move |tx| {
            Box::pin(async move {
                if !journal.take(tx, info.run.id, status).await.map_err(Fault::Db)? {
                    return Err(Fault::LeaseLost);
                }
                update_row(tx, &info.run, &events, journal.owner, journal.lease_end()).await?;
                insert_events(tx, info.run.id, &events).await?;
                journal.recorder.record(tx, &info, &events).await.map_err(Fault::Db)
            })
        });
        match written.await {
            Ok(()) => Ok(true),
            Err(Fault::LeaseLost) => Ok(false),
            Err(Fault::Db(error)) => Err(error),
        }
    }
}

/// Writes the rows of events. A number that is taken means that another process went on.
pub(crate) async fn insert_events(tx: &Tx, run: RunId, events: &[Recorded]) -> Result<(), Fault> {
    let mut rows = Vec::with_capacity(events.len());
    for recorded in events {
        rows.push(event::ActiveModel {
            run_id: Set(run.get()),
            seq: Set(i64::try_from(recorded.seq).unwrap_or(i64::MAX)),
            at: Set(recorded.at.millis()),
            kind: Set(kind(&recorded.event).to_owned()),
            payload: Set(json(&recorded.event)?),
        });
    }
    match event::Entity::insert_many(rows).exec_without_returning(tx).await.map_err(db::Error::from) {
        Ok(_) => Ok(()),
        Err(db::Error::Duplicate(_)) => Err(Fault::LeaseLost),
        Err(error) => Err(Fault::Db(error)),
    }
}

fn only_text(events: &[Recorded]) -> bool {
    events.iter().all(|recorded| matches!(recorded.event, Event::Delta { .. }))
}

/// Brings the row up to date, if the lease is still ours.
async fn update_row(tx: &Tx, run: &Run, events: &[Recorded], owner: i64, lease_end: i64) -> Result<(), Fault> {
    let mut row = if only_text(events) { run::ActiveModel::default() } else { row(run)? };
    let works = matches!(run.status, RunStatus::Queued | RunStatus::Running);
    row.lease_owner = Set(if works { owner } else { 0 });
    row.lease_until = Set(if works { lease_end } else { 0 });
    let updated = run::Entity::update_many()
        .set(row)
        .filter(run::Column::Id.eq(run.id.get()))
        .filter(run::Column::LeaseOwner.eq(owner))
        .exec(tx)
        .await
        .map_err(db::Error::from)?;
    if updated.rows_affected == 0 { Err(Fault::LeaseLost) } else { Ok(()) }
}

/// The columns that change with events.
pub(crate) fn row(run: &Run) -> Result<run::ActiveModel, db::Error> {
    let count = |n: u64| Set(i64::try_from(n).unwrap_or(i64::MAX));
    // Between `Created` and `Started` the row says already whose turn it is.
    let status = if run.status == RunStatus::Queued { RunStatus::Running } else { run.status };
    Ok(run::ActiveModel {
        status: Set(status.as_str().to_owned()),
        error_code: Set(run.error.as_ref().map(|e| e.code.chars().take(64).collect())),
        error_message: Set(run.error.as_ref().map(|e| e.message.clone())),
        input_tokens: count(run.usage.input_tokens),
        output_tokens: count(run.usage.output_tokens),
        total_tokens: count(run.usage.total_tokens),
        cached_tokens: count(run.usage.cached_tokens),
        reasoning_tokens: count(run.usage.reasoning_tokens),
        cost_amount: Set(run.cost.as_ref().map(|c| c.amount)),
        cost_currency: Set(run.cost.as_ref().map(|c| c.currency.clone())),
        required_action: Set(run.required_action.as_ref().map(json).transpose()?),
        started_at: Set(run.started_at.map(types::Timestamp::millis)),
        finished_at: Set(run.finished_at.map(types::Timestamp::millis)),
        resumed: Set(run.resumed.into()),
        ..Default::default()
    })
}

/// The event's name.
fn kind(event: &Event) -> &'static str {
    match event {
        Event::Created => "created",
        Event::Started { .. } => "started",
        Event::StepStarted { .. } => "step_started",
        Event::Delta { .. } => "delta",
        Event::Reset { .. } => "reset",
        Event::FunctionCall { .. } => "function_call",
        Event::ToolResponse { .. } => "tool_response",
        Event::Answer { .. } => "answer",
        Event::FollowUp { .. } => "follow_up",
        Event::StepCompleted { .. } => "step_completed",
        Event::StepFailed { .. } => "step_failed",
        Event::RequiresAction { .. } => "requires_action",
        Event::Submitted { .. } => "submitted",
        Event::Completed => "completed",
        Event::Failed { .. } => "failed",
        Event::Cancelled => "cancelled",
    }
}
