//! An instance in memory behind its routes, and a client for it.

use axum::body::Body;
use axum::extract::Request;
use axum::middleware::from_fn;
use axum::{Extension, Router};
use db::Db;
use http::{HeaderMap, Method, StatusCode};
use rest::Client;
use rest::auth::AuthenticatorHandle;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;
use types::{Actor, UserId};

use crate::{Config, Identity, NewToken, NewUser, Permissions, migrations};

pub const ORIGIN: &str = "http://hearth.test";
pub const PASSWORD: &str = "correct horse";

/// A running instance.
pub struct Server {
    pub identity: Identity,
    pub db: Db,
    router: Router,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Answer {
    /// The code of the error, or what the answer was instead.
    pub fn code(&self) -> String {
        self.body["error"]["code"].as_str().map_or_else(|| format!("{} {}", self.status, self.body), str::to_owned)
    }

    /// The body of a success.
    #[track_caller]
    pub fn ok(self) -> Value {
        assert_eq!(self.status, StatusCode::OK, "{}", self.body);
        self.body
    }

    /// `hearth_session=…` as a browser sends it back.
    #[track_caller]
    pub fn cookie(&self) -> String {
        let header = self.headers["set-cookie"].to_str().unwrap();
        header.split(';').next().unwrap().to_owned()
    }
}

/// Who is asking.
#[derive(Clone)]
pub enum As {
    Nobody,
    Cookie(String),
    Token(String),
}

/// A signed-in person.
#[derive(Clone)]
pub struct Person {
    pub cookie: As,
    pub id: String,
    pub personal: String,
}

impl Server {
    pub async fn start(config: Config) -> Self {
        let db = database().await;
        let identity = Identity::new(db.clone(), config, &[3; 32]);
        let (api, _) = identity.routes().split();
        let (oauth, _) = identity.oauth_routes().split();
        // What other crates see of an actor.
        let probe = axum::routing::get(|rest::Caller(who): rest::Caller| async move { axum::Json(describe(&who)) });
        let probe = rest::Routes::new(()).on(rest::Policy::Caller, (Vec::new(), probe_path(), probe)).done().split().0;
        let router = Router::new().nest("/api/v1", api.merge(probe)).merge(oauth).layer(from_fn(rest::envelope::native));
        let router = router.layer(Extension(AuthenticatorHandle(identity.authenticator()))).layer(from_fn(rest::envelope::log_id));
        Self { identity, db, router }
    }

    /// A request as it comes from a browser or a program at `ip`.
    pub async fn send(&self, ip: &str, request: Request) -> Answer {
        let mut request = request;
        request.extensions_mut().insert(Client {
            ip: ip.parse().unwrap(),
            origin: ORIGIN.into(),
            secure: false,
            user_agent: "test".into(),
        });
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, 1 << 20).await.unwrap();
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        Answer { status: head.status, headers: head.headers, body }
    }

    pub async fn call(&self, who: &As, method: Method, path: &str, body: Value) -> Answer {
        let mut request = http::Request::builder().method(method).uri(format!("/api/v1{path}")).header("origin", ORIGIN);
        request = match who {
            As::Nobody => request,
            As::Cookie(cookie) => request.header("cookie", cookie),
            As::Token(token) => request.header("authorization", format!("Bearer {token}")),
        };
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        self.send("192.0.2.1", request.header("content-type", "application/json").body(body).unwrap()).await
    }

    pub async fn get(&self, who: &As, path: &str) -> Answer {
        self.call(who, Method::GET, path, Value::Null).await
    }

    pub async fn post(&self, who: &As, path: &str, body: Value) -> Answer {
        self.call(who, Method::POST, path, body).await
    }

    pub async fn patch(&self, who: &As, path: &str, body: Value) -> Answer {
        self.call(who, Method::PATCH, path, body).await
    }

    pub async fn delete(&self, who: &As, path: &str) -> Answer {
        self.call(who, Method::DELETE, path, Value::Null).await
    }

    /// The first account, administrator of the instance: ann@example.com.
    pub async fn owner(&self) -> Person {
        let body = json!({ "email": "Ann@Example.com", "name": "Ann", "password": PASSWORD });
        Person::of(self.post(&As::Nobody, "/setup", body).await)
    }

