//! The engine tells what happens; `chat` writes messages of it and starts what waited.

use std::sync::{Arc, OnceLock};

use chat::{Recorder, Turns};
use db::sea_orm::Statement;
use engine::RunInfo;
use flow::run::Recorded;

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
    fn record(&self, backend: db::Backend, run: &RunInfo, events: &[Recorded]) -> Result<Vec<Statement>, db::Error> {
        // Other runs have no messages.
        if run.spec.conversation.is_none() {
            return Ok(Vec::new());
        }
        Ok(self.recorder.record(backend, run.run.id, events))
    }

    fn finished(&self, run: &RunInfo) {
        if let (Some(turns), Some(conversation)) = (self.turns.get(), run.spec.conversation) {
            turns.finished(conversation);
        }
    }
}
