//! `/v1/workflow/run`, `stream_run`, `stream_resume` and the histories.

use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use flow::run::{Reply, Run, StepKind};
use rest::{Caller, Client, Json, LogId, Path, Policy, Query, Refusal, Routes};
use serde_json::{Map, Value, json};
use types::{Actor, Failure, Permission, RunId, WorkflowId};

use super::run::{debug_url, refusal};
use super::wire::{History, HistoryQuery, ResumeRequest, RunRequest, Usage, data};
use super::{stream, wire};
use crate::envelope::{Answer, Envelope, refuse};
use crate::{Coze, error, id};

/// How long a caller who waits is kept at most.
const WAIT: Duration = Duration::from_mins(10);

/// Routes of runs.
pub fn routes(coze: Arc<Coze>) -> Routes {
    Routes::new(coze)
        .on(Policy::Caller, rest::methods!(run))
        .on(Policy::Caller, rest::methods!(stream_run))
        .on(Policy::Caller, rest::methods!(stream_resume))
        .on(Policy::Caller, rest::methods!(history))
        .on(Policy::Caller, rest::methods!(run_history))
        .on(Policy::Caller, rest::methods!(node_output))
        .done()
}

/// Run a workflow
///
/// The answer's `data` is the result as a string; with `is_async` only the number of the run.
#[utoipa::path(post, path = "/v1/workflow/run", operation_id = "coze_workflow_run", tag = "coze workflows",
    request_body = RunRequest, responses((status = 200, body = Envelope<String>)))]
async fn run(State(coze): State<Arc<Coze>>, Caller(who): Caller, client: Client, Json(given): Json<RunRequest>) -> rest::Result<Answer> {
    let later = given.is_async == Some(true);
    let started = coze.run_workflow(&who, &given, if later { Reply::Async } else { Reply::Sync }).await?;
    let url = debug_url(&client, &started.run);
    let answer = Answer::empty().with("debug_url", &url)?.with("execute_id", &started.run.id)?;
    if later {
        return answer.with("data", &"");
    }
    let ended = coze.workflows.wait(&who, started, WAIT).await?;
    let answer = answer.with("token", &ended.usage.total_tokens)?.with("cost", &"0.00000")?.with("usage", &Usage::from(ended.usage))?;
    match refusal(&ended) {
        None => answer.with("data", &ended.output.as_ref().map(data).unwrap_or_default()),
        Some(failure) => answer.with("code", &number(&ended, &failure))?.with("msg", &failure.message),
    }
}

fn number(run: &Run, failure: &Failure) -> i64 {
    run.error.as_ref().map_or_else(|| error::number(failure), |e| error::of_workflow(&e.code))
}

/// Run a workflow and watch it
#[utoipa::path(post, path = "/v1/workflow/stream_run", operation_id = "coze_workflow_stream_run", tag = "coze workflows",
    request_body = RunRequest, responses((status = 200, content_type = "text/event-stream", body = String)))]
async fn stream_run(State(coze): State<Arc<Coze>>, Caller(who): Caller, client: Client, given: rest::Result<Json<RunRequest>>) -> Response {
    let streamed = async {
        let Json(given) = given?;
        let run = coze.run_workflow(&who, &given, Reply::Stream).await?.run;
        Ok::<_, Refusal>(coze.watch(&run, 0, &client).await?)
    };
    streamed.await.unwrap_or_else(|refusal| refuse(refusal, true))
}

/// Answer a waiting run and watch it go on
#[utoipa::path(post, path = "/v1/workflow/stream_resume", operation_id = "coze_workflow_stream_resume", tag = "coze workflows",
    request_body = ResumeRequest, responses((status = 200, content_type = "text/event-stream", body = String)))]
async fn stream_resume(
    State(coze): State<Arc<Coze>>,
    Caller(who): Caller,
    client: Client,
    given: rest::Result<Json<ResumeRequest>>,
) -> Response {
    let streamed = async {
        let Json(given) = given?;
        let (run, seen) = coze.resume_workflow(&who, &given).await?;
        Ok::<_, Refusal>(coze.watch(&run, seen, &client).await?)
    };
    streamed.await.unwrap_or_else(|refusal| refuse(refusal, true))
}

