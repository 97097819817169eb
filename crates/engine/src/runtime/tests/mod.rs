//! The runtime over a real database, scripted and hand-fed models, and simulated crashes.

mod called;
mod crash;
mod faults;
mod follow;
mod http;
mod pace;
mod pause;
mod retention;
mod servers;
mod turns;

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use db::{Db, Options};
use flow::agent::{AgentTool, Approval, Budget};
use flow::run::{AgentTurn, Event, Program, Recorded, Run, RunSpec, RunStatus};
use flow::tool::{Effect, Localized, Tool, ToolContext, ToolError, ToolInfo, Toolbox};
use futures::StreamExt as _;
use model::scripted::Answer;
use model::{Capabilities, Catalog, Chat, ChatStream, Error, Message, OpenModel, Params, Price, Request, Role};
use sea_orm::Statement;
use serde_json::{Value, json};
use tokio::sync::{Notify, mpsc};
use types::actor::Credential;
use types::{Actor, AgentId, Grant, MessageId, ModelId, Permission, RunId, Scope, SessionId, UserId, WorkspaceId};

use super::{Deps, Runs, Settings};
use crate::live::Live;
use crate::ports::{Recorder, RunInfo};

pub(super) const MINE: WorkspaceId = WorkspaceId(1);
pub(super) const OTHERS: WorkspaceId = WorkspaceId(2);

pub(super) fn actor(workspace: WorkspaceId) -> Actor {
    let grants = vec![Grant { workspace, role: types::Role::Viewer }];
    Actor::authenticated(UserId(7), Credential::Session(SessionId(1)), false, grants)
}

pub(super) fn scope(workspace: WorkspaceId) -> Scope {
    actor(workspace).scope(Permission::View)
}

/// Waits for something that must come.
pub(super) async fn soon<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(20), what).await.expect("this never happens")
}

/// What a model does with the next call.
pub(super) enum Script {
    Says(Answer),
    /// The test feeds the stream; dropping it is noticed.
    Fed(mpsc::UnboundedReceiver<Result<model::Event, Error>>),
}

/// A model whose calls take the next script.
#[derive(Default)]
pub(super) struct Puppet {
    scripts: Mutex<VecDeque<Script>>,
    pub(super) requests: Mutex<Vec<Request>>,
    pub(super) dropped: Arc<AtomicU32>,
    pub(super) asked: Notify,
}

impl Puppet {
    pub(super) fn says(&self, answer: Answer) {
        self.scripts.lock().unwrap().push_back(Script::Says(answer));
    }

    pub(super) fn fed(&self) -> mpsc::UnboundedSender<Result<model::Event, Error>> {
        let (sender, receiver) = mpsc::unbounded_channel();
        self.scripts.lock().unwrap().push_back(Script::Fed(receiver));
        sender
    }

    pub(super) fn calls(&self) -> usize {
        self.requests.lock().unwrap().len()
    }
}

struct Dropped(Arc<AtomicU32>);

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[async_trait]
impl Chat for Puppet {
    async fn stream(&self, request: Request) -> Result<ChatStream, Error> {
        self.requests.lock().unwrap().push(request);
        let script = self.scripts.lock().unwrap().pop_front().expect("the model is called more often than the test expects");
        self.asked.notify_one();
        Ok(match script {
            Script::Says(answer) => futures::stream::iter(answer).boxed(),
            Script::Fed(receiver) => {
                let guard = Dropped(Arc::clone(&self.dropped));
                futures::stream::unfold((receiver, guard), |(mut receiver, guard)| async move {
                    let event = receiver.recv().await?;
                    Some((event, (receiver, guard)))
                })
                .boxed()
            }
        })
    }
}

pub(super) const MODEL: ModelId = ModelId(11);
pub(super) const FALLBACK: ModelId = ModelId(12);

struct Puppets(HashMap<ModelId, Arc<Puppet>>);

#[async_trait]
impl Catalog for Puppets {
    async fn open(&self, _: WorkspaceId, id: ModelId) -> Result<OpenModel, Error> {
        let chat = self.0.get(&id).cloned().ok_or_else(|| Error::Unavailable(format!("There is no model {id}.")))?;
        let price = Some(Price { input_per_million: 1e5, output_per_million: 0.0, currency: "USD".into() });
        let (name, fallback) = if id == MODEL { ("first", Some(FALLBACK)) } else { ("second", None) };
        let capabilities = Capabilities { tools: true, ..Capabilities::default() };
        Ok(OpenModel { id, name: name.into(), capabilities, defaults: Params::default(), price, fallback, chat })
    }

    async fn default_model(&self, _: WorkspaceId) -> Result<Option<ModelId>, Error> {
        Ok(self.0.contains_key(&MODEL).then_some(MODEL))
    }
}

/// A tool that counts its calls, and can be held.
pub(super) struct Counter {
    name: &'static str,
    effect: Effect,
    pub(super) calls: AtomicU32,
    pub(super) began: Notify,
    /// Calls wait for this, when it is there.
    hold: Option<Arc<tokio::sync::Barrier>>,
}

