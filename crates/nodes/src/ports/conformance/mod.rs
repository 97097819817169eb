//! What every service behind a port must do, as functions that its tests call with a service and what
//! they have prepared; `Err` says what is not as it must be.

mod conversations;
mod databases;
mod knowledge;

use flow::node::NodeError;

pub use conversations::conversations;
pub use databases::{Table, databases, sql};
pub use knowledge::knowledge;

use super::Caller;

type Outcome = Result<(), String>;

fn check(holds: bool, what: &str) -> Outcome {
    if holds { Ok(()) } else { Err(what.to_owned()) }
}

fn told(what: &'static str) -> impl FnOnce(NodeError) -> String {
    move |error| format!("{what}: {} ({})", error.message, error.code)
}

fn refused<T>(given: Result<T, NodeError>, code: &str, what: &str) -> Outcome {
    match given {
        Ok(_) => Err(format!("{what}: was not refused")),
        Err(error) => check(error.code == code && !error.transient, &format!("{what}: `{code}` for good, not `{}`", error.code)),
    }
}

/// Another step of the same caller.
fn step(caller: &Caller, key: &str) -> Caller {
    Caller { idempotency_key: format!("{}/{key}", caller.idempotency_key), ..caller.clone() }
}

/// Somebody of another workspace.
fn stranger(caller: &Caller) -> Caller {
    Caller { workspace: types::WorkspaceId::generate(), user: types::UserId::generate(), ..caller.clone() }
}
