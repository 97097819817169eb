//! `/workspaces/{workspace_id}/service-accounts`.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::State;
use rest::{Caller, Client, Json, Path, Policy, Query, Routes};
use serde::{Deserialize, Serialize};
use types::{Actor, Failure, Page, PageRequest, Permission, Role, Scope, ServiceAccountId, Timestamp, TokenId, UserId, WorkspaceId};
use utoipa::ToSchema;

use super::{Row, repo};
use crate::audit::{self, By, Entry};
use crate::context::Context;
use crate::tokens::{self, Kind, NewToken, Permissions, Token, Wanted};
use crate::users::{self, Empty};
use crate::{validate, workspaces};

/// A robot of a workspace.
#[derive(Debug, Serialize, ToSchema)]
struct ServiceAccount {
    id: ServiceAccountId,
    /// As which user it acts.
    user_id: UserId,
    name: String,
    role: Role,
    created_at: Timestamp,
    token_count: i64,
}

impl ServiceAccount {
    fn new(row: Row, token_count: i64) -> Self {
        Self {
            id: ServiceAccountId(row.id),
            user_id: UserId(row.user_id),
            name: row.name,
            role: Role::parse(&row.role).unwrap_or(Role::Viewer),
            created_at: Timestamp(row.created_at),
            token_count,
        }
    }
}

/// A role that a robot can have: all but owner.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum ServiceRole {
    Admin,
    Builder,
    Viewer,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ServiceAccountInput {
    name: String,
    role: ServiceRole,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ServiceTokenInput {
    name: String,
    /// 1 to 3650; absent or `null`: for good.
    expires_in_days: Option<i64>,
}

/// Routes of service accounts.
pub fn routes(cx: Arc<Context>) -> Routes {
    Routes::new(cx)
        .on(Policy::Session, rest::methods!(list_service_accounts, create_service_account))
        .on(Policy::Session, rest::methods!(delete_service_account))
        .on(Policy::Session, rest::methods!(list_service_tokens, create_service_token))
        .on(Policy::Session, rest::methods!(revoke_service_token))
        .done()
}

fn before(page: &PageRequest) -> Result<Option<i64>, Failure> {
    page.after().map_err(|e| Failure::invalid("cursor", e.to_string()))
}

/// The account as an administrator of its workspace may reach it.
async fn find(cx: &Context, who: &Actor, workspace: WorkspaceId, id: ServiceAccountId) -> Result<(Scope, Row), Failure> {
    let scope = who.scope_in(workspace, Permission::Administer)?;
    let row = repo::get(cx.db.read(), &scope, id).await.map_err(db::Error::from)?;
    row.map(|row| (scope, row)).ok_or_else(|| Failure::not_found("service account"))
}

/// Robots of a workspace
#[utoipa::path(get, path = "/workspaces/{workspace_id}/service-accounts", tag = "service accounts",
    params(("workspace_id" = WorkspaceId, Path), PageRequest),
    responses((status = 200, body = Page<ServiceAccount>), (status = "4XX", body = rest::ErrorBody)))]
async fn list_service_accounts(
    State(cx): State<Arc<Context>>,
    Caller(who): Caller,
    Path(workspace): Path<WorkspaceId>,
    Query(page): Query<PageRequest>,
) -> rest::Result<Json<Page<ServiceAccount>>> {
    let scope = who.scope_in(workspace, Permission::Administer)?;
    let rows = repo::list(&cx.db, &scope, page.limit() + 1, before(&page)?).await.map_err(db::Error::from)?;
    let counts = tokens::repo::counts(&cx.db, rows.iter().map(|row| row.user_id).collect()).await.map_err(db::Error::from)?;
    let counts: HashMap<i64, i64> = counts.into_iter().collect();
    let page = Page::from_extra(rows, page.limit(), |row| row.id);
    Ok(Json(page.map(|row| {
        let count = counts.get(&row.user_id).copied().unwrap_or(0);
        ServiceAccount::new(row, count)
    })))
}