impl Counter {
    pub(super) fn new(name: &'static str, effect: Effect, hold: Option<Arc<tokio::sync::Barrier>>) -> Arc<Self> {
        Arc::new(Self { name, effect, calls: AtomicU32::new(0), began: Notify::new(), hold })
    }

    pub(super) fn count(&self) -> u32 {
        self.calls.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl Tool for Counter {
    fn info(&self) -> ToolInfo {
        let parameters = json!({ "type": "object", "properties": { "n": { "type": "integer" } } });
        ToolInfo { name: self.name.into(), title: Localized::default(), description: String::new(), parameters, effect: self.effect }
    }

    async fn call(&self, _: &ToolContext, arguments: Value) -> Result<Value, ToolError> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        self.began.notify_one();
        if let Some(hold) = &self.hold {
            hold.wait().await;
        }
        Ok(json!({ "tool": self.name, "n": arguments["n"] }))
    }
}

/// Writes down what it hears, fails when told to.
#[derive(Default)]
pub(super) struct Memory {
    pub(super) heard: Mutex<Vec<Recorded>>,
    pub(super) finished: Mutex<Vec<(RunId, RunStatus)>>,
    pub(super) failures: AtomicU32,
}

impl Recorder for Memory {
    fn record(&self, _: db::Backend, _: &RunInfo, events: &[Recorded]) -> Result<Vec<Statement>, db::Error> {
        if self.failures.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1)).is_ok() {
            return Err(db::Error::Full("no space left on device".into()));
        }
        self.heard.lock().unwrap().extend_from_slice(events);
        Ok(Vec::new())
    }

    fn finished(&self, run: &RunInfo) {
        self.finished.lock().unwrap().push((run.run.id, run.run.status));
    }
}

/// A server's worth of engine on a database in a file.
pub(super) struct House {
    pub(super) runs: Runs,
    pub(super) db: Db,
    pub(super) model: Arc<Puppet>,
    pub(super) fallback: Arc<Puppet>,
    pub(super) recorder: Arc<Memory>,
    pub(super) tools: Vec<Arc<Counter>>,
    dir: Arc<tempfile::TempDir>,
}

pub(super) fn settings() -> Settings {
    Settings {
        flush_every: Duration::from_millis(20),
        flush_bytes: 64,
        retry: [10, 10].map(Duration::from_millis).into(),
        ..Settings::default()
    }
}

impl House {
    pub(super) async fn new() -> Self {
        Self::with(vec![Counter::new("look", Effect::Read, None), Counter::new("send", Effect::Write, None)]).await
    }

    pub(super) async fn with(tools: Vec<Arc<Counter>>) -> Self {
        let dir = Arc::new(tempfile::tempdir().unwrap());
        let db = Db::connect(&Options::new(format!("sqlite:{}", dir.path().join("t.db").display()))).await.unwrap();
        db::migrate::run(&db, crate::migrations()).await.unwrap();
        let (model, fallback) = (Arc::new(Puppet::default()), Arc::new(Puppet::default()));
        Self::on(db, dir, model, fallback, Arc::new(Memory::default()), tools)
    }

    /// On a database that is there already.
    pub(super) fn at(db: Db) -> Self {
        let dir = Arc::new(tempfile::tempdir().unwrap());
        let tools = vec![Counter::new("look", Effect::Read, None), Counter::new("send", Effect::Write, None)];
        let (model, fallback) = (Arc::new(Puppet::default()), Arc::new(Puppet::default()));
        Self::on(db, dir, model, fallback, Arc::new(Memory::default()), tools)
    }

    fn on(
        db: Db,
        dir: Arc<tempfile::TempDir>,
        model: Arc<Puppet>,
        fallback: Arc<Puppet>,
        recorder: Arc<Memory>,
        tools: Vec<Arc<Counter>>,
    ) -> Self {
        let catalog = Arc::new(Puppets(HashMap::from([(MODEL, Arc::clone(&model)), (FALLBACK, Arc::clone(&fallback))])));
        let toolbox = Toolbox::new(tools.iter().map(|tool| Arc::clone(tool) as Arc<dyn Tool>).collect());
        let mut settings = settings();
        if db.backend() != db::Backend::Sqlite {
            // Other processes may live: a run is taken over when its lease has run out, and tests do not wait for long.
            settings.lease = Duration::from_millis(400);
            settings.heartbeat = Duration::from_millis(100);
            settings.tick = Duration::from_millis(50);
        }
        let nodes = crate::program::graph::tests::kinds::registry();
        let deps = Deps { db: db.clone(), catalog, tools: toolbox, nodes, recorder: recorder.clone(), settings };
        Self { runs: Runs::new(deps), db, model, fallback, recorder, tools, dir }
    }

    /// The process is killed and started again on the same data. Models and tools are the same, so
    /// that their calls can be counted over both lives.
    pub(super) fn restarted(self) -> Self {
        self.runs.crash();
        let Self { db, dir, model, fallback, recorder, tools, .. } = self;
        Self::on(db, dir, model, fallback, recorder, tools)
    }

