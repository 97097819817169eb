//! Schedules: what is due is taken, in one process exactly, and started.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::MissedTickBehavior;
use types::{Actor, Failure, Permission, Timestamp};

use super::Error;
use super::fire::{About, REMEMBERED, passes};
use super::given::Given;
use super::model::{Occasion, Reason, Source, Trigger};
use super::repo;
use super::schedule::{Missed, Overlap, Schedule};
use super::service::Triggers;

/// Schedules that are taken up at once at most; more come with the next look.
const TOGETHER: u64 = 16;
/// So many times before the next look.
const ROUNDS: usize = 64;
/// A time that passed longer ago than this was missed.
const LATE: i64 = 90_000;
/// How often keys of calls that are too old are removed.
const TIDY: Duration = Duration::from_mins(10);

/// The clock of a process.
pub struct Clock {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Clock {
    /// Takes nothing up any more; what is being taken up is finished.
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the clock of schedules ended badly");
        }
    }
}

impl Triggers {
    /// Looks for what is due from now on.
    pub fn start_clock(self: &Arc<Self>) -> Clock {
        let (stop, mut stopped) = watch::channel(false);
        let triggers = Arc::clone(self);
        let task = tokio::spawn(async move {
            let mut ticks = tokio::time::interval(triggers.settings.tick);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            let mut tidied = tokio::time::Instant::now();
            loop {
                tokio::select! {
                    _ = ticks.tick() => {}
                    _ = stopped.changed() => return,
                }
                triggers.look(&stopped).await;
                if tidied.elapsed() >= TIDY {
                    tidied = tokio::time::Instant::now();
                    triggers.tidy().await;
                }
            }
        });
        Clock { stop, task }
    }

    /// Takes up all that is due.
    async fn look(self: &Arc<Self>, stopped: &watch::Receiver<bool>) {
        for _ in 0..ROUNDS {
            if *stopped.borrow() {
                return;
            }
            let now = Timestamp::now();
            let due = match repo::due(self.db.read(), now, TOGETHER).await {
                Ok(due) => due,
                Err(error) => {
                    tracing::warn!(%error, "schedules could not be looked up; trying again");
                    return;
                }
            };
            let all = due.len() as u64 == TOGETHER;
            let mut turns = JoinSet::new();
            for trigger in due {
                let triggers = Arc::clone(self);
                turns.spawn(async move { triggers.turn(&trigger, now).await });
            }
            // One that could not be moved on would be found again at once.
            let mut moved = true;
            while let Some(turn) = turns.join_next().await {
                moved &= turn.unwrap_or(false);
            }
            if !all || !moved {
                return;
            }
        }
    }

    /// False: it stays due.
    async fn turn(&self, trigger: &Trigger, now: Timestamp) -> bool {
        match self.take(trigger, now).await {
            Ok(()) => true,
            Err(failure) => {
                // What is refused for good was noted on the trigger; the clock goes on.
                let stays = passes(&failure);
                tracing::info!(trigger = %trigger.id, code = %failure.code, stays, "a schedule started nothing: {}", failure.message);
                !stays
            }
        }
    }

    async fn take(&self, trigger: &Trigger, now: Timestamp) -> Result<(), Failure> {
        let (Source::Schedule(schedule), Some(due)) = (&trigger.source, trigger.next_at) else { return Ok(()) };
        let mut about = About { occasion: Occasion::Schedule, due: Some(due), ..About::default() };
        let table = match schedule.read(now) {
            Ok(table) => table,
            // It could be read when it was saved, so this needs somebody to look at it.
            Err(error) => {
                about.turn = Some((due, None));
                let failure = Failure::from(error);
                self.refuse(trigger, &about, &failure).await?;
                return Err(failure);
            }
        };
        let latest = table.latest(due, now);
        about.due = Some(latest);
        about.turn = Some((due, table.after(due, now)));
        if let Some(reason) = self.skips(trigger, schedule, latest, now).await? {
            self.skip(trigger, &about, reason).await?;
            return Ok(());
        }
        let actor = self.acting(trigger, &about).await?;
        self.start(trigger, &actor, &Given::time(latest), about).await?;
        Ok(())
    }

    /// Why the trigger's own settings want no run now.
    async fn skips(&self, trigger: &Trigger, schedule: &Schedule, latest: Timestamp, now: Timestamp) -> Result<Option<Reason>, Error> {
        if schedule.missed == Missed::Skip && now.millis() - latest.millis() > LATE {
            let message = "No server ran at that time, and missed times are not made up for.".to_owned();
            return Ok(Some(Reason { code: "schedule_missed".into(), message }));
        }
        let Some(last) = trigger.last_run.filter(|_| schedule.overlap == Overlap::Skip) else { return Ok(None) };
        let scope = Actor::system(trigger.runs_as, trigger.workspace).scope(Permission::View);
        let status = self.runs.statuses(&scope, &[last]).await?.remove(&last);
        let goes_on = status.is_some_and(|status| !status.is_final());
        let reason = || Reason { code: "schedule_overlap".into(), message: format!("The run before ({last}) has not ended.") };
        Ok(goes_on.then(reason))
    }

    async fn tidy(&self) {
        let since = Timestamp::now().plus_seconds(-REMEMBERED);
        let removed = self.db.write(move |tx| Box::pin(async move { repo::purge_keys(tx, since).await })).await;
        if let Err(error) = removed {
            tracing::warn!(%error, "old keys of calls could not be removed; tried again in ten minutes");
        }
    }
}
