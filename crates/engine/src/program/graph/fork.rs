//! What a run takes over from an earlier one: every step that does not depend on the chosen one.
//!
//! Nothing is worked out about dependencies here: the earlier run's events are taken in again, without the chosen
//! step. What followed from it then does not fit, and is left out. So are steps of nodes that the new run has pins for.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use flow::node::Act;
use flow::run::{Event, Fork, Recorded, RunSpec, StepKind};
use flow::tool::Toolbox;
use flow::value::convert::{self, Strictness};
use flow::workflow::OnError;
use serde_json::Value;
use types::{MessageId, Timestamp};

use super::Plan;
use super::apply::apply;
use super::state::{At, Calling, Doing, Move, Open, Stage, State};
use super::{call, tools};

/// Why a run cannot be forked there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ForkError {
    /// The run has no such step of a node.
    #[error("the run has no step {0} of a node")]
    NoStep(u32),
    /// The inputs do not fit the node.
    #[error("{0}")]
    Inputs(String),
}

/// What the journal of the new run begins with, after `Created`, with the moments of the earlier run. The new run is started
/// with [`super::Input::Start`] as usual.
///
/// `spec` and `plan` are the new run's, `earlier` the journal of the other. Steps are numbered anew, messages get ids of
/// their own. Steps whose failure ended the earlier run are taken again as well.
pub fn fork(
    spec: &Arc<RunSpec>,
    plan: &Arc<Plan>,
    tools: &Toolbox,
    earlier: &[Recorded],
    fork: &Fork,
    ids: &mut dyn FnMut() -> MessageId,
) -> Result<Vec<(Timestamp, Event)>, ForkError> {
    let chosen = chosen(earlier, fork.step).ok_or(ForkError::NoStep(fork.step))?;
    let mut left_out = failures(spec, plan, tools, earlier);
    left_out.insert(chosen);
    let mut taken = Taken {
        state: State::new(Arc::clone(spec), Ok(Arc::clone(plan)), tools),
        left_out,
        steps: BTreeMap::new(),
        messages: BTreeMap::new(),
        events: Vec::new(),
        ids,
    };
    let mut moment = earlier.first().map_or(Timestamp(0), |recorded| recorded.at);
    taken.keep(moment, Event::Started { resumed: 0 });
    for recorded in earlier {
        moment = recorded.at;
        taken.take(recorded);
    }
    if let Some(inputs) = &fork.inputs {
        taken.begin(earlier, chosen, inputs, moment)?;
    }
    // Nothing of it is under way, and that is no crash.
    taken.keep(moment, Event::Started { resumed: 0 });
    taken.name_calls();
    Ok(taken.events)
}

/// The node's step that a step belongs to.
fn chosen(earlier: &[Recorded], step: u32) -> Option<u32> {
    earlier.iter().find_map(|recorded| match &recorded.event {
        Event::StepRan { step: ran, .. } if *ran == step => Some(step),
        Event::StepStarted { step: began, kind: StepKind::Node, .. } if *began == step => Some(step),
        Event::StepStarted { step: began, node: Some(node), .. } if *began == step => node.parent,
        _ => None,
    })
}

/// The steps where the failure began that ended the run.
fn failures(spec: &Arc<RunSpec>, plan: &Arc<Plan>, tools: &Toolbox, earlier: &[Recorded]) -> BTreeSet<u32> {
    if !earlier.iter().any(|recorded| matches!(recorded.event, Event::Failed { .. })) {
        return BTreeSet::new();
    }
    let mut state = State::new(Arc::clone(spec), Ok(Arc::clone(plan)), tools);
    // Failed for good → the steps around it.
    let mut failed: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for recorded in earlier {
        let place = match &recorded.event {
            Event::StepFailed { step, retry_at: None, .. } => state.open_node(*step).map(|at| (*step, at)),
            Event::StepRan { step, node, result, .. } if result.error.is_some() => {
                state.frames.find(node).filter(|at| state.node(*at).policy.on_error == OnError::Fail).map(|at| (*step, at))
            }
            _ => None,
        };
        if let Some((step, at)) = place {
            failed.insert(step, state.around(at));
        }
        apply(&mut state, &recorded.event, recorded.at);
    }
    let ended = |around: &Vec<u32>| around.iter().all(|step| failed.contains_key(step));
    let caused: BTreeSet<u32> = failed.values().filter(|around| ended(around)).flatten().copied().collect();
    failed.iter().filter(|(step, around)| ended(around) && !caused.contains(step)).map(|(step, _)| *step).collect()
}

