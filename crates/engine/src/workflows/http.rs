//! The routes that start runs of workflows. Following, submitting, cancelling: [`crate::http`].

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use flow::run::{Reply, Run};
use flow::value::Values;
use flow::workflow::{NodeId, WorkflowForm};
use model::{Message, Role};
use rest::{Caller, Json, Path, Policy, Routes, methods};
use serde::Deserialize;
use types::{Actor, Failure, Permission, RunId, WorkflowId};
use utoipa::ToSchema;

use super::debug::Tries;
use super::{Start, Started, Thread, Workflows};
use crate::error::Error;
use crate::wire;

/// How long a caller who waits is kept at most; the run goes on after that.
const WAIT: Duration = Duration::from_mins(10);
/// Messages before a run at most.
const HISTORY: usize = 200;

/// All routes.
pub fn routes(workflows: Workflows) -> Routes {
    Routes::new(workflows)
        .on(Policy::Caller, methods!(start_workflow_run))
        .on(Policy::Caller, methods!(start_node_run))
        .on(Policy::Caller, methods!(fork_run))
        .done()
}

/// A run to start.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct StartRun {
    /// By the names of the start node's fields.
    #[serde(default)]
    #[schema(value_type = Object)]
    inputs: Values,
    /// Run the draft (builders only).
    #[serde(default)]
    #[schema(default = false)]
    draft: bool,
    /// This published version; absent: the latest.
    version: Option<String>,
    /// A value that does not fit its type fails the run instead of becoming nothing.
    #[serde(default)]
    #[schema(default = false)]
    strict: bool,
    /// Answer when the run has ended or waits for somebody (at most ten minutes), not at once.
    #[serde(default)]
    #[schema(default = false)]
    wait: bool,
    /// Free labels.
    #[serde(default)]
    #[schema(value_type = Object)]
    meta: Values,
    /// The app whose variables and conversations it sees.
    #[schema(max_length = 64)]
    app_id: Option<String>,
    /// Chatflows: what was said before, oldest first; at most 200 messages.
    #[serde(default)]
    #[schema(max_items = 200, default = json!([]))]
    history: Vec<Said>,
    /// Drafts: outputs of nodes that are not run, by node; the node's step is marked `pinned`. They must fit its declared types.
    #[serde(default)]
    #[schema(value_type = Object, default = json!({}))]
    pins: BTreeMap<String, Values>,
    /// Drafts: the ways out that pinned nodes take, by node, where that is not `out` (`branch_0`, `else`, …).
    #[serde(default)]
    #[schema(default = json!({}))]
    pin_ports: BTreeMap<String, String>,
    /// Drafts: the run waits before each of these nodes begins. A node of the workflow that the node `call` calls is `call/id`;
    /// a node inside a loop or batch is meant in every iteration.
    #[serde(default)]
    #[schema(default = json!([]))]
    breakpoints: BTreeSet<String>,
    /// Drafts: the run waits before every node.
    #[serde(default)]
    #[schema(default = false)]
    step: bool,
}

/// A message of a conversation before the run.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Said {
    /// Who said it.
    role: Speaker,
    /// Its text.
    content: String,
}

/// Who speaks in a conversation.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Speaker {
    /// The person.
    User,
    /// The workflow.
    Assistant,
}

impl From<Said> for Message {
    fn from(said: Said) -> Self {
        let role = match said.role {
            Speaker::User => Role::User,
            Speaker::Assistant => Role::Assistant,
        };
        Self::text(role, said.content)
    }
}

/// One node to try.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct StartNode {
    /// The app whose variables and conversations it sees.
    #[schema(max_length = 64)]
    app_id: Option<String>,
    /// By the names of the node's inputs.
    #[serde(default)]
    #[schema(value_type = Object)]
    inputs: Values,
    /// Answer when the run has ended or waits for somebody (at most ten minutes), not at once.
    #[serde(default)]
    #[schema(default = false)]
    wait: bool,
}

/// Where to take a run again.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ForkRun {
    /// The step that is taken again; results that do not depend on it are taken over.
    step: u32,
    /// Inputs for that step instead of the computed ones.
    #[schema(value_type = Option<Object>)]
    inputs: Option<Values>,
    /// How the new run is tried out; absent: with the pins of the earlier one.
    debug: Option<Tries>,
}

/// Run a workflow
///
/// The published version, or the draft. With `Accept: text/event-stream` the answer is the stream of the run, else the run.
///
/// Drafts can be tried out: `pins` are outputs of nodes that are not run, before `breakpoints` (or every node, with `step`)
/// the run waits. It then has the status `requires_action`, and in `required_action.calls` a call for each node that waits:
/// `{call_id, kind: "breakpoint", name, node: {id, kind, path}, arguments: {inputs}}`. Such a call is answered through
/// `POST /runs/{run_id}/tool-outputs`. The node has no step until it begins. Cancelling and forking are those of every run.
#[utoipa::path(post, path = "/workflows/{workflow_id}/runs", tag = "runs", operation_id = "start_workflow_run",
    params(("workflow_id" = WorkflowId, Path)), request_body = StartRun,
    responses((status = 201, body = Run), (status = "default", body = rest::ErrorBody)))]
