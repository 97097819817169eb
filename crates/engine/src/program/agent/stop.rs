//! Ends that do not come from the model.

use flow::run::{Event, RunError};

use super::super::{Context, Effect};
use super::state::{Phase, State};
use super::{budget, inside};

/// Ends the run by an error, unless it has ended.
pub(super) fn fail(state: &mut State, error: RunError, cx: &Context<'_>, out: &mut Vec<Effect>) {
    if state.phase != Phase::Ended {
        inside::abandon(state, out);
        state.record(Event::Failed { error }, cx, out);
    }
}

/// Ends the run because somebody wants it, unless it has ended.
pub(super) fn cancel(state: &mut State, cx: &Context<'_>, out: &mut Vec<Effect>) {
    if state.phase != Phase::Ended {
        inside::abandon(state, out);
        state.record(Event::Cancelled, cx, out);
    }
}

/// Time is up. An answer that is out stays a success; only its suggestions are missing.
pub(super) fn out_of_time(state: &mut State, cx: &Context<'_>, out: &mut Vec<Effect>) {
    let error = budget::out_of_time(state);
    match &state.phase {
        Phase::Suggesting(open) => {
            let step = open.step;
            state.record(Event::StepFailed { step, error, retry_at: None }, cx, out);
        }
        Phase::Answered | Phase::Suggested(_) | Phase::Waiting(_) | Phase::Ended => {}
        _ => fail(state, error, cx, out),
    }
}
