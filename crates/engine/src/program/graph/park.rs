//! Waits for people: announced when nothing else can run, answered one by one.

use flow::node::{Heard, InterruptKind};
use flow::run::{Event, PendingCall, PendingKind, ToolSubmission};
use serde_json::{Value, json};
use types::Timestamp;

use super::super::{Context, Effect};
use super::state::{At, Doing, Move, Pending, Phase, State, Wants};
use super::{debug, doubt, machine};

/// Announces everything that waits for somebody, in the order of its coming.
pub(super) fn park(state: &mut State, cx: &Context<'_>, out: &mut Vec<Effect>) {
    let calls = state.pending.iter().map(|pending| call(state, pending, cx.now)).collect();
    state.record(Event::RequiresAction { calls }, cx, out);
}

fn call(state: &State, pending: &Pending, now: Timestamp) -> PendingCall {
    let parent = None;
    let (kind, arguments) = match &pending.wants {
        Wants::Leave => (PendingKind::Breakpoint, debug::shown(state, pending.at, now)),
        Wants::Verdict => (PendingKind::Interrupted, doubt::shown(state, pending.at)),
        Wants::Answer(interrupt) => {
            let kind = match interrupt.kind {
                InterruptKind::Question => PendingKind::Question,
                InterruptKind::Input => PendingKind::Input,
                InterruptKind::Approval => PendingKind::Approval,
            };
            (kind, interrupt.data.clone())
        }
    };
    PendingCall {
        call_id: pending.call_id.clone(),
        name: state.node(pending.at).title.clone(),
        arguments,
        kind,
        node: Some(state.node_step(pending.at, parent)),
        run: None,
    }
}

/// Somebody answered. What names no wait changes nothing.
pub(super) fn submitted(state: &mut State, outputs: &[ToolSubmission], moment: Timestamp) {
    state.phase = Phase::Going;
    state.start_clocks(moment.millis());
    let mut left: Vec<(At, &ToolSubmission)> = Vec::new();
    for given in outputs {
        let Some(index) = state.pending.iter().position(|pending| pending.call_id == given.call_id) else { continue };
        let Some(pending) = state.pending.remove(index) else { continue };
        let at = pending.at;
        let interrupt = match pending.wants {
            Wants::Answer(interrupt) => interrupt,
            Wants::Leave => {
                left.push((at, given));
                continue;
            }
            Wants::Verdict => {
                doubt::answered(state, at, given, moment);
                continue;
            }
        };
        state.answered = Some(at);
        if let Some(work) = state.work_mut(at)
            && let Doing::Machine(talk) = &work.doing
            && matches!(talk.turn, Move::Waiting)
        {
            work.since = Some(moment.millis());
            machine::hear(state, at, Heard::Answer(answer(interrupt.kind, given)));
        }
    }
    if !left.is_empty() {
        debug::answered(state, &left);
    }
}

/// What was submitted, as the node hears it: questions and forms as text or JSON object, approvals as
/// `{approve, output}`.
fn answer(kind: InterruptKind, given: &ToolSubmission) -> Value {
    let text = || given.output.clone().unwrap_or_default();
    match kind {
        InterruptKind::Question => Value::String(text()),
        InterruptKind::Input => match serde_json::from_str::<Value>(&text()) {
            Ok(value @ Value::Object(_)) => value,
            _ => Value::String(text()),
        },
        InterruptKind::Approval => json!({ "approve": given.approve, "output": given.output }),
    }
}
