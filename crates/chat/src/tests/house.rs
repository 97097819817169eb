//! What the tests stand on: services over a fresh database, a fake engine, people with tokens.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use axum::body::Body;
use axum::middleware::from_fn;
use axum::{Extension, Router};
use db::Db;
use flow::agent::{AgentConfig, AgentForm, AgentSnapshot, AgentSource};
use flow::run::{AgentTurn, Event, Program, Recorded, Run, RunSpec, RunStatus, ToolSubmission};
use futures::StreamExt as _;
use futures::future::BoxFuture;
use futures::stream::{self, BoxStream};
use http::Request;
use http::request::Parts;
use rest::auth::{AuthenticatorHandle, unauthenticated};
use rest::sse::Frame;
use rest::{Authenticator, envelope};
use sea_orm::Statement;
use serde_json::{Value, json};
use store::Blobs;
use tower::ServiceExt as _;
use types::actor::Credential;
use types::{
    Actor, AgentId, ErrorKind, Failure, Grant, MessageId, Role, RunId, Scope, SessionId, Timestamp, TokenId, TokenUsage, UserId,
    WorkspaceId,
};

use crate::ports::Runs;
use crate::{Chat, Recorder, Settings, migrations};

pub const SHARED: WorkspaceId = WorkspaceId(10);
pub const AGENT: AgentId = AgentId(100);
pub const DRAFT_ONLY: AgentId = AgentId(101);
pub const FOREIGN_AGENT: AgentId = AgentId(300);

/// `alice` owns workspace 10, `bob` is a viewer there and owns 20, `carol` owns 30; `reader` is a
/// read-only token of alice.
pub fn actor(name: &str) -> Option<Actor> {
    let grant = |workspace, role| Grant { workspace: WorkspaceId(workspace), role };
    let (user, grants) = match name {
        "alice" | "reader" => (1, vec![grant(10, Role::Owner)]),
        "bob" => (2, vec![grant(20, Role::Owner), grant(10, Role::Viewer)]),
        "carol" => (3, vec![grant(30, Role::Owner)]),
        _ => return None,
    };
    let token = Credential::Token { id: TokenId(5), read_only: name == "reader" };
    let credential = if name == "carol" { Credential::Session(SessionId(1)) } else { token };
    Some(Actor::authenticated(UserId(user), credential, false, grants))
}

struct People;

#[async_trait]
impl Authenticator for People {
    async fn authenticate(&self, request: &Parts) -> Result<Option<Actor>, Failure> {
        let name = request.headers.get("authorization").and_then(|v| v.to_str().ok()).and_then(|v| v.strip_prefix("Bearer "));
        name.map(|n| actor(n).ok_or_else(unauthenticated)).transpose()
    }
}

/// Agents 100 (published) and 101 (draft only) in workspace 10, 300 in 30.
pub struct Agents(pub Mutex<AgentConfig>);

#[async_trait]
impl AgentSource for Agents {
    async fn agent(&self, scope: &Scope, id: AgentId, form: AgentForm) -> Result<AgentSnapshot, Failure> {
        let workspace = WorkspaceId(if id == FOREIGN_AGENT { 30 } else { 10 });
        if ![AGENT, DRAFT_ONLY, FOREIGN_AGENT].contains(&id) || !scope.contains(workspace) {
            return Err(Failure::not_found("agent"));
        }
        if id == DRAFT_ONLY && form != AgentForm::Draft {
            return Err(Failure::new(ErrorKind::Conflict, "agent_not_published", "Publish it first."));
        }
        let version = (form != AgentForm::Draft).then_some(1);
        Ok(AgentSnapshot { id, workspace, name: "Bot".into(), version, config: self.0.lock().unwrap().clone() })
    }
}

/// An engine that does only what a test tells it.
#[derive(Default)]
pub struct Engine {
    pub state: Arc<Mutex<State>>,
}

#[derive(Default)]
pub struct State {
    pub specs: BTreeMap<i64, RunSpec>,
    pub status: BTreeMap<i64, RunStatus>,
    pub events: BTreeMap<i64, Vec<Recorded>>,
    pub launched: Vec<RunId>,
    pub cancelled: Vec<RunId>,
    pub refuse: bool,
}

#[async_trait]
impl Runs for Engine {
    async fn equip(&self, _: &Scope, _: WorkspaceId, _: &mut AgentTurn) -> Result<(), Failure> {
        Ok(())
    }

