//! How a task begins: with what is stored of its run, or with what is still to be stored.

use sea_orm::Statement;
use tokio::sync::oneshot;

use crate::journal::Fault;

/// Where a task begins.
pub(crate) enum Origin {
    /// What is stored goes on.
    Stored,
    /// Nothing of it ran before: it was stored a moment ago, so a model need not wait for the journal again.
    Fresh,
    /// Nothing of it is stored: that is done with its first events.
    Unwritten(Opening),
}

impl Origin {
    /// Whether models need not wait, and what is still to be stored.
    pub(super) fn split(self) -> (bool, Option<Opening>) {
        match self {
            Self::Stored => (false, None),
            Self::Fresh => (true, None),
            Self::Unwritten(opening) => (false, Some(opening)),
        }
    }
}

/// A run is stored together with its first events, which saves a short one half of its commits.
pub(crate) struct Opening {
    /// What is stored with it; nothing once that is on its way.
    pub(super) rows: Option<Vec<Statement>>,
    /// Hears when that is committed, or why it is not.
    pub(super) told: oneshot::Sender<Result<(), Fault>>,
}

impl Opening {
    /// Who started the run may have gone away; the run stands.
    pub(super) fn tell(self, outcome: Result<(), Fault>) {
        let _ = self.told.send(outcome);
    }
}
