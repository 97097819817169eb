//! `/v1/users/me`, `/v1/workspaces` and `/v1/apps`.

use std::sync::Arc;

use axum::extract::State;
use identity::{Member, WorkspaceRef};
use rest::{Caller, Path, Policy, Query, Routes};
use serde::{Deserialize, Serialize};
use types::{Actor, PageRequest, Permission, Role, UserId, WorkspaceId};
use utoipa::{IntoParams, ToSchema};

use crate::bots::wire::{Items, ListQuery, SimpleBot};
use crate::envelope::{Answer, Envelope};
use crate::{Coze, id};

/// Most members that are listed.
const MEMBERS: usize = 2000;

/// The caller.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CozeUser)]
struct Me {
    user_id: UserId,
    /// The e-mail address, or the name of a robot.
    user_name: String,
    nick_name: String,
    /// Always empty.
    avatar_url: String,
}

/// A page of a list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct PageQuery {
    /// From 1.
    page_num: Option<usize>,
    /// 1 to 50; 20 when absent.
    page_size: Option<usize>,
}

/// A workspace of the caller.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CozeWorkspace)]
struct Space {
    id: WorkspaceId,
    name: String,
    /// Always empty.
    icon_url: String,
    /// `owner`, `admin` or `member`.
    role_type: &'static str,
    /// `personal` or `team`.
    workspace_type: String,
    /// Always empty: there are no enterprises.
    enterprise_id: String,
}

/// Workspaces of the caller.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CozeWorkspaces)]
struct Workspaces {
    workspaces: Vec<Space>,
    total_count: usize,
}

/// A member of a workspace.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CozeMember)]
struct MemberObject {
    user_id: UserId,
    /// `owner`, `admin` or `member`.
    role_type: &'static str,
    user_nickname: String,
    user_unique_name: String,
    /// Always empty.
    avatar_url: String,
}

/// Members of a workspace.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CozeMembers)]
struct Members {
    items: Vec<MemberObject>,
    total_count: usize,
}

/// Routes of people and workspaces.
pub fn routes(coze: Arc<Coze>) -> Routes {
    Routes::new(coze)
        .on(Policy::Caller, rest::methods!(me))
        .on(Policy::Caller, rest::methods!(list))
        .on(Policy::Caller, rest::methods!(members))
        .on(Policy::Caller, rest::methods!(apps))
        .done()
}

/// Who calls
#[utoipa::path(get, path = "/v1/users/me", operation_id = "coze_user_me", tag = "coze users",
    responses((status = 200, body = Envelope<Me>)))]
async fn me(State(coze): State<Arc<Coze>>, Caller(who): Caller) -> rest::Result<Answer> {
    let user = coze.identity.profile(who.user).await?;
    let user_name = if user.email.is_empty() { user.name.clone() } else { user.email };
    Answer::data(&Me { user_id: who.user, user_name, nick_name: user.name, avatar_url: String::new() })
}

/// Workspaces the token reaches
#[utoipa::path(get, path = "/v1/workspaces", operation_id = "coze_workspace_list", tag = "coze workspaces",
    params(PageQuery), responses((status = 200, body = Envelope<Workspaces>)))]
async fn list(State(coze): State<Arc<Coze>>, Caller(who): Caller, Query(page): Query<PageQuery>) -> rest::Result<Answer> {
    let all = coze.identity.workspaces(&who).await?;
    let total_count = all.len();
    let workspaces = page.of(all).map(Space::from).collect();
    Answer::data(&Workspaces { workspaces, total_count })
}

/// People of a workspace
#[utoipa::path(get, path = "/v1/workspaces/{workspace_id}/members", operation_id = "coze_workspace_members", tag = "coze workspaces",
    params(("workspace_id" = String, Path), PageQuery), responses((status = 200, body = Envelope<Members>)))]
async fn members(
    State(coze): State<Arc<Coze>>,
    Caller(who): Caller,
    Path(workspace): Path<String>,
    Query(page): Query<PageQuery>,
) -> rest::Result<Answer> {
    let all = coze.members(&who, WorkspaceId(id::of_path(&workspace, "workspace")?)).await?;
    let total_count = all.len();
    Answer::data(&Members { items: page.of(all).map(MemberObject::from).collect(), total_count })
}

/// Apps of a workspace: Hearth has none
#[utoipa::path(get, path = "/v1/apps", operation_id = "coze_app_list", tag = "coze apps",
    params(ListQuery), responses((status = 200, body = Envelope<Items<SimpleBot>>)))]
async fn apps(Caller(who): Caller, Query(given): Query<ListQuery>) -> rest::Result<Answer> {
    who.require(WorkspaceId(given.workspace_id.required("workspace_id")?), Permission::View)?;
    Answer::data(&Items::<SimpleBot> { items: Vec::new(), total: 0 })
}

impl PageQuery {
    /// The items of this page.
    fn of<T>(&self, all: Vec<T>) -> impl Iterator<Item = T> + use<T> {
        let size = self.page_size.unwrap_or(20).clamp(1, 50);
        let before = self.page_num.unwrap_or(1).max(1).saturating_sub(1).saturating_mul(size);
        all.into_iter().skip(before).take(size)
    }
}

impl Coze {
    async fn members(&self, who: &Actor, workspace: WorkspaceId) -> rest::Result<Vec<Member>> {
        let mut all = Vec::new();
        let mut cursor = None;
        while all.len() < MEMBERS {
            let page = self.identity.members(who, workspace, &PageRequest { limit: Some(100), cursor }).await?;
            all.extend(page.items);
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        Ok(all)
    }
}

impl From<WorkspaceRef> for Space {
    fn from(workspace: WorkspaceRef) -> Self {
        Self {
            id: workspace.id,
            name: workspace.name,
            icon_url: String::new(),
            role_type: role(workspace.role),
            workspace_type: workspace.kind,
            enterprise_id: String::new(),
        }
    }
}

impl From<Member> for MemberObject {
    fn from(member: Member) -> Self {
        Self {
            user_id: member.user_id,
            role_type: role(member.role),
            user_nickname: member.name,
            user_unique_name: member.email,
            avatar_url: String::new(),
        }
    }
}

/// This wire knows three roles.
fn role(role: Role) -> &'static str {
    match role {
        Role::Owner => "owner",
        Role::Admin => "admin",
        Role::Builder | Role::Viewer => "member",
    }
}
