//! `/me/tokens`.

use std::sync::Arc;

use axum::extract::State;
use rest::{Caller, Client, Json, Path, Policy, Query, Routes};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use types::{Failure, Page, PageRequest, Permission, Timestamp, TokenId, WorkspaceId};
use utoipa::ToSchema;

use super::{Kind, Permissions, Row, Wanted, repo};
use crate::audit::{self, By, Entry};
use crate::context::Context;
use crate::users::Empty;
use crate::validate;

/// A token, without its secret.
#[derive(Debug, Serialize, ToSchema)]
pub struct Token {
    /// Its id.
    pub id: TokenId,
    /// What it is for.
    pub name: String,
    /// Its first characters.
    pub prefix: String,
    /// Where it works; `null`: wherever its user does.
    #[schema(required)]
    pub workspace_ids: Option<Vec<WorkspaceId>>,
    /// What it may do.
    pub permissions: Permissions,
    /// Since when.
    pub created_at: Timestamp,
    /// Until when; `null`: for good.
    #[schema(required)]
    pub expires_at: Option<Timestamp>,
    /// Last use, to the minute.
    #[schema(required)]
    pub last_used_at: Option<Timestamp>,
}

impl From<Row> for Token {
    fn from(row: Row) -> Self {
        Self {
            id: TokenId(row.id),
            workspace_ids: row.workspace_ids(),
            permissions: Permissions::parse(&row.permissions),
            created_at: Timestamp(row.created_at),
            expires_at: row.expires_at.map(Timestamp),
            last_used_at: row.last_used_at.map(Timestamp),
            name: row.name,
            prefix: row.prefix,
        }
    }
}

/// A token with its secret, shown once.
#[derive(Serialize, ToSchema)]
pub struct NewToken {
    #[serde(flatten)]
    token: Token,
    /// What programs send as `Authorization: Bearer …`.
    secret: String,
}

impl NewToken {
    /// Of what was made.
    pub fn new(row: Row, secret: &SecretString) -> Self {
        Self { token: row.into(), secret: secret.expose_secret().to_owned() }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TokenInput {
    name: String,
    /// Absent: all of mine, also those I join later.
    workspace_ids: Option<Vec<WorkspaceId>>,
    /// 1 to 3650; absent or `null`: for good.
    expires_in_days: Option<i64>,
    /// `full` when absent.
    permissions: Option<Permissions>,
}

/// Routes of personal tokens.
pub fn routes(cx: Arc<Context>) -> Routes {
    Routes::new(cx).on(Policy::Session, rest::methods!(list_tokens, create_token)).on(Policy::Session, rest::methods!(revoke_token)).done()
}

/// The end of so many days from now.
pub fn expiry(days: Option<i64>) -> Result<Option<Timestamp>, Failure> {
    let days = days.map(|days| validate::bounded("expires_in_days", Some(days), 1, 1, 3650)).transpose()?;
    Ok(days.map(|days| Timestamp::now().plus_seconds(days * 86_400)))
}

/// My tokens
#[utoipa::path(get, path = "/me/tokens", tag = "auth", params(PageRequest),
    responses((status = 200, body = Page<Token>), (status = "4XX", body = rest::ErrorBody)))]
async fn list_tokens(
    State(cx): State<Arc<Context>>,
    Caller(who): Caller,
    Query(page): Query<PageRequest>,
) -> rest::Result<Json<Page<Token>>> {
    let before = page.after().map_err(|e| Failure::invalid("cursor", e.to_string()))?;
    let rows = repo::personal(&cx.db, who.user, page.limit() + 1, before).await.map_err(db::Error::from)?;
    Ok(Json(Page::from_extra(rows, page.limit(), |row| row.id).map(Token::from)))
}

/// Make a token; its secret is shown once
#[utoipa::path(post, path = "/me/tokens", tag = "auth", request_body = TokenInput,
    responses((status = 200, body = NewToken), (status = "4XX", body = rest::ErrorBody)))]
async fn create_token(
    State(cx): State<Arc<Context>>,
    Caller(who): Caller,
    client: Client,
    Json(input): Json<TokenInput>,
) -> rest::Result<Json<NewToken>> {
    let mut workspaces = input.workspace_ids;
    if let Some(list) = &mut workspaces {
        list.sort_unstable();
        list.dedup();
        if list.is_empty() {
            return Err(Failure::invalid("workspace_ids", "Name at least one workspace, or leave this out for all of yours.").into());
        }
        for workspace in list {
            who.require(*workspace, Permission::View)?;
        }
    }
    let wanted = Wanted {
        kind: Kind::Personal,
        user: who.user,
        workspace: None,
        name: validate::name("name", &input.name)?,
        workspaces,
        permissions: input.permissions.unwrap_or(Permissions::Full),
        expires_at: expiry(input.expires_in_days)?,
        created_by: who.user,
        oauth: None,
        label: None,
    };
    let (row, secret) = wanted.make()?;
    let (stored, by) = (row.clone(), By::actor(&who, &client));
    let written = cx.db.write(move |tx| {
        Box::pin(async move {
            let entry = Entry::new(&by, "token.create", TokenId(stored.id).to_string());
            audit::record(tx, entry.with(serde_json::json!({ "name": stored.name, "permissions": stored.permissions }))).await?;
            Ok::<_, db::Error>(repo::insert(tx, stored).await?)
        })
    });
    written.await?;
    Ok(Json(NewToken::new(row, &secret)))
}

/// Revoke a token
#[utoipa::path(delete, path = "/me/tokens/{token_id}", tag = "auth", params(("token_id" = TokenId, Path)),
    responses((status = 200, body = Empty), (status = "4XX", body = rest::ErrorBody)))]
async fn revoke_token(
    State(cx): State<Arc<Context>>,
    Caller(who): Caller,
    client: Client,
    Path(id): Path<TokenId>,
) -> rest::Result<Json<Empty>> {
    let (user, by) = (who.user, By::actor(&who, &client));
    let written = cx.db.write(move |tx| {
        Box::pin(async move {
            if !repo::delete_personal(tx, user, id).await? {
                return Ok(false);
            }
            audit::record(tx, Entry::new(&by, "token.revoke", id.to_string())).await?;
            Ok::<_, db::Error>(true)
        })
    });
    if !written.await? {
        return Err(Failure::not_found("token").into());
    }
    cx.forget_actors();
    Ok(Json(Empty {}))
}
