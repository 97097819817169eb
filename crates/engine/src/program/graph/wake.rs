//! Moments that come by themselves: ends of waits, next attempts, time limits of nodes.

use flow::node::{Inputs, NodeError, Output};
use serde_json::Value;
use types::Timestamp;

use super::super::{Context, Effect};
use super::state::{At, Doing, State};
use super::{begin, fail};

/// The longest wait: a year.
const LONGEST: i64 = 366 * 24 * 60 * 60 * 1000;

/// When a wait ends that begins now.
pub(super) fn until(inputs: &Inputs, now: Timestamp) -> i64 {
    let asked = match inputs.get("milliseconds") {
        Some(Value::Number(number)) => number.as_i64().or_else(|| number.as_f64().map(|n| n as i64)),
        Some(Value::String(text)) => text.trim().parse().ok(),
        _ => None,
    };
    now.millis() + asked.unwrap_or(0).clamp(0, LONGEST)
}

/// The moment came that was asked for. A moment that is not due yet is asked for again.
pub(super) fn woken(state: &mut State, step: u32, cx: &mut Context<'_>, out: &mut Vec<Effect>) {
    let Some(at) = state.open_node(step) else { return };
    let Some(work) = state.work(at) else { return };
    match work.doing {
        Doing::Wait { until } if until <= cx.now.millis() => begin::complete(state, at, Output::default(), cx, out),
        Doing::Retry { at: due, .. } if due <= cx.now.millis() => retry(state, at, cx, out),
        Doing::Wait { until: later } | Doing::Retry { at: later, .. } => out.push(Effect::Wake { step, at: Timestamp(later) }),
        Doing::Task { .. } => {}
        _ => set_deadline(state, at, cx, out),
    }
}

/// Begins the next attempt.
pub(super) fn retry(state: &mut State, at: At, cx: &mut Context<'_>, out: &mut Vec<Effect>) {
    let Some(work) = state.work(at) else { return };
    let (step, attempt) = (work.step, work.attempt + 1);
    let input = Value::Object(work.inputs.values.clone());
    begin::start(state, at, step, attempt, None, input, cx, out);
}

/// Asks to be woken for the next attempt.
pub(super) fn set_retry(state: &State, at: At, out: &mut Vec<Effect>) {
    if let Some(work) = state.work(at)
        && let Doing::Retry { at, due: false } = work.doing
    {
        out.push(Effect::Wake { step: work.step, at: Timestamp(at) });
    }
}

/// Asks to be woken when a node's time is up; fails it if it is.
pub(super) fn set_deadline(state: &mut State, at: At, cx: &mut Context<'_>, out: &mut Vec<Effect>) {
    let Some(left) = state.left_for(at, cx.now) else { return };
    let Some(step) = state.work(at).map(|work| work.step) else { return };
    if left > 0 {
        out.push(Effect::Wake { step, at: Timestamp(cx.now.millis().saturating_add(left)) });
    } else {
        fail::fail(state, at, timeout(), cx, out);
    }
}

impl State {
    /// Whether the program itself watches the time of an open step. Tasks are watched by the runtime.
    pub(super) fn has_deadline(&self, at: At) -> bool {
        let doing = self.work(at).map(|work| &work.doing);
        self.node(at).policy.timeout_ms.is_some()
            && !matches!(doing, None | Some(Doing::Task { .. } | Doing::Wait { .. } | Doing::Retry { .. } | Doing::Doubt(_)))
    }
}

/// The error of a node whose time is up.
pub fn timeout() -> NodeError {
    NodeError::lasting("node_timeout", "node timeout")
}
