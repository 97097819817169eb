//! Routes and shapes.

use std::sync::Arc;

use axum::extract::State;
use flow::workflow::Limits as RunLimits;
use rest::{Caller, ErrorBody, Json, Path, Policy, Routes, methods};
use serde::{Deserialize, Serialize};
use types::WorkspaceId;
use utoipa::ToSchema;

use super::model::{Keep, Limits};
use super::service::{Standing, WorkspaceLimits};

type Service = State<Arc<WorkspaceLimits>>;

/// Relative to `/api/v1`.
pub fn routes(limits: Arc<WorkspaceLimits>) -> Routes {
    Routes::new(limits).on(Policy::Caller, methods!(get_workspace_limits, set_workspace_limits)).done()
}

/// Limits of workflows and their runs; `null` or 0 limits nothing.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
struct LimitSet {
    /// Nodes of a workflow.
    #[schema(required)]
    max_nodes: Option<u64>,
    /// Bytes of a workflow's document.
    #[schema(required)]
    max_document_bytes: Option<u64>,
    /// Loops and batches inside each other, at most 32.
    #[schema(required)]
    max_nesting: Option<u64>,
    /// Workflows in workflows of a run.
    #[schema(required)]
    max_depth: Option<u32>,
    /// Steps of a run, each iteration of each node counted.
    #[schema(required)]
    max_steps: Option<u64>,
    /// Seconds of running time of a run; waiting is not counted.
    #[schema(required)]
    max_seconds: Option<u64>,
    /// Bytes of JSON that all values of a run may hold.
    #[schema(required)]
    max_bytes: Option<u64>,
    /// Bytes of JSON that one node may give.
    #[schema(required)]
    max_output_bytes: Option<u64>,
    /// Days after their end that runs are kept.
    #[schema(required)]
    keep_days: Option<u64>,
    /// Ended runs that are kept, the latest.
    #[schema(required)]
    keep_runs: Option<u64>,
}

/// What holds for a workspace. Of each limit the smallest counts.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WorkspaceLimits)]
struct WorkspaceLimitsView {
    /// The workspace's own.
    workspace: LimitSet,
    /// The instance's, by its settings.
    instance: LimitSet,
    /// What counts.
    in_force: LimitSet,
}

impl From<Limits> for LimitSet {
    fn from(limits: Limits) -> Self {
        let Limits { nodes, document_bytes, nesting, run, keep } = limits;
        let RunLimits { max_steps, max_seconds, max_depth, max_bytes, max_output_bytes } = run;
        Self {
            max_nodes: nodes,
            max_document_bytes: document_bytes,
            max_nesting: nesting,
            max_depth,
            max_steps,
            max_seconds,
            max_bytes,
            max_output_bytes,
            keep_days: keep.days,
            keep_runs: keep.runs,
        }
    }
}

impl From<LimitSet> for Limits {
    fn from(set: LimitSet) -> Self {
        let some = |limit: Option<u64>| limit.filter(|limit| *limit > 0);
        Self {
            nodes: some(set.max_nodes),
            document_bytes: some(set.max_document_bytes),
            nesting: some(set.max_nesting),
            run: RunLimits {
                max_steps: some(set.max_steps),
                max_seconds: some(set.max_seconds),
                max_depth: set.max_depth.filter(|depth| *depth > 0),
                max_bytes: some(set.max_bytes),
                max_output_bytes: some(set.max_output_bytes),
            },
            keep: Keep { days: some(set.keep_days), runs: some(set.keep_runs) },
        }
    }
}

impl From<Standing> for WorkspaceLimitsView {
    fn from(Standing { own, instance }: Standing) -> Self {
        let in_force = instance.least(&own);
        Self { workspace: own.into(), instance: instance.into(), in_force: in_force.into() }
    }
}

/// Get the limits of a workspace
#[utoipa::path(get, path = "/workspaces/{workspace_id}/limits", tag = "workspaces", params(("workspace_id" = WorkspaceId, Path)),
    responses((status = 200, body = WorkspaceLimitsView), (status = "default", body = ErrorBody)))]
async fn get_workspace_limits(
    State(limits): Service,
    Caller(actor): Caller,
    Path(workspace): Path<WorkspaceId>,
) -> rest::Result<Json<WorkspaceLimitsView>> {
    Ok(Json(limits.get(&actor, workspace).await?.into()))
}

/// Set the limits of a workspace
///
/// All of them: what is left out has no limit of its own any more. Runs under way keep those they were started with.
#[utoipa::path(put, path = "/workspaces/{workspace_id}/limits", tag = "workspaces", params(("workspace_id" = WorkspaceId, Path)),
    request_body = LimitSet, responses((status = 200, body = WorkspaceLimitsView), (status = "default", body = ErrorBody)))]
async fn set_workspace_limits(
    State(limits): Service,
    Caller(actor): Caller,
    Path(workspace): Path<WorkspaceId>,
    Json(own): Json<LimitSet>,
) -> rest::Result<Json<WorkspaceLimitsView>> {
    Ok(Json(limits.set(&actor, workspace, own.into()).await?.into()))
}