impl State {
    /// The open steps around a place.
    fn around(&self, at: At) -> Vec<u32> {
        let mut found = Vec::new();
        let mut owner = self.frames[at.frame].owner;
        while let Some(at) = owner.at() {
            found.extend(self.work(at).map(|work| work.step));
            owner = self.frames[at.frame].owner;
        }
        found
    }
}

/// What is taken over so far.
struct Taken<'a> {
    state: State,
    /// Steps of nodes that are not.
    left_out: BTreeSet<u32>,
    /// Their numbers there and here.
    steps: BTreeMap<u32, u32>,
    messages: BTreeMap<MessageId, MessageId>,
    events: Vec<(Timestamp, Event)>,
    ids: &'a mut dyn FnMut() -> MessageId,
}

impl Taken<'_> {
    fn keep(&mut self, at: Timestamp, event: Event) {
        apply(&mut self.state, &event, at);
        self.state.told.dropped.clear();
        self.events.push((at, event));
    }

    /// Takes an event over, if it fits.
    fn take(&mut self, recorded: &Recorded) {
        let step = match &recorded.event {
            Event::StepStarted { step, .. }
            | Event::StepRan { step, .. }
            | Event::VariableSet { step, .. }
            | Event::Reset { step, .. }
            | Event::StepCompleted { step, .. }
            | Event::StepFailed { step, .. } => Some(*step),
            Event::Answer { .. } | Event::Submitted { .. } => None,
            _ => return,
        };
        if let (Some(step), Event::StepStarted { kind: StepKind::Node, node: Some(node), .. } | Event::StepRan { node, .. }) =
            (step, &recorded.event)
            && self.state.frames.find(node).is_some_and(|at| self.state.pin(at).is_some())
        {
            self.left_out.insert(step);
        }
        if step.is_some_and(|step| self.left_out.contains(&step)) {
            return;
        }
        let Some(event) = self.renamed(&recorded.event) else { return };
        if self.fits(&event) {
            if let (Some(there), Event::StepStarted { step: here, .. } | Event::StepRan { step: here, .. }) = (step, &event) {
                self.steps.insert(there, *here);
            }
            self.keep(recorded.at, event);
        }
    }

    /// The event with the numbers and ids of the new run; `None`: it belongs to something that was not taken over.
    fn renamed(&mut self, event: &Event) -> Option<Event> {
        let mut event = event.clone();
        match &mut event {
            Event::StepStarted { step, node, message, .. } => {
                *step = self.steps.get(step).copied().unwrap_or(self.state.next_step());
                if let Some(parent) = node.as_mut().and_then(|node| node.parent.as_mut()) {
                    *parent = *self.steps.get(parent)?;
                }
                if let Some(message) = message {
                    *message = self.message(*message);
                }
            }
            Event::StepRan { step, .. } => *step = self.state.next_step(),
            Event::VariableSet { step, .. } | Event::StepCompleted { step, .. } | Event::StepFailed { step, .. } => {
                *step = *self.steps.get(step)?;
            }
            Event::Reset { step, message } => {
                *step = *self.steps.get(step)?;
                *message = self.message(*message);
            }
            Event::Answer { message, .. } => *message = *self.messages.get(message)?,
            Event::Submitted { outputs } => {
                outputs.retain_mut(|output| {
                    let Some((step, times)) = output.call_id.split_once('.') else { return false };
                    let Some(here) = step.parse().ok().and_then(|step: u32| self.steps.get(&step)) else { return false };
                    output.call_id = format!("{here}.{times}");
                    self.state.pending.iter().any(|pending| pending.call_id == output.call_id)
                });
                if outputs.is_empty() {
                    return None;
                }
            }
            _ => {}
        }
        Some(event)
    }

    fn message(&mut self, there: MessageId) -> MessageId {
        *self.messages.entry(there).or_insert_with(|| (self.ids)())
    }

    /// Whether this could happen now.
    fn fits(&self, event: &Event) -> bool {
        let state = &self.state;
        match event {
            Event::StepRan { node, .. } => state.frames.find(node).is_some_and(|at| state.can_begin(at)),
            Event::StepStarted { step, kind: StepKind::Node, node: Some(node), .. } => {
                state.frames.find(node).is_some_and(|at| state.can_begin(at) || state.work(at).is_some_and(|work| work.step == *step))
            }
            Event::StepStarted { kind, call_id, node: Some(node), .. } => {
                let talk = node.parent.and_then(|parent| state.open_node(parent)).and_then(|at| state.talk(at));
                talk.is_some_and(|talk| match &talk.turn {
                    Move::Next(Act::Model(_)) | Move::Asking { .. } => *kind == StepKind::Model,
                    Move::Calling(calls) => {
                        let waits = |at: &Calling| matches!(at, Calling::New | Calling::Running { .. });
                        *kind == StepKind::Tool && calls.iter().any(|call| Some(&call.ask.call_id) == call_id.as_ref() && waits(&call.at))
                    }
                    _ => false,
                })
            }
            Event::StepCompleted { step, .. } | Event::StepFailed { step, .. } => match state.open.get(step) {
                Some(Open::Node(at)) => state.can_end(*at),
                Some(Open::Model(_)) => true,
                Some(Open::Tool(at, index)) => {
                    state.call(*at, *index).is_some_and(|call| matches!(call.at, Calling::Running { .. } | Calling::Ended { .. }))
                }
                None => false,
            },
            Event::Reset { step, .. } => state.open_node(*step).is_some_and(|at| state.slot(at).stage == Stage::Open),
            Event::Answer { message, .. } => state
                .floor
                .holder
                .and_then(|at| state.work(at))
                .is_some_and(|work| matches!(&work.doing, Doing::Tell(telling) if telling.message == *message)),
            Event::VariableSet { .. } => !state.unsaid.is_empty(),
            Event::Submitted { .. } => true,
            _ => false,
        }
    }

    /// A call that ended is the run that it was. One that goes on is a run that is to be shown with the new one.
    fn name_calls(&mut self) {
        let mut seen = BTreeSet::new();
        for (_, event) in self.events.iter_mut().rev() {
            let Event::StepStarted { step, called, .. } = event else { continue };
            // Of several attempts the last one goes on.
            if !seen.insert(*step) {
                continue;
            }
            match self.state.open.get(step) {
                Some(Open::Node(at)) if matches!(self.state.work(*at).map(|work| &work.doing), Some(Doing::Call { .. })) => {
                    *called = call::told(&self.state, *at, &mut *self.ids);
                }
                Some(Open::Tool(at, index)) => {
                    let target = self.state.call(*at, *index).map(|call| &call.ask.target);
                    *called = target.and_then(|target| tools::told(&self.state, *at, target, &mut *self.ids));
                }
                _ => {}
            }
        }
    }

    /// Begins the chosen step with other inputs.
    fn begin(&mut self, earlier: &[Recorded], chosen: u32, inputs: &flow::value::Values, moment: Timestamp) -> Result<(), ForkError> {
        let node = earlier.iter().find_map(|recorded| match &recorded.event {
            Event::StepRan { step, node, .. } | Event::StepStarted { step, node: Some(node), .. } if *step == chosen => Some(node),
            _ => None,
        });
        let Some(at) = node.and_then(|node| self.state.frames.find(node)).filter(|at| self.state.can_begin(*at)) else {
            return Err(ForkError::NoStep(chosen));
        };
        let plan = self.state.node(at);
        let brought = convert::inputs(inputs.clone(), &plan.inputs, plan.fill_inputs, Strictness::Strict);
        let input = Value::Object(brought.map_err(|error| ForkError::Inputs(error.message))?.value.values);
        let name = plan.title.clone();
        let message = self.state.tells(at).then(|| (self.ids)());
        let node = Some(self.state.node_step(at, None));
        let step = self.state.next_step();
        let (kind, attempt, call_id, called) = (StepKind::Node, 1, None, None);
        self.keep(moment, Event::StepStarted { step, kind, name, input, attempt, message, call_id, node, called });
        Ok(())
    }
}

impl State {
    /// Whether a node could begin now.
    fn can_begin(&self, at: At) -> bool {
        self.slot(at).stage == Stage::Ready && (!self.tells(at) || self.floor.holder == Some(at))
    }

    /// Whether a node's step could end now, by itself.
    fn can_end(&self, at: At) -> bool {
        let Some(work) = self.work(at) else { return false };
        match &work.doing {
            Doing::Machine(talk) => matches!(talk.turn, Move::Next(Act::Done(_) | Act::Fail(_))),
            Doing::Container(rounds) => rounds.failed.is_some() || rounds.over(),
            Doing::Call { outcome, .. } => outcome.is_some(),
            _ => true,
        }
    }
}
