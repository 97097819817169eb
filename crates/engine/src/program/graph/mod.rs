//! A workflow: nodes in the order that their edges and references allow, side by side where these allow it.
//!
//! ```text
//! Created → Going ⇄ Parked (people)
//!             └→ Done | Failing → Ended
//! ```
//!
//! * [`plan`]: a document made ready to run, once for all its runs;
//! * [`state`], [`frames`]: what there is to know; [`apply`] and its parts: how events change it. Nothing else changes it.
//! * [`advance`]: what comes next. It looks at the state only ([`queue`]: the slots that can go on), so that a journal cut off
//!   after any event goes on from there.
//! * one file per operation: [`start`], [`begin`] (a node begins), [`moment`] (what the engine does at once), [`machine`] and [`tools`]
//!   (conversations), [`container`], [`call`], [`tell`] (answers; [`streams`]: while they are written), [`wake`], [`fail`], [`doubt`]
//!   (what a crash left open), [`park`], [`stop`]; [`settle`] and [`close`] are rules they share; [`fork`]: what a run takes over from another; [`debug`]: runs that are tried out.
//!
//! Rules: a node begins when everything before it is decided and an edge leads to it; otherwise it is skipped. A failure
//! ends its frame, and through the node that waits for the frame the one around, until a policy catches it. Steps of pure nodes
//! are one event; others begin and end, and what a crash interrupted in between is taken again unless it may have changed
//! the world.

mod advance;
mod apply;
mod begin;
mod call;
mod clock;
mod close;
mod container;
mod debug;
mod doubt;
mod fail;
mod fork;
mod frames;
mod inputs;
mod limits;
mod machine;
mod moment;
mod output;
mod park;
pub mod plan;
mod queue;
mod settle;
mod start;
mod state;
mod stop;
mod streams;
mod tell;
mod told;
mod tools;
mod wake;

#[cfg(test)]
pub(crate) mod tests;

use std::sync::Arc;
use std::time::Duration;

use flow::run::{Recorded, RunError, RunSpec, ToolSubmission};
use flow::tool::Toolbox;
use types::Timestamp;

pub use debug::{DebugError, check};
pub use fork::{ForkError, fork};
pub use plan::{Callee, Documents, Graph, Plan};
pub use state::State;
pub use wake::timeout;

use super::{Context, Effect, Input, Program, Rest};

/// The stored name of this program.
pub const NAME: &str = "workflow";

/// How often an interrupted step is taken up again before the run gives up on it.
pub const MAX_CRASHES: u32 = 3;

/// Effects of one step, usually: a vector that grows by large pieces again and again costs more than the events in it.
const USUAL: usize = 32;

/// Opens the program. A plan that could not be made fails the run when it starts.
pub fn open(spec: Arc<RunSpec>, plan: Result<Arc<Plan>, RunError>, tools: &Toolbox) -> Box<dyn Program> {
    Box::new(State::new(spec, plan, tools))
}

/// Takes in what happened and says what shall happen.
pub fn step(state: &mut State, input: Input, cx: &mut Context<'_>) -> Vec<Effect> {
    let mut out = if matches!(input, Input::Piece { .. }) { Vec::new() } else { Vec::with_capacity(USUAL) };
    step_into(state, input, cx, &mut out);
    out
}

/// The same, with the effects added to a vector.
fn step_into(state: &mut State, input: Input, cx: &mut Context<'_>, out: &mut Vec<Effect>) {
    match input {
        Input::Start => start::start(state, cx, out),
        // Nothing of a workflow asks for what runs tell.
        Input::Continue | Input::Inside { .. } => {}
        Input::TaskDone { step, attempt, result } => begin::task_done(state, step, attempt, result, cx, out),
        Input::ModelDone { step, answer } => machine::done(state, step, *answer, cx, out),
        Input::ModelFailed { step, error } => machine::failed(state, step, error, cx, out),
        Input::ToolDone { step, result } => tools::done(state, step, result, cx, out),
        Input::Piece { step, text, reasoning } => tell::piece(state, step, text, reasoning, out),
        Input::Woken { step } => wake::woken(state, step, cx, out),
        Input::OutOfTime => stop::out_of_time(state, cx, out),
        Input::Cancel => stop::cancel(state, cx, out),
        Input::Fail(error) => stop::fail(state, error, cx, out),
    }
    advance::advance(state, cx, out);
}

impl Program for State {
    fn apply(&mut self, recorded: &Recorded) {
        apply::apply(self, &recorded.event, recorded.at);
        self.told.dropped.clear();
    }

    fn step(&mut self, input: Input, cx: &mut Context<'_>) -> Vec<Effect> {
        step(self, input, cx)
    }

    fn step_into(&mut self, input: Input, cx: &mut Context<'_>, out: &mut Vec<Effect>) {
        step_into(self, input, cx, out);
    }

    fn rest(&self) -> Rest {
        match self.phase {
            state::Phase::Ended => Rest::Ended,
            state::Phase::Parked => Rest::Parked,
            _ if self.busy() || self.asleep.is_empty() => Rest::Working,
            _ => Rest::Asleep,
        }
    }

    fn wake_at(&self) -> Option<Timestamp> {
        self.asleep.first().map(|(at, _)| Timestamp(*at))
    }

    fn refuses(&self, outputs: &[ToolSubmission]) -> Option<String> {
        self.refuses(outputs)
    }

    fn time_left(&self) -> Option<Duration> {
        self.time_left()
    }
}
