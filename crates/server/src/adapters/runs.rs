//! `chat` starts and follows runs; the engine runs them.

use std::sync::Arc;

use async_trait::async_trait;
use db::sea_orm::Statement;
use engine::{Delta, Live, Runs, Workflows};
use flow::run::{AgentTurn, Event, Recorded, Run, RunSpec, ToolSubmission};
use futures::StreamExt as _;
use futures::future::BoxFuture;
use futures::stream::BoxStream;
use rest::sse::Frame;
use types::{Actor, Failure, RunId, Scope, Timestamp, WorkspaceId};

/// The engine as chat sees it.
pub struct Engine(pub Runs, pub Workflows);

impl Engine {
    /// Chat has shown by its scope that the run is the caller's to steer.
    async fn steering(&self, scope: &Scope, run: RunId) -> Result<Actor, Failure> {
        let run = self.0.get(scope, run).await?;
        Ok(Actor::system(scope.user(), run.workspace_id))
    }
}

/// Text that is not committed yet has no number of its own: 0.
fn recorded(live: Live) -> Option<Recorded> {
    match live {
        Live::Event(committed) => Some(committed.recorded.clone()),
        Live::Delta(delta) if delta.text.is_empty() && delta.reasoning.is_empty() => None,
        Live::Delta(delta) => {
            let Delta { seq, step, message, text, reasoning, .. } = Arc::unwrap_or_clone(delta);
            let event = Event::Delta { step, message, text, reasoning };
            Some(Recorded { seq: seq.unwrap_or(0), at: Timestamp::now(), event })
        }
        Live::Stopped(run) => {
            let error = run.error.clone()?;
            Some(Recorded { seq: 0, at: Timestamp::now(), event: Event::Failed { error } })
        }
    }
}

#[async_trait]
impl chat::ports::Runs for Engine {
    async fn equip(&self, scope: &Scope, workspace: WorkspaceId, turn: &mut AgentTurn) -> Result<(), Failure> {
        Ok(self.1.equip(&Actor::system(scope.user(), workspace), turn).await?)
    }

    fn create(&self, spec: RunSpec, queued: bool) -> Result<Vec<Statement>, db::Error> {
        self.0.create(spec, queued)
    }

    async fn spec(&self, run: RunId) -> Result<RunSpec, Failure> {
        Ok(self.0.spec(run).await?)
    }

    fn release<'t>(&self, tx: &'t db::Tx, spec: RunSpec) -> BoxFuture<'t, Result<bool, db::Error>> {
        let runs = self.0.clone();
        Box::pin(async move { runs.dequeue(tx, &spec).await })
    }

    fn launch(&self, run: RunId) {
        self.0.launch(run);
    }

    async fn subscribe(&self, run: RunId, after: Option<u64>) -> Result<BoxStream<'static, Recorded>, Failure> {
        Ok(self.0.follow(run, after).await?.filter_map(|live| std::future::ready(recorded(live))).boxed())
    }

    async fn frames(&self, run: RunId, after: Option<u64>) -> Result<BoxStream<'static, Frame>, Failure> {
        Ok(engine::wire::frames(self.0.follow(run, after).await?).boxed())
    }

    async fn cancel(&self, scope: &Scope, run: RunId) -> Result<Run, Failure> {
        let actor = self.steering(scope, run).await?;
        Ok(self.0.cancel(&actor, run).await?)
    }

    async fn submit(&self, scope: &Scope, run: RunId, outputs: Vec<ToolSubmission>) -> Result<Run, Failure> {
        let actor = self.steering(scope, run).await?;
        Ok(self.0.submit(&actor, run, outputs).await?.run)
    }

    async fn get(&self, scope: &Scope, run: RunId) -> Result<Run, Failure> {
        Ok(self.0.get(scope, run).await?)
    }
}
