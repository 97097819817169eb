//! `/workspaces/{workspace_id}/members`.

use std::collections::HashMap;

use axum::extract::State;
use rest::{Caller, Client, Json, Path, Policy, Query, Routes};
use serde::{Deserialize, Serialize};
use types::{Actor, Failure, Page, PageRequest, Permission, Role, Timestamp, UserId, WorkspaceId};
use utoipa::ToSchema;

use super::{Error, Workspaces, repo};
use crate::audit::{self, By, Entry};
use crate::users::{self, Empty};

/// A person in a workspace.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Member {
    /// Who.
    pub user_id: UserId,
    /// Name.
    pub name: String,
    /// Address.
    pub email: String,
    /// As what.
    pub role: Role,
    /// Since when.
    pub joined_at: Timestamp,
}

impl Member {
    fn new(membership: &repo::Membership, user: Option<users::Row>) -> Self {
        let (name, email) = user.map(|user| (user.name, user.email.unwrap_or_default())).unwrap_or_default();
        Self {
            user_id: UserId(membership.user_id),
            name,
            email,
            role: Role::parse(&membership.role).unwrap_or(Role::Viewer),
            joined_at: Timestamp(membership.joined_at),
        }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MemberInput {
    role: Role,
}

/// Routes of members.
pub fn routes(workspaces: Workspaces) -> Routes {
    Routes::new(workspaces)
        .on(Policy::Caller, rest::methods!(list_members))
        .on(Policy::Session, rest::methods!(update_member, remove_member))
        .done()
}

/// Who is in a workspace
#[utoipa::path(get, path = "/workspaces/{workspace_id}/members", tag = "workspaces",
    params(("workspace_id" = WorkspaceId, Path), PageRequest),
    responses((status = 200, body = Page<Member>), (status = "4XX", body = rest::ErrorBody)))]
async fn list_members(
    State(workspaces): State<Workspaces>,
    Caller(who): Caller,
    Path(id): Path<WorkspaceId>,
    Query(page): Query<PageRequest>,
) -> rest::Result<Json<Page<Member>>> {
    Ok(Json(workspaces.members(&who, id, &page).await?))
}

/// Change a member's role
#[utoipa::path(patch, path = "/workspaces/{workspace_id}/members/{user_id}", tag = "workspaces",
    params(("workspace_id" = WorkspaceId, Path), ("user_id" = UserId, Path)), request_body = MemberInput,
    responses((status = 200, body = Member), (status = "4XX", body = rest::ErrorBody)))]
async fn update_member(
    State(workspaces): State<Workspaces>,
    Caller(who): Caller,
    client: Client,
    Path((id, user)): Path<(WorkspaceId, UserId)>,
    Json(input): Json<MemberInput>,
) -> rest::Result<Json<Member>> {
    Ok(Json(workspaces.set_role(&who, id, user, input.role, &client).await?))
}

/// Remove a member, or leave
#[utoipa::path(delete, path = "/workspaces/{workspace_id}/members/{user_id}", tag = "workspaces",
    params(("workspace_id" = WorkspaceId, Path), ("user_id" = UserId, Path)),
    responses((status = 200, body = Empty), (status = "4XX", body = rest::ErrorBody)))]
async fn remove_member(
    State(workspaces): State<Workspaces>,
    Caller(who): Caller,
    client: Client,
    Path((id, user)): Path<(WorkspaceId, UserId)>,
) -> rest::Result<Json<Empty>> {
    workspaces.remove(&who, id, user, &client).await?;
    Ok(Json(Empty {}))
}

impl Workspaces {
    /// People of a workspace, longest member first.
    pub async fn members(&self, who: &Actor, id: WorkspaceId, page: &PageRequest) -> Result<Page<Member>, Error> {
        let scope = who.scope_in(id, Permission::View)?;
        let after = page.after().map_err(|e| Failure::invalid("cursor", e.to_string()))?;
        let rows = repo::people(&self.cx.db, &scope, page.limit() + 1, after).await?;
        let users = users::repo::by_ids(&self.cx.db, rows.iter().map(|row| row.user_id).collect()).await?;
        let mut users: HashMap<i64, users::Row> = users.into_iter().map(|user| (user.id, user)).collect();
        let page = Page::from_extra(rows, page.limit(), |row| row.id);
        Ok(page.map(|row| Member::new(&row, users.remove(&row.user_id))))
    }

    async fn set_role(&self, who: &Actor, id: WorkspaceId, user: UserId, role: Role, client: &Client) -> Result<Member, Error> {
        who.require(id, Permission::Administer)?;
        let by = By::actor(who, client);
        let actor = who.user;
        let written = self.cx.db.write(move |tx| {
            Box::pin(async move {
                let (mut row, acting) = target(tx, id, user, actor).await?;
                let was_owner = row.role == Role::Owner.as_str();
                if acting < Role::Admin || ((was_owner || role == Role::Owner) && acting != Role::Owner) {
                    return Err(Error::OwnersOnly);
                }
                if was_owner && role != Role::Owner && repo::owners(tx, id).await? <= 1 {
                    return Err(Error::LastOwner);
                }
                repo::set_role(tx, row.id, role).await?;
                let detail = serde_json::json!({ "from": row.role, "to": role.as_str() });
                audit::record(tx, Entry::new(&by, "member.role", user.to_string()).in_workspace(id).with(detail)).await?;
                role.as_str().clone_into(&mut row.role);
                let user = users::repo::by_id(tx, user).await?;
                Ok(Member::new(&row, user))
            })
        });
        let member = written.await?;
        self.cx.forget_actors();
        Ok(member)
    }

    async fn remove(&self, who: &Actor, id: WorkspaceId, user: UserId, client: &Client) -> Result<(), Error> {
        let needed = if who.user == user { Permission::View } else { Permission::Administer };
        who.require(id, needed)?;
        let by = By::actor(who, client);
        let actor = who.user;
        let written = self.cx.db.write(move |tx| {
            Box::pin(async move {
                let (row, acting) = target(tx, id, user, actor).await?;
                let owner = row.role == Role::Owner.as_str();
                if actor != user && (acting < Role::Admin || (owner && acting != Role::Owner)) {
                    return Err(Error::OwnersOnly);
                }
                if owner && repo::owners(tx, id).await? <= 1 {
                    return Err(Error::LastOwner);
                }
                repo::remove_member(tx, id, user).await?;
                Ok(audit::record(tx, Entry::new(&by, "member.remove", user.to_string()).in_workspace(id)).await?)
            })
        });
        written.await?;
        self.cx.forget_actors();
        Ok(())
    }
}

/// The membership to change and the role of who changes it, as they are now, under the workspace's lock:
/// what the actor was when the request came in may be over.
async fn target(tx: &db::Tx, id: WorkspaceId, user: UserId, actor: UserId) -> Result<(repo::Membership, Role), Error> {
    repo::lock(tx, id).await?.ok_or(Error::NoSuchWorkspace)?;
    let row = repo::member(tx, id, user).await?.filter(|row| row.kind == users::repo::PERSON).ok_or(Error::NoSuchMember)?;
    let acting = repo::member(tx, id, actor).await?.and_then(|row| Role::parse(&row.role)).ok_or(Error::NoSuchWorkspace)?;
    Ok((row, acting))
}
