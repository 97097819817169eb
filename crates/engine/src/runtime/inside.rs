//! Runs that agents call as tools: begun once, followed to their end, told to the agent's run.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use flow::run::{Event, NodeStep, Run, RunError, RunSpec, RunStatus, StepKind, ToolSubmission};
use futures::channel::mpsc;
use futures::stream::BoxStream;
use futures::{SinkExt as _, StreamExt as _};
use types::{Actor, Coded as _, MessageId, Permission, RunId, Scope};

use super::Runs;
use super::effects::Item;
use crate::error::Error;
use crate::live::Live;
use crate::program::{Told, WorkflowCall};
use crate::workflows::spec_of_call;

/// What is told and not heard yet, at most.
const AHEAD: usize = 64;
/// Before a run is looked at again that left memory without an end.
const AGAIN: Duration = Duration::from_millis(500);

/// Begins the run of a call, or finds it, hands it the answers it waits for, and tells what it says. Dropping the stream leaves the
/// run as it is.
pub(super) fn call(runs: Runs, caller: Arc<RunSpec>, call: WorkflowCall) -> BoxStream<'static, Item> {
    let (tell, told) = mpsc::channel(AHEAD);
    let work = async move {
        let mut tell = tell;
        let last = match begin(&runs, &caller, call).await {
            Ok(run) => follow(&runs, &caller, run, &mut tell).await,
            Err(error) => Some(failed(&error)),
        };
        if let Some(last) = last {
            let _ = tell.send(last).await;
        }
    };
    // Polled with what it tells: it ends when nobody listens.
    let work = futures::stream::once(work).filter_map(|()| std::future::ready(None));
    futures::stream::select(told, work).map(|told| Item::Inside(Box::new(told))).boxed()
}

async fn begin(runs: &Runs, caller: &RunSpec, call: WorkflowCall) -> Result<RunId, Error> {
    let WorkflowCall { run, workflow, answers, .. } = call;
    if runs.engine.journal.status(run).await?.is_some() {
        if !answers.is_empty() {
            match runs.give_if_waiting(run, answers).await {
                // A process that is gone gave them already, or somebody cancelled the run.
                Ok(()) | Err(Error::NotWaiting | Error::Outputs(_)) => {}
                Err(error) => return Err(error),
            }
        }
        return Ok(run);
    }
    let spec = spec_of_call(runs.db(), caller, run, *workflow).await?;
    let plan = runs.engine.plan(&spec).await;
    match runs.open(spec, plan, Vec::new()).await {
        Ok(_) | Err(Error::Elsewhere) => Ok(run),
        // This process takes no new work: the next one begins it.
        Err(_) if runs.engine.is_draining() => std::future::pending().await,
        Err(error) => Err(error),
    }
}

/// Tells until the run ends or waits; the last word. Nothing: nobody listens any more, or the process stops.
async fn follow(runs: &Runs, caller: &RunSpec, run: RunId, tell: &mut mpsc::Sender<Told>) -> Option<Told> {
    let scope = Actor::system(caller.user, caller.workspace).scope(Permission::View);
    let mut messages: HashMap<MessageId, (String, NodeStep)> = HashMap::new();
    let mut after = None;
    loop {
        let mut lives = match runs.subscribe(&scope, run, after).await {
            Ok(lives) => lives,
            Err(error) => return Some(failed(&error)),
        };
        while let Some(live) = lives.next().await {
            after = live.seq().or(after);
            if let Some(last) = rested(runs, &scope, &live).await {
                return Some(last);
            }
            if let Some(told) = read(&live, &mut messages)
                && tell.send(told).await.is_err()
            {
                return None;
            }
        }
        if runs.engine.is_draining() {
            return std::future::pending().await;
        }
        tokio::time::sleep(AGAIN).await;
    }
}

