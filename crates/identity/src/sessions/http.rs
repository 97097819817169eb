//! `/me/sessions` and `/auth/sign-out`.

use std::sync::Arc;

use axum::extract::State;
use axum::response::AppendHeaders;
use http::header::SET_COOKIE;
use rest::{Caller, Client, Json, Path, Policy, Routes};
use serde::Serialize;
use types::actor::Credential;
use types::{Actor, Failure, Page, SessionId, Timestamp};
use utoipa::ToSchema;

use super::{Row, no_cookie, repo};
use crate::audit::{self, By};
use crate::context::Context;
use crate::users::Empty;

/// A signed-in browser.
#[derive(Debug, Serialize, ToSchema)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Whether it is the one that asks.
    pub current: bool,
    /// Signed in at.
    pub created_at: Timestamp,
    /// Last visit, to the minute.
    pub last_seen_at: Timestamp,
    /// Signed out at, without another visit.
    pub expires_at: Timestamp,
    /// What the browser said it was.
    pub user_agent: String,
    /// From which address it signed in.
    pub ip: String,
}

impl Session {
    fn new(row: Row, current: Option<SessionId>) -> Self {
        Self {
            id: SessionId(row.id),
            current: current == Some(SessionId(row.id)),
            created_at: Timestamp(row.created_at),
            last_seen_at: Timestamp(row.last_seen_at),
            expires_at: Timestamp(row.expires_at),
            user_agent: row.user_agent,
            ip: row.ip,
        }
    }
}

/// Routes of sessions.
pub fn routes(cx: Arc<Context>) -> Routes {
    Routes::new(cx)
        .on(Policy::Session, rest::methods!(sign_out))
        .on(Policy::Session, rest::methods!(list_sessions))
        .on(Policy::Session, rest::methods!(revoke_session))
        .done()
}

/// The session of an actor that came with a cookie.
pub fn current(who: &Actor) -> Option<SessionId> {
    match who.credential {
        Credential::Session(id) => Some(id),
        Credential::Token { .. } | Credential::System => None,
    }
}

/// Sign out this browser
#[utoipa::path(post, path = "/auth/sign-out", tag = "auth", responses((status = 200, body = Empty), (status = "4XX", body = rest::ErrorBody)))]
async fn sign_out(
    State(cx): State<Arc<Context>>,
    Caller(who): Caller,
    client: Client,
) -> rest::Result<(AppendHeaders<[(http::HeaderName, String); 1]>, Json<Empty>)> {
    if let Some(id) = current(&who) {
        end(&cx, &who, &client, id, "session.sign_out").await?;
    }
    Ok((AppendHeaders([(SET_COOKIE, no_cookie(client.secure))]), Json(Empty {})))
}

/// Where I am signed in
#[utoipa::path(get, path = "/me/sessions", tag = "auth", responses((status = 200, body = Page<Session>), (status = "4XX", body = rest::ErrorBody)))]
async fn list_sessions(State(cx): State<Arc<Context>>, Caller(who): Caller) -> rest::Result<Json<Page<Session>>> {
    let rows = repo::of_user(&cx.db, who.user).await.map_err(db::Error::from)?;
    Ok(Json(Page::whole(rows.into_iter().map(|row| Session::new(row, current(&who))).collect())))
}

/// Sign out another browser
#[utoipa::path(delete, path = "/me/sessions/{session_id}", tag = "auth", params(("session_id" = SessionId, Path)),
    responses((status = 200, body = Empty), (status = "4XX", body = rest::ErrorBody)))]
async fn revoke_session(
    State(cx): State<Arc<Context>>,
    Caller(who): Caller,
    client: Client,
    Path(id): Path<SessionId>,
) -> rest::Result<Json<Empty>> {
    if !end(&cx, &who, &client, id, "session.revoke").await? {
        return Err(Failure::not_found("session").into());
    }
    Ok(Json(Empty {}))
}

async fn end(cx: &Context, who: &Actor, client: &Client, id: SessionId, action: &'static str) -> Result<bool, db::Error> {
    let (user, by) = (who.user, By::actor(who, client));
    let ended = cx.db.write(move |tx| {
        Box::pin(async move {
            let ended = repo::delete(tx, user, id).await?;
            if ended {
                audit::record(tx, audit::Entry::new(&by, action, id.to_string())).await?;
            }
            Ok::<_, db::Error>(ended)
        })
    });
    let ended = ended.await?;
    cx.forget_actors();
    Ok(ended)
}
