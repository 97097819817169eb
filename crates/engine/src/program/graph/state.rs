//! What there is to know of a running workflow.
//!
//! Nodes run in frames: one for the document, one for each iteration of a container, one for each
//! call of a workflow. A frame has a slot for each node of its scope. Work that takes longer than
//! a moment stands in its slot; [`State::todo`] holds the slots that can go on at once.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use flow::node::{Inputs, Interrupt, ModelAsk, NodeError, ToolAsk};
use flow::run::{Event, RunError, RunSpec, Variables, WorkflowRun};
use flow::tool::Toolbox;
use flow::value::Values;
use serde_json::Value;
use types::{MessageId, Timestamp};

use super::super::{Context, Effect};
use super::debug::Debugger;
use super::frames::Frames;
use super::plan::{Node, Plan};
use super::told::Told;
use super::{apply, clock::Clock};

/// The state. Equal states decide equally.
#[derive(Debug)]
pub struct State {
    pub(super) spec: Arc<RunSpec>,
    pub(super) plan: Result<Arc<Plan>, RunError>,
    pub(super) tools: Toolbox,
    /// Of runs that are tried out.
    pub(super) debug: Option<Box<Debugger>>,
    pub(super) phase: Phase,
    pub(super) frames: Frames,
    /// Slots that can go on at once, in order. A slot is in here once, and says so.
    pub(super) todo: VecDeque<At>,
    /// Steps that began and did not end, those of pure nodes excepted.
    pub(super) open: BTreeMap<u32, Open>,
    /// Waits for somebody, in the order of their coming.
    pub(super) pending: VecDeque<Pending>,
    /// The slot that was answered last: if it asks again, it asks first.
    pub(super) answered: Option<At>,
    /// Steps that go on by themselves, by when.
    pub(super) asleep: BTreeSet<(i64, u32)>,
    /// Calls under way.
    pub(super) flying: u32,
    /// Who tells a message, and who tells next.
    pub(super) floor: Floor,
    /// App and user variables, as set so far.
    pub(super) variables: Variables,
    /// Settings of variables that are not journalled yet.
    pub(super) unsaid: VecDeque<(u32, &'static str, Vec<String>, Value)>,
    /// The last step's number.
    pub(super) steps: u32,
    /// How often it was taken up after a crash.
    pub(super) resumed: u32,
    /// The last event was a submission or a start: nothing was under way.
    pub(super) still: bool,
    pub(super) clock: Clock,
    /// Bytes of all values held, about.
    pub(super) held: u64,
    /// What the end node gave.
    pub(super) result: Option<Arc<Value>>,
    /// What this process has shown and heard: not part of the state.
    pub(super) told: Told,
}

/// Where the run stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Phase {
    /// Not begun.
    Created,
    /// At work.
    Going,
    /// Somebody must act.
    Parked,
    /// An error ends it.
    Failing(RunError),
    /// Somebody who tries it out does not want to go on.
    Stopping,
    /// All nodes are decided.
    Done,
    /// Final.
    Ended,
}

/// A place: a node in a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct At {
    pub(super) frame: u32,
    /// Index in the graph.
    pub(super) node: u32,
}

/// What an open step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Open {
    /// A node.
    Node(At),
    /// A model call of a node.
    Model(At),
    /// A tool call of a node: which of the calls.
    Tool(At, usize),
}

/// Who tells.
#[derive(Debug, Default)]
pub(super) struct Floor {
    pub(super) holder: Option<At>,
    pub(super) queue: VecDeque<At>,
}

/// A wait for somebody.
#[derive(Debug)]
pub(super) struct Pending {
    pub(super) at: At,
    pub(super) call_id: String,
    pub(super) wants: Wants,
}

/// What somebody is waited for to do.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Wants {
    /// Answers a node.
    Answer(Interrupt),
    /// Lets a node begin.
    Leave,
    /// Says what came of a node's work.
    Verdict,
}