/// Create a robot
#[utoipa::path(post, path = "/workspaces/{workspace_id}/service-accounts", tag = "service accounts",
    params(("workspace_id" = WorkspaceId, Path)), request_body = ServiceAccountInput,
    responses((status = 200, body = ServiceAccount), (status = "4XX", body = rest::ErrorBody)))]
async fn create_service_account(
    State(cx): State<Arc<Context>>,
    Caller(who): Caller,
    client: Client,
    Path(workspace): Path<WorkspaceId>,
    Json(input): Json<ServiceAccountInput>,
) -> rest::Result<Json<ServiceAccount>> {
    who.require(workspace, Permission::Administer)?;
    let name = validate::name("name", &input.name)?;
    let role = match input.role {
        ServiceRole::Admin => Role::Admin,
        ServiceRole::Builder => Role::Builder,
        ServiceRole::Viewer => Role::Viewer,
    };
    let user = users::repo::service(name.clone());
    let row = Row {
        id: ServiceAccountId::generate().get(),
        workspace_id: workspace.get(),
        user_id: user.id,
        name,
        role: role.as_str().to_owned(),
        created_by: who.user.get(),
        created_at: Timestamp::now().millis(),
    };
    let (stored, by) = (row.clone(), By::actor(&who, &client));
    let written = cx.db.write(move |tx| {
        Box::pin(async move {
            workspaces::repo::lock(tx, workspace).await?.ok_or(workspaces::Error::NoSuchWorkspace)?;
            let id = UserId(user.id);
            users::repo::insert(tx, user).await?;
            workspaces::repo::add_member(tx, workspace, id, users::repo::SERVICE, role).await?;
            let entry = Entry::new(&by, "service_account.create", ServiceAccountId(stored.id).to_string()).in_workspace(workspace);
            audit::record(tx, entry.with(serde_json::json!({ "name": stored.name, "role": stored.role }))).await?;
            Ok::<_, workspaces::Error>(repo::insert(tx, stored).await?)
        })
    });
    written.await?;
    Ok(Json(ServiceAccount::new(row, 0)))
}

/// Delete a robot; its tokens stop working
#[utoipa::path(delete, path = "/workspaces/{workspace_id}/service-accounts/{service_account_id}", tag = "service accounts",
    params(("workspace_id" = WorkspaceId, Path), ("service_account_id" = ServiceAccountId, Path)),
    responses((status = 200, body = Empty), (status = "4XX", body = rest::ErrorBody)))]
async fn delete_service_account(
    State(cx): State<Arc<Context>>,
    Caller(who): Caller,
    client: Client,
    Path((workspace, id)): Path<(WorkspaceId, ServiceAccountId)>,
) -> rest::Result<Json<Empty>> {
    let (_, row) = find(&cx, &who, workspace, id).await?;
    let by = By::actor(&who, &client);
    let written = cx.db.write(move |tx| {
        Box::pin(async move {
            repo::delete(tx, &row).await?;
            let entry = Entry::new(&by, "service_account.delete", id.to_string()).in_workspace(workspace);
            Ok::<_, db::Error>(audit::record(tx, entry.with(serde_json::json!({ "name": row.name }))).await?)
        })
    });
    written.await?;
    cx.forget_actors();
    Ok(Json(Empty {}))
}

/// Tokens of a robot
#[utoipa::path(get, path = "/workspaces/{workspace_id}/service-accounts/{service_account_id}/tokens", tag = "service accounts",
    params(("workspace_id" = WorkspaceId, Path), ("service_account_id" = ServiceAccountId, Path), PageRequest),
    responses((status = 200, body = Page<Token>), (status = "4XX", body = rest::ErrorBody)))]
