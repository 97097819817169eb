//! The core under random models, tools, people and crashes.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use flow::agent::{AgentTool, Approval, Budget};
use flow::run::{AgentTurn, Event, PendingKind, Program as RunProgram, Recorded, RunError, RunSpec, StepKind, ToolSubmission};
use flow::tool::{Effect as ToolEffect, Localized, Tool, ToolContext, ToolError, ToolInfo, Toolbox};
use model::{FinishReason, Message, Response, Role, ToolCall};
use proptest::prelude::*;
use serde_json::{Value, json};
use types::{AgentId, MessageId, RunId, Timestamp, UserId, WorkspaceId};

use super::super::{Context, Effect, Input, ModelAnswer, Program as _, Rest, ToolRun};
use super::{State, arguments, state, step, suggest};

struct Named(&'static str, ToolEffect);

#[async_trait]
impl Tool for Named {
    fn info(&self) -> ToolInfo {
        let parameters =
            json!({ "type": "object", "properties": { "n": { "type": "integer" } }, "required": ["n"], "additionalProperties": false });
        let (name, effect) = (self.0.to_owned(), self.1);
        ToolInfo { name, title: Localized::default(), description: String::new(), parameters, effect }
    }

    async fn call(&self, _: &ToolContext, _: Value) -> Result<Value, ToolError> {
        Ok(Value::Null)
    }
}

fn toolbox() -> Toolbox {
    let tool = |name, effect| Arc::new(Named(name, effect)) as Arc<dyn Tool>;
    Toolbox::new(vec![tool("look", ToolEffect::Read), tool("send", ToolEffect::Write), tool("pay", ToolEffect::Write)])
}

fn spec(budget: Budget, follow_up: Option<String>) -> Arc<RunSpec> {
    let builtin = |name: &str, approval| AgentTool::Builtin { name: name.into(), approval };
    let turn = AgentTurn {
        agent: AgentId(1),
        agent_name: "a".into(),
        version: None,
        model: None,
        params: model::Params::default(),
        messages: vec![Message::text(Role::User, "hi")],
        tools: vec![
            builtin("look", Approval::Never),
            builtin("send", Approval::Never),
            builtin("pay", Approval::Always),
            AgentTool::Client { name: "page".into(), description: String::new(), parameters: json!({ "type": "object" }) },
        ],
        workflows: Vec::new(),
        budget,
        follow_up,
        time_zone: None,
    };
    let (id, workspace, user) = (RunId(1), WorkspaceId(1), UserId(1));
    Arc::new(RunSpec {
        id,
        workspace,
        user,
        program: RunProgram::Agent(Box::new(turn)),
        conversation: None,
        section: None,
        meta: serde_json::Map::new(),
        parent: None,
    })
}

/// A run with its journal; what is not committed is lost in a crash.
struct World {
    spec: Arc<RunSpec>,
    state: State,
    journal: Vec<Recorded>,
    outbox: Vec<Recorded>,
    held: Vec<ToolRun>,
    models: Vec<u32>,
    tools: Vec<ToolRun>,
    /// By step: how often its tool was called, and with which tool.
    called: BTreeMap<u32, (String, u32)>,
    clock: i64,
    ids: i64,
}

impl World {
    fn new(spec: Arc<RunSpec>) -> Self {
        let mut state = State::new(Arc::clone(&spec), &toolbox());
        let created = Recorded { seq: 1, at: Timestamp(1000), event: Event::Created };
        state.apply(&created);
        let journal = vec![created];
        let (outbox, held, models, tools) = (vec![], vec![], vec![], vec![]);
        let mut world = Self { spec, state, journal, outbox, held, models, tools, called: BTreeMap::new(), clock: 1000, ids: 0 };
        world.input(Input::Start);
        world
    }

    fn input(&mut self, input: Input) {
        self.clock += 7;
        let mut next = self.ids;
        let mut ids = || {
            next += 1;
            MessageId(next)
        };
        let now = Timestamp(self.clock);
        let effects = step(&mut self.state, input, &mut Context { now, model: "m", ids: &mut ids });
        self.ids = next;
        for effect in effects {
            match effect {
                Effect::Record(event) => {
                    let seq = (self.journal.len() + self.outbox.len() + 1) as u64;
                    self.outbox.push(Recorded { seq, at: now, event });
                }
                Effect::CallModel(call) => {
                    well_formed(&call.request.messages);
                    self.models.push(call.step);
                }
                Effect::CallTool(run) => self.held.push(run),
                other => panic!("no turn asks for this: {other:?}"),
            }
        }
        if self.state.rest() != Rest::Working {
            self.models.clear();
            self.tools.clear();
        }
    }

    fn commit(&mut self) {
        self.journal.append(&mut self.outbox);
        for run in self.held.drain(..) {
            let ended =
                |r: &Recorded| matches!(&r.event, Event::StepCompleted { step, .. } | Event::StepFailed { step, .. } if *step == run.step);
            assert!(!self.journal.iter().any(ended), "the finished step {} is called again", run.step);
            let called = self.called.entry(run.step).or_insert((run.name.clone(), 0));
            called.1 += 1;
            assert!(run.name == "look" || called.1 == 1, "a writing tool is called twice");
            self.tools.push(run);
        }
        assert_eq!(self.replayed(), self.state, "replay differs from the live state");
    }

    fn replayed(&self) -> State {
        let mut state = State::new(Arc::clone(&self.spec), &toolbox());
        for recorded in &self.journal {
            state.apply(recorded);
        }
        state
    }

    fn crash(&mut self) {
        self.outbox.clear();
        self.held.clear();
        self.models.clear();
        self.tools.clear();
        self.state = self.replayed();
        self.clock += 100_000;
        self.input(Input::Start);
    }

    fn model(&mut self, choice: u8) {
        let Some(step) = self.models.pop() else { return };
        let call = |id: &str, name: &str, arguments: &str| ToolCall { id: id.into(), name: name.into(), arguments: arguments.into() };
        let all = [
            call("a", "look", "{\"n\":1}"),
            call("a", "send", "{\"n\":2}"),
            call("c", "pay", "{\"n\":3}"),
            call("", "page", ""),
            call("e", "nope", "{}"),
            call("f", "look", "{broken"),
            call("g", "send", "{\"n\":\"x\"}"),
        ];
        let mut response = Response { finish: Some(FinishReason::Stop), ..Response::default() };
        match choice % 8 {
            0 => response.text = "done".into(),
            1 => {
                let error = RunError { code: "model_timeout".into(), message: "no".into() };
                return self.input(Input::ModelFailed { step, error });
            }
            2 => response.finish = Some(FinishReason::ContentFilter),
            n => {
                let from = usize::from(choice / 8) % all.len();
                response.tool_calls = all.iter().cycle().skip(from).take(usize::from(n) - 2).cloned().collect();
                if n % 2 == 0 {
                    response.text = "let me see".into();
                }
            }
        }
        let cost = Some(types::Cost { amount: 0.1, currency: "USD".into() });
        self.input(Input::ModelDone { step, answer: Box::new(ModelAnswer { response, model: "m".into(), cost }) });
    }

    fn tool(&mut self, choice: u8) {
        if self.tools.is_empty() {
            return;
        }
        let run = self.tools.remove(usize::from(choice) % self.tools.len());
        let result = if choice.is_multiple_of(3) {
            Err(RunError { code: "failed".into(), message: "no".into() })
        } else {
            Ok(json!({ "ok": run.step }))
        };
        self.input(Input::ToolDone { step: run.step, result });
    }

    fn submit(&mut self, choice: u8) {
        if self.state.rest() != Rest::Parked || !self.outbox.is_empty() {
            return;
        }
        let Some(Event::RequiresAction { calls }) = self.journal.last().map(|r| r.event.clone()) else { panic!("parked without asking") };
        let outputs = calls
            .iter()
            .map(|call| match call.kind {
                PendingKind::Client | PendingKind::Question | PendingKind::Input => {
                    ToolSubmission { call_id: call.call_id.clone(), output: Some("out".into()), ..ToolSubmission::default() }
                }
                PendingKind::Approval | PendingKind::Breakpoint | PendingKind::Interrupted => {
                    ToolSubmission { call_id: call.call_id.clone(), approve: Some(choice.is_multiple_of(2)), ..ToolSubmission::default() }
                }
            })
            .collect();
        self.clock += 1_000_000;
        let seq = self.journal.len() as u64 + 1;
        self.journal.push(Recorded { seq, at: Timestamp(self.clock), event: Event::Submitted { outputs } });
        self.state = self.replayed();
        self.input(Input::Start);
    }

    /// Goes on without crashes until the run ends.
    fn finish(&mut self) {
        for _ in 0..500 {
            self.commit();
            if self.state.rest() == Rest::Ended {
                return;
            }
            if self.tools.is_empty() && self.models.is_empty() {
                assert_eq!(self.state.rest(), Rest::Parked, "nothing is under way and nothing is asked: {:?}", self.state.phase);
                self.submit(0);
            } else if self.models.is_empty() {
                self.tool(1);
            } else {
                self.model(0);
            }
        }
        panic!("the run does not end: {:?}", self.state.phase);
    }

    fn check_journal(&self) {
        let last = self.journal.len() - 1;
        let mut asked = BTreeMap::new();
        for (index, recorded) in self.journal.iter().enumerate() {
            assert_eq!(recorded.seq, index as u64 + 1);
            match &recorded.event {
                Event::Completed { .. } | Event::Failed { .. } | Event::Cancelled => assert_eq!(index, last, "something follows the end"),
                Event::FunctionCall { call, .. } => assert!(asked.insert(call.id.clone(), 0).is_none(), "one call is told twice"),
                Event::ToolResponse { call_id, .. } => *asked.get_mut(call_id).expect("an answer to nothing") += 1,
                _ => {}
            }
        }
        assert!(asked.values().all(|answers| *answers <= 1), "a call is answered twice: {asked:?}");
        if matches!(self.journal[last].event, Event::Completed { output: None }) {
            assert!(asked.values().all(|answers| *answers == 1), "a call was never answered: {asked:?}");
            assert!(self.journal.iter().any(|r| matches!(r.event, Event::Answer { .. })));
        }
    }
}

/// Vendors refuse a conversation in which calls and results do not match, in order.
fn well_formed(messages: &[Message]) {
    let mut waiting: Vec<&str> = Vec::new();
    for message in messages {
        if message.role == Role::Tool {
            assert_eq!(message.tool_call_id.as_deref(), Some(waiting.remove(0)));
        } else {
            assert!(waiting.is_empty(), "a result is missing");
            waiting = message.tool_calls.iter().map(|call| call.id.as_str()).collect();
        }
    }
    assert!(waiting.is_empty(), "a result is missing");
}

proptest! {
    // `PROPTEST_CASES` for longer runs.
    #![proptest_config(ProptestConfig::with_cases(if std::env::var_os("PROPTEST_CASES").is_some() { ProptestConfig::default().cases } else { 150 }))]

    #[test]
    fn any_run_replays_never_repeats_and_ends(
        choices in prop::collection::vec(any::<(u8, u8)>(), 0..120),
        rounds in 0u32..6,
        cost in prop::option::of(0.05f64..1.0),
        follow_up in prop::option::of(Just(String::new())),
    ) {
        let mut world = World::new(spec(Budget { max_rounds: rounds, max_seconds: 3600, max_cost: cost }, follow_up));
        for (action, choice) in choices {
            match action % 16 {
                0..=4 => world.commit(),
                5..=8 => world.model(choice),
                9..=11 => world.tool(choice),
                12 | 13 => world.submit(choice),
                14 => if choice % 2 == 0 && world.state.rest() == Rest::Working { world.crash() },
                _ => if choice == 0 { world.input(Input::Cancel) } else if choice == 1 { world.input(Input::OutOfTime) },
            }
        }
        world.finish();
        world.check_journal();
    }

    /// A journal cut off after any event — also inside what is one commit — goes on from there to an end.
    #[test]
    fn any_prefix_goes_on(choices in prop::collection::vec(any::<u8>(), 0..30), cut in 0.0f64..1.0) {
        let mut world = World::new(spec(Budget::default(), Some(String::new())));
        for choice in choices {
            world.commit();
            world.model(choice);
            world.tool(choice);
            world.submit(choice);
        }
        world.finish();
        let keep = 1 + (cut * (world.journal.len() - 1) as f64) as usize;
        world.journal.truncate(keep);
        world.called.clear();
        world.crash();
        if world.state.rest() == Rest::Working { world.commit(); }
        world.finish();
        world.check_journal();
    }

    #[test]
    fn suggestions_are_read_from_anything(text in "\\PC*") {
        let questions = suggest::parse(&text);
        prop_assert!(questions.len() <= 3);
        prop_assert!(questions.iter().all(|q| !q.trim().is_empty()));
    }
}

#[test]
fn suggestions_come_in_many_forms() {
    let expected = ["What is it?", "怎么用？", "Why"];
    for text in [
        "What is it?\n怎么用？\nWhy",
        "1. What is it?\n2、怎么用？\n3) Why\n4. Too many",
        "- \"What is it?\"\n* “怎么用？”\n• Why",
        "[\"What is it?\", \"怎么用？\", \"Why\"]",
        "```json\n{\"questions\": [\"What is it?\", \"怎么用？\", \"Why\"]}\n```",
        "What is it?\n\nWhat is it?\n怎么用？\nWhy",
    ] {
        assert_eq!(suggest::parse(text), expected, "{text}");
    }
    assert!(suggest::parse("").is_empty());
    assert_eq!(suggest::parse("3D printing?"), ["3D printing?"], "a number that belongs to the question stays");
}

#[test]
fn arguments_are_checked_before_anything_is_called() {
    let world = World::new(spec(Budget::default(), None));
    let route = |name: &str, text: &str| {
        arguments::route(&world.state.offers, &ToolCall { id: "x".into(), name: name.into(), arguments: text.into() })
    };
    let bad = |name: &str, text: &str| match route(name, text) {
        state::Route::Bad(error) => (error.code, error.message),
        other => panic!("{name} {text} was taken: {other:?}"),
    };
    assert!(matches!(route("look", "{\"n\":1}"), state::Route::Server { .. }));
    assert!(matches!(route("pay", "{\"n\":1}"), state::Route::Approval { .. }));
    assert!(matches!(route("page", "  "), state::Route::Client { .. }), "no arguments at all are none");
    assert_eq!(bad("look", "{\"n\":").0, "invalid_arguments");
    assert_eq!(bad("look", "[1]").0, "invalid_arguments");
    assert!(bad("look", "{\"n\":\"one\"}").1.contains("/n"), "the model is told where");
    assert!(bad("look", "{}").1.contains("\"n\""), "a missing argument is named");
    assert!(bad("nope", "{}").1.contains("look, send, pay, page"), "the model is told what there is");
}

#[test]
fn waiting_for_people_does_not_use_the_budget_of_time() {
    let mut world = World::new(spec(Budget { max_seconds: 10, ..Budget::default() }, None));
    world.commit();
    world.models.clear();
    let page = ToolCall { id: "p".into(), name: "page".into(), arguments: "{}".into() };
    let response = Response { tool_calls: vec![page], ..Response::default() };
    let step = world.state.steps;
    world.input(Input::ModelDone { step, answer: Box::new(ModelAnswer { response, model: "m".into(), cost: None }) });
    world.commit();
    world.submit(0); // a quarter of an hour later
    world.commit();
    let left = world.state.time_left().unwrap().as_millis();
    assert!((9_000..10_000).contains(&left), "{left}");
    world.crash(); // and nobody worked while the process was gone
    let left = world.state.time_left().unwrap().as_millis();
    assert!((9_000..10_000).contains(&left), "{left}");
}

#[test]
fn the_last_round_has_no_tools_and_a_call_there_fails_the_run() {
    let mut world = World::new(spec(Budget { max_rounds: 1, ..Budget::default() }, None));
    let started = world.outbox.iter().find_map(|r| match &r.event {
        Event::StepStarted { kind: StepKind::Model, input, .. } => Some(input.clone()),
        _ => None,
    });
    assert_eq!(started.unwrap()["tools"], json!([]));
    world.model(3);
    world.commit();
    assert!(matches!(&world.journal.last().unwrap().event, Event::Failed { error } if error.code == "budget_rounds"));
    assert!(world.called.is_empty(), "nothing is done that cannot be used");
}
