//! `/oauth/consent`: what the page `/oauth/authorize` asks and answers.

use std::sync::Arc;

use axum::extract::State;
use rest::{Caller, Client, Json, Policy, Query, Routes};
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};
use types::{Failure, OAuthAppId, Timestamp, WorkspaceId};
use url::Url;
use utoipa::{IntoParams, ToSchema};

use super::model::{self, AppKind, Challenge};
use super::stored::{app, code};
use super::{Error, repo};
use crate::audit::{self, By, Entry};
use crate::context::Context;
use crate::secret;

/// How long a code can be swapped for tokens.
const CODE_SECONDS: i64 = 600;

/// What the program put into the address.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ConsentQuery {
    client_id: String,
    redirect_uri: String,
    response_type: Option<String>,
    /// Goes back to the program as it is.
    #[allow(dead_code, reason = "part of the address; the page gives it back with the answer")]
    state: Option<String>,
    code_challenge: Option<String>,
    code_challenge_method: Option<String>,
    workspace_id: Option<WorkspaceId>,
}

/// What a person is asked.
#[derive(Debug, Serialize, ToSchema)]
struct Consent {
    app_name: String,
    /// Where the token will work.
    workspace_name: String,
    redirect_uri: String,
    scopes: Vec<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ConsentInput {
    client_id: String,
    redirect_uri: String,
    state: Option<String>,
    code_challenge: Option<String>,
    code_challenge_method: Option<String>,
    workspace_id: Option<WorkspaceId>,
    approve: bool,
}

/// Where the browser goes now.
#[derive(Debug, Serialize, ToSchema)]
struct ConsentAnswer {
    redirect_to: String,
}

/// Routes of consent.
pub fn routes(cx: Arc<Context>) -> Routes {
    Routes::new(cx).on(Policy::Session, rest::methods!(get_consent, give_consent)).done()
}

/// The app and its challenge, if the request is one that may be answered at its redirect address.
async fn check(
    cx: &Context,
    client_id: &str,
    redirect_uri: &str,
    challenge: Option<&str>,
    method: Option<&str>,
) -> Result<(app::Model, Option<Challenge>), Error> {
    let app = model::client(cx, client_id).await?;
    if !AppKind::parse(&app.kind).is_some_and(AppKind::redirects) {
        return Err(Error::UnknownClient);
    }
    if !app.admits(redirect_uri) {
        return Err(Error::RedirectUnknown);
    }
    let challenge = Challenge::read(challenge, method)?;
    if challenge.is_none() && app.is(AppKind::Pkce) {
        return Err(Error::RequestInvalid);
    }
    Ok((app, challenge))
}

/// What a program asks for
#[utoipa::path(get, path = "/oauth/consent", tag = "oauth", params(ConsentQuery),
    responses((status = 200, body = Consent), (status = "4XX", body = rest::ErrorBody)))]
async fn get_consent(
    State(cx): State<Arc<Context>>,
    Caller(who): Caller,
    Query(asked): Query<ConsentQuery>,
) -> rest::Result<Json<Consent>> {
    let (challenge, method) = (asked.code_challenge.as_deref(), asked.code_challenge_method.as_deref());
    let (app, _) = check(&cx, &asked.client_id, &asked.redirect_uri, challenge, method).await?;
    if asked.response_type.as_deref().is_some_and(|kind| kind != "code") {
        return Err(Error::RequestInvalid.into());
    }
    let (_, workspace_name) = model::target(&cx, &who, &app, asked.workspace_id).await?;
    Ok(Json(Consent { app_name: app.name, workspace_name, redirect_uri: asked.redirect_uri, scopes: model::scopes() }))
}

/// Allow or refuse it
#[utoipa::path(post, path = "/oauth/consent", tag = "oauth", request_body = ConsentInput,
    responses((status = 200, body = ConsentAnswer), (status = "4XX", body = rest::ErrorBody)))]
async fn give_consent(
    State(cx): State<Arc<Context>>,
    Caller(who): Caller,
    client: Client,
    Json(asked): Json<ConsentInput>,
) -> rest::Result<Json<ConsentAnswer>> {
    let (wanted, method) = (asked.code_challenge.as_deref(), asked.code_challenge_method.as_deref());
    let (app, challenge) = check(&cx, &asked.client_id, &asked.redirect_uri, wanted, method).await?;
    let (workspace, _) = model::target(&cx, &who, &app, asked.workspace_id).await?;
    let entry = Entry::new(&By::actor(&who, &client), "oauth.consent", OAuthAppId(app.id).to_string()).in_workspace(workspace);
    let entry = entry.with(serde_json::json!({ "app": app.name, "approved": asked.approve }));
    let code = if asked.approve { Some(secret::random("oac_")?) } else { None };
    let row = code.as_ref().map(|code| code::Model {
        id: types::id::next_id(),
        hash: secret::hash(code.expose_secret()),
        app_id: app.id,
        user_id: who.user.get(),
        workspace_id: workspace.get(),
        redirect_uri: asked.redirect_uri.clone(),
        challenge_method: challenge.as_ref().map(|c| c.method.to_owned()),
        challenge: challenge.map(|c| c.value),
        expires_at: Timestamp::now().plus_seconds(CODE_SECONDS).millis(),
        used_at: None,
    });
    let written = cx.db.write(move |tx| {
        Box::pin(async move {
            if let Some(row) = row {
                repo::insert_code(tx, row).await?;
            }
            Ok::<_, Error>(audit::record(tx, entry).await?)
        })
    });
    written.await?;
    let mut url = Url::parse(&asked.redirect_uri).map_err(Failure::internal)?;
    match &code {
        Some(code) => url.query_pairs_mut().append_pair("code", code.expose_secret()),
        None => url.query_pairs_mut().append_pair("error", "access_denied"),
    };
    if let Some(state) = asked.state.filter(|state| !state.is_empty()) {
        url.query_pairs_mut().append_pair("state", &state);
    }
    Ok(Json(ConsentAnswer { redirect_to: url.into() }))
}
