//! Failures: tried again, caught by a policy, or handed to what is around.

use flow::node::NodeError;
use flow::run::{Event, RunError};
use types::Timestamp;

use super::super::{Context, Effect};
use super::apply::told;
use super::frames::Owner;
use super::state::{At, Calling, Doing, Phase, Stage, State};
use super::{container, output};

/// The longest pause between two attempts.
const LONGEST: u64 = 24 * 60 * 60 * 1000;

/// Journals that an open step of a node failed, and what follows by its policy.
pub(super) fn fail(state: &mut State, at: At, error: NodeError, cx: &Context<'_>, out: &mut Vec<Effect>) {
    let Some(work) = state.work(at) else { return };
    let (step, failures) = (work.step, work.failures);
    let node = state.node(at);
    if error.transient && failures < node.policy.retries {
        let pause = node.policy.backoff_ms.saturating_mul(1 << failures.min(30)).min(LONGEST);
        let pause = i64::try_from(pause).unwrap_or(i64::MAX);
        if state.left_for(at, cx.now).is_none_or(|left| left > pause) {
            let retry_at = Some(Timestamp(cx.now.millis().saturating_add(pause)));
            let error = RunError { code: error.code, message: error.message };
            state.record(Event::StepFailed { step, error, retry_at }, cx, out);
            super::wake::set_retry(state, at, out);
            return;
        }
    }
    let warnings = state.told.warnings.get(&step).cloned().unwrap_or_default();
    match output::instead(node, &error, warnings) {
        Some(result) => {
            let (output, node) = output::split(result);
            state.record(Event::StepCompleted { step, output, usage: None, cost: None, node }, cx, out);
        }
        None => state.record(Event::StepFailed { step, error: error.into(), retry_at: None }, cx, out),
    }
}

/// A node's step failed.
pub(super) fn failed(state: &mut State, at: At, error: &RunError, retry_at: Option<Timestamp>, moment: Timestamp) {
    let waited_for = state.slot(at).stage == Stage::Waiting;
    let Some(mut work) = state.close(at) else { return };
    if waited_for {
        return super::settle::skipped(state, at);
    }
    let Some(retry_at) = retry_at else {
        state.dequeue(at);
        return ends_frame(state, at.frame, told(error));
    };
    let due = retry_at <= moment;
    work.failures += 1;
    work.lost = false;
    work.doing = Doing::Retry { at: retry_at.millis(), due };
    if !due {
        state.asleep.insert((retry_at.millis(), work.step));
    }
    state.open.insert(work.step, super::state::Open::Node(at));
    state.slot_mut(at).work = Some(work);
    state.requeue(at);
    state.unheard(at);
}

/// A failure that no policy caught ends the frame, and is one of whatever waits for the frame.
pub(super) fn ends_frame(state: &mut State, frame: u32, error: NodeError) {
    match state.frames[frame].owner {
        Owner::Run => state.phase = Phase::Failing(error.into()),
        Owner::Round { container, .. } => container::round_failed(state, container, error),
        Owner::Call(at) => {
            if let Some(Doing::Call { frame, outcome }) = state.work_mut(at).map(|work| &mut work.doing) {
                *frame = None;
                *outcome = Some(Err(error));
            }
            state.close_frames(vec![frame]);
            state.requeue(at);
        }
        Owner::Tool(at, index) => {
            if let Some(call) = state.call_mut(at, index)
                && let Calling::Inside { step, .. } = call.at
            {
                call.at = Calling::Ended { step, outcome: Err(error), is_answer: false };
            }
            state.close_frames(vec![frame]);
            state.requeue(at);
        }
    }
}
