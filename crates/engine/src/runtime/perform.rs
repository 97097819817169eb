//! A task performs the effects of its program.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use flow::node::{NodeError, Output};
use flow::run::RunError;
use flow::tool::ToolContext;
use futures::stream::abortable;
use futures::{FutureExt as _, StreamExt as _};
use serde_json::Value;
use types::Timestamp;

use super::task::Task;
use super::{Runs, effects, inside, pictures};
use crate::program::graph;
use crate::program::{Effect, ModelCall, ModelChoice, TaskRun, ToolRun, WorkflowCall};

/// What ended beside the task of the run.
pub(crate) enum Finished {
    Tool(u32, Result<Value, RunError>),
    Task { step: u32, attempt: u32, result: Result<Output, NodeError> },
    Woken(u32),
}

impl Task {
    /// Performs what is not a record and not to be said at once.
    pub(super) fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::CallModel(call) => self.call_model(*call),
            Effect::CallTool(run) => self.call_tool(run),
            Effect::CallWorkflow(call) => self.call_workflow(*call),
            Effect::CancelRun(run) => Runs { engine: self.engine.clone() }.abandon(&self.spec, vec![run]),
            Effect::RunTask(run) => self.run_task(*run),
            Effect::Wake { step, at } => self.wake(step, at),
            Effect::Record(_) | Effect::Emit { .. } | Effect::Abort { .. } | Effect::Continue => {}
        }
    }

    pub(super) fn call_model(&mut self, call: ModelCall) {
        let ModelCall { step, model, request, pieces } = call;
        let (catalog, workspace) = (self.engine.catalog.clone(), self.spec.workspace);
        let own = self.model.clone();
        let call = move |request| match (model, own) {
            (ModelChoice::Run, Some(own)) => effects::call_model(catalog, workspace, own, request),
            (ModelChoice::Id(id), _) => effects::open_and_call(catalog, workspace, Some(id), request),
            (ModelChoice::Run | ModelChoice::Default, _) => effects::open_and_call(catalog, workspace, None, request),
        };
        let items = match self.engine.files.get() {
            Some(files) if pictures::has_uploaded(&request) => pictures::with(files.clone(), workspace, self.spec.user, request, call),
            _ => call(request),
        };
        let (items, handle) = abortable(items);
        self.streams.insert(step, (handle, pieces));
        self.models.push(items.map(move |item| (step, item)).boxed());
    }

    fn call_workflow(&mut self, call: WorkflowCall) {
        let step = call.step;
        let runs = Runs { engine: self.engine.clone() };
        let (items, handle) = abortable(inside::call(runs, self.spec.clone(), call));
        self.streams.insert(step, (handle, false));
        self.models.push(items.map(move |item| (step, item)).boxed());
    }

    fn call_tool(&mut self, run: ToolRun) {
        let context = ToolContext {
            run: self.spec.id,
            workspace: self.spec.workspace,
            user: self.spec.user,
            idempotency_key: format!("{}-{}", self.spec.id, run.step),
            time_zone: crate::program::time_zone(&self.spec),
        };
        let step = run.step;
        let call = effects::call_tool(self.engine.tools.clone(), context, run);
        let handle = self.tools.spawn(call.map(|(step, result)| Finished::Tool(step, result)));
        self.running.insert(step, handle);
    }

    pub(super) fn run_task(&mut self, run: TaskRun) {
        let TaskRun { step, attempt, task, cx, inputs, timeout, only_computes: _ } = run;
        let id = self.spec.id;
        let work = async move {
            let work = AssertUnwindSafe(task.run(&cx, inputs)).catch_unwind();
            let outcome = match timeout {
                Some(limit) => tokio::time::timeout(limit, work).await,
                None => Ok(work.await),
            };
            let result = match outcome {
                Ok(Ok(result)) => result,
                Ok(Err(_)) => {
                    tracing::error!(run = %id, node = %cx.node, "a node panicked");
                    Err(NodeError::lasting("internal", "The node broke down."))
                }
                Err(_) => Err(graph::timeout()),
            };
            Finished::Task { step, attempt, result }
        };
        let handle = self.tools.spawn(work);
        self.running.insert(step, handle);
    }

    fn wake(&mut self, step: u32, at: Timestamp) {
        let left = u64::try_from(at.millis() - Timestamp::now().millis()).unwrap_or(0);
        let handle = self.tools.spawn(async move {
            tokio::time::sleep(Duration::from_millis(left)).await;
            Finished::Woken(step)
        });
        self.running.insert(step, handle);
    }

    /// Drops what is under way for a step.
    pub(super) fn abort(&mut self, step: u32) {
        self.ahead.ends(step);
        if let Some(handle) = self.running.remove(&step) {
            handle.abort();
        }
        if let Some((handle, _)) = self.streams.remove(&step) {
            handle.abort();
        }
        self.held.retain(|(_, effect)| effect.step() != Some(step));
    }

    /// Dropping the streams and tasks is what cancels them at the vendor and in the tools.
    pub(super) fn drop_effects(&mut self) {
        self.models.clear();
        self.streams.clear();
        self.tools.abort_all();
        self.tools = tokio::task::JoinSet::new();
        self.running.clear();
        self.ahead.clear();
        self.held.clear();
        self.again = false;
    }
}
