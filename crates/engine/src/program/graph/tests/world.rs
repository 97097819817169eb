//! A run with its journal and a world that answers it. What is not committed is lost in a crash.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use async_trait::async_trait;
use flow::node::{NodeError, Output};
use flow::run::{Event, PendingCall, Program as RunProgram, Recorded, RunError, RunSpec, StepKind, ToolSubmission, WorkflowRun};
use flow::tool::{Effect as ToolEffect, Localized, Tool, ToolContext, ToolError, ToolInfo, Toolbox};
use flow::workflow::{CalleeSnapshot, Document, callee_key};
use model::{FinishReason, Response, ToolCall};
use serde_json::{Value, json};
use types::{MessageId, RunId, Timestamp, UserId, WorkflowId, WorkspaceId};

use super::super::super::{Context, Effect, Input, ModelAnswer, ModelCall, Program as _, Rest, TaskRun, ToolRun};
use super::super::state::Open;
use super::super::{Documents, Plan, State, step};
use super::kinds::registry;
use super::ledger::Ledger;

struct Named(&'static str, ToolEffect);

#[async_trait]
impl Tool for Named {
    fn info(&self) -> ToolInfo {
        let parameters = json!({ "type": "object", "properties": { "n": { "type": "integer" } } });
        let (name, effect) = (self.0.to_owned(), self.1);
        ToolInfo { name, title: Localized::default(), description: String::new(), parameters, effect }
    }

    async fn call(&self, _: &ToolContext, _: Value) -> Result<Value, ToolError> {
        Ok(Value::Null)
    }
}

pub(super) fn toolbox() -> Toolbox {
    let tool = |name, effect| Arc::new(Named(name, effect)) as Arc<dyn Tool>;
    Toolbox::new(vec![tool("look", ToolEffect::Read), tool("send", ToolEffect::Write)])
}

/// A document of nodes and edges: `{"nodes": {…}, "edges": ["a>b", "a.port>b"]}`.
pub(crate) fn document(mut json: Value) -> Document {
    let edges = json["edges"].take();
    let edge = |edge: &Value| {
        let (from, to) = edge.as_str().unwrap().split_once('>').unwrap();
        let (from, port) = from.split_once('.').unwrap_or((from, "out"));
        json!({ "from": from, "port": port, "to": to })
    };
    json["edges"] = edges.as_array().unwrap().iter().map(edge).collect();
    serde_json::from_value(json).unwrap()
}

/// What a model or task of the world does next.
#[derive(Debug, Clone)]
pub(super) enum Does {
    /// Says this, in these pieces.
    Says(Vec<&'static str>),
    /// Calls tools: id, name, arguments; after saying something.
    Calls(&'static str, Vec<(&'static str, &'static str, Value)>),
    /// Fails.
    Fails,
    /// A task gives this.
    Gives(Value),
}

/// A call under way.
#[derive(Debug, Clone)]
pub(super) enum Flying {
    Model(Box<ModelCall>),
    Tool(ToolRun),
    Task(TaskRun),
}

impl Flying {
    pub(super) fn step(&self) -> u32 {
        match self {
            Self::Model(call) => call.step,
            Self::Tool(run) => run.step,
            Self::Task(run) => run.step,
        }
    }
}

pub(super) struct World {
    pub(super) spec: Arc<RunSpec>,
    pub(super) plan: Arc<Plan>,
    pub(super) state: State,
    pub(super) journal: Vec<Recorded>,
    pub(super) outbox: Vec<Recorded>,
    /// Effects that wait for the commit of what was recorded before them.
    held: Vec<Flying>,
    pub(super) flying: Vec<Flying>,
    pub(super) wakes: Vec<(i64, u32)>,
    pub(super) clock: i64,
    ids: i64,
    /// What the named node's calls do, in order; then it echoes.
    pub(super) script: BTreeMap<String, VecDeque<Does>>,
    /// The first attempts of some nodes that are tried again fail: which, is a matter of their place.
    pub(super) fickle: bool,
    /// Text shown of each message.
    pub(super) shown: BTreeMap<i64, Vec<String>>,
    /// How often the tasks and writing tools of each step began, after commit.
    pub(super) begun: BTreeMap<u32, (String, u32)>,
    /// Rows of the workflows that it calls.
    pub(super) ledger: Ledger,
}

pub(crate) fn spec(inputs: &Value, change: impl FnOnce(&mut WorkflowRun)) -> Arc<RunSpec> {
    let inputs = inputs.as_object().cloned().unwrap_or_default();
    let mut run = WorkflowRun {
        workflow: WorkflowId(1),
        workflow_name: "w".into(),
        version: None,
        document: "h".into(),
        callees: BTreeMap::new(),
        inputs,
        strict: false,
        only: None,
        variables: flow::run::Variables::default(),
        history: Vec::new(),
        app: None,
        person: None,
        bot: None,
        place: None,
        time_zone: None,
        limits: flow::workflow::Limits::default(),
        reply: flow::run::Reply::default(),
        fork: None,
        debugging: None,
    };
    change(&mut run);
    let (id, workspace, user) = (RunId(1), WorkspaceId(1), UserId(1));
    let program = RunProgram::Workflow(Box::new(run));
    Arc::new(RunSpec { id, workspace, user, program, conversation: None, section: None, meta: serde_json::Map::new(), parent: None })
}

pub(crate) fn plan(root: &Document, callees: &[(&str, Document)], only: Option<&str>) -> Plan {
    let callees = callees
        .iter()
        .map(|(id, document)| {
            let snapshot =
                CalleeSnapshot { name: (*id).to_owned(), description: String::new(), document: Arc::new(document.clone().into()) };
            (callee_key(id, None), snapshot)
        })
        .collect();
    let only = only.map(flow::workflow::NodeId::from);
    Plan::compile(&Documents { root, callees: &callees, only: only.as_ref() }, &registry()).unwrap()
}

impl World {
    pub(super) fn new(document: &Document, inputs: &Value) -> Self {
        Self::with(plan(document, &[], None), spec(inputs, |_| {}))
    }

    pub(super) fn with(plan: Plan, spec: Arc<RunSpec>) -> Self {
        let created = Recorded { seq: 1, at: Timestamp(1000), event: Event::Created };
        Self::from_journal(Arc::new(plan), spec, vec![created])
    }

    /// A run that was written down as far as this.
    pub(super) fn from_journal(plan: Arc<Plan>, spec: Arc<RunSpec>, journal: Vec<Recorded>) -> Self {
        let clock = journal.last().map_or(1000, |recorded| recorded.at.0);
        let state = fold(&spec, &plan, &journal);
        let ids = 1000 * (journal.len() as i64);
        let mut ledger = Ledger::new(&spec);
        for recorded in &journal {
            ledger.commit(std::slice::from_ref(recorded));
        }
        Self {
            spec,
            plan,
            state,
            journal,
            outbox: vec![],
            held: vec![],
            flying: vec![],
            wakes: vec![],
            clock,
            ids,
            script: BTreeMap::new(),
            fickle: false,
            shown: BTreeMap::new(),
            begun: BTreeMap::new(),
            ledger,
        }
    }

    pub(super) fn script(mut self, node: &str, does: Vec<Does>) -> Self {
        self.script.insert(node.to_owned(), does.into());
        self
    }

    pub(super) fn input(&mut self, input: Input) {
        self.clock += 7;
        self.input_now(input);
    }

    fn input_now(&mut self, input: Input) {
        let mut next = self.ids;
        let mut ids = || {
            next += 1;
            MessageId(next)
        };
        let now = Timestamp(self.clock);
        let effects = step(&mut self.state, input, &mut Context { now, model: "m", ids: &mut ids });
        self.ids = next;
        let mut again = false;
        for effect in effects {
            match effect {
                Effect::Record(event) => {
                    let seq = (self.journal.len() + self.outbox.len() + 1) as u64;
                    self.outbox.push(Recorded { seq, at: now, event });
                }
                Effect::CallModel(call) => self.held.push(Flying::Model(call)),
                Effect::CallTool(run) => self.held.push(Flying::Tool(run)),
                Effect::RunTask(run) => self.held.push(Flying::Task(*run)),
                Effect::Emit { message, text, .. } => {
                    assert!(!text.is_empty(), "an empty piece is shown");
                    self.shown.entry(message.0).or_default().push(text);
                }
                Effect::Wake { step, at } => self.wakes.push((at.0, step)),
                Effect::Abort { step } => {
                    self.held.retain(|flying| flying.step() != step);
                    self.flying.retain(|flying| flying.step() != step);
                }
                Effect::Continue => again = true,
                Effect::CallWorkflow(_) | Effect::CancelRun(_) => panic!("workflows call no runs beside theirs"),
            }
        }
        if matches!(self.state.rest(), Rest::Ended | Rest::Parked) {
            self.flying.clear();
            self.held.clear();
        }
        if again {
            assert!(
                self.outbox.len() < 5000,
                "it goes round in circles: {:#?}",
                self.outbox.iter().rev().take(12).map(|one| line(&one.event)).collect::<Vec<_>>()
            );
            self.input_now(Input::Continue);
        }
    }

    pub(super) fn commit(&mut self) {
        self.ledger.commit(&self.outbox);
        self.journal.append(&mut self.outbox);
        for flying in std::mem::take(&mut self.held) {
            let ended = |recorded: &Recorded| matches!(&recorded.event, Event::StepCompleted { step, .. } | Event::StepFailed { step, retry_at: None, .. } if *step == flying.step());
            assert!(!self.journal.iter().any(ended), "the finished step {} is called again", flying.step());
            let name = match &flying {
                Flying::Task(run) => run.cx.node.to_string(),
                Flying::Tool(run) => run.name.clone(),
                Flying::Model(_) => "model".to_owned(),
            };
            self.begun.entry(flying.step()).or_insert((name, 0)).1 += 1;
            self.flying.push(flying);
        }
    }

    /// Lets one call end.
    pub(super) fn land(&mut self, index: usize) {
        let flying = self.flying.remove(index);
        let name = self.name_of(flying.step());
        let step = flying.step();
        let does = self.script.get_mut(&name).and_then(VecDeque::pop_front).or_else(|| self.fails(step).then_some(Does::Fails));
        match flying {
            Flying::Task(run) => {
                let result = match does {
                    Some(Does::Fails) => Err(NodeError::new("task_failed", "It failed.")),
                    Some(Does::Gives(value)) => Ok(Output::of(value.as_object().cloned().unwrap_or_default())),
                    _ => Ok(Output::of(run.inputs.values.clone())),
                };
                self.input(Input::TaskDone { step, attempt: run.attempt, result });
            }
            Flying::Tool(run) => {
                let result = match does {
                    Some(Does::Fails) => Err(RunError { code: "failed".into(), message: "It failed.".into() }),
                    _ => Ok(run.arguments.clone()),
                };
                self.input(Input::ToolDone { step, result });
            }
            Flying::Model(call) => self.answer(&call, does),
        }
    }

    /// Whether a fickle world fails this step.
    fn fails(&self, step: u32) -> bool {
        let Some(Open::Node(at) | Open::Model(at)) = self.state.open.get(&step).copied() else { return false };
        let first = self.state.work(at).is_some_and(|work| work.failures == 0 && work.crashes == 0);
        let place = self.state.frames[at.frame].path.len() + self.state.node(at).id.as_str().len();
        self.fickle && first && self.state.node(at).policy.retries > 0 && place.is_multiple_of(2)
    }

    fn answer(&mut self, call: &ModelCall, does: Option<Does>) {
        let step = call.step;
        let (pieces, calls) = match does {
            Some(Does::Fails) => {
                let error = RunError { code: "model_down".into(), message: "It is down.".into() };
                if call.pieces {
                    self.input(Input::Piece { step, text: "never mind".into(), reasoning: String::new() });
                }
                return self.input(Input::ModelFailed { step, error });
            }
            Some(Does::Says(pieces)) => (pieces.into_iter().map(str::to_owned).collect(), vec![]),
            Some(Does::Calls(text, calls)) => (vec![text.to_owned()], calls),
            _ => (vec!["said ".to_owned(), call.request.messages.last().map(model::Message::joined_text).unwrap_or_default()], vec![]),
        };
        let response = Response {
            text: pieces.concat(),
            tool_calls: calls
                .into_iter()
                .map(|(id, name, arguments)| ToolCall { id: id.into(), name: name.into(), arguments: arguments.to_string() })
                .collect(),
            finish: Some(FinishReason::Stop),
            ..Response::default()
        };
        if call.pieces {
            for text in pieces.into_iter().filter(|text| !text.is_empty()) {
                self.input(Input::Piece { step, text, reasoning: String::new() });
            }
        }
        self.input(Input::ModelDone { step, answer: Box::new(ModelAnswer { response, model: "m".into(), cost: None }) });
    }

    /// The node of a step.
    pub(super) fn name_of(&self, wanted: u32) -> String {
        let all = self.journal.iter().chain(&self.outbox);
        let found = all.rev().find_map(|recorded| match &recorded.event {
            Event::StepStarted { step, node: Some(node), kind, name, .. } if *step == wanted => {
                Some(if *kind == StepKind::Tool { name.clone() } else { node.id.to_string() })
            }
            _ => None,
        });
        found.unwrap_or_default()
    }

    /// Goes on until nothing happens by itself any more; the first call under way ends first.
    pub(super) fn go(&mut self) {
        self.go_with(|_| 0);
    }

    pub(super) fn go_with(&mut self, mut pick: impl FnMut(usize) -> usize) {
        if matches!(self.state.rest(), Rest::Working) && self.journal.len() == 1 {
            self.input(Input::Start);
        }
        for _ in 0..100_000 {
            self.commit();
            self.same();
            if !self.flying.is_empty() {
                let index = pick(self.flying.len());
                self.land(index);
            } else if matches!(self.state.rest(), Rest::Working | Rest::Asleep) && !self.wakes.is_empty() {
                self.wake();
            } else {
                assert!(self.state.rest() != Rest::Working, "it works, and nothing is under way");
                return;
            }
        }
        panic!("it never ends");
    }

    pub(super) fn wake(&mut self) {
        self.wakes.sort_unstable();
        let (at, step) = self.wakes.remove(0);
        self.clock = self.clock.max(at);
        self.input(Input::Woken { step });
    }

    /// The state is what its journal says.
    pub(super) fn same(&self) {
        if self.outbox.is_empty() {
            let replayed = fold(&self.spec, &self.plan, &self.journal);
            assert_eq!(format!("{replayed:#?}"), format!("{:#?}", self.state), "replay differs from the live state");
        }
    }

    pub(super) fn crash(&mut self) {
        self.outbox.clear();
        self.held.clear();
        self.flying.clear();
        self.wakes.clear();
        self.clock += 1000;
        self.state = fold(&self.spec, &self.plan, &self.journal);
        self.ledger.crash(&self.spec, &self.journal);
        self.input(Input::Start);
    }

    pub(super) fn submit(&mut self, call_id: &str, output: &str) {
        self.submit_all(vec![ToolSubmission { call_id: call_id.to_owned(), output: Some(output.to_owned()), ..ToolSubmission::default() }]);
    }

    pub(super) fn submit_all(&mut self, outputs: Vec<ToolSubmission>) {
        assert_eq!(self.state.rest(), Rest::Parked);
        let seq = self.journal.len() as u64 + 1;
        self.clock += 100_000;
        self.journal.push(Recorded { seq, at: Timestamp(self.clock), event: Event::Submitted { outputs } });
        self.ledger.commit(&self.journal[self.journal.len() - 1..]);
        self.state = fold(&self.spec, &self.plan, &self.journal);
        self.wakes.clear();
        self.input(Input::Start);
    }

    pub(super) fn pending(&self) -> Vec<PendingCall> {
        let last = self.journal.iter().rev().find_map(|recorded| match &recorded.event {
            Event::RequiresAction { calls } => Some(calls.clone()),
            _ => None,
        });
        last.unwrap_or_default()
    }

    /// Events as short lines: for people who read failures, and for assertions.
    pub(super) fn lines(&self) -> Vec<String> {
        self.journal.iter().map(|recorded| line(&recorded.event)).collect()
    }

    pub(super) fn result(&self) -> Value {
        match &self.journal.last().unwrap().event {
            Event::Completed { output } => output.clone().unwrap_or_default(),
            other => panic!("not completed: {other:?}\n{:#?}", self.lines()),
        }
    }

    pub(super) fn failure(&self) -> String {
        match &self.journal.last().unwrap().event {
            Event::Failed { error } => error.code.clone(),
            other => panic!("not failed: {other:?}\n{:#?}", self.lines()),
        }
    }

    /// Ids of the nodes whose steps ended, with their paths.
    pub(super) fn ran(&self) -> Vec<String> {
        let mut open = BTreeMap::new();
        let mut ran = Vec::new();
        for recorded in &self.journal {
            match &recorded.event {
                Event::StepRan { node, .. } => ran.push(format!("{}{}", node.path, node.id)),
                Event::StepStarted { step, node: Some(node), kind: StepKind::Node, .. } => {
                    open.insert(*step, format!("{}{}", node.path, node.id));
                }
                Event::StepCompleted { step, .. } => ran.extend(open.remove(step)),
                _ => {}
            }
        }
        ran
    }
}

pub(super) fn line(event: &Event) -> String {
    let at = |node: &flow::run::NodeStep| format!("{}{}", node.path, node.id);
    match event {
        Event::StepRan { step, node, result, .. } => format!("{step} {} ran {} {:?}", at(node), result.output, result.port),
        Event::StepStarted { step, kind, node, attempt, .. } => {
            format!("{step} {} {kind:?} starts {attempt}", node.as_ref().map(at).unwrap_or_default())
        }
        Event::StepCompleted { step, output, .. } => format!("{step} gave {output}"),
        Event::StepFailed { step, error, retry_at } => format!("{step} failed {} {retry_at:?}", error.code),
        other => format!("{other:?}"),
    }
}

pub(super) fn fold(spec: &Arc<RunSpec>, plan: &Arc<Plan>, journal: &[Recorded]) -> State {
    let mut state = State::new(Arc::clone(spec), Ok(Arc::clone(plan)), &toolbox());
    for recorded in journal {
        state.apply(recorded);
    }
    state
}

/// What a run of this journal gives when it goes on after a cut at every place.
pub(super) fn every_cut(world: &World, mut check: impl FnMut(usize, &mut World)) {
    for cut in 1..world.journal.len() {
        let journal = world.journal[..cut].to_vec();
        let mut other = World::from_journal(Arc::clone(&world.plan), Arc::clone(&world.spec), journal);
        if other.state.rest() != Rest::Parked {
            other.input(Input::Start);
        }
        check(cut, &mut other);
    }
}
