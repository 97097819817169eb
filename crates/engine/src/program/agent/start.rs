//! The run is taken up.

use flow::run::Event;

use super::super::{Context, Effect};
use super::state::{Phase, State};

/// Begins, or begins again. After a submission nothing was under way, and the run just goes on.
pub(super) fn start(state: &mut State, cx: &mut Context<'_>, out: &mut Vec<Effect>) {
    match state.phase {
        Phase::Ended | Phase::Waiting(_) => {}
        Phase::Created => state.record(Event::Started { resumed: 0 }, cx, out),
        _ if state.submitted => {}
        _ => state.record(Event::Started { resumed: state.resumed + 1 }, cx, out),
    }
}
