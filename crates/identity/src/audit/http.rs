//! `GET /workspaces/{workspace_id}/audit-log` and `GET /admin/audit-log`.

use std::sync::Arc;

use axum::extract::State;
use rest::{Caller, Json, Path, Policy, Query, Routes};
use serde::Serialize;
use types::{AuditId, Page, PageRequest, Permission, Timestamp, UserId, WorkspaceId};
use utoipa::ToSchema;

use super::{list, stored};
use crate::context::Context;

/// A line of the audit log.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditEntry {
    /// Its id.
    pub id: AuditId,
    /// When.
    pub at: Timestamp,
    /// Who, when known.
    #[schema(required)]
    pub actor_id: Option<UserId>,
    /// His name at that time; `operator` for the command line.
    pub actor_name: String,
    /// `noun.verb`.
    pub action: String,
    /// On what.
    pub target: String,
    /// From which address.
    pub ip: String,
    /// More, depending on the action.
    #[schema(value_type = Object)]
    pub detail: serde_json::Value,
}

impl From<stored::Model> for AuditEntry {
    fn from(row: stored::Model) -> Self {
        Self {
            id: AuditId(row.id),
            at: Timestamp(row.at),
            actor_id: row.actor_id.map(UserId),
            actor_name: row.actor_name,
            action: row.action,
            target: row.target,
            ip: row.ip,
            detail: serde_json::from_str(&row.detail).unwrap_or_default(),
        }
    }
}

/// Routes of the audit log.
pub fn routes(cx: Arc<Context>) -> Routes {
    Routes::new(cx)
        .on(Policy::Caller, rest::methods!(list_workspace_audit_log))
        .on(Policy::Admin, rest::methods!(list_instance_audit_log))
        .done()
}

/// Audit log of a workspace, newest first
#[utoipa::path(get, path = "/workspaces/{workspace_id}/audit-log", tag = "audit", params(("workspace_id" = WorkspaceId, Path), PageRequest),
    responses((status = 200, body = Page<AuditEntry>), (status = "4XX", body = rest::ErrorBody)))]
async fn list_workspace_audit_log(
    State(cx): State<Arc<Context>>,
    Caller(who): Caller,
    Path(workspace): Path<WorkspaceId>,
    Query(page): Query<PageRequest>,
) -> rest::Result<Json<Page<AuditEntry>>> {
    let scope = who.scope_in(workspace, Permission::Administer)?;
    Ok(Json(list(&cx.db, Some(&scope), &page).await?.map(AuditEntry::from)))
}

/// Audit log of the whole instance, newest first
#[utoipa::path(get, path = "/admin/audit-log", tag = "admin", params(PageRequest),
    responses((status = 200, body = Page<AuditEntry>), (status = "4XX", body = rest::ErrorBody)))]
async fn list_instance_audit_log(State(cx): State<Arc<Context>>, Query(page): Query<PageRequest>) -> rest::Result<Json<Page<AuditEntry>>> {
    Ok(Json(list(&cx.db, None, &page).await?.map(AuditEntry::from)))
}
