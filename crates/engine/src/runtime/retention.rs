//! The keeper of old runs: one process of the installation removes what is not to be kept any more.

use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::time::MissedTickBehavior;
use types::Timestamp;

use super::Runs;
use super::engine::Engine;
use crate::ports::Retention;

/// How often it looks.
const EVERY: Duration = Duration::from_mins(10);
/// How long the duty is held without a sign of life.
const HOLD: Duration = Duration::from_mins(15);
/// Between two batches others write.
const PAUSE: Duration = Duration::from_millis(20);

/// What was removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Removed {
    /// Runs.
    pub runs: usize,
    /// Documents that no run needs any more.
    pub documents: usize,
}

impl Runs {
    /// Removes old runs from time to time, as long as this `Runs` lives and as `retention` says.
    pub fn retain(&self, retention: Arc<dyn Retention>) {
        tokio::spawn(keep(Arc::downgrade(&self.engine), retention));
    }

    /// Removes what at this moment is not to be kept any more; `None`: another process has this duty.
    pub async fn remove_old(&self, retention: &dyn Retention, now: Timestamp) -> Result<Option<Removed>, db::Error> {
        sweep(&self.engine, retention, now).await
    }
}

async fn keep(engine: Weak<Engine>, retention: Arc<dyn Retention>) {
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let Some(engine) = engine.upgrade().filter(|engine| !engine.is_draining()) else { return };
        match sweep(&engine, &*retention, Timestamp::now()).await {
            Ok(Some(Removed { runs, documents })) if runs + documents > 0 => tracing::info!(runs, documents, "old runs were removed"),
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "old runs could not be removed; tried again later"),
        }
    }
}

async fn sweep(engine: &Engine, retention: &dyn Retention, now: Timestamp) -> Result<Option<Removed>, db::Error> {
    let mut removed = Removed::default();
    let kept = retention.kept().await?;
    loop {
        if engine.is_draining() || !engine.journal.take_duty(Timestamp::now(), HOLD).await? {
            return Ok((removed != Removed::default()).then_some(removed));
        }
        let runs = engine.journal.remove_old(&kept, now).await?;
        let documents = if runs == 0 { engine.journal.remove_unused(now).await? } else { 0 };
        if runs + documents == 0 {
            return Ok(Some(removed));
        }
        removed.runs += runs;
        removed.documents += documents;
        metrics::counter!("hearth_runs_removed_total").increment(runs as u64);
        tokio::time::sleep(PAUSE).await;
    }
}
