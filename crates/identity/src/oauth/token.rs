//! `/api/permission/oauth2/*`: what the SDKs call.

use std::sync::Arc;

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use http::header::{CACHE_CONTROL, LOCATION};
use rest::{Client, Path, Policy, Routes};
use secrecy::ExposeSecret;
use serde::Serialize;
use serde_json::Value;
use types::{Timestamp, WorkspaceId};
use utoipa::ToSchema;

use super::assertion::Assertion;
use super::exchange::{self, INTERVAL, Issued};
use super::model::AppKind;
use super::repo;
use super::stored::{app, device};
use super::wire::{Asked, OAuthErrorBody, Refused, Result};
use crate::context::Context;
use crate::secret;
use crate::tokens::Permissions;

/// A device code lives so long, in seconds.
const DEVICE: i64 = 900;
/// A token of a JWT app lives so long when nothing was asked, in seconds.
const JWT_TTL: i64 = 900;
/// And at most so long.
const JWT_TTL_MAX: i64 = 86_400;

/// Tokens as the SDKs read them.
#[derive(Serialize, ToSchema)]
struct OAuthToken {
    access_token: String,
    /// The moment of expiry in Unix seconds: not a duration (so the SDKs have it).
    expires_in: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    refresh_token: Option<String>,
    /// `Bearer`
    token_type: &'static str,
}

impl From<Issued> for OAuthToken {
    fn from(issued: Issued) -> Self {
        Self {
            access_token: issued.access.expose_secret().to_owned(),
            expires_in: issued.expires_at.seconds(),
            refresh_token: issued.refresh.map(|token| token.expose_secret().to_owned()),
            token_type: "Bearer",
        }
    }
}

/// The start of a device's request.
#[derive(Serialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "the names are those of RFC 8628")]
struct DeviceCode {
    device_code: String,
    user_code: String,
    verification_uri: String,
    /// Seconds between polls.
    interval: i64,
    /// Seconds from now.
    expires_in: i64,
}

