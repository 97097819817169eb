//! Writing: transactions, and on SQLite the group commit.

use std::collections::VecDeque;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};

use futures::FutureExt;
use futures::future::BoxFuture;
use sea_orm::{DatabaseConnection, DatabaseTransaction, SqliteTransactionMode, TransactionOptions, TransactionTrait};
use tokio::sync::{mpsc, oneshot};

use crate::batch::{self, Batch};
use crate::{Db, Error};

/// An open transaction (on SQLite a savepoint in the shared one).
pub type Tx = DatabaseTransaction;

/// What [`Db::write`] runs.
pub trait Job<T, E>: for<'t> FnOnce(&'t Tx) -> BoxFuture<'t, Result<T, E>> + Send + 'static {}
impl<T, E, F> Job<T, E> for F where F: for<'t> FnOnce(&'t Tx) -> BoxFuture<'t, Result<T, E>> + Send + 'static {}

/// Tells the waiting caller how the shared commit went.
type Finish = Box<dyn FnOnce(Result<(), Error>) + Send>;

/// What waits for a commit.
pub(crate) enum Queued {
    /// A job whose types are erased: it runs in the transaction and leaves behind whom to tell; or it is refused unrun.
    Job { job: ErasedJob, refuse: Box<dyn FnOnce(Error) + Send> },
    /// Statements, and whom to tell.
    Batch(Batch, oneshot::Sender<Result<bool, Error>>),
}

pub(crate) type ErasedJob = Box<dyn for<'t> FnOnce(&'t DatabaseTransaction) -> BoxFuture<'t, Ran> + Send>;

/// A job that ran.
pub(crate) struct Ran {
    finish: Finish,
    /// The shared transaction is gone: SQLite rolls it back by itself when the disk is full.
    broken: Option<Error>,
}

/// Jobs that share one commit at most.
const GROUP: usize = 128;
/// A group is filled up with patient jobs to this size only.
const PATIENT: usize = 32;
/// How often others may run before a group is written, see [`gather`].
const ROUNDS: usize = 8;
/// Jobs that wait at most; more callers wait in `write`.
const QUEUE: usize = 4096;

/// Whether somebody waits for a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Urgency {
    /// Somebody waits.
    Urgent,
    /// Nobody does (text of answers being written): on SQLite it goes behind every urgent job.
    Patient,
}

/// The two queues of the SQLite writer.
#[derive(Clone)]
pub(crate) struct Queues {
    urgent: mpsc::Sender<Queued>,
    patient: mpsc::Sender<Queued>,
}

impl Db {
    /// Runs `job` in a transaction and commits it; when it fails, nothing of it is kept.
    ///
    /// ```ignore
    /// db.write(move |tx| Box::pin(async move { row.insert(tx).await?; Ok::<_, db::Error>(()) })).await?;
    /// ```
    pub async fn write<T, E, J>(&self, job: J) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        J: Job<T, E>,
    {
        self.write_as(Urgency::Urgent, job).await
    }

    /// Like [`Db::write`], with its urgency said.
    pub async fn write_as<T, E, J>(&self, urgency: Urgency, job: J) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        J: Job<T, E>,
    {
        let Some(queues) = self.queues() else {
            let tx = self.schema_connection().begin().await.map_err(Error::from)?;
            let value = job(&tx).await?; // dropping an open transaction rolls it back
            tx.commit().await.map_err(Error::from)?;
            return Ok(value);
        };
        let queue = queues.of(urgency);
        let (answer, wait) = oneshot::channel::<Result<T, E>>();
        let answer = Arc::new(Mutex::new(Some(answer)));
        // The caller may be gone; its write stands.
        let tell = move |result| {
            if let Some(answer) = answer.lock().unwrap_or_else(PoisonError::into_inner).take() {
                let _ = answer.send(result);
            }
        };
        let refused = tell.clone();
        let refuse = Box::new(move |error: Error| refused(Err(error.into())));
        let erased: ErasedJob = Box::new(move |group| {
            Box::pin(async move {
                let ran = AssertUnwindSafe(in_savepoint(group, job)).catch_unwind().await;
                let (result, broken) = ran.unwrap_or_else(|_| (Err(Error::Other("a write job panicked".into()).into()), None));
                let finish: Finish = Box::new(move |commit: Result<(), Error>| {
                    tell(match commit {
                        Ok(()) => result,
                        Err(error) => result.and_then(|_| Err(error.into())),
                    });
                });
                Ran { finish, broken }
            })
        });
        let queued = Queued::Job { job: erased, refuse };
        let closed = || E::from(Error::Unreachable("the database is closed".into()));
        queue.send(queued).await.map_err(|_| closed())?;
        wait.await.map_err(|_| closed())?
    }