/// A node in a frame.
#[derive(Debug, Clone)]
pub(super) struct Slot {
    pub(super) stage: Stage,
    /// Predecessors that are not decided.
    pub(super) waiting: u32,
    /// An edge leads here.
    pub(super) live: bool,
    /// It stands in [`State::todo`].
    pub(super) queued: bool,
    /// It is ready, and waits at a breakpoint.
    pub(super) held: bool,
    pub(super) output: Option<Arc<Value>>,
    pub(super) work: Option<Box<Work>>,
}

/// How far a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// It waits for others.
    Waiting,
    /// It can begin.
    Ready,
    /// It began.
    Open,
    /// It ended.
    Done,
    /// No edge leads to it.
    Skipped,
}

impl Slot {
    /// A node that nothing happened to.
    pub(super) const fn blank(waiting: u32, live: bool) -> Self {
        Self { stage: Stage::Waiting, waiting, live, queued: false, held: false, output: None, work: None }
    }
}

/// An open step of a node.
#[derive(Debug, Clone)]
pub(super) struct Work {
    pub(super) step: u32,
    /// Of the last `StepStarted`.
    pub(super) attempt: u32,
    /// Attempts that failed.
    pub(super) failures: u32,
    /// Attempts that a crash ended.
    pub(super) crashes: u32,
    /// The attempt that is open was lost in a crash.
    pub(super) lost: bool,
    pub(super) inputs: Arc<Inputs>,
    pub(super) began: Timestamp,
    /// Milliseconds that it worked, up to `since`; the node's timeout counts them.
    pub(super) used: i64,
    pub(super) since: Option<i64>,
    pub(super) doing: Doing,
}

/// What it does.
#[derive(Debug, Clone)]
pub(super) enum Doing {
    /// Something that the engine does at once.
    Moment,
    /// A task.
    Task { flying: bool },
    /// A conversation.
    Machine(Box<Talk>),
    /// Iterations.
    Container(Box<Rounds>),
    /// Another workflow; the outcome when it ended.
    Call { frame: Option<u32>, outcome: Option<Result<Arc<Value>, NodeError>> },
    /// A wait.
    Wait { until: i64 },
    /// It failed and is tried again then.
    Retry { at: i64, due: bool },
    /// A message.
    Tell(Telling),
    /// It may have changed something before a crash; a person says.
    Doubt(Doubt),
}

/// What is known of work that a crash interrupted while it was changing something.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Doubt {
    /// Nothing: somebody is asked.
    Asked,
    /// It is to be done again.
    Again,
    /// It was done, and gave this.
    Done(Values),
    /// It counts as failed.
    Failed,
}

/// A message being told.
#[derive(Debug, Clone)]
pub(super) struct Telling {
    pub(super) message: MessageId,
    /// It began while a model was writing.
    pub(super) early: bool,
    /// What was shown counts no more.
    pub(super) void: bool,
    /// The whole text, once it is told.
    pub(super) text: Option<String>,
}

/// A conversation of a node with models, tools and people.
#[derive(Debug, Clone)]
pub(super) struct Talk {
    pub(super) memory: Value,
    pub(super) turn: Move,
    /// How often it asked somebody.
    pub(super) asked: u32,
}

/// Where the conversation stands.
#[derive(Debug, Clone)]
pub(super) enum Move {
    /// This comes next.
    Next(flow::node::Act),
    /// A model answers.
    Asking { step: u32, attempt: u32, flying: bool, lost: bool, ask: Box<ModelAsk> },
    /// Tools answer.
    Calling(Vec<Call>),
    /// Somebody answers.
    Waiting,
}

/// A tool call of a node.
#[derive(Debug, Clone)]
pub(super) struct Call {
    pub(super) ask: ToolAsk,
    pub(super) at: Calling,
}