/// Never kept by anything between us and the program.
type Answer<T> = Result<([(http::HeaderName, &'static str); 1], Json<T>)>;

fn answer<T>(body: T) -> ([(http::HeaderName, &'static str); 1], Json<T>) {
    ([(CACHE_CONTROL, "no-store")], Json(body))
}

/// Routes for the SDKs, with full paths.
pub fn routes(cx: Arc<Context>) -> Routes {
    Routes::new(cx)
        .on(Policy::Public, rest::methods!(oauth_token))
        .on(Policy::Public, rest::methods!(oauth_account_token))
        .on(Policy::Public, rest::methods!(oauth_device_code))
        .on(Policy::Public, rest::methods!(oauth_workspace_device_code))
        .on(Policy::Public, rest::methods!(oauth_authorize))
        .on(Policy::Public, rest::methods!(oauth_workspace_authorize))
        .done()
}

/// Fetch a token
#[utoipa::path(post, path = "/api/permission/oauth2/token", tag = "oauth", request_body = Object,
    responses((status = 200, body = OAuthToken), (status = "4XX", body = OAuthErrorBody)))]
async fn oauth_token(State(cx): State<Arc<Context>>, client: Client, asked: Asked) -> Answer<OAuthToken> {
    token(&cx, &client, &asked, None).await
}

/// Fetch a token for an account
#[utoipa::path(post, path = "/api/permission/oauth2/account/{account_id}/token", tag = "oauth", params(("account_id" = String, Path)),
    request_body = Object, responses((status = 200, body = OAuthToken), (status = "4XX", body = OAuthErrorBody)))]
async fn oauth_account_token(
    State(cx): State<Arc<Context>>,
    client: Client,
    Path(account): Path<String>,
    asked: Asked,
) -> Answer<OAuthToken> {
    token(&cx, &client, &asked, Some(&account)).await
}

async fn token(cx: &Context, client: &Client, asked: &Asked, account: Option<&str>) -> Answer<OAuthToken> {
    cx.limits.oauth_address.check_address(client.ip).await?;
    let grant = asked.need("grant_type")?;
    if account.is_some() && !grant.ends_with(":jwt-bearer") {
        return Err(Refused::request("Only a JWT app fetches a token for an account."));
    }
    let ip = client.ip.to_string();
    let issued = match grant {
        "urn:ietf:params:oauth:grant-type:jwt-bearer" => jwt(cx, client, asked, account).await?,
        "authorization_code" => {
            let app = known(cx, asked, &[AppKind::Pkce, AppKind::Web]).await?;
            let (code, redirect_uri) = (asked.need("code")?, asked.need("redirect_uri")?);
            exchange::by_code(cx, app, code, redirect_uri, asked.text("code_verifier"), ip).await?
        }
        "refresh_token" => {
            let app = known(cx, asked, &[AppKind::Pkce, AppKind::Web, AppKind::Device]).await?;
            exchange::by_refresh(cx, app, asked.need("refresh_token")?, ip).await?
        }
        "urn:ietf:params:oauth:grant-type:device_code" => {
            let app = known(cx, asked, &[AppKind::Device]).await?;
            exchange::by_device(cx, app, asked.need("device_code")?).await?
        }
        _ => {
            let message = "The grant_type must be authorization_code, refresh_token, urn:ietf:params:oauth:grant-type:device_code or urn:ietf:params:oauth:grant-type:jwt-bearer.";
            return Err(Refused::because("unsupported_grant_type", message));
        }
    };
    Ok(answer(issued.into()))
}

async fn jwt(cx: &Context, client: &Client, asked: &Asked, account: Option<&str>) -> Result<Issued> {
    let text = asked.bearer.as_ref().ok_or_else(|| Refused::request("Send the assertion as `Authorization: Bearer <JWT>`."))?;
    let ttl = asked.number("duration_seconds")?.unwrap_or(JWT_TTL);
    if !(1..=JWT_TTL_MAX).contains(&ttl) {
        return Err(Refused::request("duration_seconds is a number from 1 to 86400."));
    }
    let permissions = asked.value("scope").map_or(Ok(Permissions::Build), narrowed)?;
    let assertion = Assertion::check(cx, text, client).await?;
    cx.limits.oauth_client.check(&assertion.app.client_id).await?;
    let app = &assertion.app;
    let accounts = [Some(app.workspace_id), Some(app.created_by), app.user_id];
    if account.is_some_and(|asked| !accounts.into_iter().flatten().any(|id| id.to_string() == asked)) {
        return Err(Refused::request("This account is not one that the app may act for."));
    }
    exchange::by_assertion(cx, assertion, ttl, permissions).await
}

/// What a `scope` object of the SDKs leaves: chatting only. A token for some agents only cannot be
/// had, and is refused rather than given wider than asked.
fn narrowed(scope: &Value) -> Result<Permissions> {
    let agents = scope.pointer("/attribute_constraint/connector_bot_chat_attribute/bot_id_list").and_then(Value::as_array);
    if agents.is_some_and(|list| !list.is_empty()) {
        return Err(Refused::because("invalid_scope", "A token cannot be limited to single bots: leave out bot_id_list."));
    }
    let listed = scope.pointer("/account_permission/permission_list").and_then(Value::as_array);
    Ok(if listed.is_some_and(|list| !list.is_empty()) { Permissions::Run } else { Permissions::Build })
}

/// The app that asks, if it is of one of these kinds and proves itself (a `web` app has a secret).
async fn known(cx: &Context, asked: &Asked, kinds: &[AppKind]) -> Result<app::Model> {
    let client_id = asked.need("client_id")?;
    cx.limits.oauth_client.check(client_id).await?;
    let app = repo::by_client_id(cx.db.read(), client_id).await?.ok_or_else(Refused::client)?;
    if !kinds.iter().any(|kind| app.is(*kind)) {
        return Err(Refused::client());
    }
    if let Some(hash) = &app.secret_hash {
        let given = asked.bearer.as_ref().map(ExposeSecret::expose_secret).or_else(|| asked.text("client_secret")).unwrap_or("");
        if !secret::same(hash, &secret::hash(given)) {
            return Err(Refused::client());
        }
    }
    Ok(app)
}

/// Start a device's request
#[utoipa::path(post, path = "/api/permission/oauth2/device/code", tag = "oauth", request_body = Object,
    responses((status = 200, body = DeviceCode), (status = "4XX", body = OAuthErrorBody)))]
