//! What the engine needs of others.

use std::sync::Arc;

use flow::run::{Recorded, Run, RunSpec};
use futures::future::BoxFuture;

/// A run as recorders see it.
#[derive(Debug, Clone)]
pub struct RunInfo {
    /// What it was given.
    pub spec: Arc<RunSpec>,
    /// How it stands after the events at hand.
    pub run: Arc<Run>,
}

/// Somebody who keeps rows of his own about a run, in step with its journal. The crate `chat`
/// writes messages this way.
pub trait Recorder: Send + Sync {
    /// Called within the transaction that appends `events`, in order and without gaps; the first
    /// event it hears is the one after `Created`, which the creator of the run wrote himself.
    ///
    /// An error takes the whole append back; it is then tried again a few times. After a crash the
    /// same transaction is never seen twice: it was committed or it was not.
    /// A job of the database: it must not wait for anything but the database.
    fn record<'t>(&'t self, tx: &'t db::Tx, run: &'t RunInfo, events: &'t [Recorded]) -> BoxFuture<'t, Result<(), db::Error>>;

    /// Called after the final event is committed and the run has left memory. Must return at once:
    /// longer work (starting the next queued turn) is spawned.
    fn finished(&self, run: &RunInfo);
}

/// Keeps nothing.
#[derive(Debug, Default, Clone, Copy)]
pub struct NoRecorder;

impl Recorder for NoRecorder {
    fn record<'t>(&'t self, _: &'t db::Tx, _: &'t RunInfo, _: &'t [Recorded]) -> BoxFuture<'t, Result<(), db::Error>> {
        Box::pin(std::future::ready(Ok(())))
    }

    fn finished(&self, _: &RunInfo) {}
}