    /// Another process on the same data.
    pub(super) fn neighbour(&self) -> Self {
        let clone = |puppet: &Arc<Puppet>| Arc::clone(puppet);
        Self::on(
            self.db.clone(),
            Arc::clone(&self.dir),
            clone(&self.model),
            clone(&self.fallback),
            self.recorder.clone(),
            self.tools.clone(),
        )
    }

    pub(super) async fn create(&self, spec: &RunSpec, queued: bool) {
        let statements = self.runs.create(spec.clone(), queued).unwrap();
        assert!(self.db.write_batch(db::Urgency::Urgent, db::Batch::new(statements)).await.unwrap());
    }

    pub(super) async fn start(&self, spec: RunSpec) -> RunId {
        self.create(&spec, false).await;
        self.runs.launch(spec.id);
        spec.id
    }

    /// Everything from the beginning until the run rests.
    pub(super) async fn follow(&self, id: RunId) -> Vec<Live> {
        let stream = self.runs.subscribe(&scope(MINE), id, None).await.unwrap();
        soon(stream.collect()).await
    }

    pub(super) async fn run(&self, id: RunId) -> Run {
        self.runs.get(&scope(MINE), id).await.unwrap()
    }

    pub(super) async fn journal(&self, id: RunId) -> Vec<Recorded> {
        let events = self.runs.engine.journal.events(id, 0).await.unwrap();
        for (index, recorded) in events.iter().enumerate() {
            assert_eq!(recorded.seq, index as u64 + 1, "the journal has a gap");
        }
        events
    }

    /// Waits until the run has come this far.
    pub(super) async fn until(&self, id: RunId, status: RunStatus) -> Run {
        soon(async {
            loop {
                let run = self.run(id).await;
                if run.status == status && (status == RunStatus::Running || self.runs.active() == 0) {
                    return run;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        })
        .await
    }
}

pub(super) fn spec() -> RunSpec {
    let builtin = |name: &str, approval| AgentTool::Builtin { name: name.into(), approval };
    let client = AgentTool::Client { name: "page".into(), description: String::new(), parameters: json!({ "type": "object" }) };
    let turn = AgentTurn {
        agent: AgentId(3),
        agent_name: "Helper".into(),
        version: Some(2),
        model: None,
        params: Params::default(),
        messages: vec![Message::text(Role::System, "Be kind."), Message::text(Role::User, "hello")],
        tools: vec![builtin("look", Approval::Never), builtin("send", Approval::Never), builtin("pay", Approval::Always), client],
        workflows: Vec::new(),
        budget: Budget::default(),
        follow_up: None,
        time_zone: Some("Asia/Shanghai".into()),
    };
    RunSpec {
        id: RunId::generate(),
        workspace: MINE,
        user: UserId(7),
        program: Program::Agent(Box::new(turn)),
        conversation: Some(types::ConversationId(5)),
        section: None,
        meta: serde_json::Map::new(),
        parent: None,
    }
}

pub(super) fn with_turn(change: impl FnOnce(&mut AgentTurn)) -> RunSpec {
    let mut spec = spec();
    let Program::Agent(turn) = &mut spec.program else { panic!("not an agent") };
    change(turn);
    spec
}

#[expect(clippy::unnecessary_wraps, reason = "what a stream yields")]
pub(super) fn text(text: &str) -> Result<model::Event, Error> {
    Ok(model::Event::Text(text.into()))
}

#[expect(clippy::unnecessary_wraps, reason = "what a stream yields")]
pub(super) fn finish() -> Result<model::Event, Error> {
    Ok(model::Event::Finish(model::FinishReason::Stop))
}

/// A client that follows the rules of [`crate::live`]: what it has of each message, and the last number it saw.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Client {
    pub(super) last: u64,
    pub(super) texts: HashMap<MessageId, String>,
    pub(super) answers: Vec<String>,
    pub(super) seen: Vec<u64>,
}

impl Client {
    pub(super) fn take_all(&mut self, lives: &[Live]) {
        for live in lives {
            self.take(live);
        }
    }

    pub(super) fn take(&mut self, live: &Live) {
        if let Some(seq) = live.seq() {
            assert!(seq > self.last, "{seq} comes after {}", self.last);
            self.last = seq;
            self.seen.push(seq);
        }
        match live {
            Live::Delta(delta) => {
                let text = self.texts.entry(delta.message).or_default();
                let have = text.chars().count();
                let offset = delta.offset as usize;
                assert!(offset <= have, "a gap in the text: {have} known, {offset} next");
                text.extend(delta.text.chars().skip(have - offset));
            }
            Live::Event(committed) => match &committed.recorded.event {
                Event::Reset { message, .. } => {
                    self.texts.remove(message);
                }
                Event::Answer { message, text, .. } => {
                    assert_eq!(self.texts.get(message).map_or("", String::as_str), text, "the pieces are not the whole");
                    self.answers.push(text.clone());
                }
                _ => {}
            },
            Live::Stopped(_) => {}
        }
    }
}
