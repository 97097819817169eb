//! Swapping an assertion, a code, a refresh token or a device code for tokens.

use db::Tx;
use secrecy::{ExposeSecret as _, SecretString};
use types::{Timestamp, UserId, WorkspaceId};

use super::assertion::Assertion;
use super::model::{self, AppKind};
use super::repo;
use super::stored::{app, code, refresh};
use super::wire::{Refused, Result};
use crate::audit::{self, By, Entry};
use crate::context::Context;
use crate::tokens::{self, Kind, Permissions, Wanted};
use crate::{secret, users};

/// An access token for a person lives so long, in seconds.
const ACCESS: i64 = 3600;
/// A refresh token lives so long, in seconds.
const REFRESH: i64 = 30 * 86_400;
/// A device polls at most this often, in seconds.
pub const INTERVAL: i64 = 5;

/// Fresh tokens.
pub struct Issued {
    pub access: SecretString,
    pub refresh: Option<SecretString>,
    pub expires_at: Timestamp,
}

/// What a transaction found: a refusal that must leave its traces is no error of the transaction.
enum Found {
    Issued(Issued),
    Refused(Refused),
    /// Somebody used it before: what came of it was revoked.
    Reused,
}

/// For whom and where.
#[derive(Clone, Copy)]
struct Grant {
    user: UserId,
    workspace: WorkspaceId,
    /// Id of the authorization.
    family: i64,
}

/// A token of a JWT app.
pub async fn by_assertion(cx: &Context, assertion: Assertion, ttl: i64, permissions: Permissions) -> Result<Issued> {
    let Assertion { app, hash, expires_at, session_name } = assertion;
    let user = UserId(app.user_id.ok_or_else(Refused::client)?);
    let grant = Grant { user, workspace: WorkspaceId(app.workspace_id), family: types::id::next_id() };
    let written = cx.db.write(move |tx| {
        Box::pin(async move {
            repo::insert_assertion(tx, hash, expires_at).await.map_err(|error| match db::Error::from(error) {
                db::Error::Duplicate(_) => {
                    Refused::because("invalid_grant", "This assertion was used before (jti): make a new one for each request.")
                }
                other => other.into(),
            })?;
            issue(tx, &app, grant, permissions, ttl, session_name, false).await
        })
    });
    written.await
}

/// Tokens for an authorization code.
pub async fn by_code(cx: &Context, app: app::Model, code: &str, redirect_uri: &str, verifier: Option<&str>, ip: String) -> Result<Issued> {
    let (hash, redirect_uri, verifier) = (secret::hash(code), redirect_uri.to_owned(), verifier.map(str::to_owned));
    let written = cx.db.write(move |tx| {
        Box::pin(async move {
            let Some(row) = repo::code(tx, &hash).await?.filter(|row| row.app_id == app.id) else {
                return Ok(Found::Refused(Refused::grant()));
            };
            if row.used_at.is_some() {
                return reused(tx, &app, row.id, row.workspace_id, ip).await;
            }
            if row.expires_at <= Timestamp::now().millis() || row.redirect_uri != redirect_uri || !proven(&app, &row, verifier.as_deref()) {
                return Ok(Found::Refused(Refused::grant()));
            }
            if !repo::use_code(tx, row.id).await? {
                return reused(tx, &app, row.id, row.workspace_id, ip).await;
            }
            let grant = Grant { user: UserId(row.user_id), workspace: WorkspaceId(row.workspace_id), family: row.id };
            issue(tx, &app, grant, Permissions::Build, ACCESS, None, true).await.map(Found::Issued)
        })
    });
    settle(cx, written.await?)
}

/// A verifier is needed where there is a challenge, and welcome nowhere else.
fn proven(app: &app::Model, row: &code::Model, verifier: Option<&str>) -> bool {
    match (&row.challenge, verifier) {
        (Some(challenge), Some(verifier)) => model::verifier_fits(challenge, row.challenge_method.as_deref(), verifier),
        (Some(_), None) => false,
        (None, _) => app.is(AppKind::Web),
    }
}

/// New tokens for a refresh token, which is used up.
pub async fn by_refresh(cx: &Context, app: app::Model, token: &str, ip: String) -> Result<Issued> {
    let hash = secret::hash(token);
    let written = cx.db.write(move |tx| {
        Box::pin(async move {
            let Some(row) = repo::refresh(tx, &hash).await?.filter(|row| row.app_id == app.id) else {
                return Ok(Found::Refused(Refused::grant()));
            };
            if row.used_at.is_some() || !repo::use_refresh(tx, row.id).await? {
                return reused(tx, &app, row.family, row.workspace_id, ip).await;
            }
            if row.expires_at <= Timestamp::now().millis() {
                return Ok(Found::Refused(Refused::grant()));
            }
            let grant = Grant { user: UserId(row.user_id), workspace: WorkspaceId(row.workspace_id), family: row.family };
            issue(tx, &app, grant, Permissions::Build, ACCESS, None, true).await.map(Found::Issued)
        })
    });
    settle(cx, written.await?)
}