/// The last word, if the run says nothing more for now. A wait that is told again may have been answered long ago.
async fn rested(runs: &Runs, scope: &Scope, live: &Live) -> Option<Told> {
    let Live::Event(committed) = live else { return None };
    let run = &committed.run;
    match &committed.recorded.event {
        Event::RequiresAction { calls } => {
            let now = runs.get(scope, run.id).await;
            let waits = |now: &Run| now.status == RunStatus::RequiresAction && now.required_action == run.required_action;
            now.as_ref().is_ok_and(waits).then(|| Told::Waits(calls.clone()))
        }
        Event::Completed { output } => Some(ended(run, Ok(output.clone().unwrap_or_default()))),
        Event::Failed { error } => Some(ended(run, Err(error.clone()))),
        Event::Cancelled => {
            let message = "Somebody cancelled the workflow.";
            Some(ended(run, Err(RunError { code: "cancelled".into(), message: message.into() })))
        }
        _ => None,
    }
}

fn ended(run: &Run, result: Result<serde_json::Value, RunError>) -> Told {
    Told::Ended { result, usage: run.usage, cost: run.cost.clone() }
}

fn read(live: &Live, messages: &mut HashMap<MessageId, (String, NodeStep)>) -> Option<Told> {
    match live {
        Live::Delta(delta) if !delta.text.is_empty() => Some(Told::Text { message: delta.message, text: delta.text.clone() }),
        Live::Delta(_) | Live::Stopped(_) => None,
        Live::Event(committed) => match &committed.recorded.event {
            Event::StepStarted { kind: StepKind::Node, message: Some(message), name, node: Some(node), .. } => {
                messages.insert(*message, (name.clone(), node.clone()));
                Some(Told::Begun { message: *message, title: name.clone(), node: node.clone() })
            }
            Event::Reset { message, .. } => Some(Told::Again { message: *message }),
            Event::Answer { message, text, .. } => {
                let (title, node) = messages.remove(message)?;
                Some(Told::Said { message: *message, title, node, text: text.clone() })
            }
            _ => None,
        },
    }
}

fn failed(error: &Error) -> Told {
    let error = RunError { code: error.code().to_owned(), message: error.to_string() };
    Told::Ended { result: Err(error), usage: types::TokenUsage::default(), cost: None }
}

impl Runs {
    /// Ends runs that nobody waits for any more. What has ended stays as it is.
    pub(super) fn abandon(&self, caller: &RunSpec, inside: Vec<RunId>) {
        if inside.is_empty() {
            return;
        }
        let (runs, actor) = (self.clone(), Actor::system(caller.user, caller.workspace));
        tokio::spawn(async move {
            for run in inside {
                match runs.cancel(&actor, run).await {
                    Ok(_) | Err(Error::Finished | Error::NotFound) => {}
                    Err(error) => tracing::warn!(%run, %error, "a run that was called could not be cancelled"),
                }
            }
        });
    }

    /// Answers what a run waits for; [`Error::NotWaiting`] when it waits for something else by now.
    async fn give_if_waiting(&self, run: RunId, answers: Vec<ToolSubmission>) -> Result<(), Error> {
        let stored = self.engine.journal.load(run).await?.ok_or(Error::NotFound)?;
        let waits = stored.run.required_action.map(|action| action.calls).unwrap_or_default();
        if answers.iter().all(|answer| waits.iter().any(|call| call.call_id == answer.call_id)) {
            return self.give(run, answers).await.map(drop);
        }
        Err(Error::NotWaiting)
    }

    /// Something happened to a run that was called, by itself: the run that waits with it looks again.
    pub(super) async fn nudge(&self, caller: RunId) -> Result<(), Error> {
        let event = Event::Submitted { outputs: Vec::new() };
        if self.write_at_rest(caller, RunStatus::RequiresAction, event).await?.is_some()
            && let Some(stored) = self.engine.journal.load(caller).await?
        {
            self.engine.start_stored(stored).await;
        }
        Ok(())
    }
}
