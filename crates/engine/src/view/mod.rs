//! What people see of a run: its status, usage, cost and steps, folded from its events.
//!
//! The same fold feeds the stored row, the answers of the API and the live stream, so they cannot
//! disagree. It knows nothing of programs. [`calls`]: workflows that the run calls, as runs of their own; [`part`]: one of them.

mod calls;
mod part;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, Weak};

use flow::run::{Event, NodeResult, NodeStep, PendingCall, Recorded, RequiredAction, Run, RunError, RunStatus, StepKind};
use serde::Serialize;
use serde_json::Value;
use types::{Cost, MessageId, RunId, Timestamp, TokenUsage};
use utoipa::ToSchema;

use crate::live::{Committed, Delta, Live};

pub(crate) use calls::CallRow;
pub(crate) use part::Part;

use calls::Calls;

/// Where a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StepStatus {
    /// Under way.
    Running,
    /// Ended well.
    Completed,
    /// Ended by an error.
    Failed,
    /// The run was cancelled meanwhile.
    Cancelled,
    /// A person or the client must act.
    Waiting,
}

/// A step of a run.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Step {
    /// 1, 2, ….
    pub seq: u32,
    /// Model, tool or node.
    pub kind: StepKind,
    /// The model's or tool's name, the node's title.
    pub name: String,
    /// Where it stands.
    pub status: StepStatus,
    /// When it began (its last attempt).
    pub started_at: Timestamp,
    /// When it ended.
    #[schema(required)]
    pub finished_at: Option<Timestamp>,
    /// Milliseconds between both.
    #[schema(required)]
    pub duration_ms: Option<i64>,
    /// Model: number of messages and names of tools; tool: the arguments.
    pub input: Value,
    /// Model: text, reasoning, calls; tool: its output.
    pub output: Value,
    /// Why it failed.
    #[schema(required)]
    pub error: Option<RunError>,
    /// Tokens of a model step.
    #[schema(required)]
    pub usage: Option<TokenUsage>,
    /// Cost of a model step, in the currency of the run's cost.
    #[schema(required)]
    pub cost: Option<f64>,
    /// 1, 2, …: interrupted and failed steps are taken again.
    pub attempt: u32,
    /// Workflows: which node.
    #[schema(required)]
    pub node: Option<NodeStep>,
    /// The way out that a node took; `null`: `out`.
    #[schema(required)]
    pub port: Option<String>,
    /// Things that went wrong without failing it.
    pub warnings: Vec<String>,
    /// What the world said before it was turned into outputs.
    #[schema(required, value_type = Option<Object>)]
    pub raw: Option<Value>,
    /// The node was not run: its outputs were given for this run.
    pub pinned: bool,
    /// Calls of workflows: the run that it is.
    #[schema(required)]
    pub run_id: Option<RunId>,
    /// Tool steps: which call.
    #[serde(skip)]
    call_id: Option<String>,
}

/// The fold.
#[derive(Debug, Clone)]
pub struct View {
    run: Arc<Run>,
    steps: Vec<Arc<Step>>,
    seq: u64,
    writing: Writing,
    /// Calls that are runs.
    inside: HashMap<String, RunId>,
    /// Workflows that it calls; nothing before the first.
    calls: Option<Box<Calls>>,
}

/// How much of the message being written is known, in Unicode scalar values.
#[derive(Debug, Clone, Copy, Default)]
struct Writing {
    message: Option<MessageId>,
    text: u64,
    reasoning: u64,
}

impl View {
    /// Before the first event. What changes in the run is set back.
    pub fn new(mut run: Run) -> Self {
        run.status = RunStatus::Queued;
        run.error = None;
        run.usage = TokenUsage::default();
        run.cost = None;
        run.required_action = None;
        run.output = None;
        run.started_at = None;
        run.finished_at = None;
        run.resumed = 0;
        Self { run: Arc::new(run), steps: Vec::new(), seq: 0, writing: Writing::default(), inside: HashMap::new(), calls: None }
    }

    /// The run now.
    pub fn run(&self) -> &Arc<Run> {
        &self.run
    }

    /// The steps now.
    pub fn steps(&self) -> Vec<Step> {
        self.steps.iter().map(|step| Step::clone(step)).collect()
    }

    /// The last event's number.
    pub fn seq(&self) -> u64 {
        self.seq
    }

    /// Takes in one event and gives it as a subscriber receives it.
    pub fn apply(&mut self, recorded: Recorded) -> Live {
        self.seq = recorded.seq;
        if let Event::Delta { step, message, text, reasoning } = recorded.event {
            return self.delta(recorded.seq, step, message, text, reasoning);
        }
        self.change_run(&recorded);
        let step = self.change_step(&recorded);
        self.change_calls(&recorded);
        let unwritten: Weak<[u8]> = Weak::<[u8; 0]>::new();
        Live::Event(Arc::new(Committed { recorded, run: Arc::clone(&self.run), step, written: Mutex::new(unwritten) }))
    }