/// Where a tool call stands.
#[derive(Debug, Clone)]
pub(super) enum Calling {
    New,
    Running {
        step: u32,
        attempt: u32,
        flying: bool,
        lost: bool,
    },
    /// A workflow runs for it.
    Inside {
        step: u32,
        frame: u32,
    },
    /// The outcome is to be journalled.
    Ended {
        step: u32,
        outcome: Result<Value, NodeError>,
        is_answer: bool,
    },
    Told {
        outcome: Result<Value, NodeError>,
        is_answer: bool,
    },
}

/// Iterations of a container.
#[derive(Debug, Clone)]
pub(super) struct Rounds {
    /// How many; `None`: until a break.
    pub(super) total: Option<u64>,
    /// The next to begin.
    pub(super) next: u64,
    pub(super) at_once: u32,
    pub(super) running: Vec<u32>,
    pub(super) broken: bool,
    /// Intermediate variables.
    pub(super) variables: Values,
    /// A list for each output that collects.
    pub(super) lists: Vec<Vec<Value>>,
    pub(super) bytes: u64,
    pub(super) failed: Option<NodeError>,
}

impl Rounds {
    /// No iteration runs and none will.
    pub(super) fn over(&self) -> bool {
        self.running.is_empty() && (self.broken || self.total.is_some_and(|total| self.next >= total))
    }
}

impl State {
    /// A workflow that has not begun. A run whose documents cannot run fails when it is started.
    pub fn new(spec: Arc<RunSpec>, plan: Result<Arc<Plan>, RunError>, tools: &Toolbox) -> Self {
        let debug = Debugger::of(&spec);
        let variables = run_of(&spec).map(|run| run.variables.clone()).unwrap_or_default();
        Self {
            spec,
            plan,
            tools: tools.clone(),
            debug,
            phase: Phase::Created,
            frames: Frames::default(),
            todo: VecDeque::new(),
            open: BTreeMap::new(),
            pending: VecDeque::new(),
            answered: None,
            asleep: BTreeSet::new(),
            flying: 0,
            floor: Floor::default(),
            variables,
            unsaid: VecDeque::new(),
            steps: 0,
            resumed: 0,
            still: false,
            clock: Clock::default(),
            held: 0,
            result: None,
            told: Told::default(),
        }
    }

    /// What was asked for.
    pub(super) fn run(&self) -> Option<&WorkflowRun> {
        run_of(&self.spec)
    }

    /// Says that the event shall be journalled, and takes it in.
    pub(super) fn record(&mut self, event: Event, cx: &Context<'_>, out: &mut Vec<Effect>) {
        apply::apply(self, &event, cx.now);
        out.push(Effect::Record(event));
        for step in self.told.dropped.drain(..) {
            out.push(Effect::Abort { step });
        }
    }

    pub(super) const fn next_step(&self) -> u32 {
        self.steps + 1
    }

    /// The plan of a node in a frame.
    pub(super) fn node(&self, at: At) -> &Node {
        self.frames[at.frame].graph.node(at.node)
    }

    pub(super) fn slot(&self, at: At) -> &Slot {
        self.frames[at.frame].slot(at.node)
    }

    pub(super) fn slot_mut(&mut self, at: At) -> &mut Slot {
        self.frames[at.frame].slot_mut(at.node)
    }

    pub(super) fn work(&self, at: At) -> Option<&Work> {
        self.slot(at).work.as_deref()
    }

    pub(super) fn work_mut(&mut self, at: At) -> Option<&mut Work> {
        self.slot_mut(at).work.as_deref_mut()
    }

    /// Whether time counts: something is under way or can go on.
    pub(super) fn busy(&self) -> bool {
        match self.phase {
            Phase::Created | Phase::Parked | Phase::Ended => false,
            Phase::Failing(_) | Phase::Stopping | Phase::Done => true,
            Phase::Going => self.flying > 0 || !self.todo.is_empty() || !self.unsaid.is_empty(),
        }
    }
}

/// The workflow of a run.
pub(super) fn run_of(spec: &RunSpec) -> Option<&WorkflowRun> {
    match &spec.program {
        flow::run::Program::Workflow(run) => Some(run),
        flow::run::Program::Agent(_) => None,
    }
}