    /// Puts a batch into the queues of the SQLite writer and waits for its commit.
    pub(crate) async fn queue_batch(&self, urgency: Urgency, batch: Batch) -> Result<bool, Error> {
        let closed = || Error::Unreachable("the database is closed".into());
        let queues = self.queues().ok_or_else(closed)?;
        let (answer, wait) = oneshot::channel();
        queues.of(urgency).send(Queued::Batch(batch, answer)).await.map_err(|_| closed())?;
        wait.await.map_err(|_| closed())?
    }
}

impl Queues {
    fn of(&self, urgency: Urgency) -> &mpsc::Sender<Queued> {
        match urgency {
            Urgency::Urgent => &self.urgent,
            Urgency::Patient => &self.patient,
        }
    }
}

async fn in_savepoint<T, E, J>(group: &DatabaseTransaction, job: J) -> (Result<T, E>, Option<Error>)
where
    E: From<Error>,
    J: Job<T, E>,
{
    let savepoint = match group.begin().await.map_err(Error::from) {
        Ok(savepoint) => savepoint,
        Err(error) => return (Err(error.clone().into()), Some(error)),
    };
    match job(&savepoint).await {
        Ok(value) => match savepoint.commit().await.map_err(Error::from) {
            Ok(()) => (Ok(value), None),
            Err(error) => (Err(error.clone().into()), Some(error)),
        },
        // What the job says counts; that its savepoint is gone is only the consequence.
        Err(error) => (Err(error), savepoint.rollback().await.err().map(Error::from)),
    }
}

/// Starts the writer. It ends when all senders are gone and the queues are empty.
pub(crate) fn spawn(connection: DatabaseConnection) -> Queues {
    let (urgent, mut urgent_jobs) = mpsc::channel::<Queued>(QUEUE);
    let (patient, mut patient_jobs) = mpsc::channel::<Queued>(QUEUE);
    tokio::spawn(async move {
        let mut group = Vec::with_capacity(GROUP);
        loop {
            tokio::select! {
                biased;
                got = urgent_jobs.recv_many(&mut group, GROUP) => if got == 0 { break },
                // Few at a time: an urgent job that comes now waits for their commit.
                Some(job) = patient_jobs.recv() => group.push(job),
            }
            gather(&mut urgent_jobs, &mut group).await;
            // At least one, or a rush of urgent jobs would hold text back for ever.
            let full = PATIENT.max(group.len() + 1);
            while group.len() < full
                && let Ok(job) = patient_jobs.try_recv()
            {
                group.push(job);
            }
            metrics::histogram!("hearth_db_group_commit_jobs").record(group.len() as f64);
            commit_group(&connection, &mut group).await;
        }
        // Both ends are dropped together; what is still queued is written.
        while patient_jobs.recv_many(&mut group, GROUP).await > 0 {
            commit_group(&connection, &mut group).await;
        }
    });
    Queues { urgent, patient }
}

/// Lets everything run that is ready to, as long as that brings more jobs: on a machine that has nothing else to do this
/// takes no time, and on one that has, each commit that is saved is time for the others.
async fn gather(jobs: &mut mpsc::Receiver<Queued>, group: &mut Vec<Queued>) {
    for _ in 0..ROUNDS {
        tokio::task::yield_now().await;
        let before = group.len();
        while group.len() < GROUP
            && let Ok(job) = jobs.try_recv()
        {
            group.push(job);
        }
        if group.len() == before {
            return;
        }
    }
}

