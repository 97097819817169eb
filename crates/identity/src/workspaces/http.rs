//! `/workspaces`.

use std::sync::Arc;

use axum::extract::State;
use rest::{Caller, Client, Json, Path, Policy, Query, Routes};
use serde::{Deserialize, Serialize};
use types::{Page, PageRequest, Role, Timestamp, WorkspaceId};
use utoipa::ToSchema;

use super::service::Seen;
use super::{Workspaces, members, repo};
use crate::context::Context;
use crate::users::Empty;

/// A workspace and what the caller is in it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WorkspaceRef {
    /// Its id.
    pub id: WorkspaceId,
    /// Its name.
    pub name: String,
    /// `personal` or `team`.
    #[schema(value_type = WorkspaceKind)]
    pub kind: String,
    /// The caller's role, narrowed by the token used.
    pub role: Role,
}

/// Only for the description.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[allow(dead_code, reason = "describes the values of a string")]
enum WorkspaceKind {
    Personal,
    Team,
}

impl WorkspaceRef {
    /// Of a row.
    pub(crate) fn new(row: &repo::Workspace, role: Role) -> Self {
        Self { id: WorkspaceId(row.id), name: row.name.clone(), kind: row.kind.clone(), role }
    }
}

/// A workspace.
#[derive(Debug, Serialize, ToSchema)]
struct Workspace {
    #[serde(flatten)]
    reference: WorkspaceRef,
    /// Free text.
    description: String,
    /// How many people are in it.
    member_count: i64,
    /// Since when.
    created_at: Timestamp,
}

impl From<Seen> for Workspace {
    fn from(seen: Seen) -> Self {
        let Seen { row, role, people } = seen;
        Self {
            reference: WorkspaceRef::new(&row, role),
            description: row.description,
            member_count: people,
            created_at: Timestamp(row.created_at),
        }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WorkspaceInput {
    name: String,
    #[serde(default)]
    description: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WorkspacePatch {
    name: Option<String>,
    description: Option<String>,
}

/// Routes of workspaces and members.
pub fn routes(cx: Arc<Context>) -> Routes {
    let workspaces = Workspaces::new(cx);
    let routes = Routes::new(workspaces.clone())
        .on(Policy::Caller, rest::methods!(list_workspaces))
        .on(Policy::Session, rest::methods!(create_workspace))
        .on(Policy::Caller, rest::methods!(get_workspace, update_workspace, delete_workspace))
        .done();
    routes.merge(members::routes(workspaces))
}

/// My workspaces, personal one first
#[utoipa::path(get, path = "/workspaces", tag = "workspaces", params(PageRequest),
    responses((status = 200, body = Page<Workspace>), (status = "4XX", body = rest::ErrorBody)))]
async fn list_workspaces(
    State(workspaces): State<Workspaces>,
    Caller(who): Caller,
    Query(page): Query<PageRequest>,
) -> rest::Result<Json<Page<Workspace>>> {
    Ok(Json(workspaces.list(&who, &page).await?.map(Workspace::from)))
}

/// Create a team workspace
#[utoipa::path(post, path = "/workspaces", tag = "workspaces", request_body = WorkspaceInput,
    responses((status = 200, body = Workspace), (status = "4XX", body = rest::ErrorBody)))]
async fn create_workspace(
    State(workspaces): State<Workspaces>,
    Caller(who): Caller,
    client: Client,
    Json(input): Json<WorkspaceInput>,
) -> rest::Result<Json<Workspace>> {
    Ok(Json(workspaces.create(&who, &input.name, &input.description, &client).await?.into()))
}

/// A workspace
#[utoipa::path(get, path = "/workspaces/{workspace_id}", tag = "workspaces", params(("workspace_id" = WorkspaceId, Path)),
    responses((status = 200, body = Workspace), (status = "4XX", body = rest::ErrorBody)))]
async fn get_workspace(
    State(workspaces): State<Workspaces>,
    Caller(who): Caller,
    Path(id): Path<WorkspaceId>,
) -> rest::Result<Json<Workspace>> {
    Ok(Json(workspaces.get(&who, id).await?.into()))
}

/// Rename or describe a workspace
#[utoipa::path(patch, path = "/workspaces/{workspace_id}", tag = "workspaces", params(("workspace_id" = WorkspaceId, Path)),
    request_body = WorkspacePatch, responses((status = 200, body = Workspace), (status = "4XX", body = rest::ErrorBody)))]
async fn update_workspace(
    State(workspaces): State<Workspaces>,
    Caller(who): Caller,
    client: Client,
    Path(id): Path<WorkspaceId>,
    Json(input): Json<WorkspacePatch>,
) -> rest::Result<Json<Workspace>> {
    Ok(Json(workspaces.update(&who, id, input.name, input.description, &client).await?.into()))
}

/// Delete a team workspace
#[utoipa::path(delete, path = "/workspaces/{workspace_id}", tag = "workspaces", params(("workspace_id" = WorkspaceId, Path)),
    responses((status = 200, body = Empty), (status = "4XX", body = rest::ErrorBody)))]
async fn delete_workspace(
    State(workspaces): State<Workspaces>,
    Caller(who): Caller,
    client: Client,
    Path(id): Path<WorkspaceId>,
) -> rest::Result<Json<Empty>> {
    workspaces.delete(&who, id, &client).await?;
    Ok(Json(Empty {}))
}
