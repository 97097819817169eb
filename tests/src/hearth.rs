//! A running server and people in it.

use std::path::Path;
use std::time::Duration;

use nodes::ports::Services;
use serde_json::{Value, json};
use server::config::{Origin, Settings, Sources};
use server::{App, DataDir};
use tokio_util::sync::CancellationToken;

use crate::client::Client;
use crate::database::TestDatabase;
use crate::model_server::ModelServer;

/// A running server. End it with [`Hearth::stop`].
pub struct Hearth {
    /// `http://127.0.0.1:port`.
    pub url: String,
    /// The model it can be given.
    pub model: ModelServer,
    directory: tempfile::TempDir,
    database: Option<TestDatabase>,
    settings: Vec<(String, String)>,
    services: Services,
    running: Option<Running>,
}

struct Running {
    stop: CancellationToken,
    serving: tokio::task::JoinHandle<usize>,
    app: App,
}

/// Somebody with a session and a token.
#[derive(Clone)]
pub struct Member {
    /// Signed in as a browser.
    pub browser: Client,
    /// With a personal access token.
    pub api: Client,
    /// The token.
    pub token: String,
    /// The user.
    pub user: String,
    /// The personal workspace.
    pub workspace: String,
}

impl Hearth {
    /// Starts one; `None` when the chosen database server is missing.
    pub async fn start() -> Option<Self> {
        Self::start_with(&[]).await
    }

    /// With settings.
    pub async fn start_with(settings: &[(&str, &str)]) -> Option<Self> {
        Self::start_in(tempfile::tempdir().unwrap(), settings).await
    }

    /// With settings, on a directory of the test's choice.
    pub async fn start_in(directory: tempfile::TempDir, settings: &[(&str, &str)]) -> Option<Self> {
        Self::start_as(directory, settings, Services::default()).await
    }

    /// With settings, and with services for nodes.
    pub async fn start_with_services(settings: &[(&str, &str)], services: Services) -> Option<Self> {
        Self::start_as(tempfile::tempdir().unwrap(), settings, services).await
    }

    async fn start_as(directory: tempfile::TempDir, settings: &[(&str, &str)], services: Services) -> Option<Self> {
        let database = TestDatabase::create().await?;
        let settings = settings.iter().map(|(n, t)| ((*n).to_owned(), (*t).to_owned())).collect();
        let model = ModelServer::start().await;
        let mut hearth = Self { url: String::new(), model, directory, database: Some(database), settings, services, running: None };
        // The future of a whole server is too large for every stack that starts one.
        Box::pin(hearth.run()).await;
        Some(hearth)
    }

    /// A second process of the same installation: on the same database server, with a directory of its own. `None` on SQLite,
    /// whose database belongs to one process.
    pub async fn beside(&self) -> Option<Self> {
        let url = self.database.as_ref().map(|database| database.url.clone()).filter(|url| !url.is_empty())?;
        let directory = tempfile::tempdir().unwrap();
        std::fs::create_dir(directory.path().join("data")).unwrap();
        std::fs::copy(self.data().join("data/instance.key"), directory.path().join("data/instance.key")).unwrap();
        let model = ModelServer::start().await;
        let database = Some(TestDatabase::of(url));
        let (settings, services) = (self.settings.clone(), self.services.clone());
        let mut other = Self { url: String::new(), model, directory, database, settings, services, running: None };
        Box::pin(other.run()).await;
        Some(other)
    }

    async fn run(&mut self) {
        let mut sources = Sources::default();
        let url = self.database.as_ref().map(|d| d.url.clone()).unwrap_or_default();
        sources.add(Origin::Environment, [("DATABASE_URL".to_owned(), url), ("LISTEN_ADDR".to_owned(), "127.0.0.1:0".to_owned())]);
        sources.add(Origin::Flag, self.settings.clone());
        let settings = Settings::read(&sources).unwrap();
        let data = DataDir::open(&self.directory.path().join("data")).unwrap();
        let app = App::build_with(&settings, &sources, data, self.services.clone()).await.unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        self.url = format!("http://{}", listener.local_addr().unwrap());
        app.resume().await.unwrap();
        let stop = CancellationToken::new();
        let serving = tokio::spawn(server::http::listener::serve(listener, None, app.router.clone(), stop.clone(), Duration::from_secs(2)));
        self.running = Some(Running { stop, serving, app });
    }

    /// The set-up code, when one is asked for; people find it in the log.
    pub fn setup_code(&self) -> Option<String> {
        let code = self.running.as_ref()?.app.setup_code.as_ref()?;
        Some(secrecy::ExposeSecret::expose_secret(code).to_owned())
    }

    /// The database, for tests that look into it.
    pub fn database_url(&self) -> Option<String> {
        let own = self.database.as_ref()?.url.clone();
        Some(if own.is_empty() { format!("sqlite:{}", self.data().join("data/hearth.db").display()) } else { own })
    }