    /// Another account, made by the operator and signed in.
    pub async fn person(&self, name: &str) -> Person {
        let email = format!("{name}@example.com");
        let user = NewUser { email: email.clone(), name: name.into(), password: PASSWORD.into(), instance_admin: false };
        self.identity.create_user(user).await.unwrap();
        Person::of(self.post(&As::Nobody, "/auth/sign-in", json!({ "email": email, "password": PASSWORD })).await)
    }

    /// A team workspace.
    pub async fn team(&self, owner: &Person) -> String {
        text(&self.post(&owner.cookie, "/workspaces", json!({ "name": "Team" })).await.ok()["id"])
    }

    /// Makes `person` a member of `workspace`.
    pub async fn join(&self, owner: &Person, workspace: &str, person: &Person, role: &str) {
        let body = json!({ "role": role });
        let code = text(&self.post(&owner.cookie, &format!("/workspaces/{workspace}/invitations"), body).await.ok()["code"]);
        self.post(&person.cookie, &format!("/invitations/{code}/accept"), Value::Null).await.ok();
    }

    /// A personal token of the account with this address.
    pub async fn token(&self, email: &str, permissions: Permissions, expires_at: Option<types::Timestamp>) -> As {
        let token = NewToken { email: email.into(), name: "t".into(), workspaces: None, permissions, expires_at };
        As::Token(self.identity.create_token(token).await.unwrap().secret.expose_secret().to_owned())
    }

    /// `POST` to an OAuth endpoint, as a program does it.
    pub async fn oauth(&self, path: &str, bearer: Option<&str>, body: Value) -> Answer {
        let mut request = http::Request::post(format!("/api/permission/oauth2{path}")).header("content-type", "application/json");
        if let Some(bearer) = bearer {
            request = request.header("authorization", format!("Bearer {bearer}"));
        }
        self.send("192.0.2.9", request.body(Body::from(body.to_string())).unwrap()).await
    }
}

impl Person {
    #[track_caller]
    pub fn of(answer: Answer) -> Self {
        let cookie = As::Cookie(answer.cookie());
        let me = answer.ok();
        Self { cookie, id: text(&me["user"]["id"]), personal: text(&me["workspaces"][0]["id"]) }
    }

    pub fn user(&self) -> UserId {
        self.id.parse().unwrap()
    }
}

/// A fresh database: SQLite in memory, or one of its own on the scratch server that
/// `HEARTH_TEST_DATABASE_URL` names (`mysql://…`, `postgres://…`).
async fn database() -> Db {
    let Ok(server) = std::env::var("HEARTH_TEST_DATABASE_URL") else { return db::testing::memory(migrations()).await.unwrap() };
    let name = format!("hearth_identity_{}", types::id::next_id());
    let admin = Db::connect(&db::Options::new(&server)).await.unwrap();
    sea_orm::ConnectionTrait::execute_unprepared(admin.read(), &format!("CREATE DATABASE {name}")).await.unwrap();
    admin.close().await;
    let mut url = url::Url::parse(&server).unwrap();
    url.set_path(&name);
    let db = Db::connect(&db::Options::new(url)).await.unwrap();
    db::migrate::run(&db, migrations()).await.unwrap();
    db
}

/// The text of a JSON string.
#[track_caller]
pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}

fn probe_path() -> utoipa::openapi::Paths {
    let item = utoipa::openapi::PathItem::new(utoipa::openapi::HttpMethod::Get, utoipa::openapi::path::Operation::new());
    utoipa::openapi::PathsBuilder::new().path("/probe", item).build()
}

fn describe(who: &Actor) -> Value {
    let grants: Vec<Value> = who.grants().iter().map(|g| json!([g.workspace, g.role])).collect();
    let run = who.scope(types::Permission::Run).ids().len();
    json!({ "user": who.user, "admin": who.instance_admin, "grants": grants, "may_run_in": run })
}

/// For assertions on whole answers: without what differs each time.
pub fn body_without_log_id(answer: &Answer) -> Value {
    let mut body = answer.body.clone();
    if let Some(error) = body["error"].as_object_mut() {
        error.remove("log_id");
    }
    body
}
