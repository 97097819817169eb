//! What people do to runs: cancel them, act on what they wait for.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use flow::run::{Event, PendingCall, PendingKind, Recorded, Run, RunStatus, ToolSubmission};
use tokio::sync::oneshot;
use types::{Actor, Permission, RunId, Timestamp};

use super::Runs;
use super::task::{Command, rests};
use crate::error::Error;
use crate::journal::read::Stored;
use crate::ports::RunInfo;
use crate::view::View;

/// A submission that was taken.
#[derive(Debug, Clone)]
pub struct Submission {
    /// The run, working again.
    pub run: Run,
    /// Subscribe after this number to hear what follows the submission.
    pub after: u64,
}

/// How long a cancellation waits for another process.
const ELSEWHERE: Duration = Duration::from_secs(5);
const LOOK_AGAIN: Duration = Duration::from_millis(100);

impl Runs {
    /// The run, if the caller may steer it, and it is not steered with another.
    async fn steered(&self, actor: &Actor, id: RunId) -> Result<Run, Error> {
        let run = self.get(&actor.scope(Permission::View), id).await?;
        actor.require(run.workspace_id, Permission::Run)?;
        run.root_run_id.map_or(Ok(run), |root| Err(Error::Called(root)))
    }

    /// Ends the run. The model call and the tool calls under way are dropped; what was written stays.
    /// Returns after that is committed. A run that has ended is [`Error::Finished`].
    pub async fn cancel(&self, actor: &Actor, id: RunId) -> Result<Run, Error> {
        let mut run = self.steered(actor, id).await?;
        let scope = actor.scope(Permission::View);
        let until = tokio::time::Instant::now() + ELSEWHERE;
        let mut asked = false;
        loop {
            if run.status.is_final() {
                // Another process may have cancelled it at our request.
                return if asked && run.status == RunStatus::Cancelled { Ok(run) } else { Err(Error::Finished) };
            }
            let commands = self.engine.active.get(&id).map(|handle| handle.commands.clone());
            if let Some(commands) = commands {
                let (answer, wait) = oneshot::channel();
                if commands.send(Command::Cancel(answer)).is_ok()
                    && let Ok(outcome) = wait.await
                {
                    return outcome.map(|run| Run::clone(&run));
                }
            } else if run.status == RunStatus::Running
                && !self.engine.broken.contains_key(&id)
                // One that sleeps is not woken for its end: it would sleep again before it heard of it.
                && !self.engine.journal.take_asleep(id).await?
            {
                if !asked {
                    self.engine.journal.request_cancel(id).await?;
                    asked = true;
                }
                if tokio::time::Instant::now() > until {
                    return Err(Error::Elsewhere);
                }
                tokio::time::sleep(LOOK_AGAIN).await;
            } else if let Some(info) = self.write_at_rest(id, run.status, Event::Cancelled).await? {
                metrics::counter!("hearth_runs_total", "status" => "cancelled").increment(1);
                self.engine.journal.recorder.finished(&info);
                self.abandon(&info.spec, inside(&run));
                if let Some(caller) = run.parent_run_id {
                    self.nudge(caller).await?;
                }
                return Ok(Run::clone(&info.run));
            }
            run = self.get(&scope, id).await?;
        }
    }

    /// Gives a waiting run what it waits for: every waiting call's output or decision, at once.
    pub async fn submit(&self, actor: &Actor, id: RunId, outputs: Vec<ToolSubmission>) -> Result<Submission, Error> {
        let run = self.steered(actor, id).await?;
        let waiting = run.required_action.filter(|_| run.status == RunStatus::RequiresAction).ok_or(Error::NotWaiting)?;
        check(&waiting.calls, &outputs)?;
        let edits = |call: &PendingCall| {
            call.kind == PendingKind::Breakpoint && outputs.iter().any(|o| o.call_id == call.call_id && o.output.is_some())
        };
        if waiting.calls.iter().any(edits)
            && let Some(stored) = self.engine.journal.load(id).await?
            && let Some(reason) = self.engine.refuses(stored, &outputs).await
        {
            return Err(Error::Outputs(reason));
        }
        let submission = self.give(id, outputs).await?;
        if let Some(caller) = run.parent_run_id {
            self.nudge(caller).await?;
        }
        Ok(submission)
    }