async fn oauth_device_code(State(cx): State<Arc<Context>>, client: Client, asked: Asked) -> Answer<DeviceCode> {
    device_code(&cx, &client, &asked, None).await
}

/// Start a device's request for a workspace
#[utoipa::path(post, path = "/api/permission/oauth2/workspace_id/{workspace_id}/device/code", tag = "oauth",
    params(("workspace_id" = String, Path)), request_body = Object,
    responses((status = 200, body = DeviceCode), (status = "4XX", body = OAuthErrorBody)))]
async fn oauth_workspace_device_code(
    State(cx): State<Arc<Context>>,
    client: Client,
    Path(workspace): Path<String>,
    asked: Asked,
) -> Answer<DeviceCode> {
    let workspace = workspace.parse().map_err(|_| Refused::request("The workspace in the address is no id."))?;
    device_code(&cx, &client, &asked, Some(workspace)).await
}

async fn device_code(cx: &Context, client: &Client, asked: &Asked, workspace: Option<WorkspaceId>) -> Answer<DeviceCode> {
    cx.limits.oauth_address.check_address(client.ip).await?;
    let app = known(cx, asked, &[AppKind::Device]).await?;
    let (device_code, user_code) = (secret::random("odc_")?, secret::typed_code()?);
    let row = device::Model {
        id: types::id::next_id(),
        hash: secret::hash(device_code.expose_secret()),
        user_code: user_code.clone(),
        app_id: app.id,
        workspace_id: workspace.map(WorkspaceId::get),
        status: "pending".to_owned(),
        user_id: None,
        expires_at: Timestamp::now().plus_seconds(DEVICE).millis(),
        polled_at: None,
    };
    cx.db.write(move |tx| Box::pin(async move { Ok::<_, Refused>(repo::insert_device(tx, row).await?) })).await?;
    Ok(answer(DeviceCode {
        device_code: device_code.expose_secret().to_owned(),
        user_code,
        verification_uri: format!("{}/oauth/device", cx.base_url(client)),
        interval: INTERVAL,
        expires_in: DEVICE,
    }))
}

/// Ask for consent in the browser
#[utoipa::path(get, path = "/api/permission/oauth2/authorize", tag = "oauth", responses((status = 302, description = "To the consent page")))]
async fn oauth_authorize(RawQuery(query): RawQuery) -> Response {
    to_consent(&query.unwrap_or_default(), None)
}

/// Ask for consent in the browser, for a workspace
#[utoipa::path(get, path = "/api/permission/oauth2/workspace_id/{workspace_id}/authorize", tag = "oauth",
    params(("workspace_id" = String, Path)), responses((status = 302, description = "To the consent page")))]
async fn oauth_workspace_authorize(Path(workspace): Path<String>, RawQuery(query): RawQuery) -> Response {
    match workspace.parse::<WorkspaceId>() {
        Ok(workspace) => to_consent(&query.unwrap_or_default(), Some(workspace)),
        Err(_) => Refused::request("The workspace in the address is no id.").into_response(),
    }
}

/// The page of the web interface, with the same query. It is checked there, by `GET /oauth/consent`.
fn to_consent(query: &str, workspace: Option<WorkspaceId>) -> Response {
    let mut pairs: Vec<String> = query.split('&').filter(|pair| !pair.is_empty()).map(str::to_owned).collect();
    if let Some(workspace) = workspace {
        pairs.retain(|pair| !pair.starts_with("workspace_id="));
        pairs.push(format!("workspace_id={workspace}"));
    }
    (StatusCode::FOUND, [(LOCATION, format!("/oauth/authorize?{}", pairs.join("&")))]).into_response()
}