    /// The directory that holds `data`.
    pub fn data(&self) -> &Path {
        self.directory.path()
    }

    async fn end(&mut self) {
        let Some(Running { stop, serving, app }) = self.running.take() else { return };
        stop.cancel();
        let ((), served) = tokio::join!(app.stop(Duration::from_secs(2)), serving);
        served.unwrap();
    }

    /// Stops the server and starts it again on the same data.
    pub async fn restart(&mut self) {
        Box::pin(self.end()).await;
        Box::pin(self.run()).await;
    }

    /// Stops it and drops its database.
    pub async fn stop(mut self) {
        Box::pin(self.end()).await;
        if let Some(database) = self.database.take() {
            database.drop().await;
        }
    }

    /// A browser that is not signed in.
    pub fn visitor(&self) -> Client {
        Client::new(&self.url)
    }

    /// Makes the owner.
    pub async fn owner(&self) -> Member {
        let browser = self.visitor();
        let me =
            browser.post("/api/v1/setup", json!({ "email": "owner@example.com", "name": "Owner", "password": "correct horse" })).await.ok();
        self.member(browser, &me).await
    }

    /// Registers another user.
    pub async fn user(&self, name: &str) -> Member {
        let browser = self.visitor();
        let body = json!({ "email": format!("{name}@example.com"), "name": name, "password": "correct horse" });
        let me = browser.post("/api/v1/auth/sign-up", body).await.ok();
        self.member(browser, &me).await
    }

    async fn member(&self, browser: Client, me: &Value) -> Member {
        let secret = browser.post("/api/v1/me/tokens", json!({ "name": "test" })).await.ok();
        let token = text(&secret, "/secret");
        Member {
            api: Client::new(&self.url).with_token(&token),
            token,
            user: text(me, "/user/id"),
            workspace: text(me, "/workspaces/0/id"),
            browser,
        }
    }
}

impl Member {
    /// The same person at a server that was started again, by the token alone.
    #[must_use]
    pub fn again(&self, hearth: &Hearth) -> Self {
        let api = hearth.visitor().with_token(&self.token);
        Self { browser: api.clone(), api, ..self.clone() }
    }

    /// A model in the own workspace, answered by the scripted server; its id.
    pub async fn add_model(&self, hearth: &Hearth) -> String {
        self.add_model_with(hearth, json!({})).await
    }

    /// The same with other fields.
    pub async fn add_model_with(&self, hearth: &Hearth, fields: Value) -> String {
        let mut body = json!({
            "name": "scripted", "vendor": "openai_compatible", "base_url": hearth.model.url(), "api_key": "sk-test-key", "model": "scripted",
            "capabilities": { "tools": true, "parallel_tools": true, "vision": true }, "is_default": true,
            "price": { "input_per_million": 1.0, "output_per_million": 2.0, "currency": "USD" },
        });
        for (name, value) in fields.as_object().into_iter().flatten() {
            body[name] = value.clone();
        }
        text(&self.browser.post(&format!("/api/v1/workspaces/{}/models", self.workspace), body).await.ok(), "/id")
    }

    /// An agent with this config, not published; its id.
    pub async fn add_agent(&self, config: Value) -> String {
        let body = json!({ "name": "tester", "config": config });
        text(&self.browser.post(&format!("/api/v1/workspaces/{}/agents", self.workspace), body).await.ok(), "/id")
    }

    /// The same, published.
    pub async fn add_published_agent(&self, config: Value) -> String {
        let agent = self.add_agent(config).await;
        self.browser.post(&format!("/api/v1/agents/{agent}/publish"), json!({})).await.ok();
        agent
    }

    /// The run, once it has ended.
    pub async fn ended(&self, run: &str) -> Value {
        for _ in 0..1800 {
            let now = self.api.get(&format!("/api/v1/runs/{run}")).await.ok();
            if ["completed", "failed", "cancelled"].contains(&now["status"].as_str().unwrap()) {
                return now;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("run {run} did not end");
    }

    /// The messages of a conversation, oldest first.
    pub async fn messages(&self, conversation: &str) -> Vec<Value> {
        let page = self.api.get(&format!("/api/v1/conversations/{conversation}/messages?limit=100")).await.ok();
        page["items"].as_array().unwrap().clone()
    }

    /// A conversation with the agent's draft; its id.
    pub async fn add_conversation(&self, agent: &str) -> String {
        let path = format!("/api/v1/workspaces/{}/conversations", self.workspace);
        text(&self.browser.post(&path, json!({ "agent_id": agent, "draft": true })).await.ok(), "/id")
    }
}

/// A text inside an answer.
pub fn text(value: &Value, pointer: &str) -> String {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("no {pointer} in {value}")).to_owned()
}
