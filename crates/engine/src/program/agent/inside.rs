//! What workflows tell that are tools of an agent. Each call is a run of its own ([`Effect::CallWorkflow`]).
//!
//! Its messages become answers of the agent, under their own ids, one at a time: the first that begins is shown while it is
//! written, others follow whole when it is over. Who is told a run from its beginning again, after a crash, knows by the ids what
//! was said. What it waits for, the agent's run waits for.

use std::collections::{BTreeSet, VecDeque};

use flow::run::{Event, NodeStep, PendingCall, Program, RunError, RunSpec, StepKind, ToolSubmission};
use serde_json::Value;
use types::MessageId;

use super::super::{Context, Effect, Told};
use super::state::{At, Phase, Route, Slot, State};

/// Stands between the id of an agent's call and the id of what waits inside it.
const INSIDE: char = ':';

/// What was told of what runs inside said.
#[derive(Debug, Clone, Default)]
pub(super) struct Inside {
    /// The message that is being told.
    open: Option<Open>,
    /// Messages that were told.
    said: BTreeSet<MessageId>,
    /// Whole messages that wait for the one that is being told. What is lost of it in a crash is told again.
    waiting: VecDeque<Whole>,
}

/// A message, or its beginning, and whose it is.
#[derive(Debug, Clone)]
struct Beginning {
    /// The step of the call.
    step: u32,
    /// The call.
    call_id: String,
    message: MessageId,
    title: String,
    node: NodeStep,
}

/// All of a message.
#[derive(Debug, Clone)]
struct Whole {
    beginning: Beginning,
    text: String,
}

impl PartialEq for Inside {
    fn eq(&self, other: &Self) -> bool {
        (&self.open, &self.said) == (&other.open, &other.said)
    }
}

/// A message that is being told.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Open {
    step: u32,
    attempt: u32,
    message: MessageId,
    /// Of which call.
    call_id: String,
    /// It is to be told from its beginning.
    void: bool,
}

impl Inside {
    /// The process that told the open message is gone.
    pub(super) fn interrupted(&mut self) {
        self.waiting.clear();
        if let Some(open) = &mut self.open {
            open.void = true;
        }
    }
}

/// Something was told inside the call of this step.
pub(super) fn told(state: &mut State, step: u32, told: Told, cx: &Context<'_>, out: &mut Vec<Effect>) {
    let Some(call_id) = running(state, step).map(|call| call.call.id.clone()) else { return };
    match told {
        Told::Begun { message, title, node } => begin(state, Beginning { step, call_id, message, title, node }, cx, out),
        Told::Text { message, text } => {
            if let Some(open) = state.inside.open.as_ref().filter(|open| open.message == message && !open.void) {
                out.push(Effect::Emit { step: open.step, message, text });
            }
        }
        Told::Again { message } => {
            if let Some(open) = state.inside.open.as_ref().filter(|open| open.message == message && !open.void) {
                state.record(Event::Reset { step: open.step, message }, cx, out);
            }
        }
        Told::Said { message, title, node, text } => {
            say(state, Whole { beginning: Beginning { step, call_id, message, title, node }, text }, cx, out);
        }
        Told::Waits(calls) => {
            let waits = |call: PendingCall| PendingCall { call_id: format!("{call_id}{INSIDE}{}", call.call_id), ..call };
            let calls = calls.into_iter().map(waits).collect();
            ask(state, &call_id, calls);
        }
        Told::Ended { result, usage, cost } => {
            withdraw(state, &call_id, cx, out);
            let event = match result {
                Ok(output) => Event::StepCompleted { step, output, usage: Some(usage), cost, node: None },
                Err(error) => Event::StepFailed { step, error, retry_at: None },
            };
            state.record(event, cx, out);
        }
    }
}

fn running(state: &State, step: u32) -> Option<&Slot> {
    let Phase::Calling(round) = &state.phase else { return None };
    round.calls.iter().find(|call| matches!(call.at, At::Running { step: running, interrupted: false, .. } if running == step))
}

/// A message begins: it is shown if no other is.
fn begin(state: &mut State, beginning: Beginning, cx: &Context<'_>, out: &mut Vec<Effect>) {
    let Beginning { step, call_id, message, title, node } = beginning;
    if state.inside.said.contains(&message) {
        return;
    }
    let (own, attempt) = match &state.inside.open {
        None => (state.next_step(), 1),
        Some(open) if open.message == message && open.void => {
            let (own, attempt) = (open.step, open.attempt + 1);
            state.record(Event::Reset { step: own, message }, cx, out);
            (own, attempt)
        }
        Some(_) => return,
    };
    let node = Some(NodeStep { parent: Some(step), ..node });
    let (kind, message, call_id) = (StepKind::Node, Some(message), Some(call_id));
    let (input, called) = (Value::Null, None);
    let started = Event::StepStarted { step: own, kind, name: title, input, attempt, message, call_id, node, called };
    state.record(started, cx, out);
}

