//! Workflows that a run calls, as runs of their own: what their rows say, folded from the events of the run that calls them.
//!
//! Such a run is a projection: nobody executes it. It begins with the step that calls the workflow and ends with it; in between
//! it works, or waits while something inside it is asked for. Each attempt of a call is one. A call that ends because something
//! around it ended is cancelled; one that is open when the whole run fails has failed with it.
//!
//! A run that calls nothing has none of this.

use std::collections::BTreeMap;

use flow::run::{Called, Event, NodeStep, PendingCall, Recorded, RequiredAction, Run, RunError, RunStatus, StepKind};
use types::{Cost, RunId, TokenUsage};

use super::{Step, StepStatus, View, add_cost, finish};

/// The calls of a run.
#[derive(Debug, Clone, Default)]
pub(super) struct Calls {
    /// Those that go on, by their step.
    open: BTreeMap<u32, Call>,
    /// Those that ended since rows were last asked for.
    ended: Vec<CallRow>,
}

/// A call that goes on.
#[derive(Debug, Clone)]
struct Call {
    run: Run,
    /// What the paths of its steps begin with.
    inside: String,
    /// Its row is there.
    stored: bool,
    /// Its row says something else.
    changed: bool,
}

/// The row of a call.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CallRow {
    /// The run that it is shown as.
    pub(crate) run: Run,
    /// It is not there yet.
    pub(crate) fresh: bool,
}

/// What the paths of the steps inside a call begin with.
pub(super) fn inside(kind: StepKind, node: &NodeStep, call_id: Option<&str>) -> Option<String> {
    let NodeStep { id, path, .. } = node;
    match (kind, call_id) {
        (StepKind::Node, _) => Some(format!("{path}{id}/")),
        (StepKind::Tool, Some(call)) => Some(format!("{path}{id}#{call}/")),
        (StepKind::Tool | StepKind::Model, _) => None,
    }
}

impl View {
    /// The rows of calls that changed since this was last asked; `None`: none did.
    pub(crate) fn take_calls(&mut self) -> Option<Vec<CallRow>> {
        let calls = self.calls.as_deref_mut()?;
        let mut rows = std::mem::take(&mut calls.ended);
        for call in calls.open.values_mut().filter(|call| call.changed) {
            rows.push(CallRow { run: call.run.clone(), fresh: !call.stored });
            (call.stored, call.changed) = (true, false);
        }
        Some(rows).filter(|rows| !rows.is_empty())
    }

    /// Takes an event into the calls. The steps have taken it in already.
    pub(super) fn change_calls(&mut self, recorded: &Recorded) {
        let begins = matches!(recorded.event, Event::StepStarted { called: Some(_), .. });
        if self.calls.is_none() && !begins {
            return;
        }
        let mut calls = self.calls.take().unwrap_or_default();
        calls.take_in(self, recorded);
        self.calls = Some(calls);
    }
}

impl Calls {
    fn take_in(&mut self, view: &View, recorded: &Recorded) {
        match &recorded.event {
            Event::StepStarted { step, kind, call_id, node: Some(node), called: Some(called), .. } => {
                if let Some(inside) = inside(*kind, node, call_id.as_deref()) {
                    let caller = self.around(&node.path).map_or(view.run.id, |call| call.run.id);
                    let run = begun(&view.run, *step, caller, called, recorded);
                    self.open.insert(*step, Call { run, inside, stored: false, changed: true });
                }
            }
            Event::StepCompleted { step, usage, cost, node, .. } => {
                self.add(view.step(*step), *usage, cost.as_ref());
                if node.as_ref().is_some_and(|result| result.error.is_some()) {
                    self.end(view, recorded);
                } else if self.open.contains_key(step) {
                    self.end_one(*step, view, recorded);
                }
            }
            Event::StepFailed { .. } | Event::Completed { .. } | Event::Failed { .. } | Event::Cancelled => self.end(view, recorded),
            Event::RequiresAction { calls } => self.wait(calls),
            Event::Submitted { outputs } => {
                for call in self.open.values_mut() {
                    let mut waits = call.run.required_action.as_ref().map(|action| &action.calls).into_iter().flatten();
                    if waits.any(|wait| outputs.iter().any(|output| output.call_id == wait.call_id)) {
                        call.run.status = RunStatus::Running;
                        call.run.required_action = None;
                        call.changed = true;
                    }
                }
            }
            _ => {}
        }
    }

    /// The innermost call around a path.
    fn around(&self, path: &str) -> Option<&Call> {
        self.open.values().filter(|call| path.starts_with(&call.inside)).max_by_key(|call| call.inside.len())
    }

