//! `/workspaces/{workspace_id}/invitations` and `/invitations/{code}`.

use std::sync::Arc;

use axum::extract::State;
use rest::{Caller, Client, Json, Path, Policy, Query, Routes};
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};
use types::{Failure, InvitationId, Page, PageRequest, Permission, Role, Timestamp, UserId, WorkspaceId};
use utoipa::ToSchema;

use super::{Row, repo};
use crate::audit::{self, By, Entry};
use crate::context::Context;
use crate::users::{self, Empty};
use crate::workspaces::{self, WorkspaceRef};
use crate::{secret, validate};

/// A way into a workspace.
#[derive(Debug, Serialize, ToSchema)]
struct Invitation {
    id: InvitationId,
    /// What those who accept become.
    role: Role,
    created_at: Timestamp,
    expires_at: Timestamp,
    /// So many may accept.
    max_uses: i64,
    /// So many did.
    uses: i64,
}

impl From<Row> for Invitation {
    fn from(row: Row) -> Self {
        Self {
            id: InvitationId(row.id),
            role: Role::parse(&row.role).unwrap_or(Role::Viewer),
            created_at: Timestamp(row.created_at),
            expires_at: Timestamp(row.expires_at),
            max_uses: row.max_uses,
            uses: row.uses,
        }
    }
}

/// An invitation with its secret, shown once.
#[derive(Serialize, ToSchema)]
struct NewInvitation {
    #[serde(flatten)]
    invitation: Invitation,
    /// The secret part of the link.
    code: String,
    /// The link.
    url: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct InvitationInput {
    role: Role,
    /// 1 to 90, 7 when absent.
    expires_in_days: Option<i64>,
    /// 1 to 1000, 1 when absent.
    max_uses: Option<i64>,
}

/// What somebody who has the link may know.
#[derive(Debug, Serialize, ToSchema)]
struct InvitationPreview {
    workspace_name: String,
    role: Role,
    inviter_name: String,
    expires_at: Timestamp,
}

/// Routes of invitations.
pub fn routes(cx: Arc<Context>) -> Routes {
    Routes::new(cx)
        .on(Policy::Session, rest::methods!(list_invitations, create_invitation))
        .on(Policy::Session, rest::methods!(delete_invitation))
        .on(Policy::Public, rest::methods!(get_invitation))
        .on(Policy::Session, rest::methods!(accept_invitation))
        .done()
}

fn invalid() -> Failure {
    Failure::from(users::Error::InvitationInvalid)
}

/// Open invitations
#[utoipa::path(get, path = "/workspaces/{workspace_id}/invitations", tag = "workspaces",
    params(("workspace_id" = WorkspaceId, Path), PageRequest),
    responses((status = 200, body = Page<Invitation>), (status = "4XX", body = rest::ErrorBody)))]
async fn list_invitations(
    State(cx): State<Arc<Context>>,
    Caller(who): Caller,
    Path(workspace): Path<WorkspaceId>,
    Query(page): Query<PageRequest>,
) -> rest::Result<Json<Page<Invitation>>> {
    let scope = who.scope_in(workspace, Permission::Administer)?;
    let before = page.after().map_err(|e| Failure::invalid("cursor", e.to_string()))?;
    let rows = repo::list(&cx.db, &scope, page.limit() + 1, before).await.map_err(db::Error::from)?;
    Ok(Json(Page::from_extra(rows, page.limit(), |row| row.id).map(Invitation::from)))
}

/// Invite by link
#[utoipa::path(post, path = "/workspaces/{workspace_id}/invitations", tag = "workspaces",
    params(("workspace_id" = WorkspaceId, Path)), request_body = InvitationInput,
    responses((status = 200, body = NewInvitation), (status = "4XX", body = rest::ErrorBody)))]
