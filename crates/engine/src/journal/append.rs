//! Appending events.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use db::{Backend, Batch, Urgency, for_update, statement};
use flow::run::{Event, Recorded, Run, RunSpec, RunStatus};
use sea_orm::{Statement, Value};
use types::{RunId, Timestamp};

use super::create::json;
use super::{Fault, Journal};
use crate::ports::RunInfo;
use crate::view::View;
use crate::workflows::variables;

impl Journal {
    /// Appends, and tries again after each of the pauses. A lost lease is not tried again.
    /// `opening`: the statements that store a run of which nothing is stored yet.
    pub(crate) async fn append_patiently(
        &self,
        info: RunInfo,
        opening: Vec<Statement>,
        events: Arc<[Recorded]>,
        pauses: Arc<[Duration]>,
    ) -> Result<(), Fault> {
        let mut pauses = pauses.iter();
        loop {
            let error = match self.append(&info, opening.clone(), &events).await {
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
    async fn append(&self, info: &RunInfo, opening: Vec<Statement>, events: &[Recorded]) -> Result<(), Fault> {
        let backend = self.db.backend();
        let text = only_text(events);
        let opens = !opening.is_empty();
        let mut statements = opening;
        if !text {
            statements.push(update_row(backend, &info.run, self.owner, self.lease_end())?);
        }
        statements.push(insert_events(backend, info.run.id, events)?);
        statements.extend(variables::keep(backend, &info.spec, events)?);
        statements.extend(self.recorder.record(backend, info, events)?);
        let sql = format!("SELECT id FROM runs WHERE id = ? AND lease_owner = ?{}", for_update(backend));
        let ours = statement(backend, &sql, [info.run.id.get().into(), self.owner.into()]);
        // Text is shown already; questions and first words of others go first.
        let urgency = if text { Urgency::Patient } else { Urgency::Urgent };
        // Nobody can have taken what is not there yet.
        let batch = if opens { Batch::new(statements) } else { Batch::fenced(ours, statements) };
        match self.db.write_batch(urgency, batch).await {
            Ok(true) => Ok(()),
            // A number that is taken means that another process went on.
            Ok(false) | Err(db::Error::Duplicate(_)) => Err(Fault::LeaseLost),
            Err(error) => Err(Fault::Db(error)),
        }
    }

    /// Appends one event to a run that no task works on, if it is still in `status`; false when it is not.
    pub(crate) async fn append_at_rest(&self, status: RunStatus, info: RunInfo, recorded: Recorded) -> Result<bool, db::Error> {
        let backend = self.db.backend();
        let events = [recorded];
        let mut statements =
            vec![update_row(backend, &info.run, self.owner, self.lease_end())?, insert_events(backend, info.run.id, &events)?];
        statements.extend(self.recorder.record(backend, &info, &events)?);
        let sql = format!("SELECT id FROM runs WHERE id = ? AND status = ?{}", for_update(backend));
        let rests = statement(backend, &sql, [info.run.id.get().into(), status.as_str().into()]);
        match self.db.write_batch(Urgency::Urgent, Batch::fenced(rests, statements)).await {
            Err(db::Error::Duplicate(_)) => Ok(false),
            outcome => outcome,
        }
    }
}

impl Journal {
    /// The statements that append events to a run that is being created, after its first.
    pub(crate) fn begin(&self, spec: &RunSpec, events: &[Recorded], at: Timestamp) -> Result<Vec<Statement>, db::Error> {
        if events.is_empty() {
            return Ok(Vec::new());
        }
        let backend = self.db.backend();
        let mut view = View::new(super::create::blank(spec, at));
        for recorded in events {
            view.apply(recorded.clone());
        }
        Ok(vec![update_row(backend, view.run(), self.owner, self.lease_end())?, insert_events(backend, spec.id, events)?])
    }
}

/// The rows of events that follow one another. Those of one append share a row, so that a step costs a
/// few bytes and not a row, and so that appends of different runs are the same statement to the database.
pub(crate) fn insert_events(backend: Backend, run: RunId, events: &[Recorded]) -> Result<Statement, db::Error> {
    let mut sql = String::from("INSERT INTO run_events (run_id, seq, at, kind, payload) VALUES ");
    let mut values: Vec<Value> = Vec::with_capacity(5);
    let mut left = events;
    while let Some(first) = left.first() {
        sql.push_str(if values.is_empty() { "(?, ?, ?, ?, ?)" } else { ", (?, ?, ?, ?, ?)" });
        let (payload, count) = pack(left)?;
        let kind = if count == 1 { kind(&first.event) } else { PACKED };
        let seq = i64::try_from(first.seq).unwrap_or(i64::MAX);
        values.extend([run.get().into(), seq.into(), first.at.millis().into(), kind.into(), payload.into()]);
        left = &left[count..];
    }
    Ok(statement(backend, &sql, values))
}

/// `kind` of a row of several events.
const PACKED: &str = "events";
/// Bytes after which a row takes no further event.
const ROW: usize = 1 << 20;

/// The payload of a row and how many events are in it: one as it is, several as `[[at, event], …]`.
fn pack(events: &[Recorded]) -> Result<(String, usize), db::Error> {
    let mut packed = json(&events[0].event)?;
    if events.len() == 1 {
        return Ok((packed, 1));
    }
    packed.insert_str(0, &format!("[[{},", events[0].at.millis()));
    packed.push(']');
    let mut count = 1;
    for recorded in &events[1..] {
        if packed.len() > ROW {
            break;
        }
        // Writing to a string cannot fail.
        let _ = write!(packed, ",[{},{}]", recorded.at.millis(), json(&recorded.event)?);
        count += 1;
    }
    packed.push(']');
    Ok((packed, count))
}

fn only_text(events: &[Recorded]) -> bool {
    events.iter().all(|recorded| matches!(recorded.event, Event::Delta { .. }))
}

/// Brings the row up to date, and the lease: who works keeps it, who rests gives it back.
fn update_row(backend: Backend, run: &Run, owner: i64, lease_end: i64) -> Result<Statement, db::Error> {
    const SQL: &str = "UPDATE runs SET status = ?, error_code = ?, error_message = ?, input_tokens = ?, output_tokens = ?, \
                       total_tokens = ?, cached_tokens = ?, reasoning_tokens = ?, cost_amount = ?, cost_currency = ?, \
                       required_action = ?, output = ?, started_at = ?, finished_at = ?, resumed = ?, lease_owner = ?, lease_until = ?, \
                       wake_at = NULL WHERE id = ?";
    let count = |n: u64| Value::from(i64::try_from(n).unwrap_or(i64::MAX));
    let works = matches!(run.status, RunStatus::Queued | RunStatus::Running);
    // Between `Created` and `Started` the row says already whose turn it is.
    let status = if run.status == RunStatus::Queued { RunStatus::Running } else { run.status };
    let values = [
        status.as_str().into(),
        run.error.as_ref().map(|e| e.code.chars().take(64).collect::<String>()).into(),
        run.error.as_ref().map(|e| e.message.clone()).into(),
        count(run.usage.input_tokens),
        count(run.usage.output_tokens),
        count(run.usage.total_tokens),
        count(run.usage.cached_tokens),
        count(run.usage.reasoning_tokens),
        run.cost.as_ref().map(|c| c.amount).into(),
        run.cost.as_ref().map(|c| c.currency.clone()).into(),
        run.required_action.as_ref().map(json).transpose()?.into(),
        run.output.as_ref().map(json).transpose()?.into(),
        run.started_at.map(types::Timestamp::millis).into(),
        run.finished_at.map(types::Timestamp::millis).into(),
        i64::from(run.resumed).into(),
        if works { owner } else { 0 }.into(),
        if works { lease_end } else { 0 }.into(),
        run.id.get().into(),
    ];
    Ok(statement(backend, SQL, values))
}

/// The event's name.
fn kind(event: &Event) -> &'static str {
    match event {
        Event::Created => "created",
        Event::Started { .. } => "started",
        Event::StepStarted { .. } => "step_started",
        Event::StepRan { .. } => "step_ran",
        Event::VariableSet { .. } => "variable_set",
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
        Event::Completed { .. } => "completed",
        Event::Failed { .. } => "failed",
        Event::Cancelled => "cancelled",
    }
}
