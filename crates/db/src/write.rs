//! Writing: transactions, and on SQLite the group commit.

use std::panic::AssertUnwindSafe;

use futures::FutureExt;
use futures::future::BoxFuture;
use sea_orm::{DatabaseConnection, DatabaseTransaction, TransactionTrait};
use tokio::sync::{mpsc, oneshot};

use crate::{Db, Error};

/// An open transaction (on SQLite a savepoint in the shared one).
pub type Tx = DatabaseTransaction;

/// What [`Db::write`] runs.
pub trait Job<T, E>: for<'t> FnOnce(&'t Tx) -> BoxFuture<'t, Result<T, E>> + Send + 'static {}
impl<T, E, F> Job<T, E> for F where F: for<'t> FnOnce(&'t Tx) -> BoxFuture<'t, Result<T, E>> + Send + 'static {}

/// Tells the waiting caller how the shared commit went.
type Finish = Box<dyn FnOnce(Result<(), Error>) + Send>;

/// A job whose types are erased: it runs in the transaction and leaves behind whom to tell.
pub(crate) struct Queued(ErasedJob);

type ErasedJob = Box<dyn for<'t> FnOnce(&'t DatabaseTransaction) -> BoxFuture<'t, Finish> + Send>;

/// Jobs that share one commit at most.
const GROUP: usize = 128;
/// Jobs that wait at most; more callers wait in `write`.
const QUEUE: usize = 4096;

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
        let Some(queue) = self.queue() else {
            let tx = self.schema_connection().begin().await.map_err(Error::from)?;
            let value = job(&tx).await?; // dropping an open transaction rolls it back
            tx.commit().await.map_err(Error::from)?;
            return Ok(value);
        };
        let (answer, wait) = oneshot::channel();
        let queued = Queued(Box::new(move |group| {
            Box::pin(async move {
                let result = AssertUnwindSafe(in_savepoint(group, job)).catch_unwind().await;
                let result = result.unwrap_or_else(|_| Err(Error::Other("a write job panicked".into()).into()));
                let finish: Finish = Box::new(move |commit: Result<(), Error>| {
                    // The caller may be gone; its write stands.
                    let _ = answer.send(match commit {
                        Ok(()) => result,
                        Err(error) => result.and_then(|_| Err(error.into())),
                    });
                });
                finish
            })
        }));
        let closed = || E::from(Error::Unreachable("the database is closed".into()));
        queue.send(queued).await.map_err(|_| closed())?;
        wait.await.map_err(|_| closed())?
    }
}

async fn in_savepoint<T, E, J>(group: &DatabaseTransaction, job: J) -> Result<T, E>
where
    E: From<Error>,
    J: Job<T, E>,
{
    let savepoint = group.begin().await.map_err(Error::from)?;
    match job(&savepoint).await {
        Ok(value) => {
            savepoint.commit().await.map_err(Error::from)?;
            Ok(value)
        }
        Err(error) => {
            savepoint.rollback().await.map_err(Error::from)?;
            Err(error)
        }
    }
}

/// Starts the writer. It ends when all senders are gone and the queue is empty.
pub(crate) fn spawn(connection: DatabaseConnection) -> mpsc::Sender<Queued> {
    let (sender, mut receiver) = mpsc::channel::<Queued>(QUEUE);
    tokio::spawn(async move {
        let mut group = Vec::with_capacity(GROUP);
        while receiver.recv_many(&mut group, GROUP).await > 0 {
            metrics::histogram!("hearth_db_group_commit_jobs").record(group.len() as f64);
            commit_group(&connection, &mut group).await;
        }
    });
    sender
}

async fn commit_group(connection: &DatabaseConnection, group: &mut Vec<Queued>) {
    let mut finishes = Vec::with_capacity(group.len());
    let outcome = match connection.begin().await {
        Ok(tx) => {
            for Queued(job) in group.drain(..) {
                finishes.push(job(&tx).await);
            }
            tx.commit().await.map_err(Error::from)
        }
        // Dropping the jobs drops their answers: the callers learn that the database is unreachable.
        Err(error) => {
            group.clear();
            Err(Error::from(error))
        }
    };
    if let Err(error) = &outcome {
        tracing::error!(%error, "a group of writes could not be committed");
    }
    for finish in finishes {
        finish(outcome.clone());
    }
}
