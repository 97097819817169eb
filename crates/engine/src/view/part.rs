//! A called run, read from the events of the run that executes it: only what happened inside, with paths that begin there.
//! Numbers of events and steps stay those of the executed run.

use std::collections::HashSet;

use flow::run::{Event, Recorded, Run, RunStatus};
use types::{MessageId, RunId};

use super::calls::{CallRow, inside, relative};
use super::{Step, View};
use crate::live::{Delta, Live};

/// The fold.
#[derive(Debug)]
pub(crate) struct Part {
    id: RunId,
    /// The run that executes it.
    root: View,
    /// It itself.
    own: View,
    /// What the paths of its steps begin with, from its beginning to its end.
    inside: Option<String>,
    /// Messages that are told inside.
    messages: HashSet<MessageId>,
}

impl Part {
    /// Before the first event. `own` is its row.
    pub(crate) fn new(root: Run, own: Run) -> Self {
        Self { id: own.id, root: View::new(root), own: View::new(own), inside: None, messages: HashSet::new() }
    }

    /// It, as far as the events taken in tell.
    pub(crate) fn run(&self) -> &Run {
        self.own.run()
    }

    pub(crate) fn steps(&self) -> Vec<Step> {
        self.own.steps()
    }

    /// Takes in the next event of the executed run; what it says to those who watch this one.
    pub(crate) fn take(&mut self, recorded: &Recorded) -> Option<Live> {
        self.root.apply(recorded.clone());
        let rows = self.root.take_calls().unwrap_or_default();
        let changed = rows.into_iter().find(|row| row.run.id == self.id);
        let event = match changed {
            Some(CallRow { run, .. }) => self.turn(&run, &recorded.event),
            None => self.happened(&recorded.event),
        }?;
        let live = self.own.apply(Recorded { event, ..recorded.clone() });
        // Calls in it have rows already.
        self.own.take_calls();
        Some(live)
    }

    /// Whether text that is not an event yet belongs to it.
    pub(crate) fn hears(&self, delta: &Delta) -> bool {
        self.inside.as_ref().is_some_and(|inside| self.is_inside(inside, delta.step))
    }

    /// The event by which it begins, comes to wait, goes on or ends.
    fn turn(&mut self, run: &Run, event: &Event) -> Option<Event> {
        if self.own.run().started_at.is_none()
            && let Event::StepStarted { kind, call_id, node: Some(node), .. } = event
        {
            self.inside = inside(*kind, node, call_id.as_deref());
            return Some(Event::Started { resumed: 0 });
        }
        Some(match run.status {
            RunStatus::RequiresAction => Event::RequiresAction { calls: run.required_action.clone()?.calls },
            RunStatus::Queued | RunStatus::Running => {
                let waits = self.own.run().required_action.as_ref().map(|action| action.calls.clone()).unwrap_or_default();
                let Event::Submitted { outputs } = event else { return Some(Event::Submitted { outputs: Vec::new() }) };
                let own = outputs.iter().filter(|output| waits.iter().any(|wait| wait.call_id == output.call_id));
                Event::Submitted { outputs: own.cloned().collect() }
            }
            ended => {
                self.inside = None;
                match (ended, run.error.clone()) {
                    (RunStatus::Completed, _) => Event::Completed { output: run.output.clone() },
                    (RunStatus::Failed, Some(error)) => Event::Failed { error },
                    _ => Event::Cancelled,
                }
            }
        })
    }

    /// What happened inside, as it sees it.
    fn happened(&mut self, event: &Event) -> Option<Event> {
        let inside = self.inside.clone()?;
        let mut event = event.clone();
        match &mut event {
            Event::StepStarted { node: Some(node), message, .. } => {
                *node = relative(&inside, node)?;
                self.messages.extend(*message);
            }
            Event::StepRan { node, .. } => *node = relative(&inside, node)?,
            Event::StepCompleted { step, .. }
            | Event::StepFailed { step, .. }
            | Event::VariableSet { step, .. }
            | Event::Delta { step, .. }
            | Event::Reset { step, .. } => self.is_inside(&inside, *step).then_some(())?,
            Event::Answer { message, .. } => self.messages.contains(message).then_some(())?,
            _ => return None,
        }
        Some(event)
    }

    fn is_inside(&self, inside: &str, step: u32) -> bool {
        self.root.step(step).and_then(|step| step.node.as_ref()).is_some_and(|node| node.path.starts_with(inside))
    }
}
