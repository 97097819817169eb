//! Programs: pure cores that decide what a run does next.
//!
//! A program is told what happened ([`Input`]) and answers with what shall happen ([`Effect`]).
//! It has no clock, no randomness and no I/O: the moment and fresh ids are handed in by [`Context`].
//! Its state changes by events only, so that folding the journal over a fresh program gives the
//! state of the one that wrote it; what was under way at a crash is found there, and
//! [`Input::Start`] makes the program decide what becomes of it.
//!
//! Programs are found by name ([`Programs`]); nothing else in the engine knows which there are.

pub mod agent;

use std::sync::Arc;
use std::time::Duration;

use flow::run::{Event, Recorded, RunError, RunSpec};
use flow::tool::Toolbox;
use serde_json::Value;
use types::{Cost, MessageId, Timestamp};

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
    /// The running time of the budget is used up.
    OutOfTime,
    /// Somebody does not want the run any more.
    Cancel,
    /// The runtime cannot go on.
    Fail(RunError),
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
pub enum Effect {
    /// Journal this. The program has applied it already.
    Record(Event),
    /// Call a model; answer with [`Input::ModelDone`] or [`Input::ModelFailed`].
    CallModel(Box<ModelCall>),
    /// Call a tool, after the records before it are committed; answer with [`Input::ToolDone`].
    CallTool(ToolRun),
}

/// A model call to make.
#[derive(Debug, Clone)]
pub struct ModelCall {
    /// The step.
    pub step: u32,
    /// What to ask. The model's own default parameters are not in it yet.
    pub request: model::Request,
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
    /// Final.
    Ended,
}

/// A run's decisions.
pub trait Program: Send {
    /// Takes in an event of the journal (replay), or a [`Event::Delta`] that the runtime recorded.
    fn apply(&mut self, recorded: &Recorded);
    /// Takes in what happened and says what shall happen. The records among it are applied already.
    fn step(&mut self, input: Input, cx: &mut Context<'_>) -> Vec<Effect>;
    /// Whether there is anything to wait for.
    fn rest(&self) -> Rest;
    /// Running time left by the budget; `None`: no limit.
    fn time_left(&self) -> Option<Duration>;
}

/// How a program is opened.
pub type Open = fn(Arc<RunSpec>, &Toolbox) -> Box<dyn Program>;

/// Programs by the name that is stored with a run.
#[derive(Clone)]
pub struct Programs(Vec<(&'static str, Open)>);

impl Default for Programs {
    fn default() -> Self {
        Self(vec![(agent::NAME, agent::open)])
    }
}

impl Programs {
    /// Opens the program of a run; `None` when this build does not have it.
    pub fn open(&self, spec: Arc<RunSpec>, tools: &Toolbox) -> Option<Box<dyn Program>> {
        let name = name(&spec);
        self.0.iter().find(|(known, _)| *known == name).map(|(_, open)| open(spec, tools))
    }
}

/// The name of a run's program.
pub fn name(spec: &RunSpec) -> &'static str {
    match &spec.program {
        flow::run::Program::Agent(_) => agent::NAME,
    }
}

/// The model a run is made for; `None`: the workspace's default.
pub fn main_model(spec: &RunSpec) -> Option<types::ModelId> {
    match &spec.program {
        flow::run::Program::Agent(turn) => turn.model,
    }
}

/// The caller's time zone, for tools.
pub fn time_zone(spec: &RunSpec) -> Option<String> {
    match &spec.program {
        flow::run::Program::Agent(turn) => turn.time_zone.clone(),
    }
}
