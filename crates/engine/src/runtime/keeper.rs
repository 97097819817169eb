//! Taking up what a crash left, and keeping what this process works on.

use std::sync::{Arc, Weak};

use futures::StreamExt as _;
use tokio::sync::oneshot;
use tokio::time::{Instant, MissedTickBehavior};
use types::RunId;

use super::Runs;
use super::engine::Engine;
use super::task::Command;

/// Runs that are loaded side by side.
const LOADING: usize = 16;

impl Runs {
    /// Goes on with the runs that nobody works on: on SQLite all that work, else those whose lease
    /// has run out. Returns how many. Then keeps looking, as long as this `Runs` lives.
    /// Queued runs are not started: see [`Runs::queued`].
    pub async fn resume_all(&self) -> Result<usize, db::Error> {
        let orphans = self.engine.journal.take_orphans(true).await?;
        let count = orphans.len();
        resume(&self.engine, orphans).await;
        if count > 0 {
            tracing::info!(count, "took up runs that were under way");
        }
        tokio::spawn(keep(Arc::downgrade(&self.engine)));
        Ok(count)
    }
}

async fn resume(engine: &Arc<Engine>, ids: Vec<RunId>) {
    futures::stream::iter(ids)
        .for_each_concurrent(LOADING, |id| async move {
            match engine.journal.load(id).await {
                Ok(Some(stored)) => engine.start_stored(stored).await,
                Ok(None) => tracing::error!(run = %id, "a run is stored without its spec"),
                Err(error) => {
                    tracing::error!(run = %id, %error, "a run cannot be loaded; it is left as it is");
                    engine.broken.insert(id, ());
                }
            }
        })
        .await;
}

async fn keep(engine: Weak<Engine>) {
    let Some(first) = engine.upgrade() else { return };
    let (tick, heartbeat) = (first.settings.tick, first.settings.heartbeat);
    drop(first);
    let mut ticks = tokio::time::interval(tick);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut beat = Instant::now();
    loop {
        ticks.tick().await;
        let Some(engine) = engine.upgrade().filter(|engine| !engine.is_draining()) else { return };
        let due = beat.elapsed() >= heartbeat;
        if due {
            beat = Instant::now();
        }
        if let Err(error) = look(&engine, due).await {
            tracing::warn!(%error, "looking after the runs failed; trying again");
        }
    }
}

async fn look(engine: &Arc<Engine>, beat: bool) -> Result<(), db::Error> {
    if !engine.active.is_empty() {
        for id in engine.journal.cancel_requests().await? {
            let commands = engine.active.get(&id).map(|handle| handle.commands.clone());
            if let Some(commands) = commands {
                let _ = commands.send(Command::Cancel(oneshot::channel().0));
            }
        }
    }
    let mut woken = engine.journal.take_woken().await?;
    woken.retain(|id| !engine.active.contains_key(id) && !engine.broken.contains_key(id));
    resume(engine, woken).await;
    if beat {
        let ids: Vec<i64> = engine.active.iter().map(|handle| handle.key().get()).collect();
        engine.journal.renew(ids).await?;
        let mut orphans = engine.journal.take_orphans(false).await?;
        orphans.retain(|id| !engine.active.contains_key(id) && !engine.broken.contains_key(id));
        resume(engine, orphans).await;
    }
    Ok(())
}
