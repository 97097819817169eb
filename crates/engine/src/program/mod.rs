//! Programs: pure cores that decide what a run does next.
//!
//! A program is told what happened ([`Input`]) and answers with what shall happen ([`Effect`]).
//! It has no clock, no randomness and no I/O: the moment and fresh ids are handed in by [`Context`].
//! Its state changes by events only, so that folding the journal over a fresh program gives the
//! state of the one that wrote it; what was under way at a crash is found there, and
//! [`Input::Start`] makes the program decide what becomes of it.
//!
//! [`open`] gives a run its program; nothing else in the engine knows which there are.

pub mod agent;
pub mod graph;
pub(crate) mod offer;
mod schema;

use std::sync::Arc;
use std::time::Duration;

use flow::node::{Inputs, NodeError, Output, Task, TaskCx};
use flow::run::{Event, PendingCall, Recorded, RunError, RunSpec, ToolSubmission};
use flow::tool::Toolbox;
use serde_json::Value;
use types::{Cost, MessageId, ModelId, RunId, Timestamp, TokenUsage};

/// What happened outside.
#[derive(Debug, Clone)]
pub enum Input {
    /// The run is taken up: for the first time, after a crash, or after a submission.
    Start,
    /// A model call succeeded.
    ModelDone {
        /// Which.
        step: u32,
        /// With what.
        answer: Box<ModelAnswer>,
    },
    /// A model call failed for good.
    ModelFailed {
        /// Which.
        step: u32,
        /// Why.
        error: RunError,
    },
    /// A tool call ended.
    ToolDone {
        /// Which.
        step: u32,
        /// With what; the error goes to the model.
        result: Result<Value, RunError>,
    },
    /// A task ended.
    TaskDone {
        /// Which step.
        step: u32,
        /// Which attempt at it.
        attempt: u32,
        /// With what. A task that took longer than its timeout: [`graph::timeout`].
        result: Result<Output, NodeError>,
    },
    /// A model wrote more, of a call that asked for pieces.
    Piece {
        /// Which step.
        step: u32,
        /// To be appended.
        text: String,
        /// To be appended.
        reasoning: String,
    },
    /// A run that was called told something.
    Inside {
        /// Which step called it.
        step: u32,
        /// What it told.
        told: Told,
    },
    /// The moment of an [`Effect::Wake`] has come.
    Woken {
        /// Which step.
        step: u32,
    },
    /// Others have spoken after an [`Effect::Continue`].
    Continue,
    /// The running time of the budget is used up.
    OutOfTime,
    /// Somebody does not want the run any more.
    Cancel,
    /// The runtime cannot go on.
    Fail(RunError),
}

/// What a run that was called tells its caller. It may be told from its beginning again: messages are known by their ids.
#[derive(Debug, Clone)]
pub enum Told {
    /// A message begins.
    Begun {
        /// The message.
        message: MessageId,
        /// The title of the node that tells it.
        title: String,
        /// The node.
        node: flow::run::NodeStep,
    },
    /// More of it.
    Text {
        /// The message.
        message: MessageId,
        /// To be appended.
        text: String,
    },
    /// What was told of it is void.
    Again {
        /// The message.
        message: MessageId,
    },
    /// All of it.
    Said {
        /// The message.
        message: MessageId,
        /// The title of the node that told it.
        title: String,
        /// The node.
        node: flow::run::NodeStep,
        /// The whole text.
        text: String,
    },
    /// Somebody must act. Nothing follows before an [`Effect::CallWorkflow`] with answers.
    Waits(Vec<PendingCall>),
    /// It ended; nothing follows.
    Ended {
        /// Its output, or why there is none.
        result: Result<Value, RunError>,
        /// Tokens of its model calls.
        usage: TokenUsage,
        /// Money of its model calls.
        cost: Option<Cost>,
    },
}

/// What a model call gave.
#[derive(Debug, Clone)]
pub struct ModelAnswer {
    /// Text, reasoning, calls, tokens.
    pub response: model::Response,
    /// The model that answered: the fallback has another name.
    pub model: String,
    /// By its price table.
    pub cost: Option<Cost>,
}

/// What shall happen. In order: an effect's consequences are shown only after the records before it are committed.
#[derive(Debug, Clone)]
#[expect(clippy::large_enum_variant, reason = "nearly all effects are records; a box for each would cost more than the room")]
pub enum Effect {
    /// Journal this. The program has applied it already.
    Record(Event),
    /// Call a model; answer with [`Input::ModelDone`] or [`Input::ModelFailed`].
    CallModel(Box<ModelCall>),
    /// Call a tool, after the records before it are committed; answer with [`Input::ToolDone`].
    CallTool(ToolRun),
    /// Run a workflow, after the records before it are committed, or follow the run if it began already; answer with [`Input::Inside`].
    CallWorkflow(Box<WorkflowCall>),
    /// A run that was called is not wanted any more.
    CancelRun(RunId),
    /// Run a task, after the records before it are committed unless it only computes; answer with [`Input::TaskDone`].
    RunTask(Box<TaskRun>),
    /// Show and journal more of a message, like a piece of an answer that a model writes: as [`Event::Delta`]s.
    Emit {
        /// The step that tells it; its start named the message.
        step: u32,
        /// The message.
        message: MessageId,
        /// To be appended.
        text: String,
    },
    /// Answer with [`Input::Woken`] then, unless the run has left memory: [`Program::wake_at`] says when to take it up again.
    Wake {
        /// The step.
        step: u32,
        /// When.
        at: Timestamp,
    },
    /// The model call, tool call or task of this step is not wanted any more: drop it, answer nothing.
    Abort {
        /// The step.
        step: u32,
    },
    /// There is more to do at once; answer with [`Input::Continue`] when others have had their turn.
    Continue,
}

