//! An agent's turn: model step → tool steps → model step … until the model answers.
//!
//! ```text
//! Created → Ready → Asking ─ text ──────────────→ Answered → Suggesting → Suggested → Ended
//!             ↑        └─ calls → Calling ⇄ Waiting (person, client)
//!             └──── all results ────┘
//! ```
//!
//! * [`state`]: what there is to know; [`apply`]: how events change it. Nothing else changes it.
//! * [`advance`]: what comes next in each phase. It looks at the state only, so that a journal cut
//!   off after any event goes on from there.
//! * one file per operation: [`start`], [`ask`] (model steps), [`round`] (tool steps), [`inside`] (what workflows
//!   that are tools tell), [`suggest`], [`stop`]; [`budget`] and [`arguments`] are rules they share.
//!
//! Rules: a tool's failure is told to the model and never fails the run. A failed suggestion never
//! fails the run. Calls that a person or client must make wait until the round's other calls ran.

mod advance;
mod apply;
mod arguments;
mod ask;
mod budget;
mod inside;
mod round;
mod start;
mod state;
mod stop;
mod suggest;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use flow::run::RunSpec;
use flow::tool::Toolbox;

pub use state::State;

use super::{Context, Effect, Input, Program, Rest};

/// The stored name of this program.
pub const NAME: &str = "agent";

/// How often an interrupted step is taken up again before the run gives up on it.
pub const MAX_ATTEMPTS: u32 = 3;

/// Opens the program.
pub fn open(spec: Arc<RunSpec>, tools: &Toolbox) -> Box<dyn Program> {
    Box::new(State::new(spec, tools))
}

/// Takes in what happened and says what shall happen.
pub fn step(state: &mut State, input: Input, cx: &mut Context<'_>) -> Vec<Effect> {
    let mut out = Vec::new();
    match input {
        Input::Start => start::start(state, cx, &mut out),
        Input::ModelDone { step, answer } => ask::done(state, step, *answer, cx, &mut out),
        Input::ModelFailed { step, error } => ask::failed(state, step, error, cx, &mut out),
        Input::ToolDone { step, result } => round::done(state, step, result, cx, &mut out),
        Input::Inside { step, told } => inside::told(state, step, told, cx, &mut out),
        // Nothing of a turn asks for these.
        Input::TaskDone { .. } | Input::Piece { .. } | Input::Woken { .. } | Input::Continue => {}
        Input::OutOfTime => stop::out_of_time(state, cx, &mut out),
        Input::Cancel => stop::cancel(state, cx, &mut out),
        Input::Fail(error) => stop::fail(state, error, cx, &mut out),
    }
    advance::advance(state, cx, &mut out);
    out
}

impl Program for State {
    fn apply(&mut self, recorded: &flow::run::Recorded) {
        apply::apply(self, &recorded.event, recorded.at);
    }

    fn step(&mut self, input: Input, cx: &mut Context<'_>) -> Vec<Effect> {
        step(self, input, cx)
    }

    fn rest(&self) -> Rest {
        match self.phase {
            state::Phase::Waiting(_) => Rest::Parked,
            state::Phase::Ended => Rest::Ended,
            _ => Rest::Working,
        }
    }

    fn time_left(&self) -> Option<std::time::Duration> {
        budget::time_left(self)
    }
}