    /// What a step inside used is counted for every call around it.
    fn add(&mut self, step: Option<&Step>, usage: Option<TokenUsage>, cost: Option<&Cost>) {
        let Some(path) = step.and_then(|step| step.node.as_ref()).map(|node| &node.path) else { return };
        if usage.is_none() && cost.is_none() {
            return;
        }
        // Told with the end: a row that follows each step would be written as often as there are steps.
        for call in self.open.values_mut().filter(|call| path.starts_with(&call.inside)) {
            if let Some(usage) = usage {
                call.run.usage += usage;
            }
            if let Some(cost) = cost {
                add_cost(&mut call.run.cost, cost);
            }
        }
    }

    fn wait(&mut self, calls: &[PendingCall]) {
        for call in self.open.values_mut() {
            let waits: Vec<PendingCall> = calls.iter().filter_map(|wait| relative_call(&call.inside, wait)).collect();
            let action = Some(RequiredAction { calls: waits }).filter(|action| !action.calls.is_empty());
            if action != call.run.required_action {
                call.run.status = if action.is_some() { RunStatus::RequiresAction } else { RunStatus::Running };
                call.run.required_action = action;
                call.changed = true;
            }
        }
    }

    /// Ends those whose steps have ended.
    fn end(&mut self, view: &View, recorded: &Recorded) {
        let over = |step: &u32| view.step(*step).is_none_or(|step| step.finished_at.is_some());
        let steps: Vec<u32> = self.open.keys().copied().filter(over).collect();
        for step in steps {
            self.end_one(step, view, recorded);
        }
    }

    fn end_one(&mut self, step: u32, view: &View, recorded: &Recorded) {
        let Some(Call { mut run, stored, .. }) = self.open.remove(&step) else { return };
        let (status, error) = outcome(view.step(step), &recorded.event);
        finish(&mut run, status, recorded.at);
        run.error = error;
        if status == RunStatus::Completed {
            run.output = view.step(step).map(|step| step.output.clone());
        }
        self.ended.push(CallRow { run, fresh: !stored });
    }
}

/// How a call ended, by how its step did.
fn outcome(step: Option<&Step>, event: &Event) -> (RunStatus, Option<RunError>) {
    let Some(step) = step else { return (RunStatus::Cancelled, None) };
    match (step.status, &step.error) {
        (StepStatus::Completed, None) => (RunStatus::Completed, None),
        (StepStatus::Completed | StepStatus::Failed, Some(error)) => (RunStatus::Failed, Some(error.clone())),
        (StepStatus::Failed, None) => {
            let error = if let Event::Failed { error } = event { Some(error.clone()) } else { None };
            (RunStatus::Failed, error)
        }
        (StepStatus::Cancelled | StepStatus::Running | StepStatus::Waiting, _) => (RunStatus::Cancelled, None),
    }
}

/// The run of a call that begins.
fn begun(root: &Run, step: u32, caller: RunId, called: &Called, recorded: &Recorded) -> Run {
    let Called { run: id, workflow, name, version } = called.clone();
    Run {
        id,
        workspace_id: root.workspace_id,
        program: root.program.clone(),
        agent_id: None,
        agent_name: String::new(),
        agent_version: None,
        workflow_id: Some(workflow),
        workflow_name: name.chars().take(255).collect(),
        workflow_version: version,
        forked_from: None,
        parent_run_id: Some(caller),
        root_run_id: Some(root.id),
        root_step: Some(step),
        // What it tells is told by the run that calls it.
        conversation_id: None,
        section_id: None,
        status: RunStatus::Running,
        error: None,
        usage: TokenUsage::default(),
        cost: None,
        required_action: None,
        output: None,
        meta: serde_json::Map::new(),
        created_by: root.created_by,
        created_at: recorded.at,
        started_at: Some(recorded.at),
        finished_at: None,
        resumed: 0,
    }
}

/// A wait as the call sees it; `None`: it is not inside.
fn relative_call(inside: &str, wait: &PendingCall) -> Option<PendingCall> {
    let node = relative(inside, wait.node.as_ref()?)?;
    Some(PendingCall { node: Some(node), ..wait.clone() })
}

/// A place as the call sees it; `None`: it is not inside.
pub(super) fn relative(inside: &str, node: &NodeStep) -> Option<NodeStep> {
    let path = node.path.strip_prefix(inside)?.to_owned();
    Some(NodeStep { path, ..node.clone() })
}