    fn delta(&mut self, seq: u64, step: u32, message: MessageId, text: String, reasoning: String) -> Live {
        if self.writing.message != Some(message) {
            self.writing = Writing { message: Some(message), text: 0, reasoning: 0 };
        }
        let (offset, reasoning_offset) = (self.writing.text, self.writing.reasoning);
        self.writing.text += text.chars().count() as u64;
        self.writing.reasoning += reasoning.chars().count() as u64;
        Live::Delta(Arc::new(Delta { seq: Some(seq), step, message, text, reasoning, offset, reasoning_offset }))
    }

    fn change_run(&mut self, recorded: &Recorded) {
        let at = recorded.at;
        // Who holds the run as it was makes a change of it a copy: most events change nothing.
        match &recorded.event {
            Event::StepCompleted { usage: None, cost: None, .. }
            | Event::StepStarted { .. }
            | Event::StepRan { .. }
            | Event::VariableSet { .. }
            | Event::StepFailed { .. }
            | Event::Delta { .. }
            | Event::FunctionCall { .. }
            | Event::ToolResponse { .. }
            | Event::Answer { .. }
            | Event::FollowUp { .. } => return,
            Event::Reset { .. } => {
                self.writing = Writing::default();
                return;
            }
            _ => {}
        }
        let run = Arc::make_mut(&mut self.run);
        match &recorded.event {
            Event::Created => run.created_at = at,
            Event::Started { resumed } => {
                run.status = RunStatus::Running;
                run.started_at.get_or_insert(at);
                run.resumed = *resumed;
            }
            Event::StepCompleted { usage, cost, .. } => {
                if let Some(usage) = usage {
                    run.usage += *usage;
                }
                if let Some(cost) = cost {
                    add_cost(&mut run.cost, cost);
                }
            }
            Event::RequiresAction { calls } => {
                run.status = RunStatus::RequiresAction;
                run.required_action = Some(RequiredAction { calls: calls.clone() });
            }
            Event::Submitted { .. } => {
                run.status = RunStatus::Running;
                run.required_action = None;
            }
            Event::Completed { output } => {
                finish(run, RunStatus::Completed, at);
                run.output.clone_from(output);
            }
            Event::Failed { error } => {
                finish(run, RunStatus::Failed, at);
                run.error = Some(error.clone());
            }
            Event::Cancelled => finish(run, RunStatus::Cancelled, at),
            _ => {}
        }
    }

    fn change_step(&mut self, recorded: &Recorded) -> Option<Arc<Step>> {
        let at = recorded.at;
        match &recorded.event {
            Event::StepStarted { step, kind, name, input, attempt, call_id, node, called, .. } => {
                let mut fresh = Step::new(*step, *kind, name, input, at);
                fresh.attempt = *attempt;
                fresh.call_id.clone_from(call_id);
                let inside = || call_id.as_ref().filter(|_| *kind == StepKind::Tool).and_then(|id| self.inside.get(id)).copied();
                fresh.run_id = called.as_ref().map(|called| called.run).or_else(inside);
                fresh.node.clone_from(node);
                Some(self.put_step(fresh))
            }
            Event::StepRan { step, name, node, input, result } => {
                let mut fresh = Step::new(*step, StepKind::Node, name, input, at);
                fresh.node = Some(node.clone());
                fresh.output = result.output.clone();
                fresh.take_result(result);
                // Without an output nothing stands for the failure.
                let failed = result.error.is_some() && result.output.is_null();
                fresh.end(if failed { StepStatus::Failed } else { StepStatus::Completed }, at);
                Some(self.put_step(fresh))
            }
            Event::StepCompleted { step, output, usage, cost, node } => {
                if node.as_ref().is_some_and(|result| result.error.is_some()) {
                    self.end_inside(*step, at);
                }
                self.end_step(*step, |step| {
                    step.output = output.clone();
                    step.usage = *usage;
                    step.cost = cost.as_ref().map(|c| c.amount);
                    if let Some(result) = node {
                        step.take_result(result);
                    }
                    step.end(StepStatus::Completed, at);
                })
            }
            Event::StepFailed { step, error, .. } => {
                self.end_inside(*step, at);
                self.end_step(*step, |step| {
                    step.error = Some(error.clone());
                    step.end(StepStatus::Failed, at);
                })
            }
            Event::RequiresAction { calls } => {
                for step in self.open_steps() {
                    let waits = |call: &PendingCall| match (&call.node, call.run) {
                        (_, Some(run)) => step.run_id == Some(run),
                        (Some(node), None) => step.node.as_ref() == Some(node),
                        (None, None) => Some(&call.call_id) == step.call_id.as_ref(),
                    };
                    if calls.iter().any(waits) {
                        step.status = StepStatus::Waiting;
                    }
                }
                None
            }
            Event::FunctionCall { call, run: Some(run), .. } => {
                self.inside.insert(call.id.clone(), *run);
                None
            }
            // Calls begin again with a start of their own; nodes and runs go on. Who still waits is told again.
            Event::Submitted { .. } => {
                for step in self.open_steps().filter(|step| step.kind == StepKind::Node || step.run_id.is_some()) {
                    step.status = StepStatus::Running;
                }
                None
            }
            Event::Completed { .. } | Event::Cancelled => self.end_open(StepStatus::Cancelled, at),
            Event::Failed { .. } => self.end_open(StepStatus::Failed, at),
            _ => None,
        }
    }

