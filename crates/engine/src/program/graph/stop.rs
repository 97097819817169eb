//! Ends that do not come from the end node.

use flow::run::{Event, RunError};

use super::super::{Context, Effect};
use super::state::{Phase, State};

/// Ends the run by an error, unless it has ended.
pub(super) fn fail(state: &mut State, error: RunError, cx: &Context<'_>, out: &mut Vec<Effect>) {
    if state.phase != Phase::Ended {
        state.record(Event::Failed { error }, cx, out);
    }
}

/// Ends the run because somebody wants it, unless it has ended.
pub(super) fn cancel(state: &mut State, cx: &Context<'_>, out: &mut Vec<Effect>) {
    if state.phase != Phase::Ended {
        state.record(Event::Cancelled, cx, out);
    }
}

/// Time is up. A run that waits for somebody does not work.
pub(super) fn out_of_time(state: &mut State, cx: &Context<'_>, out: &mut Vec<Effect>) {
    if state.phase != Phase::Parked {
        fail(state, state.out_of_time(), cx, out);
    }
}
