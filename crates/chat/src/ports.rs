//! What conversations need of whoever runs things. The engine provides it; the server adapts.
//!
//! In the other direction the engine tells what happened: its journal transaction takes in
//! what [`crate::Recorder::record`] says, and after the commit [`crate::Turns::finished`].

use async_trait::async_trait;
use flow::run::{AgentTurn, Recorded, Run, RunSpec, ToolSubmission};
use futures::future::BoxFuture;
use futures::stream::BoxStream;
use rest::sse::Frame;
use sea_orm::Statement;
use types::{Failure, RunId, Scope, WorkspaceId};

/// Runs, seen from a conversation.
#[async_trait]
pub trait Runs: Send + Sync {
    /// Puts into a turn what its tools need that are workflows, as they are now. Called before the turn is stored.
    async fn equip(&self, scope: &Scope, workspace: WorkspaceId, turn: &mut AgentTurn) -> Result<(), Failure>;

    /// The statements that store a run, for the caller's transaction. A `queued` one waits until
    /// [`Runs::release`]; any other is taken up by [`Runs::launch`], or after a crash by the engine itself.
    fn create(&self, spec: RunSpec, queued: bool) -> Result<Vec<Statement>, db::Error>;

    /// What a queued run was given, to complete it with the history that was not there when it was stored.
    async fn spec(&self, run: RunId) -> Result<RunSpec, Failure>;

    /// Within the caller's transaction: replaces the spec of a queued run and makes it one that may
    /// be launched. `false` when it is queued no longer (cancelled meanwhile).
    fn release<'t>(&self, tx: &'t db::Tx, spec: RunSpec) -> BoxFuture<'t, Result<bool, db::Error>>;

    /// Begins to work on a stored run. Called after the commit; returns at once.
    fn launch(&self, run: RunId);

    /// Events recorded after `after` (absent: from the beginning), then what comes, until the run
    /// ends or waits for somebody; a queued run is waited for. Text comes as it is written: a piece
    /// that is not in the journal yet has the number 0. The whole answer follows it either way.
    async fn subscribe(&self, run: RunId, after: Option<u64>) -> Result<BoxStream<'static, Recorded>, Failure>;

    /// The same as frames of Hearth's own event stream.
    async fn frames(&self, run: RunId, after: Option<u64>) -> Result<BoxStream<'static, Frame>, Failure>;

    /// Ends it. `run_finished` when it has ended.
    async fn cancel(&self, scope: &Scope, run: RunId) -> Result<Run, Failure>;

    /// Outputs of client tools and decisions on approvals. `run_not_waiting` when it waits for none.
    async fn submit(&self, scope: &Scope, run: RunId, outputs: Vec<ToolSubmission>) -> Result<Run, Failure>;

    /// The run as it stands.
    async fn get(&self, scope: &Scope, run: RunId) -> Result<Run, Failure>;
}