async fn create_invitation(
    State(cx): State<Arc<Context>>,
    Caller(who): Caller,
    client: Client,
    Path(workspace): Path<WorkspaceId>,
    Json(input): Json<InvitationInput>,
) -> rest::Result<Json<NewInvitation>> {
    who.require(workspace, Permission::Administer)?;
    if input.role == Role::Owner {
        who.require(workspace, Permission::Own)?;
    }
    let days = validate::bounded("expires_in_days", input.expires_in_days, 7, 1, 90)?;
    let max_uses = validate::bounded("max_uses", input.max_uses, 1, 1, 1000)?;
    let code = secret::random("")?;
    let now = Timestamp::now();
    let row = Row {
        id: InvitationId::generate().get(),
        workspace_id: workspace.get(),
        hash: secret::hash(code.expose_secret()),
        role: input.role.as_str().to_owned(),
        created_by: who.user.get(),
        created_at: now.millis(),
        expires_at: now.plus_seconds(days * 86_400).millis(),
        max_uses,
        uses: 0,
    };
    let stored = row.clone();
    let by = By::actor(&who, &client);
    let written = cx.db.write(move |tx| {
        Box::pin(async move {
            let team = workspaces::repo::lock(tx, workspace).await?.ok_or(workspaces::Error::NoSuchWorkspace)?;
            if !workspaces::repo::is_team(&team) {
                return Err(workspaces::Error::Personal);
            }
            let entry = Entry::new(&by, "invitation.create", InvitationId(stored.id).to_string()).in_workspace(workspace);
            audit::record(tx, entry.with(serde_json::json!({ "role": stored.role, "max_uses": stored.max_uses }))).await?;
            Ok(repo::insert(tx, stored).await?)
        })
    });
    written.await?;
    let code = code.expose_secret().to_owned();
    let url = format!("{}/invite/{code}", cx.base_url(&client));
    Ok(Json(NewInvitation { invitation: row.into(), code, url }))
}

/// Withdraw an invitation
#[utoipa::path(delete, path = "/workspaces/{workspace_id}/invitations/{invitation_id}", tag = "workspaces",
    params(("workspace_id" = WorkspaceId, Path), ("invitation_id" = InvitationId, Path)),
    responses((status = 200, body = Empty), (status = "4XX", body = rest::ErrorBody)))]
async fn delete_invitation(
    State(cx): State<Arc<Context>>,
    Caller(who): Caller,
    client: Client,
    Path((workspace, id)): Path<(WorkspaceId, InvitationId)>,
) -> rest::Result<Json<Empty>> {
    let scope = who.scope_in(workspace, Permission::Administer)?;
    let by = By::actor(&who, &client);
    let written = cx.db.write(move |tx| {
        Box::pin(async move {
            if !repo::delete(tx, &scope, id).await? {
                return Ok(false);
            }
            audit::record(tx, Entry::new(&by, "invitation.delete", id.to_string()).in_workspace(workspace)).await?;
            Ok::<_, db::Error>(true)
        })
    });
    if written.await? { Ok(Json(Empty {})) } else { Err(Failure::not_found("invitation").into()) }
}

/// What an invitation is for
#[utoipa::path(get, path = "/invitations/{code}", tag = "auth", params(("code" = String, Path)),
    responses((status = 200, body = InvitationPreview), (status = "4XX", body = rest::ErrorBody)))]
async fn get_invitation(State(cx): State<Arc<Context>>, client: Client, Path(code): Path<String>) -> rest::Result<Json<InvitationPreview>> {
    cx.limits.codes.check_address(client.ip).await?;
    let read = cx.db.read();
    let row = repo::usable(read, &code).await.map_err(db::Error::from)?.ok_or_else(invalid)?;
    let workspace = workspaces::repo::name_of(read, WorkspaceId(row.workspace_id)).await.map_err(db::Error::from)?;
    let inviter = users::name_of(read, UserId(row.created_by)).await.map_err(db::Error::from)?;
    Ok(Json(InvitationPreview {
        workspace_name: workspace.ok_or_else(invalid)?,
        role: Role::parse(&row.role).unwrap_or(Role::Viewer),
        inviter_name: inviter.unwrap_or_default(),
        expires_at: Timestamp(row.expires_at),
    }))
}

/// Join the workspace of an invitation
#[utoipa::path(post, path = "/invitations/{code}/accept", tag = "auth", params(("code" = String, Path)),
    responses((status = 200, body = WorkspaceRef), (status = "4XX", body = rest::ErrorBody)))]
async fn accept_invitation(
    State(cx): State<Arc<Context>>,
    Caller(who): Caller,
    client: Client,
    Path(code): Path<String>,
) -> rest::Result<Json<WorkspaceRef>> {
    cx.limits.codes.check_address(client.ip).await?;
    let (user, by) = (who.user, By::actor(&who, &client));
    let taken = cx.db.write(move |tx| Box::pin(async move { Ok::<_, db::Error>(repo::take(tx, &code, user, &by).await?) }));
    let (workspace, role) = taken.await?.ok_or_else(invalid)?;
    cx.forget_actors();
    Ok(Json(WorkspaceRef::new(&workspace, role)))
}
