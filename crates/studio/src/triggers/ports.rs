//! What triggers need of others. The server adapts the engine and `identity` to it.

use std::collections::HashMap;
use std::time::Duration;

use async_trait::async_trait;
use db::Tx;
use flow::run::{Run, RunStatus};
use flow::value::Values;
use flow::workflow::WorkflowForm;
use rest::Client;
use sea_orm::Statement;
use types::{Actor, Failure, RunId, Scope, UserId, WorkflowId, WorkspaceId};

/// A run that is wanted.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Of which workflow.
    pub workflow: WorkflowId,
    /// Which form of it.
    pub form: WorkflowForm,
    /// By the names of its fields.
    pub inputs: Values,
    /// Somebody waits for its end.
    pub wait: bool,
    /// IANA name, if known.
    pub time_zone: Option<String>,
    /// Its labels.
    pub meta: Values,
}

/// A run that may be stored.
#[derive(Debug)]
pub struct Prepared {
    /// Its id.
    pub run: RunId,
    /// What stores it, for the transaction of whoever starts it.
    pub statements: Vec<Statement>,
}

/// Starts and knows runs.
#[async_trait]
pub trait Runs: Send + Sync {
    /// Checks that the actor may start it, that it can run, and that the inputs fit.
    async fn prepare(&self, actor: &Actor, wanted: Wanted) -> Result<Prepared, Failure>;
    /// Lets a stored run work.
    fn launch(&self, run: RunId);
    /// The run once it has ended or waits for somebody; as it is when `limit` is over before.
    async fn rested(&self, actor: &Actor, run: RunId, limit: Duration) -> Result<Run, Failure>;
    /// How these runs stand; those that are gone are left out.
    async fn statuses(&self, scope: &Scope, runs: &[RunId]) -> Result<HashMap<RunId, RunStatus>, Failure>;
}

/// Knows who may do what now.
#[async_trait]
pub trait People: Send + Sync {
    /// Somebody as he stands in a workspace at this moment; `None`: he is gone, or no member.
    async fn standing(&self, user: UserId, workspace: WorkspaceId) -> Result<Option<Actor>, Failure>;
}

/// An act that bears on security.
#[derive(Debug, Clone)]
pub struct AuditLine {
    /// Who.
    pub user: UserId,
    /// From where.
    pub client: Client,
    /// In which workspace.
    pub workspace: WorkspaceId,
    /// `noun.verb`.
    pub action: &'static str,
    /// On what, for a reader.
    pub target: String,
}

/// Keeps the audit log.
#[async_trait]
pub trait Audit: Send + Sync {
    /// Writes a line in the transaction of the act.
    async fn note(&self, tx: &Tx, line: AuditLine) -> Result<(), db::Error>;
}
