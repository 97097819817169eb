//! Work that a crash interrupted while it was changing something, of a node whose policy says `ask`: a person says what came of it.
//!
//! The doubt arises with the event that takes the run up again, so it follows from the events alone.

use flow::node::{NodeError, Output};
use flow::run::ToolSubmission;
use flow::tool::Effect as Does;
use flow::workflow::OnInterrupt;
use serde_json::{Value, json};
use types::Timestamp;

use super::super::{Context, Effect};
use super::state::{At, Doing, Doubt, Pending, State, Wants};
use super::{begin, fail};

/// A task was lost in a crash.
pub(super) fn arises(state: &mut State, at: At) {
    let node = state.node(at);
    if node.effect != Does::Write || node.policy.on_interrupt != Some(OnInterrupt::Ask) {
        return;
    }
    let Some(work) = state.work_mut(at) else { return };
    work.doing = Doing::Doubt(Doubt::Asked);
    work.since = None;
    let call_id = format!("{}.{}", work.step, work.crashes);
    state.pending.push_back(Pending { at, call_id, wants: Wants::Verdict });
}

/// What people see of it.
pub(super) fn shown(state: &State, at: At) -> Value {
    let inputs = state.work(at).map(|work| &work.inputs.values);
    json!({ "message": unknown().message, "inputs": inputs })
}

/// Somebody said what came of it.
pub(super) fn answered(state: &mut State, at: At, given: &ToolSubmission, moment: Timestamp) {
    let Some(work) = state.work_mut(at) else { return };
    let Doing::Doubt(doubt) = &mut work.doing else { return };
    *doubt = match given.output.as_deref().map(serde_json::from_str) {
        _ if given.approve == Some(true) => Doubt::Again,
        Some(Ok(Value::Object(values))) => Doubt::Done(values),
        _ => Doubt::Failed,
    };
    work.since = Some(moment.millis());
    state.requeue(at);
}

/// Goes on with what was said.
pub(super) fn settled(state: &mut State, at: At, cx: &mut Context<'_>, out: &mut Vec<Effect>) {
    let Some(work) = state.work(at) else { return };
    let Doing::Doubt(doubt) = &work.doing else { return };
    match doubt.clone() {
        Doubt::Asked => state.dequeue(at),
        Doubt::Again => {
            let (step, attempt) = (work.step, work.attempt + 1);
            let input = Value::Object(work.inputs.values.clone());
            begin::start(state, at, step, attempt, None, input, cx, out);
        }
        Doubt::Done(values) => begin::complete(state, at, Output::of(values), cx, out),
        Doubt::Failed => fail::fail(state, at, unknown(), cx, out),
    }
}

/// The error of a node of which nobody knows what it did.
pub(super) fn unknown() -> NodeError {
    let message =
        "Hearth was interrupted while the node was changing something: it may or may not have taken effect. Check before running it again.";
    NodeError::lasting("outcome_unknown", message)
}
