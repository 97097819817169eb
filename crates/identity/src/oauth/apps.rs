//! `/workspaces/{workspace_id}/oauth-apps`.

use std::sync::Arc;

use axum::extract::State;
use rest::{Caller, Client, Json, Path, Policy, Query, Routes};
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};
use types::{Actor, Failure, OAuthAppId, Page, PageRequest, Permission, Role, Scope, Timestamp, UserId, WorkspaceId};
use utoipa::ToSchema;

use super::model::{self, AppKind};
use super::stored::app;
use super::{Error, repo};
use crate::audit::{self, By, Entry};
use crate::context::Context;
use crate::users::{self, Empty};
use crate::{secret, validate, workspaces};

/// A program that fetches tokens.
#[derive(Debug, Serialize, ToSchema)]
struct OAuthApp {
    id: OAuthAppId,
    /// Its public name on the wire.
    client_id: String,
    name: String,
    #[schema(value_type = AppKind)]
    kind: String,
    redirect_uris: Vec<String>,
    /// `kid` of its assertions.
    #[schema(required)]
    key_id: Option<String>,
    created_at: Timestamp,
}

impl From<app::Model> for OAuthApp {
    fn from(row: app::Model) -> Self {
        Self {
            id: OAuthAppId(row.id),
            redirect_uris: row.redirects(),
            client_id: row.client_id,
            name: row.name,
            kind: row.kind,
            key_id: row.key_id,
            created_at: Timestamp(row.created_at),
        }
    }
}

/// An app with its secret, shown once.
#[derive(Serialize, ToSchema)]
struct NewOAuthApp {
    #[serde(flatten)]
    app: OAuthApp,
    /// Of a `web` app.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    client_secret: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OAuthAppInput {
    name: String,
    kind: AppKind,
    /// Of `pkce` and `web`: at least one.
    redirect_uris: Option<Vec<String>>,
    /// Of `jwt`: RSA, PEM.
    public_key: Option<String>,
    /// Of `jwt`: the `kid`; made when absent.
    key_id: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OAuthAppPatch {
    name: Option<String>,
    redirect_uris: Option<Vec<String>>,
}

/// Routes of OAuth apps.
pub fn routes(cx: Arc<Context>) -> Routes {
    Routes::new(cx)
        .on(Policy::Session, rest::methods!(list_oauth_apps, create_oauth_app))
        .on(Policy::Session, rest::methods!(get_oauth_app, update_oauth_app, delete_oauth_app))
        .done()
}

/// The addresses of a kind: some for those that redirect, none for the others.
fn addresses(kind: AppKind, asked: &[String]) -> Result<String, Failure> {
    if kind.redirects() && asked.is_empty() {
        return Err(Failure::invalid("redirect_uris", "This kind of app needs at least one redirect address."));
    }
    if !kind.redirects() && !asked.is_empty() {
        return Err(Failure::invalid("redirect_uris", "This kind of app has no redirect addresses."));
    }
    if asked.len() > 20 {
        return Err(Failure::invalid("redirect_uris", "At most 20 redirect addresses."));
    }
    let list = asked.iter().map(|text| model::redirect_uri(text)).collect::<Result<Vec<_>, _>>()?;
    serde_json::to_string(&list).map_err(Failure::internal)
}

fn key_of(input: &OAuthAppInput) -> Result<(Option<String>, Option<String>), Failure> {
    if input.kind != AppKind::Jwt {
        return match (&input.public_key, &input.key_id) {
            (None, None) => Ok((None, None)),
            (Some(_), _) => Err(Failure::invalid("public_key", "Only an app of the kind jwt has a key.")),
            (None, Some(_)) => Err(Failure::invalid("key_id", "Only an app of the kind jwt has a key.")),
        };
    }
    let pem = input.public_key.as_deref().ok_or_else(|| Failure::invalid("public_key", "An app of the kind jwt needs its public key."))?;
    let key_id = match input.key_id.as_deref().map(str::trim).filter(|id| !id.is_empty()) {
        Some(given) if given.len() <= 200 && given.bytes().all(|b| b.is_ascii_graphic()) => given.to_owned(),
        Some(_) => return Err(Failure::invalid("key_id", "A key id has at most 200 visible ASCII characters.")),
        None => secret::random("")?.expose_secret()[..22].to_owned(),
    };
    Ok((Some(key_id), Some(model::public_key(pem)?)))
}

/// OAuth apps of a workspace
#[utoipa::path(get, path = "/workspaces/{workspace_id}/oauth-apps", tag = "oauth apps",
    params(("workspace_id" = WorkspaceId, Path), PageRequest),
    responses((status = 200, body = Page<OAuthApp>), (status = "4XX", body = rest::ErrorBody)))]
