//! Appending events.

use std::fmt::Write as _;
use std::iter::Peekable;
use std::sync::Arc;
use std::time::Duration;

use db::{Backend, Batch, Urgency, for_update, statement};
use flow::run::{Event, Recorded, RunStatus};
use sea_orm::{Statement, Value};
use types::RunId;

use super::create::json;
use super::{Fault, Journal, rows};
use crate::ports::RunInfo;
use crate::view::CallRow;
use crate::workflows::variables;

impl Journal {
    /// Appends, and tries again after each of the pauses. A lost lease is not tried again.
    /// `opening`: nothing of the run is stored yet; these are stored with it. `calls`: what the events say of runs that it calls.
    pub(crate) async fn append_patiently(
        &self,
        info: RunInfo,
        opening: Option<Vec<Statement>>,
        events: Arc<[Recorded]>,
        calls: Option<Vec<CallRow>>,
        pauses: Arc<[Duration]>,
    ) -> Result<(), Fault> {
        let mut pauses = pauses.iter();
        loop {
            let error = match self.append(&info, opening.clone(), &events, calls.as_deref()).await {
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
    async fn append(
        &self,
        info: &RunInfo,
        opening: Option<Vec<Statement>>,
        events: &[Recorded],
        calls: Option<&[CallRow]>,
    ) -> Result<(), Fault> {
        let backend = self.db.backend();
        let text = only_text(events);
        let opens = opening.is_some();
        let mut statements = opening.unwrap_or_default();
        if opens {
            statements.extend(self.insert(&info.run, &info.spec, false, events)?);
        } else {
            if !text {
                statements.push(rows::update(backend, &info.run, self.owner, self.lease_end())?);
            }
            statements.push(insert_events(backend, info.run.id, events.iter())?);
        }
        for row in calls.unwrap_or_default() {
            statements.push(rows::of_call(backend, row)?);
        }
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
    pub(crate) async fn append_at_rest(
        &self,
        status: RunStatus,
        info: RunInfo,
        recorded: Recorded,
        calls: &[CallRow],
    ) -> Result<bool, db::Error> {
        let backend = self.db.backend();
        let events = [recorded];
        let mut statements =
            vec![rows::update(backend, &info.run, self.owner, self.lease_end())?, insert_events(backend, info.run.id, events.iter())?];
        for row in calls {
            statements.push(rows::of_call(backend, row)?);
        }
        statements.extend(self.recorder.record(backend, &info, &events)?);
        let sql = format!("SELECT id FROM runs WHERE id = ? AND status = ?{}", for_update(backend));
        let rests = statement(backend, &sql, [info.run.id.get().into(), status.as_str().into()]);
        match self.db.write_batch(Urgency::Urgent, Batch::fenced(rests, statements)).await {
            Err(db::Error::Duplicate(_)) => Ok(false),
            outcome => outcome,
        }
    }
}

/// The rows of events that follow one another. Those of one append share a row, so that a step costs a
/// few bytes and not a row, and so that appends of different runs are the same statement to the database.
pub(crate) fn insert_events<'a>(backend: Backend, run: RunId, events: impl Iterator<Item = &'a Recorded>) -> Result<Statement, db::Error> {
    let mut sql = String::from("INSERT INTO run_events (run_id, seq, at, kind, payload) VALUES ");
    let mut values: Vec<Value> = Vec::with_capacity(5);
    let mut events = events.peekable();
    while let Some(first) = events.next() {
        sql.push_str(if values.is_empty() { "(?, ?, ?, ?, ?)" } else { ", (?, ?, ?, ?, ?)" });
        let (payload, count) = pack(first, &mut events)?;
        let kind = if count == 1 { kind(&first.event) } else { PACKED };
        let seq = i64::try_from(first.seq).unwrap_or(i64::MAX);
        values.extend([run.get().into(), seq.into(), first.at.millis().into(), kind.into(), payload.into()]);
    }
    Ok(statement(backend, &sql, values))
}

/// `kind` of a row of several events.
const PACKED: &str = "events";
/// Bytes after which a row takes no further event.
const ROW: usize = 1 << 20;

/// The payload of a row and how many events are in it: one as it is, several as `[[at, event], …]`.
fn pack<'a>(first: &Recorded, rest: &mut Peekable<impl Iterator<Item = &'a Recorded>>) -> Result<(String, usize), db::Error> {
    let mut packed = json(&first.event)?;
    if rest.peek().is_none() {
        return Ok((packed, 1));
    }
    packed.insert_str(0, &format!("[[{},", first.at.millis()));
    packed.push(']');
    let mut count = 1;
    while packed.len() <= ROW
        && let Some(recorded) = rest.next()
    {
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
