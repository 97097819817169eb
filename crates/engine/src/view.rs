//! What people see of a run: its status, usage, cost and steps, folded from its events.
//!
//! The same fold feeds the stored row, the answers of the API and the live stream, so they cannot
//! disagree. It knows nothing of programs.

use std::sync::Arc;

use flow::run::{Event, Recorded, RequiredAction, Run, RunError, RunStatus, StepKind};
use serde::Serialize;
use serde_json::Value;
use types::{Cost, MessageId, Timestamp, TokenUsage};
use utoipa::ToSchema;

use crate::live::{Committed, Delta, Live};

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
    /// Model or tool.
    pub kind: StepKind,
    /// The model's or the tool's name.
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
    /// 1, 2, …: interrupted steps are taken again.
    pub attempt: u32,
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
        run.started_at = None;
        run.finished_at = None;
        run.resumed = 0;
        Self { run: Arc::new(run), steps: Vec::new(), seq: 0, writing: Writing::default() }
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
        Live::Event(Arc::new(Committed { recorded, run: Arc::clone(&self.run), step }))
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
            Event::Completed => finish(run, RunStatus::Completed, at),
            Event::Failed { error } => {
                finish(run, RunStatus::Failed, at);
                run.error = Some(error.clone());
            }
            Event::Cancelled => finish(run, RunStatus::Cancelled, at),
            Event::Reset { .. } => self.writing = Writing::default(),
            Event::StepStarted { .. }
            | Event::StepFailed { .. }
            | Event::Delta { .. }
            | Event::FunctionCall { .. }
            | Event::ToolResponse { .. }
            | Event::Answer { .. }
            | Event::FollowUp { .. } => {}
        }
    }

    fn change_step(&mut self, recorded: &Recorded) -> Option<Arc<Step>> {
        let at = recorded.at;
        match &recorded.event {
            Event::StepStarted { step, kind, name, input, attempt, call_id, .. } => {
                let fresh = Arc::new(Step {
                    seq: *step,
                    kind: *kind,
                    name: name.clone(),
                    status: StepStatus::Running,
                    started_at: at,
                    finished_at: None,
                    duration_ms: None,
                    input: input.clone(),
                    output: Value::Null,
                    error: None,
                    usage: None,
                    cost: None,
                    attempt: *attempt,
                    call_id: call_id.clone(),
                });
                match self.steps.iter_mut().find(|known| known.seq == *step) {
                    Some(known) => *known = Arc::clone(&fresh),
                    None => self.steps.push(Arc::clone(&fresh)),
                }
                Some(fresh)
            }
            Event::StepCompleted { step, output, usage, cost } => self.end_step(*step, |step| {
                step.output = output.clone();
                step.usage = *usage;
                step.cost = cost.as_ref().map(|c| c.amount);
                step.end(StepStatus::Completed, at);
            }),
            Event::StepFailed { step, error } => self.end_step(*step, |step| {
                step.error = Some(error.clone());
                step.end(StepStatus::Failed, at);
            }),
            Event::RequiresAction { calls } => {
                for step in self.open_steps() {
                    if calls.iter().any(|call| Some(&call.call_id) == step.call_id.as_ref()) {
                        step.status = StepStatus::Waiting;
                    }
                }
                None
            }
            Event::Cancelled => self.end_open(StepStatus::Cancelled, at),
            Event::Failed { .. } => self.end_open(StepStatus::Failed, at),
            _ => None,
        }
    }

    fn open_steps(&mut self) -> impl Iterator<Item = &mut Step> {
        self.steps.iter_mut().filter(|step| step.finished_at.is_none()).map(Arc::make_mut)
    }

    fn end_open(&mut self, status: StepStatus, at: Timestamp) -> Option<Arc<Step>> {
        for step in self.open_steps() {
            step.end(status, at);
        }
        None
    }

    fn end_step(&mut self, seq: u32, change: impl FnOnce(&mut Step)) -> Option<Arc<Step>> {
        let step = self.steps.iter_mut().find(|step| step.seq == seq)?;
        change(Arc::make_mut(step));
        Some(Arc::clone(step))
    }
}

impl Step {
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