/// The record of a run
#[utoipa::path(get, path = "/v1/workflow/get_run_history", operation_id = "coze_workflow_get_run_history", tag = "coze workflows",
    params(HistoryQuery), responses((status = 200, body = Envelope<Vec<History>>)))]
async fn history(
    State(coze): State<Arc<Coze>>,
    Caller(who): Caller,
    client: Client,
    Extension(log): Extension<LogId>,
    Query(at): Query<HistoryQuery>,
) -> rest::Result<Answer> {
    let (workflow, run) = (at.workflow_id.required("workflow_id")?, at.execute_id.required("execute_id")?);
    Answer::data(&[coze.history(&who, WorkflowId(workflow), RunId(run), &log, &client).await?])
}

/// The record of a run (the SDKs' address)
#[utoipa::path(get, path = "/v1/workflows/{workflow_id}/run_histories/{execute_id}", operation_id = "coze_workflow_run_history",
    tag = "coze workflows", params(("workflow_id" = String, Path), ("execute_id" = String, Path)),
    responses((status = 200, body = Envelope<Vec<History>>)))]
async fn run_history(
    State(coze): State<Arc<Coze>>,
    Caller(who): Caller,
    client: Client,
    Extension(log): Extension<LogId>,
    Path((workflow, run)): Path<(String, String)>,
) -> rest::Result<Answer> {
    let (workflow, run) = (id::of_path(&workflow, "workflow")?, id::of_path(&run, "run")?);
    Answer::data(&[coze.history(&who, WorkflowId(workflow), RunId(run), &log, &client).await?])
}

/// What a node told
#[utoipa::path(get, path = "/v1/workflows/{workflow_id}/run_histories/{execute_id}/execute_nodes/{node_execute_uuid}",
    operation_id = "coze_workflow_node_output", tag = "coze workflows",
    params(("workflow_id" = String, Path), ("execute_id" = String, Path), ("node_execute_uuid" = String, Path)),
    responses((status = 200, body = Envelope<Value>)))]
async fn node_output(
    State(coze): State<Arc<Coze>>,
    Caller(who): Caller,
    Path((workflow, run, step)): Path<(String, String, String)>,
) -> rest::Result<Answer> {
    let (workflow, run) = (WorkflowId(id::of_path(&workflow, "workflow")?), RunId(id::of_path(&run, "run")?));
    coze.workflow_run(&who, workflow, run).await?;
    let (_, steps) = coze.workflows.runs().detail(&who.scope(Permission::View), run).await?;
    let step = steps.into_iter().find(|known| known.kind == StepKind::Node && known.seq.to_string() == step);
    let step = step.ok_or_else(|| Failure::not_found("step"))?;
    let output = match step.output.get("output") {
        Some(Value::String(text)) => text.clone(),
        _ => wire::data(&step.output),
    };
    Answer::data(&json!({ "is_finish": step.finished_at.is_some(), "node_output": output }))
}

impl Coze {
    async fn watch(&self, run: &Run, seen: u64, client: &Client) -> Result<Response, Failure> {
        let events = self.runs.subscribe(run.id, None).await?;
        Ok(stream::response(run.id, debug_url(client, run), seen, events).into_response())
    }

    async fn history(&self, who: &Actor, workflow: WorkflowId, run: RunId, log: &LogId, client: &Client) -> Result<History, Failure> {
        let (run, given) = self.workflow_run(who, workflow, run).await?;
        let (_, steps) = self.workflows.runs().detail(&who.scope(Permission::View), run.id).await?;
        let mut nodes = Map::new();
        for step in steps {
            let Some(node) = step.node.filter(|node| matches!(node.kind.as_str(), "output" | "end")) else { continue };
            let updated = step.finished_at.unwrap_or(step.started_at).seconds();
            let status = json!({ "node_id": node.id, "is_finish": step.finished_at.is_some(), "update_time": updated, "node_execute_uuid": step.seq.to_string() });
            nodes.insert(step.name, status);
        }
        let url = debug_url(client, &run);
        Ok(History::of(&run, &given, log, url).with_nodes(nodes))
    }
}