async fn list_service_tokens(
    State(cx): State<Arc<Context>>,
    Caller(who): Caller,
    Path((workspace, id)): Path<(WorkspaceId, ServiceAccountId)>,
    Query(page): Query<PageRequest>,
) -> rest::Result<Json<Page<Token>>> {
    let (scope, row) = find(&cx, &who, workspace, id).await?;
    let rows = tokens::repo::of_service(&cx.db, &scope, UserId(row.user_id), page.limit() + 1, before(&page)?).await;
    let rows = rows.map_err(db::Error::from)?;
    Ok(Json(Page::from_extra(rows, page.limit(), |row| row.id).map(Token::from)))
}

/// Make a token for a robot; its secret is shown once
#[utoipa::path(post, path = "/workspaces/{workspace_id}/service-accounts/{service_account_id}/tokens", tag = "service accounts",
    params(("workspace_id" = WorkspaceId, Path), ("service_account_id" = ServiceAccountId, Path)), request_body = ServiceTokenInput,
    responses((status = 200, body = NewToken), (status = "4XX", body = rest::ErrorBody)))]
async fn create_service_token(
    State(cx): State<Arc<Context>>,
    Caller(who): Caller,
    client: Client,
    Path((workspace, id)): Path<(WorkspaceId, ServiceAccountId)>,
    Json(input): Json<ServiceTokenInput>,
) -> rest::Result<Json<NewToken>> {
    let (scope, account) = find(&cx, &who, workspace, id).await?;
    let wanted = Wanted {
        kind: Kind::Service,
        user: UserId(account.user_id),
        workspace: Some(workspace),
        name: validate::name("name", &input.name)?,
        workspaces: Some(vec![workspace]),
        permissions: Permissions::Full,
        expires_at: tokens::expiry(input.expires_in_days)?,
        created_by: who.user,
        oauth: None,
        label: None,
    };
    let (row, secret) = wanted.make()?;
    let (stored, by) = (row.clone(), By::actor(&who, &client));
    let written = cx.db.write(move |tx| {
        Box::pin(async move {
            // It may have been deleted meanwhile: its tokens would be left behind.
            repo::get(tx, &scope, id).await?.ok_or_else(|| Failure::not_found("service account"))?;
            let entry = Entry::new(&by, "token.create", TokenId(stored.id).to_string()).in_workspace(workspace);
            audit::record(tx, entry.with(serde_json::json!({ "name": stored.name, "service_account": id }))).await?;
            Ok::<_, workspaces::Error>(tokens::repo::insert(tx, stored).await?)
        })
    });
    written.await?;
    Ok(Json(NewToken::new(row, &secret)))
}

/// Revoke a token of a robot
#[utoipa::path(delete, path = "/workspaces/{workspace_id}/service-accounts/{service_account_id}/tokens/{token_id}", tag = "service accounts",
    params(("workspace_id" = WorkspaceId, Path), ("service_account_id" = ServiceAccountId, Path), ("token_id" = TokenId, Path)),
    responses((status = 200, body = Empty), (status = "4XX", body = rest::ErrorBody)))]
async fn revoke_service_token(
    State(cx): State<Arc<Context>>,
    Caller(who): Caller,
    client: Client,
    Path((workspace, id, token)): Path<(WorkspaceId, ServiceAccountId, TokenId)>,
) -> rest::Result<Json<Empty>> {
    let (scope, account) = find(&cx, &who, workspace, id).await?;
    let by = By::actor(&who, &client);
    let written = cx.db.write(move |tx| {
        Box::pin(async move {
            if !tokens::repo::delete_of_service(tx, &scope, UserId(account.user_id), token).await? {
                return Ok(false);
            }
            audit::record(tx, Entry::new(&by, "token.revoke", token.to_string()).in_workspace(workspace)).await?;
            Ok::<_, db::Error>(true)
        })
    });
    if !written.await? {
        return Err(Failure::not_found("token").into());
    }
    cx.forget_actors();
    Ok(Json(Empty {}))
}
