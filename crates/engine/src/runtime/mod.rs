//! [`Runs`]: starting, following, steering and resuming runs.
//!
//! * [`engine`]: what runs share, how their tasks begin and end; [`task`]: one working run;
//! * [`effects`]: model and tool calls; [`ahead`]: tasks that need not wait for the disk; [`inside`]: runs that agents call as tools; [`hub`]: where a task meets its subscribers, [`mailbox`] what one of them has not taken;
//! * [`subscribe`], [`act`] (cancel, submit), [`keeper`] (leases, resuming), [`retention`] (removing old runs); [`called`]: reading runs that others execute.
//!
//! A run starts in three moves: [`Runs::create`] in the caller's transaction, commit,
//! [`Runs::launch`]. What a crash leaves between the second and the third is found by
//! [`Runs::resume_all`]. A run that nobody else has rows about starts in one: [`Runs::open`] stores it
//! together with its first events ([`opening`]).

mod act;
mod ahead;
mod called;
mod effects;
mod ends;
mod engine;
mod hub;
mod inside;
mod keeper;
mod mailbox;
mod opening;
mod outbox;
mod perform;
mod pictures;
mod plans;
mod retention;
mod subscribe;
mod task;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use dashmap::DashMap;
use db::{Db, Tx};
use flow::node::Registry;
use flow::run::{Recorded, Run, RunError, RunSpec, RunStatus};
use flow::tool::Toolbox;
use model::Catalog;
use sea_orm::Statement;
use tokio::sync::Notify;
use types::{Actor, Page, PageRequest, Permission, RunId, Scope, Timestamp, WorkspaceId};

pub use act::Submission;
pub(crate) use hub::Hub;
pub use retention::Removed;
pub use subscribe::RunStream;

use crate::error::Error;
use crate::journal::read::Stored;
pub use crate::journal::read::{Filter, Queued};
use crate::journal::{Fault, Journal};
use crate::ports::{Files, Recorder};
use crate::program::graph::Plan;
use crate::view::{Step, View};
use engine::{Engine, Planned};
use plans::Plans;

/// What the engine is built from.
pub struct Deps {
    /// Where runs are kept.
    pub db: Db,
    /// Models.
    pub catalog: Arc<dyn Catalog>,
    /// Tools that run on the server.
    pub tools: Toolbox,
    /// Kinds of nodes.
    pub nodes: Registry,
    /// Who keeps rows of his own about runs.
    pub recorder: Arc<dyn Recorder>,
    /// Times and sizes.
    pub settings: Settings,
}

/// Times and sizes.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Text of a model is journalled at least this often.
    pub flush_every: Duration,
    /// And at this size in bytes.
    pub flush_bytes: usize,
    /// Pauses between attempts to write the journal; after the last the run stops in this process.
    pub retry: Arc<[Duration]>,
    /// How long a lease holds without a sign of life.
    pub lease: Duration,
    /// How often signs of life are given and orphans looked for.
    pub heartbeat: Duration,
    /// How often cancellations asked for elsewhere are looked for.
    pub tick: Duration,
    /// What a subscriber may fall behind, in frames, before it is cut off.
    pub subscriber_buffer: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            flush_every: Duration::from_millis(250),
            flush_bytes: 2048,
            retry: task::retry_pauses(),
            lease: Duration::from_secs(30),
            heartbeat: Duration::from_secs(10),
            tick: Duration::from_secs(1),
            subscriber_buffer: 1024,
        }
    }
}

/// Runs. Cheap to clone.
#[derive(Clone)]
pub struct Runs {
    engine: Arc<Engine>,
}

impl Runs {
    /// Works on nothing yet: call [`Runs::resume_all`] when the server is ready to.
    pub fn new(deps: Deps) -> Self {
        let Deps { db, catalog, tools, nodes, recorder, settings } = deps;
        let journal = Journal { db, recorder, owner: types::id::next_id(), lease: settings.lease };
        let engine = Engine {
            journal,
            catalog,
            tools,
            plans: Plans::new(nodes),
            files: OnceLock::new(),
            settings,
            active: DashMap::new(),
            prepared: Mutex::new(HashMap::new()),
            broken: DashMap::new(),
            launched: Notify::new(),
            left: Notify::new(),
            draining: AtomicBool::new(false),
        };
        Self { engine: Arc::new(engine) }
    }