/// A message is whole.
fn say(state: &mut State, whole: Whole, cx: &Context<'_>, out: &mut Vec<Effect>) {
    let message = whole.beginning.message;
    if state.inside.said.contains(&message) {
        return;
    }
    match &state.inside.open {
        Some(open) if open.message == message => {}
        Some(_) => return state.inside.waiting.push_back(whole),
        None => begin(state, whole.beginning, cx, out),
    }
    let Some(open) = &state.inside.open else { return };
    let (own, text) = (open.step, whole.text);
    state.record(Event::Answer { message, text: text.clone(), reasoning: String::new() }, cx, out);
    state.record(Event::StepCompleted { step: own, output: Value::String(text), usage: None, cost: None, node: None }, cx, out);
    if let Some(next) = state.inside.waiting.pop_front() {
        say(state, next, cx, out);
    }
}

/// The call is over before its message is.
fn withdraw(state: &mut State, call_id: &str, cx: &Context<'_>, out: &mut Vec<Effect>) {
    let Some(open) = state.inside.open.clone().filter(|open| open.call_id == call_id) else { return };
    state.record(Event::Reset { step: open.step, message: open.message }, cx, out);
    let error = RunError { code: "withdrawn".into(), message: "The workflow ended before it had said this.".into() };
    state.record(Event::StepFailed { step: open.step, error, retry_at: None }, cx, out);
    if let Some(next) = state.inside.waiting.pop_front() {
        say(state, next, cx, out);
    }
}

/// The step of a message began.
pub(super) fn begun(state: &mut State, step: u32, attempt: u32, message: Option<MessageId>, call_id: Option<&str>) {
    if let Some(message) = message {
        let call_id = call_id.unwrap_or_default().to_owned();
        state.inside.open = Some(Open { step, attempt, message, call_id, void: false });
    }
}

/// The step of a message ended; false when it is none.
pub(super) fn over(state: &mut State, step: u32) -> bool {
    state.inside.open.take_if(|open| open.step == step).is_some()
}

/// A message was told; false when it is the agent's own.
pub(super) fn said(state: &mut State, message: MessageId) -> bool {
    let inside = state.inside.open.as_ref().is_some_and(|open| open.message == message);
    if inside {
        state.inside.said.insert(message);
    }
    inside
}

/// Calls inside wait for somebody, as the run tells.
pub(super) fn asks(state: &mut State, calls: &[PendingCall]) {
    let Phase::Calling(round) = &state.phase else { return };
    let of = |id: &str| calls.iter().filter(|call| call.run.is_some() && within(id, &call.call_id).is_some()).cloned().collect::<Vec<_>>();
    let asked: Vec<(String, Vec<PendingCall>)> = round.calls.iter().map(|call| (call.call.id.clone(), of(&call.call.id))).collect();
    for (call_id, calls) in asked.into_iter().filter(|(_, calls)| !calls.is_empty()) {
        ask(state, &call_id, calls);
    }
}

fn ask(state: &mut State, call_id: &str, calls: Vec<PendingCall>) {
    let Phase::Calling(round) = &mut state.phase else { return };
    let Some(call) = round.calls.iter_mut().find(|call| call.call.id == call_id) else { return };
    // That it went on with answers is no event of its own.
    if let At::Running { step, message, .. } | At::Answered { step, message, .. } = call.at {
        let run = call.run;
        let calls = calls.into_iter().map(|call| PendingCall { run, ..call }).collect();
        call.at = At::Asks { step, message, calls };
    }
}

/// What was submitted for what waits inside a call, under the ids it has there.
pub(super) fn answered(call_id: &str, calls: &[PendingCall], outputs: &[ToolSubmission]) -> Vec<ToolSubmission> {
    let known = |given: &&ToolSubmission| calls.iter().any(|call| call.call_id == given.call_id);
    let inner = |given: &ToolSubmission| Some(ToolSubmission { call_id: within(call_id, &given.call_id)?.to_owned(), ..given.clone() });
    outputs.iter().filter(known).filter_map(inner).collect()
}

/// The id inside of a call, if it is one.
fn within<'a>(call_id: &str, id: &'a str) -> Option<&'a str> {
    id.strip_prefix(call_id)?.strip_prefix(INSIDE)
}

/// Whether what a call gives is the answer.
pub(super) fn answers(spec: &RunSpec, route: &Route) -> bool {
    match (&spec.program, route) {
        (Program::Agent(turn), Route::Workflow { tool, .. }) => turn.workflows.get(*tool).is_some_and(|tool| tool.answers),
        _ => false,
    }
}

/// The run ends: what runs inside is not wanted any more.
pub(super) fn abandon(state: &State, out: &mut Vec<Effect>) {
    let (Phase::Calling(round) | Phase::Waiting(round)) = &state.phase else { return };
    let open = |call: &&Slot| matches!(call.at, At::Running { .. } | At::Asks { .. } | At::Answered { .. });
    out.extend(round.calls.iter().filter(open).filter_map(|call| call.run).map(Effect::CancelRun));
}