async fn list_oauth_apps(
    State(cx): State<Arc<Context>>,
    Caller(who): Caller,
    Path(workspace): Path<WorkspaceId>,
    Query(page): Query<PageRequest>,
) -> rest::Result<Json<Page<OAuthApp>>> {
    let scope = who.scope_in(workspace, Permission::Administer)?;
    let before = page.after().map_err(|e| Failure::invalid("cursor", e.to_string()))?;
    let rows = repo::apps(&cx.db, &scope, page.limit() + 1, before).await.map_err(db::Error::from)?;
    Ok(Json(Page::from_extra(rows, page.limit(), |row| row.id).map(OAuthApp::from)))
}

/// Register an OAuth app; a client secret is shown once
#[utoipa::path(post, path = "/workspaces/{workspace_id}/oauth-apps", tag = "oauth apps",
    params(("workspace_id" = WorkspaceId, Path)), request_body = OAuthAppInput,
    responses((status = 200, body = NewOAuthApp), (status = "4XX", body = rest::ErrorBody)))]
async fn create_oauth_app(
    State(cx): State<Arc<Context>>,
    Caller(who): Caller,
    client: Client,
    Path(workspace): Path<WorkspaceId>,
    Json(input): Json<OAuthAppInput>,
) -> rest::Result<Json<NewOAuthApp>> {
    who.require(workspace, Permission::Administer)?;
    let name = validate::name("name", &input.name)?;
    let redirect_uris = addresses(input.kind, input.redirect_uris.as_deref().unwrap_or_default())?;
    let (key_id, public_key) = key_of(&input)?;
    let client_secret = if input.kind == AppKind::Web { Some(secret::random("ocs_")?) } else { None };
    // A JWT app acts for nobody in particular: it gets a robot of its own.
    let robot = (input.kind == AppKind::Jwt).then(|| users::repo::service(name.clone()));
    let row = app::Model {
        id: OAuthAppId::generate().get(),
        workspace_id: workspace.get(),
        client_id: secret::random("")?.expose_secret()[..32].to_owned(),
        name,
        kind: input.kind.as_str().to_owned(),
        redirect_uris,
        key_id,
        public_key,
        secret_hash: client_secret.as_ref().map(|s| secret::hash(s.expose_secret())),
        user_id: robot.as_ref().map(|robot| robot.id),
        created_by: who.user.get(),
        created_at: Timestamp::now().millis(),
    };
    let (stored, by) = (row.clone(), By::actor(&who, &client));
    let written = cx.db.write(move |tx| {
        Box::pin(async move {
            workspaces::repo::lock(tx, workspace).await?.ok_or(Error::NoWorkspace)?;
            if let Some(robot) = robot {
                let id = UserId(robot.id);
                users::repo::insert(tx, robot).await?;
                workspaces::repo::add_member(tx, workspace, id, users::repo::SERVICE, Role::Builder).await?;
            }
            let entry = Entry::new(&by, "oauth_app.create", OAuthAppId(stored.id).to_string()).in_workspace(workspace);
            audit::record(tx, entry.with(serde_json::json!({ "name": stored.name, "kind": stored.kind }))).await?;
            Ok::<_, Error>(repo::insert_app(tx, stored).await?)
        })
    });
    written.await?;
    Ok(Json(NewOAuthApp { app: row.into(), client_secret: client_secret.map(|s| s.expose_secret().to_owned()) }))
}

