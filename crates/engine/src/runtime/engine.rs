//! What all runs of this process share, and how tasks begin and end.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use dashmap::DashMap;
use dashmap::mapref::entry::Entry;
use flow::run::{Recorded, Run, RunError, RunSpec, RunStatus, ToolSubmission};
use flow::tool::Toolbox;
use futures::FutureExt as _;
use model::Catalog;
use sea_orm::Statement;
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::task::AbortHandle;
use tracing::Instrument as _;
use types::{Coded as _, RunId, Timestamp, WorkspaceId};

use super::Settings;
use super::ends::End;
use super::hub::Hub;
use super::opening::{Opening, Origin};
use super::plans::Plans;
use super::task::{Command, Task};
use crate::journal::read::Stored;
use crate::journal::{Fault, Journal, create};
use crate::live::Live;
use crate::ports::Files;
use crate::program::graph::Plan;
use crate::program::{self, Program, Rest};
use crate::view::View;

/// Specs kept between creation and launch at most; a creation that is rolled back leaves one behind.
const PREPARED: usize = 4096;

/// The plan of a workflow's run, or why there is none; nothing for others.
pub(crate) type Planned = Option<Result<Arc<Plan>, RunError>>;

/// A working run as the rest of the process sees it.
pub(crate) struct Handle {
    pub(crate) workspace: WorkspaceId,
    pub(crate) hub: Arc<Hub>,
    pub(crate) commands: mpsc::UnboundedSender<Command>,
    pub(crate) abort: Option<AbortHandle>,
}

/// What all runs share.
pub(crate) struct Engine {
    pub(crate) journal: Journal,
    pub(crate) catalog: Arc<dyn Catalog>,
    pub(crate) tools: Toolbox,
    pub(crate) plans: Plans,
    /// Uploaded files; known once they are there.
    pub(crate) files: OnceLock<Arc<dyn Files>>,
    pub(crate) settings: Settings,
    pub(crate) active: DashMap<RunId, Handle>,
    /// Created and not launched yet: saves reading back what was just written.
    pub(crate) prepared: Mutex<HashMap<RunId, (Arc<RunSpec>, Timestamp)>>,
    /// Runs that cannot be journalled for a reason that will not pass; left to the next start.
    pub(crate) broken: DashMap<RunId, ()>,
    /// A run was launched.
    pub(crate) launched: Notify,
    /// A run left memory.
    pub(crate) left: Notify,
    pub(crate) draining: AtomicBool,
}

impl Engine {
    pub(crate) fn is_draining(&self) -> bool {
        self.draining.load(Ordering::SeqCst)
    }

    pub(crate) fn prepare(&self, spec: Arc<RunSpec>, at: Timestamp) {
        let mut prepared = self.prepared.lock().unwrap_or_else(PoisonError::into_inner);
        if prepared.len() >= PREPARED {
            let old = at.plus_seconds(-60);
            prepared.retain(|_, (_, made)| *made > old);
        }
        prepared.insert(spec.id, (spec, at));
    }

    pub(crate) fn take_prepared(&self, id: RunId) -> Option<(Arc<RunSpec>, Timestamp)> {
        self.prepared.lock().unwrap_or_else(PoisonError::into_inner).remove(&id)
    }

    /// Starts a run that was just created, without reading it back.
    pub(crate) fn start_fresh(self: &Arc<Self>, spec: Arc<RunSpec>, at: Timestamp) {
        let run = create::blank(&spec, at);
        let created = vec![Recorded { seq: 1, at, event: flow::run::Event::Created }];
        let plan = match &spec.program {
            flow::run::Program::Agent(_) => Some(None),
            // Whoever started it has just compiled it: it works when this returns, and its followers find it here.
            flow::run::Program::Workflow(workflow) => self.plans.ready(workflow).now_or_never().flatten().map(|plan| Some(Ok(plan))),
        };
        if let Some(plan) = plan {
            self.start(&spec, plan, run, created, Origin::Fresh);
            return;
        }
        let engine = Arc::clone(self);
        tokio::spawn(async move {
            let plan = engine.plan(&spec).await;
            engine.start(&spec, plan, run, created, Origin::Fresh);
        });
    }

    /// Starts a run of which nothing is stored yet. `None`: this process takes no
    /// new work, or came to an end meanwhile.
    pub(crate) async fn start_unwritten(
        self: &Arc<Self>,
        spec: RunSpec,
        plan: Planned,
        rows: Vec<Statement>,
        at: Timestamp,
    ) -> Option<Result<Arc<Hub>, Fault>> {
        let (told, heard) = oneshot::channel();
        let created = vec![Recorded { seq: 1, at, event: flow::run::Event::Created }];
        let run = create::blank(&spec, at);
        // Nobody knows its id before it is committed, so nobody sees it before.
        let hub = self.start(&Arc::new(spec), plan, run, created, Origin::Unwritten(Opening { rows: Some(rows), told }))?;
        Some(heard.await.ok()?.map(|()| hub))
    }

    /// Goes on with a stored run that belongs to this process.
    pub(crate) async fn start_stored(self: &Arc<Self>, stored: Stored) {
        let Stored { spec, run, events } = stored;
        let plan = self.plan(&spec).await;
        self.start(&spec, plan, run, events, Origin::Stored);
    }

