//! Everything put together: settings in, routers out.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use axum::body::Bytes;
use axum::http::header::CONTENT_TYPE;
use axum::middleware::from_fn;
use axum::routing::get;
use chat::Chat;
use db::Db;
use db::migrate::Migrations;
use egress::{AllowList, Egress};
use engine::Runs;
use identity::Identity;
use nodes::ports::Services;
use rest::Routes;
use rest::auth::AuthenticatorHandle;
use secrecy::SecretString;
use store::Blobs;
use studio::agents::{Agents, ModelUsers};
use studio::limits::WorkspaceLimits;
use studio::models::Models;
use studio::triggers::{Clock, Triggers};
use studio::workflows::Workflows;
use types::{Failure, ModelId, Timestamp};
use utoipa::openapi::OpenApi;

use crate::adapters::{
    code::Code, conversations::Threads, fetch::Fetch, files::Uploads, names::Names, recorder::Messages, retention::Retention, runs::Engine,
    sealer::Vault, stories::Stories, triggers::Accounts, triggers::Starts,
};
use crate::components::Components;
use crate::config::{Network, Preset, Settings, Sources};
use crate::data_dir::DataDir;
use crate::http::health::Health;
use crate::http::layers;
use crate::system::{self, System};

/// A built server; it works on nothing before [`App::resume`].
pub struct App {
    /// Everything of the main listener.
    pub router: Router,
    /// Health, for the operator's listener and for going down.
    pub health: Health,
    /// The OpenAPI document of all routes, JSON.
    pub openapi: Bytes,
    /// Accounts, for the housekeeping of the server.
    pub identity: Identity,
    /// Asked for by the set-up page; in the log.
    pub setup_code: Option<SecretString>,
    /// People's code.
    pub sandbox: sandbox::Sandbox,
    runs: Runs,
    retention: Arc<Retention>,
    triggers: Arc<Triggers>,
    clock: Mutex<Option<Clock>>,
    pub(crate) chat: Chat,
    blobs: Blobs,
    db: Db,
    _data: DataDir,
}

/// The migrations of all features.
pub fn migrations() -> Migrations {
    let features = [identity::migrations(), studio::migrations(), engine::migrations(), chat::migrations(), coze::migrations()];
    features.into_iter().flatten().collect()
}

/// What `identity` needs of the settings.
pub fn identity_config(settings: &Settings, setup_code: Option<SecretString>) -> identity::Config {
    let accounts = &settings.identity;
    let registration = match (accounts.disable_registration, accounts.allow_registration.0.is_empty()) {
        (false, _) => identity::Registration::Open,
        (true, false) => identity::Registration::Listed(accounts.allow_registration.0.clone()),
        (true, true) => identity::Registration::Closed,
    };
    identity::Config {
        registration,
        setup_code,
        public_url: settings.http.public_url.clone(),
        session_days: u32::try_from(accounts.session.0.as_secs() / 86_400).unwrap_or(30).max(1),
        version: crate::VERSION.to_owned(),
        ..identity::Config::default()
    }
}

impl App {
    /// Opens the database, brings its schema up to date, connects everything.
    pub async fn build(settings: &Settings, sources: &Sources, data: DataDir) -> anyhow::Result<Self> {
        Self::build_with(settings, sources, data, Services::default()).await
    }