    fn create(&self, spec: RunSpec, queued: bool) -> Result<Vec<Statement>, db::Error> {
        let mut state = self.state.lock().unwrap();
        if state.refuse {
            return Err(db::Error::Full("no space left".into()));
        }
        state.status.insert(spec.id.get(), if queued { RunStatus::Queued } else { RunStatus::Running });
        state.specs.insert(spec.id.get(), spec);
        Ok(Vec::new())
    }

    async fn spec(&self, run: RunId) -> Result<RunSpec, Failure> {
        self.state.lock().unwrap().specs.get(&run.get()).cloned().ok_or_else(|| Failure::not_found("run"))
    }

    fn release<'t>(&self, _: &'t db::Tx, spec: RunSpec) -> BoxFuture<'t, Result<bool, db::Error>> {
        let mut state = self.state.lock().unwrap();
        let queued = state.status.get(&spec.id.get()) == Some(&RunStatus::Queued);
        if queued {
            state.status.insert(spec.id.get(), RunStatus::Running);
            state.specs.insert(spec.id.get(), spec);
        }
        Box::pin(std::future::ready(Ok(queued)))
    }

    fn launch(&self, run: RunId) {
        self.state.lock().unwrap().launched.push(run);
    }

    async fn subscribe(&self, run: RunId, _: Option<u64>) -> Result<BoxStream<'static, Recorded>, Failure> {
        let state = Arc::clone(&self.state);
        // A run that nobody plays never ends.
        let events = async move {
            loop {
                {
                    let state = state.lock().unwrap();
                    if state.status[&run.get()].is_final() {
                        return stream::iter(state.events[&run.get()].clone());
                    }
                }
                tokio::time::sleep(std::time::Duration::from_millis(2)).await;
            }
        };
        Ok(stream::once(events).flatten().boxed())
    }

    async fn frames(&self, run: RunId, _: Option<u64>) -> Result<BoxStream<'static, Frame>, Failure> {
        let frame = |id, event| Frame::new(Some(id), event, &json!({ "run": { "id": run } }));
        Ok(stream::iter([frame(1, "run.created"), frame(2, "run.completed")]).boxed())
    }

    async fn cancel(&self, scope: &Scope, run: RunId) -> Result<Run, Failure> {
        self.state.lock().unwrap().cancelled.push(run);
        self.get(scope, run).await
    }

    async fn submit(&self, scope: &Scope, run: RunId, _: Vec<ToolSubmission>) -> Result<Run, Failure> {
        self.get(scope, run).await
    }

    async fn get(&self, _: &Scope, run: RunId) -> Result<Run, Failure> {
        let state = self.state.lock().unwrap();
        let spec = state.specs.get(&run.get()).ok_or_else(|| Failure::not_found("run"))?;
        Ok(Run {
            id: run,
            workspace_id: spec.workspace,
            program: "agent".into(),
            agent_id: None,
            agent_name: String::new(),
            agent_version: None,
            workflow_id: None,
            workflow_name: String::new(),
            workflow_version: None,
            forked_from: None,
            parent_run_id: None,
            root_run_id: None,
            root_step: None,
            conversation_id: spec.conversation,
            section_id: spec.section,
            status: state.status[&run.get()],
            error: None,
            usage: TokenUsage::default(),
            cost: None,
            required_action: None,
            output: None,
            meta: serde_json::Map::new(),
            created_by: spec.user,
            created_at: Timestamp(0),
            started_at: None,
            finished_at: None,
            resumed: 0,
        })
    }
}

pub struct House {
    pub db: Db,
    pub chat: Chat,
    pub engine: Arc<Engine>,
    pub agents: Arc<Agents>,
    pub router: Router,
}

impl House {
    pub async fn new() -> Self {
        Self::on(db::testing::memory(migrations()).await.unwrap())
    }

    pub fn on(db: Db) -> Self {
        let (engine, agents) = (Arc::new(Engine::default()), Arc::new(Agents(Mutex::new(AgentConfig::default()))));
        let settings = Settings {
            max_file_bytes: 100_000,
            max_image_bytes: 1000,
            max_file_text_chars: 50,
            max_queued: 2,
            answer_timeout: std::time::Duration::from_millis(200),
            ..Settings::default()
        };
        let chat = Chat::new(db.clone(), Blobs::memory().unwrap(), agents.clone(), engine.clone(), settings);
        let (routes, _) = chat.routes().merge(chat.simple_routes()).split();
        let router = routes
            .layer(from_fn(envelope::native))
            .layer(Extension(AuthenticatorHandle(Arc::new(People))))
            .layer(from_fn(envelope::log_id));
        Self { db, chat, engine, agents, router }
    }

