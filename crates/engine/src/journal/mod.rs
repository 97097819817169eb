//! Runs on disk: the row (what lists show), the spec (what was given), the events (what happened).
//!
//! * [`entity`]: the tables; [`migrations`];
//! * [`append`]: events, row and the recorder's rows in one transaction, fenced by the lease;
//! * [`create`], [`lease`]: how a run comes to be and changes hands; [`rows`]: its row as statements;
//! * [`read`]: loading, and lists through a scope;
//! * [`retention`]: removing ended runs that are too old.
//!
//! A run that works belongs to one process: `lease_owner` names it, and every append checks it in
//! the same transaction. A process that lost its lease therefore writes nothing more, and two
//! processes can never interleave events; the key `(run_id, seq)` is the second fence.
//!
//! A workflow that a run calls has a row too (`root_run_id`), written with the events that tell of it. It has no spec and no
//! events of its own, and nobody's lease: who looks for work does not see it ([`crate::view::View::take_calls`]).

pub mod append;
pub mod create;
pub mod entity;
pub mod lease;
pub mod migrations;
pub mod read;
pub mod retention;
mod rows;

use std::sync::Arc;
use std::time::Duration;

use crate::ports::Recorder;

/// Why something was not written.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Fault {
    /// The run belongs to another process now.
    #[error("the lease on the run is lost")]
    LeaseLost,
    /// The database refused.
    #[error(transparent)]
    Db(#[from] db::Error),
}

/// Access to the journal in the name of this process.
#[derive(Clone)]
pub struct Journal {
    pub(crate) db: db::Db,
    pub(crate) recorder: Arc<dyn Recorder>,
    /// This process; a fresh id each start.
    pub(crate) owner: i64,
    /// How long a lease holds without a sign of life.
    pub(crate) lease: Duration,
}

impl Journal {
    /// When a lease taken now ends, in milliseconds since 1970.
    pub(crate) fn lease_end(&self) -> i64 {
        types::Timestamp::now().millis().saturating_add(i64::try_from(self.lease.as_millis()).unwrap_or(i64::MAX))
    }
}