/// Tokens for a device whose code was approved; until then the word to go on waiting.
pub async fn by_device(cx: &Context, app: app::Model, device_code: &str) -> Result<Issued> {
    let hash = secret::hash(device_code);
    let written = cx.db.write(move |tx| {
        Box::pin(async move {
            let refuse = |code, message| Ok(Found::Refused(Refused::because(code, message)));
            let Some(row) = repo::device(tx, &hash).await?.filter(|row| row.app_id == app.id) else {
                return Ok(Found::Refused(Refused::grant()));
            };
            let now = Timestamp::now();
            if row.status == "used" {
                return Ok(Found::Refused(Refused::grant()));
            }
            if row.expires_at <= now.millis() {
                return refuse("expired_token", "The code has expired. Ask for a new one.");
            }
            if row.status == "denied" {
                return refuse("access_denied", "The request was refused in the browser.");
            }
            let (Some(user), Some(workspace), "approved") = (row.user_id, row.workspace_id, row.status.as_str()) else {
                // Half a second is forgiven: timers are not that exact.
                let early = row.polled_at.is_some_and(|at| now.millis() - at < INTERVAL * 1000 - 500);
                repo::touch_device(tx, row.id).await?;
                return if early {
                    refuse("slow_down", "Asked too often: wait five seconds longer each time.")
                } else {
                    refuse("authorization_pending", "Nobody has answered in the browser yet. Ask again in five seconds.")
                };
            };
            repo::move_device(tx, row.id, "approved", "used", None).await?;
            let grant = Grant { user: UserId(user), workspace: WorkspaceId(workspace), family: row.id };
            issue(tx, &app, grant, Permissions::Build, ACCESS, None, true).await.map(Found::Issued)
        })
    });
    settle(cx, written.await?)
}

async fn reused(tx: &Tx, app: &app::Model, family: i64, workspace: i64, ip: String) -> Result<Found> {
    repo::revoke_family(tx, family).await?;
    let by = By { user: None, ip };
    let entry = Entry::new(&by, "oauth.reuse", types::OAuthAppId(app.id).to_string()).in_workspace(WorkspaceId(workspace));
    audit::record(tx, entry.with(serde_json::json!({ "app": app.name }))).await?;
    Ok(Found::Reused)
}

fn settle(cx: &Context, found: Found) -> Result<Issued> {
    match found {
        Found::Issued(issued) => Ok(issued),
        Found::Refused(refused) => Err(refused),
        Found::Reused => {
            cx.forget_actors();
            Err(Refused::grant())
        }
    }
}

async fn issue(
    tx: &Tx,
    app: &app::Model,
    grant: Grant,
    permissions: Permissions,
    ttl: i64,
    label: Option<String>,
    with_refresh: bool,
) -> Result<Issued> {
    // Both may have gone since the authorization.
    let active = users::repo::by_id(tx, grant.user).await?.is_some_and(|user| !user.disabled);
    if !active || !repo::lock_app(tx, app.id).await? {
        return Err(Refused::grant());
    }
    let expires_at = Timestamp::now().plus_seconds(ttl);
    let wanted = Wanted {
        kind: Kind::OAuth,
        user: grant.user,
        workspace: Some(grant.workspace),
        name: app.name.clone(),
        workspaces: Some(vec![grant.workspace]),
        permissions,
        expires_at: Some(expires_at),
        created_by: grant.user,
        oauth: Some((app.id, grant.family)),
        label,
    };
    let (row, access) = wanted.make()?;
    tokens::repo::insert(tx, row).await?;
    let refresh = if with_refresh { Some(secret::random("ort_")?) } else { None };
    if let Some(token) = &refresh {
        let row = refresh::Model {
            id: types::id::next_id(),
            hash: secret::hash(token.expose_secret()),
            family: grant.family,
            app_id: app.id,
            user_id: grant.user.get(),
            workspace_id: grant.workspace.get(),
            expires_at: Timestamp::now().plus_seconds(REFRESH).millis(),
            used_at: None,
        };
        repo::insert_refresh(tx, row).await?;
    }
    Ok(Issued { access, refresh, expires_at })
}