    /// From now on runs know uploaded files. Whoever has them may be built on runs, so they come later.
    pub fn connect_files(&self, files: Arc<dyn Files>) {
        // A second connection would be a mistake of the wiring; the first one stands.
        let _ = self.engine.files.set(files);
    }

    pub(crate) fn files(&self) -> Option<&Arc<dyn Files>> {
        self.engine.files.get()
    }

    /// The statements that store a run and its first event, for the caller's transaction. After its
    /// commit, call [`Runs::launch`] — unless the run is `queued`: it then waits for [`Runs::launch`]
    /// or [`Runs::dequeue`], also over a restart.
    pub fn create(&self, spec: RunSpec, queued: bool) -> Result<Vec<Statement>, db::Error> {
        let at = Timestamp::now();
        let statements = self.engine.journal.create(&spec, queued, at)?;
        if !queued {
            self.engine.prepare(Arc::new(spec), at);
        }
        Ok(statements)
    }

    /// Stores a run with whatever else `rows` write, and lets it work; returns when it is committed. Its
    /// first events travel in the same commit.
    pub(crate) async fn open(&self, spec: RunSpec, plan: Planned, rows: Vec<Statement>) -> Result<Arc<Hub>, Error> {
        match self.engine.start_unwritten(spec, plan, rows, Timestamp::now()).await {
            Some(Ok(hub)) => Ok(hub),
            Some(Err(Fault::Db(error))) => Err(error.into()),
            Some(Err(Fault::LeaseLost)) => Err(Error::Elsewhere),
            None => Err(db::Error::Unreachable("the server is stopping".into()).into()),
        }
    }

    /// In the caller's transaction: a queued run's turn has come, with its final spec (the history
    /// may have grown meanwhile). False when it is not queued any more. After the commit, call [`Runs::launch`].
    pub async fn dequeue(&self, tx: &Tx, spec: &RunSpec) -> Result<bool, db::Error> {
        self.engine.journal.dequeue(tx, spec).await
    }

    pub(crate) fn db(&self) -> &Db {
        &self.engine.journal.db
    }

    pub(crate) fn plans(&self) -> &Plans {
        &self.engine.plans
    }

    pub(crate) fn tools(&self) -> &Toolbox {
        &self.engine.tools
    }

    /// Everything that is stored of a run.
    pub(crate) async fn stored(&self, id: RunId) -> Result<Option<Stored>, db::Error> {
        self.engine.journal.load(id).await
    }

    /// The plan of a workflow's run.
    pub(crate) async fn plan(&self, spec: &RunSpec) -> Result<Arc<Plan>, Error> {
        let missing = || RunError { code: "internal".into(), message: "The run has no plan.".into() };
        let plan = self.engine.plan(spec).await.unwrap_or_else(|| Err(missing()));
        plan.map_err(|error| types::Failure::new(types::ErrorKind::Conflict, "workflow_invalid", error.message).into())
    }

    /// The statements that store a run which begins with these events after `Created`. After their
    /// commit, call [`Runs::launch`].
    pub(crate) fn create_with(&self, spec: &RunSpec, events: &[Recorded], at: Timestamp) -> Result<Vec<Statement>, db::Error> {
        self.engine.journal.create_with(spec, events, at)
    }

    /// What a run was given, for whoever queued it and now completes it.
    pub async fn spec(&self, id: RunId) -> Result<RunSpec, Error> {
        self.engine.journal.spec(id).await?.ok_or(Error::NotFound)
    }

    /// Lets a created run work. Returns at once; launching twice does nothing the second time.
    pub fn launch(&self, id: RunId) {
        if let Some((spec, at)) = self.engine.take_prepared(id) {
            self.engine.start_fresh(spec, at);
            return;
        }
        let engine = Arc::clone(&self.engine);
        tokio::spawn(async move {
            let outcome = async {
                let ours = engine.journal.take_queued(id).await? || engine.journal.holds(id).await?;
                if ours && let Some(stored) = engine.journal.load(id).await? {
                    engine.start_stored(stored).await;
                }
                Ok::<_, db::Error>(())
            };
            if let Err(error) = outcome.await {
                tracing::error!(run = %id, %error, "a run could not be launched; it is taken up later");
            }
        });
    }

