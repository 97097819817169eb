//! What there is to know of an agent's turn.

use std::collections::BTreeSet;
use std::sync::Arc;

use flow::agent::{AgentTool, Approval};
use flow::run::{AgentTurn, Event, PendingCall, RunError, RunSpec, ToolSubmission};
use flow::tool::{Effect as ToolEffect, Toolbox};
use model::{Message, ToolCall, ToolSpec};
use serde_json::Value;
use types::{MessageId, RunId, Timestamp};

use super::super::{Context, Effect};
use super::apply;
use super::inside::Inside;

/// The state. Equal states decide equally.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    pub(super) spec: Arc<RunSpec>,
    /// Tools on offer, in the agent's order.
    pub(super) offers: Arc<Vec<Offer>>,
    pub(super) phase: Phase,
    /// What was said since the question: answers with calls, results of tools, the answer.
    pub(super) transcript: Vec<Message>,
    /// The last step's number.
    pub(super) steps: u32,
    /// Model calls made, suggestions not counted.
    pub(super) rounds: u32,
    /// How often it was taken up after a crash.
    pub(super) resumed: u32,
    /// Money spent.
    pub(super) spent: f64,
    pub(super) clock: Clock,
    /// Ids of calls so far: models repeat themselves, and results are found by them.
    pub(super) call_ids: BTreeSet<String>,
    /// The last event was a submission: nothing was under way.
    pub(super) submitted: bool,
    /// What workflows that were called tell.
    pub(super) inside: Inside,
}

/// Running time, from the moments of the events.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Clock {
    pub(super) running: bool,
    pub(super) at: i64,
    pub(super) ran_ms: u64,
}

/// A tool as it is offered.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Offer {
    pub(super) spec: ToolSpec,
    pub(super) host: Host,
}

/// Who performs a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Host {
    Server {
        effect: ToolEffect,
        approval: Approval,
    },
    Client,
    /// A workflow of the turn, by its place.
    Workflow(usize),
}

/// Where the turn stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Phase {
    /// Not begun.
    Created,
    /// A model call comes next.
    Ready,
    /// A model call is under way.
    Asking(ModelStep),
    /// The model's text is to be told.
    Said(Said),
    /// Tool calls are under way.
    Calling(Round),
    /// Calls wait for a person or the client.
    Waiting(Round),
    /// The answer is told.
    Answered,
    /// The model is asked for suggestions.
    Suggesting(ModelStep),
    /// These suggestions are to be told.
    Suggested(Vec<String>),
    /// The model call failed; the run is to fail.
    Failing(RunError),
    /// Final.
    Ended,
}

/// An open model step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ModelStep {
    pub(super) step: u32,
    pub(super) attempt: u32,
    pub(super) message: Option<MessageId>,
    /// The process ended while it was under way.
    pub(super) interrupted: bool,
}

/// What a finished model step said.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Said {
    pub(super) message: Option<MessageId>,
    pub(super) text: String,
    pub(super) reasoning: String,
    pub(super) calls: Vec<ToolCall>,
}

/// The calls of one answer.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Round {
    pub(super) calls: Vec<Slot>,
}

/// One call.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Slot {
    pub(super) call: ToolCall,
    pub(super) route: Route,
    /// Its `FunctionCall` is told.
    pub(super) told: bool,
    /// Workflows: the run that it is.
    pub(super) run: Option<RunId>,
    pub(super) at: At,
}

/// Who performs the call, with what.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Route {
    Server {
        arguments: Value,
        effect: ToolEffect,
    },
    Approval {
        arguments: Value,
        effect: ToolEffect,
    },
    Client {
        arguments: Value,
    },
    /// A workflow of the turn, by its place.
    Workflow {
        arguments: Value,
        tool: usize,
    },
    /// It cannot be performed, and this is why.
    Bad(RunError),
}

/// Where a call stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum At {
    New,
    Running {
        step: u32,
        attempt: u32,
        message: Option<MessageId>,
        interrupted: bool,
    },
    Parked {
        step: u32,
        message: Option<MessageId>,
    },
    /// The run of a workflow waits for somebody.
    Asks {
        step: u32,
        message: Option<MessageId>,
        calls: Vec<PendingCall>,
    },
    /// Somebody acted, perhaps on this; the run goes on.
    Answered {
        step: u32,
        message: Option<MessageId>,
        answers: Vec<ToolSubmission>,
    },
    Decided {
        step: u32,
        message: Option<MessageId>,
        decision: Decision,
    },
    Returned {
        message: Option<MessageId>,
        output: String,
        is_error: bool,
    },
    Done {
        output: String,
        is_error: bool,
    },
}

/// What was submitted for a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Decision {
    Output(String),
    Approved,
    Refused,
}

impl State {
    /// A turn that has not begun. Of the toolbox only what tools say of themselves is used.
    pub fn new(spec: Arc<RunSpec>, tools: &Toolbox) -> Self {
        let offers = offers(turn(&spec), tools);
        Self {
            spec,
            offers: Arc::new(offers),
            phase: Phase::Created,
            transcript: Vec::new(),
            steps: 0,
            rounds: 0,
            resumed: 0,
            spent: 0.0,
            clock: Clock::default(),
            call_ids: BTreeSet::new(),
            submitted: false,
            inside: Inside::default(),
        }
    }

    pub(super) fn turn(&self) -> &AgentTurn {
        turn(&self.spec)
    }

    /// Says that the event shall be journalled, and takes it in.
    pub(super) fn record(&mut self, event: Event, cx: &Context<'_>, out: &mut Vec<Effect>) {
        apply::apply(self, &event, cx.now);
        out.push(Effect::Record(event));
    }

    pub(super) fn next_step(&self) -> u32 {
        self.steps + 1
    }

    /// For the clock: milliseconds that the run has worked.
    pub(super) fn tick(&mut self, at: Timestamp, counts: bool) {
        if self.clock.running && counts {
            self.clock.ran_ms += u64::try_from(at.millis() - self.clock.at).unwrap_or(0);
        }
        self.clock.at = at.millis();
    }
}

fn turn(spec: &RunSpec) -> &AgentTurn {
    match &spec.program {
        flow::run::Program::Agent(turn) => turn,
        flow::run::Program::Workflow(_) => unreachable!("programs are opened by the name of the spec's program"),
    }
}

/// Tools of the agent that exist; the first of a name counts.
fn offers(turn: &AgentTurn, tools: &Toolbox) -> Vec<Offer> {
    let mut seen = BTreeSet::new();
    let mut offers: Vec<Offer> = Vec::new();
    for tool in &turn.tools {
        if tool.name().is_some_and(|name| !seen.insert(name)) {
            continue;
        }
        match tool {
            AgentTool::Builtin { name, approval } => {
                let Some(info) = tools.info(name) else { continue };
                let spec = ToolSpec { name: info.name.clone(), description: info.description.clone(), parameters: info.parameters.clone() };
                offers.push(Offer { spec, host: Host::Server { effect: info.effect, approval: *approval } });
            }
            AgentTool::Client { name, description, parameters } => {
                let spec = ToolSpec { name: name.clone(), description: description.clone(), parameters: parameters.clone() };
                offers.push(Offer { spec, host: Host::Client });
            }
            // As they were when the turn began, below.
            AgentTool::Workflow { .. } => {}
        }
    }
    for (place, tool) in turn.workflows.iter().enumerate() {
        let spec = ToolSpec { name: tool.name.clone(), description: tool.description.clone(), parameters: tool.parameters.clone() };
        offers.push(Offer { spec, host: Host::Workflow(place) });
    }
    offers
}