/// A model call to make.
#[derive(Debug, Clone)]
pub struct ModelCall {
    /// The step.
    pub step: u32,
    /// Whom.
    pub model: ModelChoice,
    /// What to ask. The model's own default parameters are not in it yet.
    pub request: model::Request,
    /// Its pieces are [`Input::Piece`]s, as well as shown if its step has a message.
    pub pieces: bool,
}

/// Which model is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModelChoice {
    /// The run's own: [`main_model`].
    Run,
    /// This one.
    Id(ModelId),
    /// The workspace's default.
    Default,
}

/// A task to run.
#[derive(Clone)]
pub struct TaskRun {
    /// The step.
    pub step: u32,
    /// 1, 2, ….
    pub attempt: u32,
    /// It.
    pub task: Arc<dyn Task>,
    /// Under whose authority, for which node, with which key.
    pub cx: TaskCx,
    /// What it is given.
    pub inputs: Inputs,
    /// How long it may take.
    pub timeout: Option<Duration>,
    /// It neither reads nor changes the world.
    pub only_computes: bool,
}

impl std::fmt::Debug for TaskRun {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TaskRun")
            .field("step", &self.step)
            .field("attempt", &self.attempt)
            .field("inputs", &self.inputs)
            .finish_non_exhaustive()
    }
}

/// A tool call to make.
#[derive(Debug, Clone, PartialEq)]
pub struct ToolRun {
    /// The step.
    pub step: u32,
    /// 1, 2, ….
    pub attempt: u32,
    /// The tool.
    pub name: String,
    /// Checked against its schema.
    pub arguments: Value,
}

/// A workflow to run.
#[derive(Debug, Clone, PartialEq)]
pub struct WorkflowCall {
    /// The step.
    pub step: u32,
    /// Its run.
    pub run: RunId,
    /// What it is given.
    pub workflow: Box<flow::run::WorkflowRun>,
    /// Answers to what it waits for.
    pub answers: Vec<ToolSubmission>,
}

impl Effect {
    /// The step that it belongs to, if it can be dropped for it.
    pub fn step(&self) -> Option<u32> {
        match self {
            Self::CallModel(call) => Some(call.step),
            Self::CallTool(run) => Some(run.step),
            Self::RunTask(run) => Some(run.step),
            Self::CallWorkflow(call) => Some(call.step),
            Self::Wake { step, .. } => Some(*step),
            Self::Record(_) | Self::CancelRun(_) | Self::Emit { .. } | Self::Abort { .. } | Self::Continue => None,
        }
    }
}

/// What a program may not make up itself.
pub struct Context<'a> {
    /// Now.
    pub now: Timestamp,
    /// The name of the run's model, for people.
    pub model: &'a str,
    /// Fresh message ids.
    pub ids: &'a mut (dyn FnMut() -> MessageId + Send),
}

/// Whether there is anything to wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rest {
    /// Effects are under way.
    Working,
    /// A person or client must act; the run leaves memory.
    Parked,
    /// Nothing happens before [`Program::wake_at`]; the run may leave memory until then.
    Asleep,
    /// Final.
    Ended,
}

/// A run's decisions.
pub trait Program: Send {
    /// Takes in an event of the journal (replay), or a [`Event::Delta`] that the runtime recorded.
    fn apply(&mut self, recorded: &Recorded);
    /// Takes in what happened and says what shall happen. The records among it are applied already.
    fn step(&mut self, input: Input, cx: &mut Context<'_>) -> Vec<Effect>;
    /// The same, with the effects added to a vector: one that is kept is not allocated, and large ones are dear.
    fn step_into(&mut self, input: Input, cx: &mut Context<'_>, out: &mut Vec<Effect>) {
        out.append(&mut self.step(input, cx));
    }
    /// Whether there is anything to wait for.
    fn rest(&self) -> Rest;
    /// Why these answers to what it waits for cannot be taken, besides their form.
    fn refuses(&self, outputs: &[ToolSubmission]) -> Option<String> {
        let _ = outputs;
        None
    }
    /// Running time left by the budget; `None`: no limit.
    fn time_left(&self) -> Option<Duration>;
    /// When a run that rests goes on by itself, by [`Input::Start`]; `None`: never.
    fn wake_at(&self) -> Option<Timestamp> {
        None
    }
}

/// Opens the program of a run. `plan` is what a workflow needs besides its spec.
pub fn open(spec: Arc<RunSpec>, plan: Option<Result<Arc<graph::Plan>, RunError>>, tools: &Toolbox) -> Box<dyn Program> {
    match &spec.program {
        flow::run::Program::Agent(_) => agent::open(spec, tools),
        flow::run::Program::Workflow(_) => {
            let missing = || Err(RunError { code: "internal".into(), message: "The workflow's plan is missing.".into() });
            graph::open(spec, plan.unwrap_or_else(missing), tools)
        }
    }
}

/// The name of a run's program.
pub fn name(spec: &RunSpec) -> &'static str {
    match &spec.program {
        flow::run::Program::Agent(_) => agent::NAME,
        flow::run::Program::Workflow(_) => graph::NAME,
    }
}

/// The model a run is made for; `None`: the workspace's default.
pub fn main_model(spec: &RunSpec) -> Option<ModelId> {
    match &spec.program {
        flow::run::Program::Agent(turn) => turn.model,
        flow::run::Program::Workflow(_) => None,
    }
}

/// The caller's time zone, for tools.
pub fn time_zone(spec: &RunSpec) -> Option<String> {
    match &spec.program {
        flow::run::Program::Agent(turn) => turn.time_zone.clone(),
        flow::run::Program::Workflow(workflow) => workflow.time_zone.clone(),
    }
}
