//! Tools that nodes call: each call is a step, all of a move side by side. A tool that is a workflow runs in a frame of its own.

use std::sync::Arc;

use flow::node::{Heard, NodeError, ToolResult, ToolTarget};
use flow::run::{Called, Event, RunError, StepKind};
use flow::tool::Effect as Does;
use model::ToolSpec;
use serde_json::Value;
use types::MessageId;

use super::super::{Context, Effect, ToolRun, offer, schema};
use super::frames::Owner;
use super::plan::Callee;
use super::state::{At, Call, Calling, Move, Open, State};
use super::{MAX_CRASHES, machine};

/// Does what there is to do for a call.
pub(super) fn next(state: &mut State, at: At, index: usize, cx: &mut Context<'_>, out: &mut Vec<Effect>) {
    let Some(call) = state.call(at, index) else { return };
    match &call.at {
        Calling::New => match state.exceeded() {
            Some(error) => super::stop::fail(state, error, cx, out),
            None => start(state, at, index, state.next_step(), 1, cx, out),
        },
        Calling::Running { step, attempt, lost, .. } => {
            let (step, attempt, lost) = (*step, *attempt, *lost);
            match lost.then(|| state.given_up(call, attempt)).flatten() {
                Some(error) => state.record(Event::StepFailed { step, error, retry_at: None }, cx, out),
                None => start(state, at, index, step, attempt + u32::from(lost), cx, out),
            }
        }
        Calling::Ended { step, outcome, .. } => {
            let step = *step;
            let event = match outcome.clone() {
                Ok(output) => Event::StepCompleted { step, output, usage: None, cost: None, node: None },
                Err(error) => Event::StepFailed { step, error: error.into(), retry_at: None },
            };
            state.record(event, cx, out);
        }
        Calling::Inside { .. } | Calling::Told { .. } => state.dequeue(at),
    }
}

fn start(state: &mut State, at: At, index: usize, step: u32, attempt: u32, cx: &mut Context<'_>, out: &mut Vec<Effect>) {
    let Some(parent) = state.work(at).map(|work| work.step) else { return };
    let Some(ask) = state.call(at, index).map(|call| call.ask.clone()) else { return };
    let node = Some(state.node_step(at, Some(parent)));
    let (name, input) = (ask.name.clone(), ask.arguments.clone());
    let (kind, message, call_id) = (StepKind::Tool, None, Some(ask.call_id.clone()));
    let called = told(state, at, &ask.target, &mut *cx.ids);
    state.record(Event::StepStarted { step, kind, name, input, attempt, message, call_id, node, called }, cx, out);
    if matches!(state.call(at, index), Some(Call { at: Calling::Running { .. }, .. }))
        && let ToolTarget::Tool(name) = ask.target
    {
        out.push(Effect::CallTool(ToolRun { step, attempt, name, arguments: ask.arguments }));
    }
}

/// How the step of a tool names the workflow that it is, if it is one.
pub(super) fn told(state: &State, at: At, target: &ToolTarget, ids: &mut dyn FnMut() -> MessageId) -> Option<Box<Called>> {
    let ToolTarget::Workflow { workflow, version } = target else { return None };
    state.called(at, workflow, version.as_deref(), ids)
}

/// A tool step began.
pub(super) fn called(state: &mut State, at: At, step: u32, attempt: u32, call_id: &str) {
    let Some(Move::Calling(calls)) = state.talk(at).map(|talk| &talk.turn) else { return };
    let startable = |call: &Call| call.ask.call_id == call_id && matches!(call.at, Calling::New | Calling::Running { flying: false, .. });
    let Some(index) = calls.iter().position(startable) else { return };
    let ask = calls[index].ask.clone();
    let begun = match &ask.target {
        ToolTarget::Tool(name) => {
            state.checked(name, &ask.arguments).map(|()| Calling::Running { step, attempt, flying: true, lost: false })
        }
        ToolTarget::Workflow { workflow, version } => {
            state.callee(at, workflow, version.as_deref()).map(|callee| Arc::clone(&callee.graph)).map(|graph| {
                let given = ask.arguments.as_object().cloned().unwrap_or_default();
                let path = format!("{}{}#{}/", state.frames[at.frame].path, state.node(at).id, call_id);
                Calling::Inside { step, frame: state.open_call(at, graph, path, given, Owner::Tool(at, index)) }
            })
        }
    };
    let begun = begun.unwrap_or_else(|error| Calling::Ended { step, outcome: Err(error), is_answer: false });
    state.flying += u32::from(matches!(begun, Calling::Running { .. }));
    if let Some(call) = state.call_mut(at, index) {
        call.at = begun;
    }
    state.open.insert(step, Open::Tool(at, index));
    state.requeue(at);
}

