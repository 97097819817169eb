//! What comes next, phase by phase, until something has to be waited for.

use flow::run::Event;

use super::super::{Context, Effect};
use super::state::{Phase, State};
use super::{ask, round, stop, suggest};

/// Goes on as far as the state alone allows.
pub(super) fn advance(state: &mut State, cx: &mut Context<'_>, out: &mut Vec<Effect>) {
    loop {
        match &state.phase {
            Phase::Created | Phase::Waiting(_) | Phase::Ended => return,
            Phase::Ready => ask::ask(state, cx, out),
            Phase::Asking(open) | Phase::Suggesting(open) if !open.interrupted => return,
            Phase::Asking(_) => ask::again(state, cx, out),
            Phase::Suggesting(_) => suggest::interrupted(state, cx, out),
            Phase::Said(said) => {
                let message = said.message.unwrap_or_else(|| (cx.ids)());
                let (text, reasoning) = (said.text.clone(), said.reasoning.clone());
                state.record(Event::Answer { message, text, reasoning }, cx, out);
            }
            Phase::Calling(_) => {
                if !round::advance(state, cx, out) {
                    return;
                }
            }
            Phase::Answered => suggest::ask(state, cx, out),
            Phase::Suggested(left) => match left.first().cloned() {
                Some(text) => {
                    let message = (cx.ids)();
                    state.record(Event::FollowUp { message, text }, cx, out);
                }
                None => state.record(Event::Completed { output: None }, cx, out),
            },
            Phase::Failing(error) => {
                let error = error.clone();
                stop::fail(state, error, cx, out);
            }
        }
    }
}
