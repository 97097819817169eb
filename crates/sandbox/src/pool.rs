//! Warm workers of one language.
//!
//! As many executions run at once as there are processors. Only when none of them has come to an
//! end for a while (they sleep or wait for the network) more are let in, up to `most`.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::host::{Task, Worker};
use crate::orders::PythonPlan;
use crate::{Code, Config, Error, Language, Outcome};

/// Without an end in this time the running executions count as waiting.
const STUCK: Duration = Duration::from_millis(50);

/// Who waits longer for a worker is sent away.
const PATIENCE: Duration = Duration::from_mins(1);

/// Warm workers, and the right to use them.
pub struct Pool {
    language: Language,
    config: Arc<Config>,
    python: Option<PythonPlan>,
    idle: Mutex<Vec<Worker>>,
    starting: AtomicUsize,
    usual: Arc<Semaphore>,
    extra: Arc<Semaphore>,
    waiting: AtomicUsize,
    born: Instant,
    /// Milliseconds after `born` at which an execution last came to an end.
    last_end: AtomicU64,
}

impl Pool {
    pub fn new(language: Language, config: Arc<Config>, python: Option<PythonPlan>) -> Arc<Self> {
        let (usual, most) = (config.warm(), config.most());
        Arc::new(Self {
            language,
            config,
            python,
            idle: Mutex::new(Vec::new()),
            starting: AtomicUsize::new(0),
            usual: Arc::new(Semaphore::new(usual)),
            extra: Arc::new(Semaphore::new(most - usual)),
            waiting: AtomicUsize::new(0),
            born: Instant::now(),
            last_end: AtomicU64::new(0),
        })
    }

    /// Runs a task on a worker of its own. Dropping the future kills that worker.
    pub async fn run(self: &Arc<Self>, task: &Task<'_>) -> Result<Outcome, Error> {
        let slot = self.slot().await?;
        let mut lease = if let Some(worker) = self.take(task) {
            Lease { pool: self.clone(), worker: Some(worker) }
        } else {
            // None was left, or somebody killed them.
            self.refill();
            self.lease_new().await?
        };
        let mut ended = lease.execute(task).await;
        if lease.was_dead() {
            // It was killed while it was idle; nothing of the task has happened.
            lease = self.lease_new().await?;
            ended = lease.execute(task).await;
        }
        self.last_end.store(self.age(), Ordering::Relaxed);
        if lease.is_finishing() {
            // The caller has his answer; the process that gave it goes while he works on.
            tokio::spawn(async move {
                lease.finish().await;
                lease.give_back();
                drop(slot);
            });
        } else {
            lease.give_back();
        }
        ended
    }

    /// A fresh worker, for the self-test; [`Self::keep`] takes it in.
    pub async fn start(&self) -> Result<Worker, String> {
        Worker::start(&self.config, self.language, self.python.as_ref()).await
    }

    /// Takes a sound worker in, if there is room.
    pub fn keep(self: &Arc<Self>, worker: Worker) {
        if worker.is_sound() {
            let mut idle = self.idle();
            if idle.len() < self.config.warm() {
                idle.push(worker);
            }
        } else {
            drop(worker);
            self.refill();
        }
    }

    /// Starts workers in the background until enough are warm.
    pub fn refill(self: &Arc<Self>) {
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        let missing = self.config.warm().saturating_sub(self.idle().len() + self.starting.load(Ordering::Relaxed));
        let running = self.config.warm() - self.usual.available_permits().min(self.config.warm());
        for _ in 0..missing.saturating_sub(running) {
            self.starting.fetch_add(1, Ordering::Relaxed);
            let pool = Arc::downgrade(self);
            runtime.spawn(async move {
                let Some(pool) = pool.upgrade() else { return };
                let started = pool.start().await;
                pool.starting.fetch_sub(1, Ordering::Relaxed);
                match started {
                    Ok(worker) => pool.keep(worker),
                    Err(reason) => tracing::warn!(language = pool.language.as_str(), %reason, "a sandbox worker could not be started"),
                }
            });
        }
    }

    async fn lease_new(self: &Arc<Self>) -> Result<Lease, Error> {
        let mut started = self.start().await;
        if started.is_err() {
            // It worked before; whatever ended this one may have been meant for its neighbour.
            started = self.start().await;
        }
        match started {
            Ok(worker) => Ok(Lease { pool: self.clone(), worker: Some(worker) }),
            Err(reason) => {
                tracing::error!(language = self.language.as_str(), %reason, "a sandbox worker could not be started");
                Err(Error::new(Code::Unavailable, "The engine could not be started. `hearth doctor` says why."))
            }
        }
    }

    /// A warm worker; rather the one that keeps a process for this script.
    fn take(&self, task: &Task<'_>) -> Option<Worker> {
        let mut idle = self.idle();
        while !idle.is_empty() {
            // Else the one that rests longest: it has had time for its next process.
            let at = idle.iter().position(|worker| worker.keeps(task)).unwrap_or(0);
            let mut worker = idle.remove(at);
            if worker.is_alive() {
                return Some(worker);
            }
        }
        None
    }

    async fn slot(&self) -> Result<OwnedSemaphorePermit, Error> {
        if let Ok(permit) = self.usual.clone().try_acquire_owned() {
            return Ok(permit);
        }
        let _waiting = Waiting::enter(&self.waiting, self.config.queue)?;
        let until = Instant::now() + PATIENCE;
        let mut usual = std::pin::pin!(self.usual.clone().acquire_owned());
        loop {
            tokio::select! {
                permit = &mut usual => return permit.map_err(|_| busy()),
                () = tokio::time::sleep(STUCK) => {}
            }
            let stuck = self.age().saturating_sub(self.last_end.load(Ordering::Relaxed)) > STUCK.as_millis() as u64;
            if stuck && let Ok(permit) = self.extra.clone().try_acquire_owned() {
                return Ok(permit);
            }
            if Instant::now() > until {
                return Err(busy());
            }
        }
    }

    fn age(&self) -> u64 {
        self.born.elapsed().as_millis() as u64
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Worker>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The refusal of who had to wait too long, or could not even wait.
pub fn busy() -> Error {
    Error::new(Code::Busy, "All workers of the sandbox are taken. Try again in a moment.")
}

/// One in the queue.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn enter(count: &'a AtomicUsize, most: usize) -> Result<Self, Error> {
        let before = count.fetch_add(1, Ordering::Relaxed);
        let waiting = Self(count);
        if before >= most { Err(busy()) } else { Ok(waiting) }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A worker in use. Dropped before it was given back, it dies: its execution was abandoned.
struct Lease {
    pool: Arc<Pool>,
    worker: Option<Worker>,
}

impl Lease {
    async fn execute(&mut self, task: &Task<'_>) -> Result<Outcome, Error> {
        match self.worker.as_mut() {
            Some(worker) => worker.execute(task).await,
            None => Err(busy()),
        }
    }

    fn is_finishing(&self) -> bool {
        self.worker.as_ref().is_some_and(Worker::is_finishing)
    }

    async fn finish(&mut self) {
        if let Some(worker) = self.worker.as_mut() {
            worker.finish().await;
        }
    }

    fn was_dead(&self) -> bool {
        self.worker.as_ref().is_some_and(Worker::was_dead)
    }

    fn give_back(mut self) {
        if let Some(worker) = self.worker.take() {
            self.pool.keep(worker);
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Some(worker) = self.worker.take() {
            drop(worker);
            self.pool.refill();
        }
    }
}
