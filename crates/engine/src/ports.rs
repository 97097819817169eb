//! What the engine needs of others.

use std::sync::Arc;

use async_trait::async_trait;
use flow::run::{Recorded, Run, RunSpec};
use sea_orm::Statement;
use types::{Actor, Failure, FileId, UserId, WorkspaceId};

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
    /// The statements that write what `events` mean, in order and without gaps, into the transaction
    /// that appends them; the first event it hears is the one after `Created`, which the creator of
    /// the run wrote himself.
    ///
    /// A statement that fails takes the whole append back; it is then tried again a few times, and this
    /// is called again. After a crash the same transaction is never seen twice: it was committed or it was not.
    /// They read nothing: what depends on rows that exist is said in SQL. The fewer different texts, the
    /// more appends of different runs travel together (see `db::Batch`).
    fn record(&self, backend: db::Backend, run: &RunInfo, events: &[Recorded]) -> Result<Vec<Statement>, db::Error>;

    /// Called after the final event is committed and the run has left memory. Must return at once:
    /// longer work (starting the next queued turn) is spawned.
    fn finished(&self, run: &RunInfo);
}

/// Keeps nothing.
#[derive(Debug, Default, Clone, Copy)]
pub struct NoRecorder;

impl Recorder for NoRecorder {
    fn record(&self, _: db::Backend, _: &RunInfo, _: &[Recorded]) -> Result<Vec<Statement>, db::Error> {
        Ok(Vec::new())
    }

    fn finished(&self, _: &RunInfo) {}
}

/// How long ended runs are kept; what is absent keeps them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Keep {
    /// Days after their end.
    pub days: Option<u64>,
    /// The latest of a workspace.
    pub runs: Option<u64>,
}

/// How long ended runs are kept everywhere.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Kept {
    /// In workspaces that are not named.
    pub everywhere: Keep,
    /// In these workspaces.
    pub workspaces: Vec<(WorkspaceId, Keep)>,
}

/// Who says how long ended runs are kept.
#[async_trait]
pub trait Retention: Send + Sync {
    /// As it holds now.
    async fn kept(&self) -> Result<Kept, db::Error>;
}

/// An uploaded file, as a run knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uploaded {
    /// Its address on this instance.
    pub url: String,
    /// Its name.
    pub name: String,
    /// As it was found.
    pub content_type: String,
    /// Bytes.
    pub size: u64,
}

/// Files that people uploaded.
#[async_trait]
pub trait Files: Send + Sync {
    /// A file that whoever starts a run in this workspace names; his file of another workspace is taken along.
    /// Fails with `not_found` for what he has no access to.
    async fn take(&self, actor: &Actor, workspace: WorkspaceId, id: FileId) -> Result<Uploaded, Failure>;

    /// A picture for a model, as `data:…`. Fails for what the user has no access to there, for what is no picture, and
    /// for one that is too large.
    async fn picture(&self, workspace: WorkspaceId, user: UserId, id: FileId) -> Result<String, Failure>;
}