    /// The same with services for nodes that this binary does not have itself yet, and tools beside its own; tests give fakes.
    pub async fn build_with(settings: &Settings, sources: &Sources, data: DataDir, services: Services) -> anyhow::Result<Self> {
        let key = data.instance_key()?;
        let options = settings.database.options(data.path()).map_err(anyhow::Error::msg)?;
        let db = Db::connect(&options).await.context("The database cannot be opened; check DATABASE_URL")?;
        db::migrate::run(&db, migrations()).await.context("The database schema cannot be brought up to date")?;
        let blobs = Blobs::folder(data.path().join("blobs")).context("The folder for files cannot be used")?;

        let setup_code = setup_code(settings);
        let identity = Identity::new(db.clone(), identity_config(settings, setup_code.clone()), &key);
        let setup_code = if identity.needs_setup().await.map_err(told)? { setup_code } else { None };

        let egress = Egress::new(&policy(&settings.network)?).context("Outbound connections cannot be set up")?;
        let vendors = providers::registry(&egress);
        let presets = settings.presets.iter().map(preset).collect();
        let users = Arc::new(ModelUsers(db.clone()));
        let vault = Arc::new(Vault(identity.sealer()));
        let models = Models::new(db.clone(), vendors, vault.clone(), users, presets).map_err(told)?;
        let models = Arc::new(models);
        let sandbox = sandbox::Sandbox::new(settings.sandbox.config(), Some(Arc::new(Fetch(egress.clone()))));
        let toolbox = tools::toolbox(Arc::new(egress.clone())).and(&services.tools);
        let names = Arc::new(Names(identity.clone()));
        let agents = Arc::new(Agents::new(db.clone(), models.clone(), toolbox.clone(), names.clone()));
        let granted = settings.sandbox.hosts().map_err(anyhow::Error::msg)?;
        let own = Code { sandbox: sandbox.clone(), limits: settings.sandbox.limits(), granted };
        let code = services.code.clone().unwrap_or_else(|| Arc::new(own));
        let uploads = Arc::new(Uploads::new(settings.http.public_url.clone()));
        let files = services.files.clone().unwrap_or_else(|| uploads.clone());
        let services = Services { code: Some(code), egress: Some(egress.clone()), files: Some(files), tools: toolbox.clone(), ..services };
        let threads = Arc::new(Threads::default());
        let conversations = services.conversations.clone().unwrap_or_else(|| threads.port());
        let services = Services { conversations: Some(conversations), secrets: Some(vault.clone()), ..services };
        let kinds = nodes::registry(&services);
        let instance = settings.workflows.limits();
        let limits = Arc::new(WorkspaceLimits::new(db.clone(), instance.clone()));
        let most = studio::workflows::Limits::default();
        let workflows = Arc::new(Workflows::new(db.clone(), kinds.clone(), names, vault, most, limits.clone()));

        let messages = Arc::new(Messages::default());
        let runs = Runs::new(engine::runtime::Deps {
            db: db.clone(),
            catalog: models.clone(),
            tools: toolbox,
            nodes: kinds,
            recorder: messages.clone(),
            settings: engine::Settings::default(),
        });
        let retention = Arc::new(Retention { limits: limits.clone(), instance: instance.keep });
        let workflow_runs = engine::Workflows::new(runs.clone(), workflows.clone(), instance.run).with_apps(services.apps.clone());
        let port = Arc::new(Engine(runs.clone(), workflow_runs.clone()));
        let chat_settings = chat::Settings {
            max_file_bytes: settings.storage.max_file.0,
            answer_timeout: settings.runs.chat_timeout.0,
            ..chat::Settings::default()
        };
        let chat = Chat::new(db.clone(), blobs.clone(), agents.clone(), port.clone(), chat_settings);
        messages.connect(chat.turns.clone());
        threads.connect(chat.clone());
        uploads.connect(chat.files.clone());
        runs.connect_files(uploads);

        let triggers = triggers(&db, settings, &identity, &workflows, &runs, &workflow_runs);

        let components = Components::new(db.clone(), blobs.clone());
        let health = Health::new(components.clone());
        let in_force = crate::commands::doctor::in_force(sources);
        let system = System { components, settings: in_force, started_at: Timestamp::now() };
        let coze = Arc::new(coze::Coze {
            db: db.clone(),
            chat: chat.clone(),
            runs: port,
            agents: agents.clone(),
            models: models.clone(),
            studio_workflows: workflows.clone(),
            workflows: workflow_runs.clone(),
            identity: Arc::new(identity.clone()),
        });

        let native = identity
            .routes()
            .merge(coze::canvas::http::routes(workflows.clone(), models.clone(), Arc::new(importers::Files)))
            .merge(studio::assist::http::routes(Arc::new(studio::assist::Assist::new(
                models.clone(),
                workflows.clone(),
                Arc::new(Stories(runs.clone())),
            ))))
            .merge(studio::routes(models, agents.clone(), workflows))
            .merge(studio::limits::http::routes(limits))
            .merge(studio::triggers::http::routes(triggers.clone()))
            .merge(engine::routes(runs.clone()))
            .merge(engine::workflows::http::routes(workflow_runs))
            .merge(chat.routes())
            .merge(sandbox::routes(sandbox.clone(), settings.sandbox.limits()))
            .merge(system::routes(system));
        let simple = studio::simple_routes(agents).merge(chat.simple_routes()).merge(studio::triggers::hook_routes(triggers.clone()));
        let families = Families { native, simple, oauth: identity.oauth_routes(), coze: coze::routes(coze) };
        // Runs are waited for ten minutes at most.
        let waiting = settings.runs.chat_timeout.0.max(Duration::from_mins(10)) + Duration::from_secs(30);
        let times = layers::Times { request: settings.http.request_timeout.0, waiting };
        let (router, openapi) = families.router(times)?;
        let router = router.merge(health.clone().routes()).merge(webui::router().layer(from_fn(layers::page_headers)));
        let router = layers::outside(router, &settings.http, AuthenticatorHandle(identity.authenticator()));
        let clock = Mutex::default();
        Ok(Self { router, health, openapi, identity, setup_code, sandbox, runs, retention, triggers, clock, chat, blobs, db, _data: data })
    }