    /// The run. One that works here is known without asking the database.
    pub async fn get(&self, scope: &Scope, id: RunId) -> Result<Run, Error> {
        let here = self.engine.active.get(&id).map(|handle| (handle.workspace, Arc::clone(&handle.hub)));
        if let Some((workspace, hub)) = here
            && let Some(run) = hub.run()
        {
            let mut run = if scope.contains(workspace) { Run::clone(&run) } else { return Err(Error::NotFound) };
            if run.status == RunStatus::Queued {
                // Between `Created` and `Started` it is at work, as its row says.
                run.status = RunStatus::Running;
            }
            return Ok(run);
        }
        self.engine.journal.find(scope, id).await?.ok_or(Error::NotFound)
    }

    /// The run with its steps, as far as they are committed.
    pub async fn detail(&self, scope: &Scope, id: RunId) -> Result<(Run, Vec<Step>), Error> {
        let run = self.get(scope, id).await?;
        if let Some(root) = run.root_run_id {
            return self.detail_of_call(scope, run, root).await;
        }
        let mut view = View::new(run.clone());
        for recorded in self.engine.journal.events(id, 0).await? {
            view.apply(recorded);
        }
        Ok((run, view.steps()))
    }

    /// Runs of a workspace, newest first.
    pub async fn list(&self, actor: &Actor, workspace: WorkspaceId, filter: Filter, page: &PageRequest) -> Result<Page<Run>, Error> {
        let scope = actor.scope_in(workspace, Permission::View)?;
        let before = page.after().map_err(|error| types::Failure::invalid("cursor", error.to_string()))?;
        Ok(self.engine.journal.list(&scope, filter, page.limit(), before).await?)
    }

    /// How these runs stand; those that the scope does not see are left out.
    pub async fn statuses(&self, scope: &Scope, ids: &[RunId]) -> Result<HashMap<RunId, RunStatus>, Error> {
        Ok(self.engine.journal.statuses(scope, ids).await?)
    }

    /// Runs that wait for their turn, oldest first: whoever queued them starts them after a restart.
    pub async fn queued(&self) -> Result<Vec<Queued>, Error> {
        Ok(self.engine.journal.queued().await?)
    }

    /// How many runs work in this process.
    pub fn active(&self) -> usize {
        self.engine.active.len()
    }

    /// Takes no new work, waits up to `limit` for runs to rest, and leaves the others, written down
    /// as far as they are, to the next process.
    pub async fn drain(&self, limit: Duration) {
        let engine = &self.engine;
        engine.draining.store(true, Ordering::SeqCst);
        engine.launched.notify_waiters();
        if !self.wait_idle(limit).await {
            for handle in &engine.active {
                let _ = handle.commands.send(task::Command::Suspend);
            }
            self.wait_idle(Duration::from_secs(5)).await;
        }
        if let Err(error) = engine.journal.release_all().await {
            tracing::warn!(%error, "leases could not be given back; they run out by themselves");
        }
    }

    async fn wait_idle(&self, limit: Duration) -> bool {
        let idle = async {
            loop {
                let left = self.engine.left.notified();
                if self.engine.active.is_empty() {
                    return;
                }
                // A task may leave between the two lines above on another thread: look again in a moment.
                let _ = tokio::time::timeout(Duration::from_millis(50), left).await;
            }
        };
        tokio::time::timeout(limit, idle).await.is_ok()
    }

    /// What `kill -9` does, for tests: tasks vanish without a word.
    #[cfg(test)]
    pub(crate) fn crash(&self) {
        self.engine.draining.store(true, Ordering::SeqCst);
        for handle in &self.engine.active {
            if let Some(abort) = &handle.abort {
                abort.abort();
            }
        }
        self.engine.active.clear();
    }
}