async fn start_workflow_run(
    State(workflows): State<Workflows>,
    Caller(actor): Caller,
    Path(workflow): Path<WorkflowId>,
    headers: HeaderMap,
    Json(body): Json<StartRun>,
) -> rest::Result<Response> {
    let form = match (body.draft, body.version) {
        (true, _) => WorkflowForm::Draft,
        (false, Some(version)) => WorkflowForm::Version(version),
        (false, None) => WorkflowForm::Published,
    };
    let tries = Tries { pins: body.pins, pin_ports: body.pin_ports, breakpoints: body.breakpoints, step: body.step };
    let debugging = tries.read()?;
    if form != WorkflowForm::Draft && !debugging.is_nothing() {
        return Err(Failure::invalid("draft", "Pins, breakpoints and stepping are for drafts: set `draft`.").into());
    }
    if body.history.len() > HISTORY {
        return Err(Failure::invalid("history", format!("`history` has at most {HISTORY} messages.")).into());
    }
    let history: Vec<Message> = body.history.into_iter().map(Message::from).collect();
    let start = Start {
        debugging,
        thread: (!history.is_empty()).then(|| Thread { history, ..Thread::default() }),
        app: named(body.app_id),
        strict: body.strict,
        reply: reply(&headers, body.wait),
        meta: body.meta,
        ..Start::new(workflow, form, body.inputs)
    };
    let started = workflows.start(&actor, start).await?;
    Ok(workflows.answer(&actor, started, &headers, body.wait).await?)
}

/// Run one node of a draft
///
/// A loop or batch with what is inside it. References of what is inside to the outside are looked up in `inputs` by name.
#[utoipa::path(post, path = "/workflows/{workflow_id}/nodes/{node_id}/runs", tag = "runs", operation_id = "start_node_run",
    params(("workflow_id" = WorkflowId, Path), ("node_id" = String, Path)), request_body = StartNode,
    responses((status = 201, body = Run), (status = "default", body = rest::ErrorBody)))]
async fn start_node_run(
    State(workflows): State<Workflows>,
    Caller(actor): Caller,
    Path((workflow, node)): Path<(WorkflowId, NodeId)>,
    headers: HeaderMap,
    Json(body): Json<StartNode>,
) -> rest::Result<Response> {
    let (app, reply) = (named(body.app_id), reply(&headers, body.wait));
    let start = Start { only: Some(node), app, reply, ..Start::new(workflow, WorkflowForm::Draft, body.inputs) };
    let started = workflows.start(&actor, start).await?;
    Ok(workflows.answer(&actor, started, &headers, body.wait).await?)
}

/// Take a run again from a step
///
/// A new run: results that do not depend on the step are taken over, the step and what follows it are taken again.
#[utoipa::path(post, path = "/runs/{run_id}/fork", tag = "runs", operation_id = "fork_run",
    params(("run_id" = RunId, Path)), request_body = ForkRun,
    responses((status = 201, body = Run), (status = "default", body = rest::ErrorBody)))]
async fn fork_run(
    State(workflows): State<Workflows>,
    Caller(actor): Caller,
    Path(run): Path<RunId>,
    headers: HeaderMap,
    Json(body): Json<ForkRun>,
) -> rest::Result<Response> {
    let debugging = body.debug.map(Tries::read).transpose()?;
    let run = workflows.fork(&actor, run, body.step, body.inputs, debugging).await?;
    if rest::sse::wanted(&headers) {
        return Ok(workflows.stream(&actor, run.id).await?);
    }
    Ok((StatusCode::CREATED, Json(run)).into_response())
}

/// An empty name is none.
fn named(app: Option<String>) -> Option<String> {
    app.filter(|app| !app.is_empty())
}

fn reply(headers: &HeaderMap, wait: bool) -> Reply {
    match (rest::sse::wanted(headers), wait) {
        (true, _) => Reply::Stream,
        (false, true) => Reply::Sync,
        (false, false) => Reply::Async,
    }
}

impl Workflows {
    async fn answer(&self, actor: &Actor, started: Started, headers: &HeaderMap, wait: bool) -> Result<Response, Error> {
        if rest::sse::wanted(headers) {
            return self.stream(actor, started.run.id).await;
        }
        let run = if wait { self.wait(actor, started, WAIT).await? } else { started.run };
        Ok((StatusCode::CREATED, Json(run)).into_response())
    }

    async fn stream(&self, actor: &Actor, run: RunId) -> Result<Response, Error> {
        let stream = self.runs.subscribe(&actor.scope(Permission::View), run, None).await?;
        Ok(rest::sse::response(wire::frames(stream)))
    }
}