    /// The same, to a run that the caller may steer and whose waits may have changed.
    pub(super) async fn give(&self, id: RunId, outputs: Vec<ToolSubmission>) -> Result<Submission, Error> {
        let event = Event::Submitted { outputs };
        let info = self.write_at_rest(id, RunStatus::RequiresAction, event).await?.ok_or(Error::NotWaiting)?;
        let Some(stored) = self.engine.journal.load(id).await? else { return Err(Error::NotFound) };
        let submitted = |recorded: &&Recorded| matches!(recorded.event, Event::Submitted { .. });
        let after = stored.events.iter().rfind(submitted).map_or(0, |recorded| recorded.seq - 1);
        self.engine.start_stored(stored).await;
        Ok(Submission { run: Run::clone(&info.run), after })
    }

    /// Appends an event to a run that no task works on; `None` when it is not in `status` any more.
    pub(super) async fn write_at_rest(&self, id: RunId, status: RunStatus, event: Event) -> Result<Option<RunInfo>, Error> {
        let journal = &self.engine.journal;
        let Some(Stored { spec, run, events }) = journal.load(id).await? else { return Err(Error::NotFound) };
        if run.status != status || (status == RunStatus::RequiresAction && !rests(&events)) {
            return Ok(None);
        }
        let mut view = View::new(run);
        for recorded in events {
            view.apply(recorded);
        }
        let recorded = Recorded { seq: view.seq() + 1, at: Timestamp::now(), event };
        view.take_calls();
        view.apply(recorded.clone());
        let calls = view.take_calls().unwrap_or_default();
        let info = RunInfo { spec, run: Arc::clone(view.run()) };
        let written = journal.append_at_rest(status, info.clone(), recorded, &calls).await?;
        Ok(written.then_some(info))
    }
}

/// Runs that a waiting run waits with.
fn inside(run: &Run) -> Vec<RunId> {
    let calls = run.required_action.iter().flat_map(|action| &action.calls);
    calls.filter_map(|call| call.run).collect::<BTreeSet<RunId>>().into_iter().collect()
}

/// Every waiting call of an agent is answered once, in the way it waits for, and nothing else is.
/// Nodes of a workflow wait for themselves: some may be answered, others later.
fn check(waiting: &[PendingCall], outputs: &[ToolSubmission]) -> Result<(), Error> {
    for (index, output) in outputs.iter().enumerate() {
        let id = &output.call_id;
        let Some(call) = waiting.iter().find(|call| call.call_id == *id) else {
            return Err(Error::Outputs(format!("The run does not wait for a call `{id}`.")));
        };
        if outputs[..index].iter().any(|earlier| earlier.call_id == *id) {
            return Err(Error::Outputs(format!("The call `{id}` is answered twice.")));
        }
        match call.kind {
            PendingKind::Client | PendingKind::Question | PendingKind::Input if output.output.is_none() => {
                return Err(Error::Outputs(format!("The call `{id}` needs `output`.")));
            }
            PendingKind::Approval | PendingKind::Breakpoint | PendingKind::Interrupted if output.approve.is_none() => {
                return Err(Error::Outputs(format!("The call `{id}` needs `approve`: true or false.")));
            }
            PendingKind::Client
            | PendingKind::Question
            | PendingKind::Input
            | PendingKind::Approval
            | PendingKind::Breakpoint
            | PendingKind::Interrupted => {}
        }
    }
    if outputs.is_empty() {
        return Err(Error::Outputs("No call is answered.".to_owned()));
    }
    let answered = |id: &str| outputs.iter().any(|output| output.call_id == id);
    let required = waiting.iter().filter(|call| call.node.is_none()).map(|call| call.call_id.as_str());
    let missing: Vec<&str> = required.filter(|id| !answered(id)).collect();
    if missing.is_empty() { Ok(()) } else { Err(Error::Outputs(format!("These calls are not answered: {}.", missing.join(", ")))) }
}
