//! The API of this crate, through HTTP, over a database in memory and a vendor that says what it is told.

mod agents;
mod models;
mod problems;
mod scope;
mod secrets;
mod servers;
mod workflows;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use axum::Router;
use axum::body::Body;
use flow::tool::{Effect, Localized, Tool, ToolContext, ToolError, ToolInfo, Toolbox};
use http::{Method, Request, StatusCode};
use model::scripted::{Scripted, says};
use model::vendor::{Checked, ExtraField, Vendors};
use model::{Capabilities, Chat, Embed, Endpoint, Vendor, VendorInfo};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use tower::ServiceExt as _;
use types::actor::Credential;
use types::{Actor, Failure, Grant, ModelId, Role, SessionId, TokenId, UserId, WorkspaceId};

use crate::Sealer;
use crate::agents::{Agents, ModelUsers, Names};
use crate::limits;
use crate::models::{Models, Preset};
use crate::workflows::{Limits, Workflows};

/// "Seals" by reversing, and binds to the context.
struct Reversing;

impl Sealer for Reversing {
    fn seal(&self, plain: &SecretString, context: &str) -> Result<String, Failure> {
        Ok(format!("{context}|{}", plain.expose_secret().chars().rev().collect::<String>()))
    }

    fn open(&self, sealed: &str, context: &str) -> Result<SecretString, Failure> {
        let rest = sealed.strip_prefix(context).and_then(|r| r.strip_prefix('|'));
        let rest = rest.ok_or_else(|| Failure::internal("sealed for something else"))?;
        Ok(SecretString::from(rest.chars().rev().collect::<String>()))
    }
}

struct People;

#[async_trait]
impl Names for People {
    async fn names(&self, ids: &[UserId]) -> HashMap<UserId, String> {
        ids.iter().map(|id| (*id, format!("Person {id}"))).collect()
    }
}

/// Remembers the endpoints it was asked for; its chat echoes, its check answers or fails.
#[derive(Default)]
pub struct Fake {
    pub endpoints: Mutex<Vec<Endpoint>>,
    pub fails: Mutex<Option<model::Error>>,
}

impl Fake {
    pub fn last_key(&self) -> Option<String> {
        self.endpoints.lock().unwrap().last().and_then(|e| e.api_key.as_ref().map(|k| k.expose_secret().to_owned()))
    }

    fn seen(&self, endpoint: &Endpoint) -> Result<(), model::Error> {
        self.endpoints.lock().unwrap().push(endpoint.clone());
        self.fails.lock().unwrap().clone().map_or(Ok(()), Err)
    }
}

struct FakeVendor(Arc<Fake>);

#[async_trait]
impl Vendor for FakeVendor {
    fn info(&self) -> VendorInfo {
        VendorInfo {
            id: "fake".into(),
            name: "Fake".into(),
            default_base_url: None,
            needs_key: true,
            needs_base_url: true,
            extra_fields: vec![ExtraField { name: "region".into(), label: "Region".into(), required: false }],
        }
    }

    fn chat(&self, endpoint: &Endpoint) -> Result<Arc<dyn Chat>, model::Error> {
        self.0.endpoints.lock().unwrap().push(endpoint.clone());
        let answer = match self.0.fails.lock().unwrap().clone() {
            Some(error) => vec![Err(error)],
            None => says("hello there"),
        };
        Ok(Scripted::new([answer]))
    }

    fn embed(&self, _: &Endpoint) -> Result<Arc<dyn Embed>, model::Error> {
        Err(model::Error::Unsupported("no vectors here".into()))
    }

    async fn models(&self, endpoint: &Endpoint) -> Result<Vec<String>, model::Error> {
        self.0.seen(endpoint)?;
        Ok(vec!["small".into(), "large".into()])
    }

    async fn check(&self, endpoint: &Endpoint) -> Result<Checked, model::Error> {
        self.0.seen(endpoint)?;
        let capabilities = Capabilities { tools: true, vision: true, ..Capabilities::default() };
        Ok(Checked { model: endpoint.model.clone(), capabilities, notes: vec!["no vectors".into()] })
    }
}

struct Clock;

#[async_trait]
impl Tool for Clock {
    fn info(&self) -> ToolInfo {
        ToolInfo {
            name: "current_time".into(),
            title: Localized { zh: "时间".into(), en: "Time".into() },
            description: "Tells the time.".into(),
            parameters: json!({ "type": "object", "properties": {} }),
            effect: Effect::Read,
        }
    }

    async fn call(&self, _: &ToolContext, _: Value) -> Result<Value, ToolError> {
        Ok(Value::Null)
    }
}

/// Users of the tests: 1 owns workspace 10 and administers the instance, 2 owns 20,
/// 3 views 10, 4 builds in 10, 5 administers 10, 6 builds in 10 and 20.
struct ByHeader;

#[async_trait]
impl rest::Authenticator for ByHeader {
    async fn authenticate(&self, request: &http::request::Parts) -> Result<Option<Actor>, Failure> {
        Ok(request.headers.get("x-user").and_then(|v| v.to_str().ok()?.parse().ok()).map(user))
    }
}