async fn commit_group(connection: &DatabaseConnection, group: &mut Vec<Queued>) {
    // The lock is taken at the start: when somebody else holds it, the group waits for it once, not each job in turn.
    let immediate = TransactionOptions { sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate), ..Default::default() };
    let (mut jobs, mut batches) = (VecDeque::new(), Vec::new());
    for queued in group.drain(..) {
        match queued {
            Queued::Job { job, refuse } => jobs.push_back((job, refuse)),
            Queued::Batch(batch, answer) => batches.push((batch, answer)),
        }
    }
    if let ([(batch, _)], true) = (batches.as_slice(), jobs.is_empty()) {
        let written = batch::write_alone(connection, batch).await;
        // What it may have been refused for is found out below; to wait for the lock once more tells nothing new.
        if let Err(error) = &written {
            tracing::error!(%error, "a write waited for the database in vain");
        }
        if !matches!(written, Ok(false)) {
            batches.drain(..).for_each(|(_, answer)| drop(answer.send(written.clone())));
            return;
        }
    }
    // Batches alone need no savepoint, as long as all goes well.
    let mut together = jobs.is_empty();
    while !jobs.is_empty() || !batches.is_empty() {
        let mut finishes = Vec::with_capacity(jobs.len() + batches.len());
        let outcome = match connection.begin_with_options(immediate).await {
            Ok(tx) if together => {
                together = false;
                let (statements, answers): (Vec<_>, Vec<_>) = batches.drain(..).unzip();
                if !batch::write_together(&tx, &statements).await {
                    batches.extend(statements.into_iter().zip(answers));
                    continue; // dropping an open transaction rolls it back
                }
                finishes.extend(answers.into_iter().map(|answer| told(answer, Ok(true))));
                tx.commit().await.map_err(Error::from)
            }
            Ok(tx) => match run(&tx, &mut jobs, &mut batches, &mut finishes).await {
                None => tx.commit().await.map_err(Error::from),
                // The jobs that are left get a transaction of their own.
                Some(error) => Err(Error::Busy(format!("a write of the same commit broke it: {error}"))),
            },
            Err(error) => {
                let error = Error::from(error);
                jobs.drain(..).for_each(|(_, refuse)| refuse(error.clone()));
                batches.drain(..).for_each(|(_, answer)| drop(answer.send(Err(error.clone()))));
                Err(error)
            }
        };
        if let Err(error) = &outcome {
            tracing::error!(%error, "a group of writes could not be committed");
        }
        for finish in finishes {
            finish(outcome.clone());
        }
    }
}

/// Tells the caller of a batch how it went, when the commit is known. He may be gone; his write stands.
fn told(answer: oneshot::Sender<Result<bool, Error>>, result: Result<bool, Error>) -> Finish {
    Box::new(move |commit| {
        let _ = answer.send(match commit {
            Ok(()) => result,
            Err(error) => result.and(Err(error)),
        });
    })
}

type Jobs = VecDeque<(ErasedJob, Box<dyn FnOnce(Error) + Send>)>;
type Batches = Vec<(Batch, oneshot::Sender<Result<bool, Error>>)>;

/// Runs jobs until none is left, then the batches; or until one takes the transaction with it: then says how.
async fn run(tx: &DatabaseTransaction, jobs: &mut Jobs, batches: &mut Batches, finishes: &mut Vec<Finish>) -> Option<Error> {
    while let Some((job, _)) = jobs.pop_front() {
        let Ran { finish, broken } = job(tx).await;
        finishes.push(finish);
        if broken.is_some() {
            return broken;
        }
    }
    if batches.is_empty() {
        return None;
    }
    let (statements, answers): (Vec<_>, Vec<_>) = batches.drain(..).unzip();
    let batch::Outcome { results, broken } = batch::write_beside(tx, &statements).await;
    finishes.extend(answers.into_iter().zip(results).map(|(answer, result)| told(answer, result)));
    broken
}