async fn find(cx: &Context, who: &Actor, workspace: WorkspaceId, id: OAuthAppId) -> Result<(Scope, app::Model), Error> {
    let scope = who.scope_in(workspace, Permission::Administer)?;
    let row = repo::app(cx.db.read(), &scope, id).await?.ok_or(Error::NoSuchApp)?;
    Ok((scope, row))
}

/// An OAuth app
#[utoipa::path(get, path = "/workspaces/{workspace_id}/oauth-apps/{oauth_app_id}", tag = "oauth apps",
    params(("workspace_id" = WorkspaceId, Path), ("oauth_app_id" = OAuthAppId, Path)),
    responses((status = 200, body = OAuthApp), (status = "4XX", body = rest::ErrorBody)))]
async fn get_oauth_app(
    State(cx): State<Arc<Context>>,
    Caller(who): Caller,
    Path((workspace, id)): Path<(WorkspaceId, OAuthAppId)>,
) -> rest::Result<Json<OAuthApp>> {
    Ok(Json(find(&cx, &who, workspace, id).await?.1.into()))
}

/// Change an OAuth app
#[utoipa::path(patch, path = "/workspaces/{workspace_id}/oauth-apps/{oauth_app_id}", tag = "oauth apps",
    params(("workspace_id" = WorkspaceId, Path), ("oauth_app_id" = OAuthAppId, Path)), request_body = OAuthAppPatch,
    responses((status = 200, body = OAuthApp), (status = "4XX", body = rest::ErrorBody)))]
async fn update_oauth_app(
    State(cx): State<Arc<Context>>,
    Caller(who): Caller,
    client: Client,
    Path((workspace, id)): Path<(WorkspaceId, OAuthAppId)>,
    Json(input): Json<OAuthAppPatch>,
) -> rest::Result<Json<OAuthApp>> {
    let (scope, row) = find(&cx, &who, workspace, id).await?;
    let kind = AppKind::parse(&row.kind).ok_or_else(|| Failure::internal("an OAuth app of no known kind"))?;
    let name = input.name.map(|name| validate::name("name", &name)).transpose()?;
    let redirect_uris = input.redirect_uris.map(|list| addresses(kind, &list)).transpose()?;
    let by = By::actor(&who, &client);
    let written = cx.db.write(move |tx| {
        Box::pin(async move {
            let mut row = repo::app(tx, &scope, id).await?.ok_or(Error::NoSuchApp)?;
            row.name = name.unwrap_or(row.name);
            row.redirect_uris = redirect_uris.unwrap_or(row.redirect_uris);
            repo::update_app(tx, &row).await?;
            let entry = Entry::new(&by, "oauth_app.update", id.to_string()).in_workspace(workspace);
            audit::record(tx, entry.with(serde_json::json!({ "name": row.name }))).await?;
            Ok::<_, Error>(row)
        })
    });
    Ok(Json(written.await?.into()))
}

/// Delete an OAuth app; all its tokens stop working
#[utoipa::path(delete, path = "/workspaces/{workspace_id}/oauth-apps/{oauth_app_id}", tag = "oauth apps",
    params(("workspace_id" = WorkspaceId, Path), ("oauth_app_id" = OAuthAppId, Path)),
    responses((status = 200, body = Empty), (status = "4XX", body = rest::ErrorBody)))]
async fn delete_oauth_app(
    State(cx): State<Arc<Context>>,
    Caller(who): Caller,
    client: Client,
    Path((workspace, id)): Path<(WorkspaceId, OAuthAppId)>,
) -> rest::Result<Json<Empty>> {
    let (_, row) = find(&cx, &who, workspace, id).await?;
    let by = By::actor(&who, &client);
    let written = cx.db.write(move |tx| {
        Box::pin(async move {
            if repo::lock_app(tx, row.id).await? {
                repo::delete_app(tx, &row).await?;
                let entry = Entry::new(&by, "oauth_app.delete", id.to_string()).in_workspace(workspace);
                audit::record(tx, entry.with(serde_json::json!({ "name": row.name }))).await?;
            }
            Ok::<_, Error>(())
        })
    });
    written.await?;
    cx.forget_actors();
    Ok(Json(Empty {}))
}
