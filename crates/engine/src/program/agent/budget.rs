//! Limits of a turn: rounds, money, running time. Zero seconds or rounds in a document mean "no
//! limit of time" and "one round".

use std::time::Duration;

use flow::run::RunError;

use super::state::State;

/// Model calls at most.
pub(super) fn max_rounds(state: &State) -> u32 {
    state.turn().budget.max_rounds.max(1)
}

/// Why no further work may begin, if so.
pub(super) fn exceeded(state: &State) -> Option<RunError> {
    let budget = &state.turn().budget;
    if let Some(limit) = budget.max_cost.filter(|limit| state.spent >= *limit) {
        let message = format!("The turn cost {:.4}, its limit is {limit:.4}. Raise the agent's cost limit or ask for less.", state.spent);
        return Some(RunError { code: "budget_cost".into(), message });
    }
    let rounds = max_rounds(state);
    if state.rounds >= rounds {
        let message = format!("The turn took {rounds} model calls without an answer. Raise the agent's limit of rounds or ask for less.");
        return Some(RunError { code: "budget_rounds".into(), message });
    }
    None
}

/// The error when time is up.
pub(super) fn out_of_time(state: &State) -> RunError {
    let seconds = state.turn().budget.max_seconds;
    let message = format!("The turn took longer than {seconds} seconds. Raise the agent's time limit or ask for less.");
    RunError { code: "budget_seconds".into(), message }
}

/// Running time left.
pub(super) fn time_left(state: &State) -> Option<Duration> {
    let seconds = state.turn().budget.max_seconds;
    let limit = Duration::from_secs(seconds.into());
    (seconds > 0).then(|| limit.saturating_sub(Duration::from_millis(state.clock.ran_ms)))
}