    /// Takes up what the last process left: half-received files go, unfinished runs go on, queued turns start, schedules are kept.
    pub async fn resume(&self) -> anyhow::Result<()> {
        self.blobs.sweep().await.context("The folder for files cannot be tidied")?;
        let resumed = self.runs.resume_all().await.context("Unfinished runs cannot be read")?;
        self.chat.turns.resume().await.map_err(told)?;
        self.runs.retain(self.retention.clone());
        *self.clock.lock().unwrap_or_else(PoisonError::into_inner) = Some(self.triggers.start_clock());
        if resumed > 0 {
            tracing::info!("{resumed} unfinished runs go on");
        }
        Ok(())
    }

    /// Lets runs rest, then closes the database.
    pub async fn stop(self, limit: Duration) {
        let clock = self.clock.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(clock) = clock {
            clock.stop().await;
        }
        self.runs.drain(limit).await;
        self.db.close().await;
    }
}

/// What starts workflows by itself.
fn triggers(
    db: &Db,
    settings: &Settings,
    identity: &Identity,
    workflows: &Arc<Workflows>,
    runs: &Runs,
    starts: &engine::Workflows,
) -> Arc<Triggers> {
    let accounts = Arc::new(Accounts(identity.clone()));
    Arc::new(Triggers::new(studio::triggers::Deps {
        db: db.clone(),
        workflows: workflows.clone(),
        runs: Arc::new(Starts(runs.clone(), starts.clone())),
        people: accounts.clone(),
        names: Arc::new(Names(identity.clone())),
        audit: accounts,
        sealer: Arc::new(Vault(identity.sealer())),
        settings: settings.triggers.settings(),
    }))
}

/// Routes by who writes their error bodies.
struct Families {
    /// Below `/api/v1`.
    native: Routes,
    /// With whole paths, same bodies.
    simple: Routes,
    /// With whole paths and bodies of their own.
    oauth: Routes,
    /// With whole paths and Coze's bodies.
    coze: Routes,
}