    /// What the run's program needs besides its spec; a database that does not answer is asked again.
    pub(crate) async fn plan(&self, spec: &RunSpec) -> Planned {
        let flow::run::Program::Workflow(run) = &spec.program else { return None };
        if let Some(plan) = self.plans.ready(run).await {
            return Some(Ok(plan));
        }
        let mut pauses = self.settings.retry.iter();
        let documents = loop {
            match crate::workflows::load(&self.journal.db, run).await {
                Ok(documents) => break documents,
                Err(error) => {
                    tracing::warn!(run = %spec.id, %error, "the documents of a run cannot be read");
                    let Some(pause) = pauses.next() else {
                        return Some(Err(RunError { code: "internal".into(), message: "The workflow's document cannot be read.".into() }));
                    };
                    tokio::time::sleep(*pause).await;
                }
            }
        };
        let unsound = |findings: Vec<flow::workflow::Finding>| {
            let first = findings.into_iter().next().map(|finding| finding.message.en).unwrap_or_default();
            RunError { code: "workflow_invalid".into(), message: format!("The workflow cannot run in this version of Hearth: {first}") }
        };
        Some(self.plans.of(run, &documents).await.map_err(unsound))
    }

    /// Why a run that rests cannot take these answers.
    pub(crate) async fn refuses(&self, stored: Stored, outputs: &[ToolSubmission]) -> Option<String> {
        let plan = self.plan(&stored.spec).await;
        self.fold(&stored.spec, plan, &stored.events).refuses(outputs)
    }

    /// Nothing when there is nothing to do here: the run rests, works already, or this process takes no new work.
    fn start(self: &Arc<Self>, spec: &Arc<RunSpec>, plan: Planned, run: Run, events: Vec<Recorded>, origin: Origin) -> Option<Arc<Hub>> {
        let id = spec.id;
        if self.is_draining() {
            return None;
        }
        let program = self.fold(spec, plan, &events);
        if matches!(program.rest(), Rest::Parked | Rest::Ended) && program.wake_at().is_none() {
            return None; // it came to rest between its being found and its being read
        }
        let mut view = View::new(run);
        let log: Vec<Live> = events.into_iter().map(|recorded| view.apply(recorded)).collect();
        // Their rows came with these events.
        view.take_calls();
        let hub = Arc::new(Hub::with(log));
        let (commands, receiver) = mpsc::unbounded_channel();
        let task = Task::new(Arc::clone(self), Arc::clone(spec), program, view, Arc::clone(&hub), receiver, origin);
        match self.active.entry(id) {
            Entry::Occupied(_) => return None,
            Entry::Vacant(vacant) => {
                vacant.insert(Handle { workspace: spec.workspace, hub: Arc::clone(&hub), commands, abort: None });
            }
        }
        metrics::gauge!("hearth_runs_active").increment(1.0);
        self.launched.notify_waiters();
        let engine = Arc::clone(self);
        // Below the span of the request that started it: its lines carry that log id.
        let span = tracing::info_span!("run", run = %id);
        let ends = Arc::clone(&hub);
        let work = async move {
            let end = AssertUnwindSafe(task.run()).catch_unwind().await;
            engine.ended(id, &ends, end.ok());
        };
        let handle = tokio::spawn(work.instrument(span));
        if let Some(mut entry) = self.active.get_mut(&id) {
            entry.abort = Some(handle.abort_handle());
        }
        Some(hub)
    }

    fn fold(&self, spec: &Arc<RunSpec>, plan: Planned, events: &[Recorded]) -> Box<dyn Program> {
        let mut program = program::open(Arc::clone(spec), plan, &self.tools);
        for recorded in events {
            program.apply(recorded);
        }
        program
    }

    /// Takes the run out of memory, if it is the one with this hub.
    pub(crate) fn forget(&self, id: RunId, hub: &Arc<Hub>) {
        self.active.remove_if(&id, |_, handle| Arc::ptr_eq(&handle.hub, hub));
    }

    fn ended(&self, id: RunId, hub: &Arc<Hub>, end: Option<End>) {
        self.forget(id, hub);
        metrics::gauge!("hearth_runs_active").decrement(1.0);
        match end {
            Some(End::Rested(info)) => {
                let status = info.run.status;
                if status.is_final() {
                    metrics::counter!("hearth_runs_total", "status" => status.as_str()).increment(1);
                    tracing::info!(run = %id, status = status.as_str(), code = info.run.error.as_ref().map(|e| &*e.code), "run ended");
                    self.journal.recorder.finished(&info);
                }
            }
            Some(End::Asleep) => tracing::info!(run = %id, "run sleeps"),
            Some(End::Suspended) => tracing::info!(run = %id, "run left for the next process"),
            Some(End::Stopped(info, fault)) => self.stopped(&info.run, hub, &fault),
            None => {
                tracing::error!(run = %id, "the task of a run panicked; the run is left to the next start");
                self.broken.insert(id, ());
            }
        }
        hub.close();
        self.left.notify_waiters();
    }

    fn stopped(&self, run: &Run, hub: &Hub, fault: &Fault) {
        let Fault::Db(error) = fault else {
            tracing::warn!(run = %run.id, "another process took the run over");
            return;
        };
        tracing::error!(run = %run.id, %error, "the journal cannot be written; the run stops here and goes on later");
        let passes = matches!(error, db::Error::Busy(_) | db::Error::Full(_) | db::Error::Unreachable(_));
        if !passes {
            self.broken.insert(run.id, ());
        }
        let message = error.failure().map_or_else(|| error.to_string(), |failure| failure.message);
        let mut run = run.clone();
        run.status = RunStatus::Failed;
        run.error = Some(RunError { code: error.code().to_owned(), message });
        hub.publish(Live::Stopped(Arc::new(run)));
    }
}