    fn open_steps(&mut self) -> impl Iterator<Item = &mut Step> {
        self.steps.iter_mut().filter(|step| step.finished_at.is_none()).map(Arc::make_mut)
    }

    /// What is open inside a node that failed ended with it, and what is inside a workflow that failed as a tool.
    fn end_inside(&mut self, outer: u32, at: Timestamp) {
        let Some(Step { kind, node: Some(NodeStep { path, id, .. }), call_id, .. }) = self.step(outer) else { return };
        let around = match (kind, call_id) {
            (StepKind::Node, _) => format!("{path}{id}"),
            (StepKind::Tool, Some(call)) => format!("{path}{id}#{call}"),
            (StepKind::Tool | StepKind::Model, _) => return,
        };
        let inside = |step: &Step| {
            let path = step.node.as_ref().and_then(|node| node.path.strip_prefix(&around));
            step.node.as_ref().is_some_and(|node| node.parent == Some(outer)) || path.is_some_and(|rest| rest.starts_with(['[', '/', '#']))
        };
        for step in self.steps.iter_mut().filter(|step| step.finished_at.is_none() && step.seq != outer) {
            if inside(step) {
                Arc::make_mut(step).end(StepStatus::Cancelled, at);
            }
        }
    }

    fn end_open(&mut self, status: StepStatus, at: Timestamp) -> Option<Arc<Step>> {
        for step in self.open_steps() {
            step.end(status, at);
        }
        None
    }

    fn end_step(&mut self, seq: u32, change: impl FnOnce(&mut Step)) -> Option<Arc<Step>> {
        let index = self.index(seq)?;
        let step = &mut self.steps[index];
        change(Arc::make_mut(step));
        Some(Arc::clone(step))
    }

    fn put_step(&mut self, step: Step) -> Arc<Step> {
        let step = Arc::new(step);
        match self.index(step.seq) {
            Some(index) => self.steps[index] = Arc::clone(&step),
            None => self.steps.push(Arc::clone(&step)),
        }
        step
    }

    fn step(&self, seq: u32) -> Option<&Step> {
        self.index(seq).map(|index| &*self.steps[index])
    }

    /// Steps are numbered in the order they begin, so the place is found without looking through all.
    fn index(&self, seq: u32) -> Option<usize> {
        self.steps.binary_search_by_key(&seq, |step| step.seq).ok()
    }
}

impl Step {
    fn new(seq: u32, kind: StepKind, name: &str, input: &Value, at: Timestamp) -> Self {
        Self {
            seq,
            kind,
            name: name.to_owned(),
            status: StepStatus::Running,
            started_at: at,
            finished_at: None,
            duration_ms: None,
            input: input.clone(),
            output: Value::Null,
            error: None,
            usage: None,
            cost: None,
            attempt: 1,
            node: None,
            port: None,
            warnings: Vec::new(),
            raw: None,
            pinned: false,
            run_id: None,
            call_id: None,
        }
    }

    fn take_result(&mut self, result: &NodeResult) {
        self.port.clone_from(&result.port);
        self.warnings.clone_from(&result.warnings);
        self.raw.clone_from(&result.raw);
        self.pinned = result.pinned;
        self.error.clone_from(&result.error);
    }

    fn end(&mut self, status: StepStatus, at: Timestamp) {
        self.status = status;
        self.finished_at = Some(at);
        self.duration_ms = Some((at.millis() - self.started_at.millis()).max(0));
    }
}

fn finish(run: &mut Run, status: RunStatus, at: Timestamp) {
    run.status = status;
    run.finished_at = Some(at);
    run.required_action = None;
}

/// Amounts of another currency (a fallback model's) cannot be added and are left to the steps.
fn add_cost(sum: &mut Option<Cost>, cost: &Cost) {
    match sum {
        None => *sum = Some(cost.clone()),
        Some(sum) if sum.currency == cost.currency => sum.amount += cost.amount,
        Some(_) => {}
    }
}
