//! The run is taken up.

use flow::run::Event;
use types::Timestamp;

use super::super::{Context, Effect};
use super::state::{At, Open, Phase, State};
use super::wake;

/// Begins, or goes on: after a crash, a submission, a wait.
pub(super) fn start(state: &mut State, cx: &mut Context<'_>, out: &mut Vec<Effect>) {
    let due = state.asleep.first().is_some_and(|(at, _)| *at <= cx.now.millis());
    match state.phase {
        Phase::Created => state.record(Event::Started { resumed: 0 }, cx, out),
        // Not a crash: the number stays, but people see that it works again.
        Phase::Parked if due => state.record(Event::Started { resumed: state.resumed }, cx, out),
        Phase::Parked | Phase::Ended => return,
        _ if state.still || !state.busy() => {}
        _ => state.record(Event::Started { resumed: state.resumed + 1 }, cx, out),
    }
    let open: Vec<(u32, At)> =
        state.open.iter().filter_map(|(step, open)| if let Open::Node(at) = open { Some((*step, *at)) } else { None }).collect();
    for (step, at) in open {
        // What is done for one may have ended another.
        if state.open_node(step) == Some(at) && state.has_deadline(at) {
            wake::set_deadline(state, at, cx, out);
        }
    }
    for (at, step) in state.asleep.clone() {
        if at <= cx.now.millis() {
            wake::woken(state, step, cx, out);
        } else {
            out.push(Effect::Wake { step, at: Timestamp(at) });
        }
    }
}
