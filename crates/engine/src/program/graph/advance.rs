//! What comes next, slot by slot, until something has to be waited for.

use flow::run::{Event, RunError};
use serde_json::Value;

use super::super::{Context, Effect};
use super::state::{At, Calling, Doing, Move, Phase, Stage, State};
use super::{begin, call, container, doubt, machine, moment, park, stop, tell, tools, wake};

/// Things done in one go. Then others may speak: whoever wants to cancel, the journal, other runs.
const AT_ONCE: usize = 256;

/// Goes on as far as the state alone allows.
pub(super) fn advance(state: &mut State, cx: &mut Context<'_>, out: &mut Vec<Effect>) {
    for _ in 0..AT_ONCE {
        match &state.phase {
            Phase::Created | Phase::Parked | Phase::Ended => return,
            Phase::Failing(error) => {
                let error = error.clone();
                return stop::fail(state, error, cx, out);
            }
            Phase::Stopping => return stop::cancel(state, cx, out),
            Phase::Going if !state.unsaid.is_empty() => say(state, cx, out),
            Phase::Done => {
                let mut output = state.result.as_deref().cloned().unwrap_or(Value::Null);
                // An answer is a text, whatever it is called among the node's outputs.
                if state.plan.as_ref().is_ok_and(|plan| plan.root.answers)
                    && let Some(answer) = output.get_mut("output")
                {
                    output = answer.take();
                }
                return state.record(Event::Completed { output: Some(output) }, cx, out);
            }
            Phase::Going => {
                if let Err(error) = &state.plan {
                    let error = error.clone();
                    return stop::fail(state, error, cx, out);
                }
                match state.todo.front().copied() {
                    Some(at) => perform(state, at, cx, out),
                    None => return rest(state, cx, out),
                }
            }
        }
    }
    out.push(Effect::Continue);
}

/// There is nothing to do but wait.
fn rest(state: &mut State, cx: &Context<'_>, out: &mut Vec<Effect>) {
    if state.flying > 0 {
        return;
    }
    if !state.pending.is_empty() {
        return park::park(state, cx, out);
    }
    if state.asleep.is_empty() {
        let message = "The workflow cannot go on: its nodes wait for each other.";
        stop::fail(state, RunError { code: "workflow_stuck".into(), message: message.into() }, cx, out);
    }
}

/// Journals that a variable was set.
fn say(state: &mut State, cx: &Context<'_>, out: &mut Vec<Effect>) {
    if let Some((step, scope, path, value)) = state.unsaid.front().cloned() {
        state.record(Event::VariableSet { step, scope: scope.to_owned(), path, value }, cx, out);
    }
}

/// Does what there is to do for a slot. Each time an event comes of it, which changes what there is to do.
fn perform(state: &mut State, at: At, cx: &mut Context<'_>, out: &mut Vec<Effect>) {
    let slot = state.slot(at);
    match (slot.stage, &slot.work) {
        (Stage::Ready, _) => begin::begin(state, at, cx, out),
        (Stage::Waiting, Some(_)) => tell::withdraw(state, at, cx, out),
        (Stage::Open, Some(work)) => match &work.doing {
            Doing::Moment => moment::again(state, at, cx, out),
            Doing::Task { .. } => begin::task_again(state, at, cx, out),
            Doing::Machine(talk) => match &talk.turn {
                Move::Next(_) => machine::next(state, at, cx, out),
                Move::Asking { .. } => machine::again(state, at, cx, out),
                Move::Calling(calls) => {
                    let next = calls.iter().position(|call| match call.at {
                        Calling::New | Calling::Ended { .. } => true,
                        Calling::Running { flying, .. } => !flying,
                        Calling::Inside { .. } | Calling::Told { .. } => false,
                    });
                    match next {
                        Some(index) => tools::next(state, at, index, cx, out),
                        None => state.dequeue(at),
                    }
                }
                Move::Waiting => state.dequeue(at),
            },
            Doing::Container(_) => container::over(state, at, cx, out),
            Doing::Call { .. } => call::over(state, at, cx, out),
            Doing::Retry { .. } => wake::retry(state, at, cx, out),
            Doing::Tell(_) => tell::tell(state, at, cx, out),
            Doing::Doubt(_) => doubt::settled(state, at, cx, out),
            Doing::Wait { .. } => state.dequeue(at),
        },
        _ => state.dequeue(at),
    }
}
