//! `/setup`, `/auth/*`, `/me`.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::AppendHeaders;
use http::header::SET_COOKIE;
use http::request::Parts;
use rest::{Caller, Client, Json, Policy, Routes};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use types::{Actor, Timestamp, UserId};
use utoipa::ToSchema;

use super::service::{Application, SignedIn};
use super::{Row, Users, admin};
use crate::context::Context;
use crate::workspaces::{self, WorkspaceRef};
use crate::{sessions, validate};

/// `{}`
#[derive(Debug, Serialize, ToSchema)]
pub struct Empty {}

/// Whether the set-up page is to be shown.
#[derive(Debug, Serialize, ToSchema)]
struct SetupStatus {
    /// Nobody has an account yet.
    needed: bool,
    /// The code from the server's log is asked for.
    code_required: bool,
    /// Version of Hearth.
    version: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SetupInput {
    email: String,
    name: String,
    #[schema(value_type = String, format = Password, min_length = 8, max_length = 256)]
    password: SecretString,
    #[schema(value_type = Option<String>)]
    code: Option<SecretString>,
}

/// Who may create an account.
#[derive(Debug, Serialize, ToSchema)]
struct AuthOptions {
    /// `open`, `listed` or `closed`.
    #[schema(value_type = RegistrationMode)]
    registration: &'static str,
}

/// Only for the description.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[allow(dead_code, reason = "describes the values of a string")]
enum RegistrationMode {
    Open,
    Listed,
    Closed,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SignUpInput {
    email: String,
    name: String,
    #[schema(value_type = String, format = Password, min_length = 8, max_length = 256)]
    password: SecretString,
    invitation: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SignInInput {
    email: String,
    #[schema(value_type = String, format = Password)]
    password: SecretString,
}

/// A language of the interface.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
pub enum Locale {
    /// Simplified Chinese.
    #[serde(rename = "zh-CN")]
    ZhCn,
    /// English.
    #[serde(rename = "en")]
    En,
}

impl Locale {
    const fn as_str(self) -> &'static str {
        match self {
            Self::ZhCn => "zh-CN",
            Self::En => "en",
        }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ProfileInput {
    name: Option<String>,
    locale: Option<Locale>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PasswordInput {
    #[schema(value_type = String, format = Password)]
    current: SecretString,
    #[schema(value_type = String, format = Password, min_length = 8, max_length = 256)]
    new: SecretString,
}

/// An account.
#[derive(Debug, Serialize, ToSchema)]
pub struct User {
    /// Its id.
    pub id: UserId,
    /// Address, lower case; empty for a robot.
    pub email: String,
    /// Name.
    pub name: String,
    /// `zh-CN` or `en`.
    pub locale: String,
    /// Administers the instance.
    pub is_instance_admin: bool,
    /// Since when.
    pub created_at: Timestamp,
}

impl From<Row> for User {
    fn from(row: Row) -> Self {
        Self {
            id: UserId(row.id),
            email: row.email.unwrap_or_default(),
            name: row.name,
            locale: row.locale,
            is_instance_admin: row.instance_admin,
            created_at: Timestamp(row.created_at),
        }
    }
}

/// The caller and where he may work.
#[derive(Debug, Serialize, ToSchema)]
struct Me {
    user: User,
    /// Personal workspace first.
    workspaces: Vec<WorkspaceRef>,
}

type WithCookie = (AppendHeaders<[(http::HeaderName, String); 1]>, Json<Me>);

/// Routes of accounts.
pub fn routes(cx: Arc<Context>) -> Routes {
    let users = Users::new(cx);
    let routes = Routes::new(users.clone())
        .on(Policy::Public, rest::methods!(get_setup, set_up))
        .on(Policy::Public, rest::methods!(get_auth_options))
        .on(Policy::Public, rest::methods!(sign_up))
        .on(Policy::Public, rest::methods!(sign_in))
        .on(Policy::Caller, rest::methods!(get_me))
        .on(Policy::Session, rest::methods!(update_me))
        .on(Policy::Session, rest::methods!(change_password))
        .done();
    routes.merge(admin::routes(users))
}

impl Users {
    /// The answer to whoever has just proved who he is.
    async fn welcome(&self, signed_in: SignedIn, secure: bool) -> rest::Result<WithCookie> {
        let actor = workspaces::session_actor(&self.cx.db, signed_in.user, signed_in.session).await?;
        let cookie = sessions::cookie(&signed_in.cookie, self.cx.config.session_days, secure);
        Ok((AppendHeaders([(SET_COOKIE, cookie)]), Json(self.me(&actor).await?)))
    }

    async fn me(&self, who: &Actor) -> rest::Result<Me> {
        let user = self.get(who.user).await?.into();
        Ok(Me { user, workspaces: workspaces::refs(&self.cx.db, who).await? })
    }
}

/// A page of another site must not sign a browser in, so an `Origin`, if sent, must be ours.
fn from_here(parts: &Parts) -> rest::Result<()> {
    if parts.headers.contains_key(http::header::ORIGIN) {
        rest::auth::same_origin(parts)?;
    }
    Ok(())
}

/// Parts for the origin check, then the body.
async fn read<T: serde::de::DeserializeOwned>(request: Request) -> rest::Result<T> {
    use axum::extract::FromRequest as _;
    let (parts, body) = request.into_parts();
    from_here(&parts)?;
    Json::from_request(Request::from_parts(parts, body), &()).await.map(|Json(value)| value)
}

/// Is this instance set up?
#[utoipa::path(get, path = "/setup", tag = "auth", responses((status = 200, body = SetupStatus)))]
async fn get_setup(State(users): State<Users>) -> rest::Result<Json<SetupStatus>> {
    let (needed, code) = users.setup_status().await?;
    Ok(Json(SetupStatus { needed, code_required: needed && code, version: users.cx.config.version.clone() }))
}

/// Create the owner account
#[utoipa::path(post, path = "/setup", tag = "auth", request_body = SetupInput,
    responses((status = 200, body = Me), (status = "4XX", body = rest::ErrorBody)))]
async fn set_up(State(users): State<Users>, client: Client, request: Request) -> rest::Result<WithCookie> {
    let SetupInput { email, name, password, code } = read(request).await?;
    let secure = client.secure;
    let signed_in = users.set_up(Application { email, name, password }, code, client).await?;
    users.welcome(signed_in, secure).await
}

/// Who may create an account?
#[utoipa::path(get, path = "/auth/options", tag = "auth", responses((status = 200, body = AuthOptions)))]
async fn get_auth_options(State(users): State<Users>) -> Json<AuthOptions> {
    Json(AuthOptions { registration: users.cx.config.registration.as_str() })
}

/// Create an account
#[utoipa::path(post, path = "/auth/sign-up", tag = "auth", request_body = SignUpInput,
    responses((status = 200, body = Me), (status = "4XX", body = rest::ErrorBody)))]
async fn sign_up(State(users): State<Users>, client: Client, request: Request) -> rest::Result<WithCookie> {
    let SignUpInput { email, name, password, invitation } = read(request).await?;
    let secure = client.secure;
    let signed_in = users.sign_up(Application { email, name, password }, invitation, client).await?;
    users.welcome(signed_in, secure).await
}

/// Sign in
#[utoipa::path(post, path = "/auth/sign-in", tag = "auth", request_body = SignInInput,
    responses((status = 200, body = Me), (status = "4XX", body = rest::ErrorBody)))]