/// A tool answered. What it says to a step that is not open any more is dropped.
pub(super) fn done(state: &mut State, step: u32, result: Result<Value, RunError>, cx: &Context<'_>, out: &mut Vec<Effect>) {
    let Some(Open::Tool(at, index)) = state.open.get(&step).copied() else { return };
    if !matches!(state.call(at, index), Some(Call { at: Calling::Running { flying: true, .. }, .. })) {
        return;
    }
    let event = match result {
        Ok(output) => Event::StepCompleted { step, output, usage: None, cost: None, node: None },
        Err(error) => Event::StepFailed { step, error, retry_at: None },
    };
    state.record(event, cx, out);
}

/// A tool step ended. When all have, the node hears of them in the order it asked.
pub(super) fn returned(state: &mut State, at: At, index: usize, output: Result<&Value, NodeError>) {
    let Some(call) = state.call_mut(at, index) else { return };
    let (step, flew, is_answer) = match call.at {
        Calling::Running { step, flying, .. } => (step, flying, false),
        Calling::Ended { step, is_answer, .. } => (step, false, is_answer),
        _ => return,
    };
    call.at = Calling::Told { outcome: output.cloned(), is_answer };
    state.flying -= u32::from(flew);
    state.open.remove(&step);
    state.requeue(at);
    let Some(Move::Calling(calls)) = state.talk(at).map(|talk| &talk.turn) else { return };
    let result = |call: &Call| match &call.at {
        Calling::Told { outcome, is_answer } => {
            Some(ToolResult { call_id: call.ask.call_id.clone(), output: outcome.clone(), is_answer: *is_answer })
        }
        _ => None,
    };
    if let Some(results) = calls.iter().map(result).collect::<Option<Vec<_>>>() {
        machine::hear(state, at, Heard::Tools(results));
    }
}

impl State {
    pub(super) fn call(&self, at: At, index: usize) -> Option<&Call> {
        match &self.talk(at)?.turn {
            Move::Calling(calls) => calls.get(index),
            _ => None,
        }
    }

    pub(super) fn call_mut(&mut self, at: At, index: usize) -> Option<&mut Call> {
        match &mut self.talk_mut(at)?.turn {
            Move::Calling(calls) => calls.get_mut(index),
            _ => None,
        }
    }

    /// Whether a tool can be called with these arguments.
    fn checked(&self, name: &str, arguments: &Value) -> Result<(), NodeError> {
        let Some(info) = self.tools.info(name) else {
            return Err(NodeError::lasting("unknown_tool", format!("There is no tool `{name}`.")));
        };
        match schema::violation(&info.parameters, arguments) {
            Some(problem) => Err(NodeError::lasting("invalid_arguments", problem)),
            None => Ok(()),
        }
    }

    /// Why a call that a crash interrupted is not made again, if so.
    fn given_up(&self, call: &Call, attempt: u32) -> Option<RunError> {
        let effect = match &call.ask.target {
            ToolTarget::Tool(name) => self.tools.info(name).map_or(Does::Write, |info| info.effect),
            ToolTarget::Workflow { .. } => Does::Pure,
        };
        let (code, message) = match effect {
            Does::Write => (
                "outcome_unknown",
                "The call was interrupted and its outcome is unknown: it may or may not have taken effect. Check before calling it again.",
            ),
            Does::Pure | Does::Read if attempt >= MAX_CRASHES => {
                ("interrupted", "The call was interrupted several times and has no result.")
            }
            Does::Pure | Does::Read => return None,
        };
        Some(RunError { code: code.to_owned(), message: message.to_owned() })
    }
}

/// A workflow as a tool.
pub(super) fn offer(id: &str, callee: &Callee) -> ToolSpec {
    let parameters = offer::parameters(callee.graph.fields());
    ToolSpec { name: offer::name(id, &callee.name), description: callee.description.clone(), parameters }
}