impl Families {
    fn router(self, times: layers::Times) -> anyhow::Result<(Router, Bytes)> {
        let (native, native_doc) = self.native.split();
        let (simple, simple_doc) = self.simple.split();
        let (oauth, oauth_doc) = self.oauth.split();
        let (coze, coze_doc) = self.coze.split();
        let mut openapi = describe();
        openapi = openapi.nest("/api/v1", native_doc);
        for document in [simple_doc, oauth_doc, coze_doc] {
            openapi.merge(document);
        }
        // The tree it is written from takes ten times the memory of the text.
        let openapi = Bytes::from(openapi.to_json()?);
        let served = openapi.clone();
        let document = get(move || std::future::ready(([(CONTENT_TYPE, "application/json")], served.clone())));
        let api = Router::new()
            .nest("/api/v1", native.route("/openapi.json", document))
            .merge(simple)
            .route("/api/{*rest}", axum::routing::any(nothing))
            .method_not_allowed_fallback(nothing);
        let api = layers::guard(api, times).layer(from_fn(rest::envelope::native));
        let oauth = layers::guard(oauth, times);
        let coze = coze::serve(layers::guard(coze, times));
        Ok((api.merge(oauth).merge(coze), openapi))
    }
}

async fn nothing() -> rest::Refusal {
    rest::Refusal(Failure::new(
        types::ErrorKind::NotFound,
        "not_found",
        "There is nothing at this address. The API is described at /api/v1/openapi.json.",
    ))
}

fn describe() -> OpenApi {
    use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
    use utoipa::openapi::{ComponentsBuilder, InfoBuilder, OpenApiBuilder};
    let session = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(rest::SESSION_COOKIE)));
    let token = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    let info = InfoBuilder::new()
        .title("Hearth")
        .version(crate::VERSION)
        .description(Some("Hearth's own API below /api/v1, and the Coze Open API."))
        .build();
    let components = ComponentsBuilder::new().security_scheme("session", session).security_scheme("token", token).build();
    OpenApiBuilder::new().info(info).components(Some(components)).build()
}

/// Beyond loopback, whoever comes first must not become the owner: a code proves access to the log.
fn setup_code(settings: &Settings) -> Option<SecretString> {
    if let Some(code) = &settings.identity.setup_code {
        return Some(code.0.clone());
    }
    if settings.http.listen.0.ip().is_loopback() {
        return None;
    }
    let mut random = [0u8; 10];
    getrandom::fill(&mut random).ok()?;
    Some(hex::encode(random).into())
}

fn policy(network: &Network) -> anyhow::Result<egress::Policy> {
    let list = |name: &str, entries: &[String]| entries.join(",").parse::<AllowList>().map_err(|error| anyhow::anyhow!("{name}: {error}"));
    let ca_pem = match &network.ca_file {
        None => None,
        Some(path) => Some(std::fs::read(Path::new(path)).with_context(|| format!("HEARTH_EGRESS_CA_FILE {path} cannot be read"))?),
    };
    Ok(egress::Policy {
        allow: list("HEARTH_EGRESS_ALLOW", &network.allow.0)?,
        model_allow: list("HEARTH_MODEL_EGRESS_ALLOW", &network.model_allow.0)?,
        proxy: network.proxy.as_ref().map(|proxy| proxy.0.clone()),
        no_proxy: network.no_proxy.clone(),
        ca_pem,
        insecure_tls: network.insecure_tls,
        ..egress::Policy::default()
    })
}

fn preset(preset: &Preset) -> studio::models::Preset {
    studio::models::Preset {
        index: preset.number,
        id: preset.id.map(ModelId),
        name: preset.name.clone(),
        vendor: preset.vendor.clone(),
        base_url: preset.base_url.clone(),
        api_key: preset.api_key.clone(),
        model: preset.model.clone(),
        extra: std::collections::BTreeMap::default(),
    }
}

/// A failure as the operator reads it when the server does not start.
pub fn told(failure: impl Into<Failure>) -> anyhow::Error {
    let failure: Failure = failure.into();
    match failure.cause {
        Some(cause) => anyhow::anyhow!("{} ({cause})", failure.message),
        None => anyhow::anyhow!(failure.message),
    }
}