    /// Sends a request; gives status and JSON (`null` when the body is none).
    pub async fn call(&self, who: &str, method: &str, path: &str, body: Value) -> (u16, Value) {
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        let request = Request::builder().method(method).uri(path).header("authorization", format!("Bearer {who}"));
        let response = self.router.clone().oneshot(request.header("content-type", "application/json").body(body).unwrap()).await.unwrap();
        let status = response.status().as_u16();
        let bytes = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
        (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }

    /// As alice, who must succeed.
    pub async fn alice(&self, method: &str, path: &str, body: Value) -> Value {
        let (status, value) = self.call("alice", method, path, body).await;
        assert_eq!(status, 200, "{method} {path}: {value}");
        value
    }

    /// A conversation of alice; its path.
    pub async fn conversation(&self) -> String {
        let made = self.alice("POST", "/workspaces/10/conversations", json!({ "agent_id": AGENT })).await;
        format!("/conversations/{}", made["id"].as_str().unwrap())
    }

    /// Asks as alice; the run.
    pub async fn ask(&self, conversation: &str, text: &str) -> RunId {
        let turn = self.alice("POST", &format!("{conversation}/turns"), json!({ "content": text })).await;
        turn["run_id"].as_str().unwrap().parse().unwrap()
    }

    /// What a run was given, as `role:text` with calls and their answers.
    pub fn given(&self, run: RunId) -> Vec<String> {
        let spec = self.engine.state.lock().unwrap().specs[&run.get()].clone();
        let Program::Agent(turn) = spec.program else { panic!("not an agent") };
        let show = |m: &model::Message| {
            let role = format!("{:?}", m.role).to_lowercase();
            let calls: Vec<&str> = m.tool_calls.iter().map(|c| c.id.as_str()).collect();
            if calls.is_empty() {
                format!("{role}:{}", m.joined_text())
            } else {
                format!("{role}:{}[{}]", m.joined_text(), calls.join(","))
            }
        };
        turn.messages.iter().map(show).collect()
    }

    pub fn launched(&self) -> Vec<RunId> {
        self.engine.state.lock().unwrap().launched.clone()
    }

    /// Journals events as the engine does, numbered from `first`.
    pub async fn record(&self, run: RunId, first: u64, events: Vec<Event>) {
        let events: Vec<Recorded> = (first..).zip(events).map(|(seq, event)| Recorded { seq, at: Timestamp::now(), event }).collect();
        let last = events.last().unwrap().event.clone();
        let journalled = events.clone();
        let statements = Recorder.record(self.db.backend(), run, &journalled);
        self.db.write_batch(db::Urgency::Urgent, db::Batch::new(statements)).await.unwrap();
        let ended = {
            let mut state = self.engine.state.lock().unwrap();
            state.events.entry(run.get()).or_default().extend(events);
            let ended = match last {
                Event::Completed { .. } => Some(RunStatus::Completed),
                Event::Failed { .. } => Some(RunStatus::Failed),
                Event::Cancelled => Some(RunStatus::Cancelled),
                _ => None,
            };
            ended.map(|status| state.status.insert(run.get(), status)).is_some()
        };
        if ended {
            let before = self.launched().len();
            let conversation = self.engine.state.lock().unwrap().specs.get(&run.get()).and_then(|spec| spec.conversation);
            if let Some(conversation) = conversation {
                self.chat.turns.finished(conversation);
            }
            for _ in 0..50 {
                tokio::time::sleep(std::time::Duration::from_millis(2)).await;
                if self.launched().len() > before {
                    break;
                }
            }
        }
    }

    /// The run answers and ends; the id of the answer.
    pub async fn answer(&self, run: RunId, text: &str) -> MessageId {
        let message = MessageId::generate();
        let answer = Event::Answer { message, text: text.into(), reasoning: String::new() };
        self.record(run, 2, vec![Event::Started { resumed: 0 }, answer, Event::Completed { output: None }]).await;
        message
    }

    /// Messages of alice's conversation as `type:status:text`.
    pub async fn messages(&self, conversation: &str) -> Vec<String> {
        let list = self.alice("GET", &format!("{conversation}/messages?limit=100"), Value::Null).await;
        let show = |m: &Value| {
            let word = |k: &str| m[k].as_str().unwrap().to_owned();
            format!("{}:{}:{}", word("type"), word("status"), m["content"][0]["text"].as_str().unwrap_or(""))
        };
        list["items"].as_array().unwrap().iter().map(show).collect()
    }
}
