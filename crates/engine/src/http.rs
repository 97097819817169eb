//! The routes of runs.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Response};
use flow::run::{Run, RunStatus, ToolSubmission};
use rest::{Caller, Json, Path, Policy, Query, Routes, methods};
use serde::{Deserialize, Serialize};
use types::{AgentId, ConversationId, Failure, Page, PageRequest, Permission, RunId, WorkflowId, WorkspaceId};
use utoipa::{IntoParams, ToSchema};

use crate::runtime::{Filter, RunStream, Runs};
use crate::view::Step;
use crate::wire;

/// All routes of the engine.
pub fn routes(runs: Runs) -> Routes {
    Routes::new(runs)
        .on(Policy::Caller, methods!(list_runs))
        .on(Policy::Caller, methods!(get_run))
        .on(Policy::Caller, methods!(follow_run))
        .on(Policy::Caller, methods!(cancel_run))
        .on(Policy::Caller, methods!(submit_tool_outputs))
        .done()
}

/// Narrowing and paging of the list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// Runs of this agent.
    agent_id: Option<AgentId>,
    /// Runs of this workflow.
    workflow_id: Option<WorkflowId>,
    /// Runs of this conversation.
    conversation_id: Option<ConversationId>,
    /// Runs in this status.
    status: Option<RunStatus>,
    /// `false` leaves out runs of workflows that are a part of the run that called them (`root_run_id`); `true` gives only these.
    called: Option<bool>,
    /// How many, 1 to 100; 20 when absent.
    limit: Option<u64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// A run with its steps.
#[derive(Debug, Serialize, ToSchema)]
pub struct RunDetail {
    /// The run.
    #[serde(flatten)]
    pub run: Run,
    /// Its steps in order.
    pub steps: Vec<Step>,
}

/// Where to follow from.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct FollowQuery {
    /// Like the header `Last-Event-ID`, which counts when both are there.
    after: Option<u64>,
}

/// What a waiting run waits for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ToolOutputs {
    /// One for each waiting call.
    outputs: Vec<ToolOutput>,
}

/// A call's output or decision.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ToolOutput {
    /// Of the waiting call.
    call_id: String,
    /// Output of a client tool; the answer to a question or form; at a breakpoint other inputs, as a JSON object.
    output: Option<String>,
    /// Decision on a call that needs approval, or at a breakpoint.
    approve: Option<bool>,
    /// At a breakpoint: stop before the next node again.
    #[serde(default)]
    #[schema(default = false)]
    step: bool,
}

/// List runs
///
/// Runs of the workspace, newest first.
#[utoipa::path(get, path = "/workspaces/{workspace_id}/runs", tag = "runs", operation_id = "list_runs",
    params(("workspace_id" = WorkspaceId, Path), ListQuery),
    responses((status = 200, body = Page<Run>), (status = "default", body = rest::ErrorBody)))]
async fn list_runs(
    State(runs): State<Runs>,
    Caller(actor): Caller,
    Path(workspace): Path<WorkspaceId>,
    Query(query): Query<ListQuery>,
) -> rest::Result<Json<Page<Run>>> {
    let ListQuery { agent_id: agent, workflow_id: workflow, conversation_id: conversation, status, called, limit, cursor } = query;
    let filter = Filter { agent, workflow, status, conversation, called };
    let page = PageRequest { limit, cursor };
    Ok(Json(runs.list(&actor, workspace, filter, &page).await?))
}

/// Get a run
///
/// With its steps: model and tool calls, their inputs, outputs, tokens, cost and errors.
#[utoipa::path(get, path = "/runs/{run_id}", tag = "runs", operation_id = "get_run",
    params(("run_id" = RunId, Path)),
    responses((status = 200, body = RunDetail), (status = "default", body = rest::ErrorBody)))]
async fn get_run(State(runs): State<Runs>, Caller(actor): Caller, Path(id): Path<RunId>) -> rest::Result<Json<RunDetail>> {
    let (run, steps) = runs.detail(&actor.scope(Permission::View), id).await?;
    Ok(Json(RunDetail { run, steps }))
}

/// Follow a run
///
/// Server-sent events from the beginning, or after `Last-Event-ID`, until the run ends or waits for somebody.
#[utoipa::path(get, path = "/runs/{run_id}/events", tag = "runs", operation_id = "follow_run",
    params(("run_id" = RunId, Path), FollowQuery, ("Last-Event-ID" = Option<u64>, Header, description = "Number of the last event seen")),
    responses((status = 200, content_type = "text/event-stream", body = String), (status = "default", body = rest::ErrorBody)))]
async fn follow_run(
    State(runs): State<Runs>,
    Caller(actor): Caller,
    Path(id): Path<RunId>,
    Query(query): Query<FollowQuery>,
    headers: HeaderMap,
) -> rest::Result<Response> {
    let after = last_event_id(&headers)?.or(query.after);
    let stream = runs.subscribe(&actor.scope(Permission::View), id, after).await?;
    Ok(sse(stream))
}

/// Cancel a run
///
/// Model and tool calls under way are dropped; what was written of the answer stays.
#[utoipa::path(post, path = "/runs/{run_id}/cancel", tag = "runs", operation_id = "cancel_run",
    params(("run_id" = RunId, Path)),
    responses((status = 200, body = Run), (status = "default", body = rest::ErrorBody)))]
async fn cancel_run(State(runs): State<Runs>, Caller(actor): Caller, Path(id): Path<RunId>) -> rest::Result<Json<Run>> {
    Ok(Json(runs.cancel(&actor, id).await?))
}

/// Submit tool outputs
///
/// Outputs of client tools and decisions on calls that need approval; the run goes on. With
/// `Accept: text/event-stream` the answer is the stream of what follows, else the run.
///
/// A call of kind `breakpoint` is answered with `approve: true` (the node begins; `step: true` stops before the next
/// node again; `output` may hold other inputs for the node as a JSON object, checked against its types) or with
/// `approve: false` (the run is cancelled). Calls of nodes are answered all at once or one by one.
#[utoipa::path(post, path = "/runs/{run_id}/tool-outputs", tag = "runs", operation_id = "submit_tool_outputs",
    params(("run_id" = RunId, Path)), request_body = ToolOutputs,
    responses((status = 200, body = Run), (status = "default", body = rest::ErrorBody)))]
async fn submit_tool_outputs(
    State(runs): State<Runs>,
    Caller(actor): Caller,
    Path(id): Path<RunId>,
    headers: HeaderMap,
    Json(body): Json<ToolOutputs>,
) -> rest::Result<Response> {
    let outputs =
        body.outputs.into_iter().map(|o| ToolSubmission { call_id: o.call_id, output: o.output, approve: o.approve, step: o.step });
    let submission = runs.submit(&actor, id, outputs.collect()).await?;
    if !rest::sse::wanted(&headers) {
        return Ok(Json(submission.run).into_response());
    }
    Ok(sse(runs.subscribe(&actor.scope(Permission::View), id, Some(submission.after)).await?))
}

fn sse(stream: RunStream) -> Response {
    rest::sse::response(wire::frames(stream))
}

/// The header of a client that comes back. An `EventSource` without a number yet sends none, or an empty one.
fn last_event_id(headers: &HeaderMap) -> Result<Option<u64>, Failure> {
    let Some(value) = headers.get("last-event-id") else { return Ok(None) };
    let text = value.to_str().unwrap_or("?").trim();
    if text.is_empty() {
        return Ok(None);
    }
    let refuse = |_| Failure::invalid("Last-Event-ID", "`Last-Event-ID` must be the number of an event of this run.");
    text.parse().map(Some).map_err(refuse)
}