async fn sign_in(State(users): State<Users>, client: Client, request: Request) -> rest::Result<WithCookie> {
    let SignInInput { email, password } = read(request).await?;
    let secure = client.secure;
    let signed_in = users.sign_in(&validate::shortened(&email, 300), password, client).await?;
    users.welcome(signed_in, secure).await
}

/// Who am I?
#[utoipa::path(get, path = "/me", tag = "auth", responses((status = 200, body = Me), (status = "4XX", body = rest::ErrorBody)))]
async fn get_me(
    State(users): State<Users>,
    Caller(who): Caller,
    client: Client,
    headers: http::HeaderMap,
) -> rest::Result<(http::HeaderMap, Json<Me>)> {
    let mut answer = http::HeaderMap::new();
    // The browser's copy of the cookie must roll along with the session.
    if let (Some(_), Some(cookie)) = (sessions::current(&who), sessions::secret_in(&headers)) {
        let cookie = sessions::cookie(&cookie, users.cx.config.session_days, client.secure);
        answer.extend(cookie.parse().ok().map(|value| (SET_COOKIE, value)));
    }
    Ok((answer, Json(users.me(&who).await?)))
}

/// Change my name or language
#[utoipa::path(patch, path = "/me", tag = "auth", request_body = ProfileInput,
    responses((status = 200, body = Me), (status = "4XX", body = rest::ErrorBody)))]
async fn update_me(State(users): State<Users>, Caller(who): Caller, Json(input): Json<ProfileInput>) -> rest::Result<Json<Me>> {
    users.update(&who, input.name, input.locale.map(|l| l.as_str().to_owned())).await?;
    Ok(Json(users.me(&who).await?))
}

/// Change my password; other browsers are signed out
#[utoipa::path(post, path = "/me/password", tag = "auth", request_body = PasswordInput,
    responses((status = 200, body = Empty), (status = "4XX", body = rest::ErrorBody)))]
async fn change_password(
    State(users): State<Users>,
    Caller(who): Caller,
    client: Client,
    Json(input): Json<PasswordInput>,
) -> rest::Result<Json<Empty>> {
    users.change_password(&who, input.current, input.new, &client).await?;
    Ok(Json(Empty {}))
}
