//! The engine tells what happens; `chat` writes messages of it and starts what waited.

use std::sync::{Arc, OnceLock};

use chat::{Recorder, Turns};
use engine::RunInfo;
use flow::run::Recorded;
use futures::future::BoxFuture;

/// Chat as the engine's recorder. The engine is built first, so the turns come later.
#[derive(Default)]
pub struct Messages {
    recorder: Recorder,
    turns: OnceLock<Arc<Turns>>,
}

impl Messages {
    /// From now on queued turns can start.
    pub fn connect(&self, turns: Arc<Turns>) {
        // A second connection would be a mistake of the wiring; the first one stands.
        let _ = self.turns.set(turns);
    }
}

impl engine::Recorder for Messages {
    fn record<'t>(&'t self, tx: &'t db::Tx, run: &'t RunInfo, events: &'t [Recorded]) -> BoxFuture<'t, Result<(), db::Error>> {
        Box::pin(self.recorder.record(tx, run.run.id, events))
    }

    fn finished(&self, run: &RunInfo) {
        if let Some(turns) = self.turns.get() {
            turns.finished(run.run.id);
        }
    }
}
