//! Turns that wait: they start in the order they came, when the one before has ended.

use std::sync::Arc;
use std::time::Duration;

use flow::run::RunSpec;
use sea_orm::ActiveModelTrait as _;
use sea_orm::ActiveValue::Set;
use types::{Actor, ConversationId, ErrorKind, MessageId, Permission, RunId, UserId, WorkspaceId};

use super::service::{ATTEMPTS, Turns};
use super::{Error, repo};
use crate::conversations::repo as threads;
use crate::ports::Runs;

/// Pauses before the queue is tried again when the database does not answer.
const PAUSES: [Duration; 4] = [Duration::from_millis(100), Duration::from_secs(1), Duration::from_secs(5), Duration::from_secs(30)];

/// How starting the head of a queue went.
enum Step {
    /// Launch it.
    Started,
    /// It is not to be started any more; look at the next one.
    Gone,
    /// The conversation changed; read again.
    Changed,
    /// Another turn is active.
    Busy,
}

impl Turns {
    /// A run of this conversation ended (its final event is committed): the next turn starts.
    /// Returns at once.
    pub fn finished(self: &Arc<Self>, conversation: ConversationId) {
        let turns = Arc::clone(self);
        tokio::spawn(async move {
            for pause in PAUSES.iter().map(Some).chain([None]) {
                let error = match turns.advance(conversation).await {
                    Ok(()) => return,
                    Err(error) => error,
                };
                tracing::warn!(%conversation, %error, "the next turn could not be started");
                match pause {
                    Some(pause) => tokio::time::sleep(*pause).await,
                    None => return,
                }
            }
        });
    }

    /// At start, when the engine has taken up its runs: starts queues that were left standing.
    pub async fn resume(&self) -> Result<(), Error> {
        for conversation in repo::queues(self.db.read()).await? {
            self.advance(conversation).await?;
        }
        Ok(())
    }

    /// Starts the first waiting turn if none is active.
    pub(super) async fn advance(&self, conversation: ConversationId) -> Result<(), Error> {
        let mut attempts = 0;
        while attempts < ATTEMPTS {
            // Usually nothing waits, and one look is enough.
            let Some(turn) = repo::head(self.db.read(), conversation).await? else { return Ok(()) };
            let Some(row) = threads::reread(self.db.read(), conversation).await? else { return Ok(()) };
            if row.active_run_id.is_some() {
                return Ok(());
            }
            let run = RunId(turn.id);
            match self.start_head(&row, turn).await? {
                Step::Started => {
                    self.runs.launch(run);
                    return Ok(());
                }
                Step::Busy => return Ok(()),
                Step::Gone => {}
                Step::Changed => attempts += 1,
            }
        }
        tracing::warn!(%conversation, "a conversation changes too fast for its queue; it goes on with the next turn");
        Ok(())
    }

    async fn start_head(&self, row: &threads::Model, turn: repo::Model) -> Result<Step, Error> {
        let run = RunId(turn.id);
        let spec = match self.runs.spec(run).await {
            Ok(spec) => spec,
            Err(failure) if failure.kind == ErrorKind::NotFound => {
                tracing::warn!(%run, "a waiting turn has no run");
                self.db
                    .write(move |tx| Box::pin(async move { repo::set_state(tx, run, repo::DONE).await.map_err(db::Error::from) }))
                    .await?;
                return Ok(Step::Gone);
            }
            Err(failure) => return Err(failure.into()),
        };
        let owner = Actor::system(UserId(row.user_id), WorkspaceId(row.workspace_id));
        let scope = owner.scope(Permission::Run);
        let rounds = u32::try_from(turn.history_rounds).unwrap_or(0);
        let spec = self.with_history(&scope, row, MessageId(turn.question_id), rounds, spec).await?;
        let (runs, conversation, version) = (self.runs.clone(), ConversationId(row.id), row.version);
        self.db.write(move |tx| Box::pin(async move { claim(tx, &runs, conversation, version, spec).await })).await
    }
}

async fn claim(tx: &db::Tx, runs: &Arc<dyn Runs>, conversation: ConversationId, version: i64, spec: RunSpec) -> Result<Step, Error> {
    let Some(row) = threads::lock(tx, conversation).await? else { return Ok(Step::Busy) };
    if row.active_run_id.is_some() {
        return Ok(Step::Busy);
    }
    if row.version != version {
        return Ok(Step::Changed);
    }
    let run = spec.id;
    if repo::head(tx, conversation).await?.is_none_or(|head| head.id != run.get()) {
        return Ok(Step::Gone);
    }
    if !runs.release(tx, spec).await? {
        // Cancelled while it waited; its place in the queue is free.
        repo::set_state(tx, run, repo::DONE).await?;
        return Ok(Step::Gone);
    }
    repo::set_state(tx, run, repo::ACTIVE).await?;
    let mut change = threads::ActiveModel::from(row);
    change.active_run_id = Set(Some(run.get()));
    change.version = Set(version + 1);
    change.update(tx).await?;
    Ok(Step::Started)
}
