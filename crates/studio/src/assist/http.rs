//! Routes and handlers.

use std::sync::Arc;

use axum::extract::State;
use flow::workflow::{Document, Finding};
use http::HeaderMap;
use rest::{Caller, ErrorBody, Json, Path, Policy, Routes, methods};
use serde::{Deserialize, Serialize};
use types::{ModelId, RunId, WorkflowId};
use utoipa::ToSchema;

use super::{Assist, Proposal};
use crate::agents::templates::Language;

type Service = State<Arc<Assist>>;

/// Relative to `/api/v1`.
pub fn routes(assist: Arc<Assist>) -> Routes {
    Routes::new(assist).on(Policy::Caller, methods!(assist_workflow)).on(Policy::Caller, methods!(explain_run)).done()
}

/// A change in words.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssistWorkflow {
    /// What shall be different, 1 to 4000 characters.
    pub instruction: String,
    /// Which model; absent: the workspace's default.
    #[serde(default)]
    pub model_id: Option<ModelId>,
    /// What is being edited.
    pub document: Document,
}

/// A proposed change; nothing is saved.
#[derive(Debug, Serialize, ToSchema)]
pub struct AssistedWorkflow {
    /// The whole document as proposed.
    pub document: Document,
    /// What is wrong with it; the model has put right what it could.
    pub findings: Vec<Finding>,
    /// What was changed, in words.
    pub summary: String,
    /// The name of the model.
    pub model: String,
}

impl From<Proposal> for AssistedWorkflow {
    fn from(Proposal { document, findings, summary, model }: Proposal) -> Self {
        Self { document, findings, summary, model }
    }
}

/// Who explains.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ExplainRun {
    /// Which model; absent: the workspace's default.
    pub model_id: Option<ModelId>,
}

/// An explanation.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExplainedRun {
    /// Plain words, in the language of `Accept-Language`.
    pub text: String,
    /// The name of the model.
    pub model: String,
}

/// Propose a change of a workflow
///
/// A model reads the format, the kinds of nodes, the document and the instruction. What it answers is validated and given back to it
/// once if it is wrong. Nothing is saved. `assist_needs_model`: the offline model cannot do this.
#[utoipa::path(post, path = "/workflows/{workflow_id}/assist", tag = "workflows", params(("workflow_id" = WorkflowId, Path)),
    request_body = AssistWorkflow, responses((status = 200, body = AssistedWorkflow), (status = "default", body = ErrorBody)))]
async fn assist_workflow(
    State(assist): Service,
    Caller(actor): Caller,
    Path(id): Path<WorkflowId>,
    Json(AssistWorkflow { instruction, model_id, document }): Json<AssistWorkflow>,
) -> rest::Result<Json<AssistedWorkflow>> {
    Ok(Json(assist.propose(&actor, id, model_id, &instruction, document).await?.into()))
}

/// Explain the error of a run
///
/// A model reads the errors of the run and its steps, with what these were given. `run_not_failed`: nothing went wrong.
#[utoipa::path(post, path = "/runs/{run_id}/explain", tag = "runs", params(("run_id" = RunId, Path)),
    request_body = ExplainRun, responses((status = 200, body = ExplainedRun), (status = "default", body = ErrorBody)))]
async fn explain_run(
    State(assist): Service,
    Caller(actor): Caller,
    Path(run): Path<RunId>,
    headers: HeaderMap,
    Json(ExplainRun { model_id }): Json<ExplainRun>,
) -> rest::Result<Json<ExplainedRun>> {
    let language = match Language::of(&headers) {
        Language::Chinese => "simplified Chinese",
        Language::English => "English",
    };
    let (text, model) = assist.explain(&actor, run, model_id, language).await?;
    Ok(Json(ExplainedRun { text, model }))
}