pub fn user(number: i64) -> Actor {
    let grant = |workspace, role| Grant { workspace: WorkspaceId(workspace), role };
    let (grants, admin) = match number {
        1 => (vec![grant(10, Role::Owner)], true),
        2 => (vec![grant(20, Role::Owner)], false),
        3 => (vec![grant(10, Role::Viewer)], false),
        4 => (vec![grant(10, Role::Builder)], false),
        6 => (vec![grant(10, Role::Builder), grant(20, Role::Builder)], false),
        _ => (vec![grant(10, Role::Admin)], false),
    };
    let credential = if number == 1 { Credential::Session(SessionId(1)) } else { Credential::Token { id: TokenId(1), read_only: false } };
    Actor::authenticated(UserId(number), credential, admin, grants)
}

pub struct Studio {
    pub app: Router,
    pub paths: utoipa::openapi::OpenApi,
    pub models: Arc<Models>,
    pub agents: Arc<Agents>,
    pub workflows: Arc<Workflows>,
    pub fake: Arc<Fake>,
    pub db: db::Db,
}

pub fn preset() -> Preset {
    Preset {
        index: 0,
        id: None,
        name: "From the environment".into(),
        vendor: "fake".into(),
        base_url: Some("https://env.example/v1".into()),
        api_key: Some(SecretString::from("env-key-123".to_owned())),
        model: "env-model".into(),
        extra: std::collections::BTreeMap::default(),
    }
}

impl Studio {
    pub async fn new(presets: Vec<Preset>) -> Self {
        Self::over(db::testing::memory(crate::migrations()).await.unwrap(), presets)
    }

    pub fn over(db: db::Db, presets: Vec<Preset>) -> Self {
        let fake = Arc::new(Fake::default());
        let vendors = Vendors::new(vec![Arc::new(FakeVendor(fake.clone()))]);
        let users = Arc::new(ModelUsers(db.clone()));
        let models = Arc::new(Models::new(db.clone(), vendors, Arc::new(Reversing), users, presets).unwrap());
        let toolbox = Toolbox::new(vec![Arc::new(Clock)]);
        let agents = Arc::new(Agents::new(db.clone(), models.clone(), toolbox, Arc::new(People)));
        let instance = limits::Limits { document_bytes: Some(64 * 1024), nodes: Some(50), ..limits::Limits::default() };
        let limits = Arc::new(limits::WorkspaceLimits::new(db.clone(), instance));
        let most = Limits { callees: 6, depth: 4, ..Limits::default() };
        let workflows =
            Arc::new(Workflows::new(db.clone(), workflows::registry(), Arc::new(People), Arc::new(Reversing), most, limits.clone()));
        let routes = crate::routes(models.clone(), agents.clone(), workflows.clone()).merge(limits::http::routes(limits));
        let (router, mut paths) = routes.split();
        let (simple, simple_paths) = crate::simple_routes(agents.clone()).split();
        paths.merge(simple_paths);
        let handle = rest::auth::AuthenticatorHandle(Arc::new(ByHeader));
        let app = router.merge(simple).layer(axum::middleware::from_fn(rest::envelope::native)).layer(axum::Extension(handle));
        Self { app, paths, models, agents, workflows, fake, db }
    }

    /// One request as a user; status and body.
    pub async fn call(&self, user: i64, method: Method, path: &str, body: Option<Value>) -> (StatusCode, Value) {
        let mut request = Request::builder().method(method).uri(path).header("x-user", user);
        request = request.header("host", "t").header("origin", "http://t");
        let body = match body {
            Some(value) => {
                request = request.header("content-type", "application/json");
                Body::from(value.to_string())
            }
            None => Body::empty(),
        };
        let response = self.app.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        let status = response.status();
        let bytes = axum::body::to_bytes(response.into_body(), 4 << 20).await.unwrap();
        (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }

    /// A request that must succeed.
    pub async fn ok(&self, user: i64, method: Method, path: &str, body: Option<Value>) -> Value {
        let (status, answer) = self.call(user, method.clone(), path, body).await;
        assert_eq!(status, 200, "{method} {path}: {answer}");
        answer
    }

    /// A request that must fail; its code.
    pub async fn refused(&self, user: i64, method: Method, path: &str, body: Option<Value>, status: u16) -> Value {
        let (seen, answer) = self.call(user, method.clone(), path, body).await;
        assert_eq!(seen, status, "{method} {path}: {answer}");
        answer["error"].clone()
    }

    /// A workspace model of user 1, not the default.
    pub async fn add_model(&self, name: &str) -> ModelId {
        let body = json!({ "name": name, "vendor": "fake", "base_url": "https://a.example/v1", "api_key": "sk-top-secret", "model": "m", "is_default": false });
        let model = self.ok(1, Method::POST, "/workspaces/10/models", Some(body)).await;
        model["id"].as_str().unwrap().parse().unwrap()
    }

    pub async fn add_agent(&self, name: &str) -> String {
        let agent = self.ok(1, Method::POST, "/workspaces/10/agents", Some(json!({ "name": name }))).await;
        agent["id"].as_str().unwrap().to_owned()
    }
}
