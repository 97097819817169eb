//! Workflows from files and as files, on Hearth's own API: its documents, and canvases of Coze.

use std::sync::Arc;

use axum::extract::multipart::{Field, Multipart, MultipartRejection};
use axum::extract::{FromRequest as _, Request, State};
use axum::response::{IntoResponse as _, Response};
use flow::workflow::{Document, Mode};
use http::header;
use rest::{Caller, ErrorBody, Json, Path, Policy, Query, Routes, methods};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use studio::workflows::{NewWorkflow, Workflow, WorkflowView, Workflows};
use types::{Actor, ErrorKind, Failure, WorkflowId, WorkspaceId};
use utoipa::{IntoParams, ToSchema};

use super::{ImportError, Report, export, import};

/// The name of a workflow whose file has none.
const UNNAMED: &str = "Imported workflow";
/// Marks a file of Hearth.
const MARK: &str = "hearth.workflow";

type Service = State<Arc<Workflows>>;

/// Relative to `/api/v1`.
pub fn routes(workflows: Arc<Workflows>) -> Routes {
    Routes::new(workflows).on(Policy::Caller, methods!(import_workflow)).on(Policy::Caller, methods!(export_workflow)).done()
}

/// A file to import.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ImportWorkflow {
    /// 1 to 100 characters; absent: the file's.
    #[serde(default)]
    name: Option<String>,
    /// Up to 2000 characters; absent: the file's.
    #[serde(default)]
    description: Option<String>,
    /// What it is called as; absent: what the file says.
    #[serde(default)]
    mode: Option<Mode>,
    /// What stands in the file: an export of Hearth, a document of Hearth, or a canvas of Coze in any of its wrappings.
    #[schema(value_type = Object)]
    document: Value,
}

/// The same as a form.
#[derive(ToSchema)]
#[allow(dead_code)] // Described only: the parts are read one by one.
struct ImportForm {
    /// The file.
    #[schema(format = Binary)]
    file: String,
    /// 1 to 100 characters; absent: the file's.
    name: Option<String>,
    /// `workflow` or `chatflow`; absent: what the file says.
    mode: Option<Mode>,
}

/// An imported workflow.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportedWorkflow {
    /// The workflow; its draft may have findings.
    pub workflow: WorkflowView,
    /// What became of the canvas; empty for files of Hearth.
    pub report: Report,
}

/// What to export.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ExportQuery {
    /// `hearth` (when absent) or `coze`.
    #[param(inline)]
    format: Format,
    /// This version; absent: the draft.
    version: Option<String>,
    /// Answer `{file, report}` instead of the file alone.
    report: bool,
}

/// The format of a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Format {
    /// Hearth's own.
    #[default]
    Hearth,
    /// A canvas of Coze.
    Coze,
}

/// An export with its report.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExportedWorkflow {
    /// What the file would hold.
    #[schema(value_type = Object)]
    pub file: Value,
    /// What Coze cannot say; empty for files of Hearth.
    pub report: Report,
}

/// Import a workflow
///
/// As a new workflow with this draft. Nothing is executed, published or looked up elsewhere.
#[utoipa::path(post, path = "/workspaces/{workspace_id}/workflows/import", tag = "workflows", params(("workspace_id" = WorkspaceId, Path)),
    request_body(content((ImportWorkflow = "application/json"), (ImportForm = "multipart/form-data"))),
    responses((status = 200, body = ImportedWorkflow), (status = "default", body = ErrorBody)))]
async fn import_workflow(
    State(workflows): Service,
    Caller(actor): Caller,
    Path(workspace): Path<WorkspaceId>,
    request: Request,
) -> rest::Result<Json<ImportedWorkflow>> {
    // Before a large body is read for somebody who may not keep it.
    actor.require(workspace, types::Permission::Build)?;
    let given = given(request).await?;
    let (new, report) = read(given)?;
    let workflow = workflows.create(&actor, workspace, new).await?;
    Ok(Json(ImportedWorkflow { workflow: workflow.into(), report }))
}

/// Export a workflow
///
/// As a file that can be imported again, here or in Coze.
#[utoipa::path(get, path = "/workflows/{workflow_id}/export", tag = "workflows", params(("workflow_id" = WorkflowId, Path), ExportQuery),
    responses((status = 200, body = ExportedWorkflow), (status = "default", body = ErrorBody)))]
async fn export_workflow(
    State(workflows): Service,
    Caller(actor): Caller,
    Path(id): Path<WorkflowId>,
    Query(query): Query<ExportQuery>,
) -> rest::Result<Response> {
    let workflow = workflows.get(&actor, id).await?;
    let document = document(&workflows, &actor, id, query.version.as_deref()).await?;
    let (file, report) = match query.format {
        Format::Hearth => (file(&workflow, query.version.as_deref(), &document), Report::default()),
        Format::Coze => {
            let exported = export(&document);
            (exported.canvas, exported.report)
        }
    };
    if query.report {
        return Ok(Json(ExportedWorkflow { file, report }).into_response());
    }
    let name = format!("workflow-{id}{}.json", if query.format == Format::Coze { "-coze" } else { "" });
    let text = serde_json::to_string_pretty(&file).map_err(Failure::internal)?;
    let headers =
        [(header::CONTENT_TYPE, "application/json".to_owned()), (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\""))];
    Ok((headers, text).into_response())
}

async fn document(workflows: &Workflows, actor: &Actor, id: WorkflowId, version: Option<&str>) -> Result<Document, Failure> {
    let Some(version) = version else { return Ok(workflows.draft(actor, id).await?.document) };
    let number = version.parse().map_err(|_| Failure::from(studio::workflows::Error::NoVersion))?;
    Ok(workflows.version(actor, id, number).await?.document)
}

fn file(workflow: &Workflow, version: Option<&str>, document: &Document) -> Value {
    let Workflow { name, description, icon, .. } = workflow;
    // A picture is a file of this instance.
    let icon = if icon.bytes().all(|b| b.is_ascii_digit()) { "" } else { icon };
    json!({ "kind": MARK, "name": name, "description": description, "icon": icon, "version": version, "document": document })
}

async fn given(request: Request) -> Result<ImportWorkflow, rest::Refusal> {
    let form = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).is_some_and(|v| v.starts_with("multipart/"));
    if !form {
        return Ok(Json::from_request(request, &()).await?.0);
    }
    let not_a_form = |_: MultipartRejection| Failure::invalid("content-type", "The form cannot be read: it has no boundary.");
    let mut form = Multipart::from_request(request, &()).await.map_err(not_a_form)?;
    let mut given = ImportWorkflow { name: None, description: None, mode: None, document: Value::Null };
    while let Some(part) = form.next_field().await.map_err(torn)? {
        match part.name() {
            Some("file") => given.document = serde_json::from_str(&text(part).await?).map_err(|error| not_json(&error))?,
            Some("name") => given.name = Some(text(part).await?),
            Some("mode") => {
                let mode = serde_json::from_value(Value::String(text(part).await?));
                given.mode = Some(mode.map_err(|_| Failure::invalid("mode", "`mode` is `workflow` or `chatflow`."))?);
            }
            _ => return Err(Failure::invalid("file", "The form has the parts `file`, `name` and `mode`.").into()),
        }
    }
    Ok(given)
}

async fn text(part: Field<'_>) -> Result<String, Failure> {
    part.text().await.map_err(torn)
}

fn torn(error: axum::extract::multipart::MultipartError) -> Failure {
    if error.status() == http::StatusCode::PAYLOAD_TOO_LARGE {
        let message = "The body is larger than this server accepts (MAX_REQUEST_BODY_SIZE).";
        return Failure::new(ErrorKind::TooLarge, "body_too_large", message);
    }
    Failure::invalid("file", "The form could not be read to its end.").because(error)
}

fn not_json(error: &serde_json::Error) -> Failure {
    Failure::new(ErrorKind::Invalid, "canvas_invalid", format!("The file is not JSON: {error}.")).about("file")
}

/// What the file begins.
fn read(given: ImportWorkflow) -> Result<(NewWorkflow, Report), Failure> {
    let ImportWorkflow { name, description, mode, mut document } = given;
    let text = |of: &Value, key: &str| of.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (said_name, said_description, icon) = (text(&document, "name"), text(&document, "description"), text(&document, "icon"));
    let own = document.get("kind").and_then(Value::as_str) == Some(MARK);
    if own {
        document = document.get_mut("document").map(Value::take).unwrap_or_default();
    }
    let (mut document, report) = if own || document.get("nodes").is_some_and(Value::is_object) {
        let refuse = |error| Failure::new(ErrorKind::Invalid, "canvas_invalid", format!("This workflow cannot be read: {error}."));
        (serde_json::from_value(document).map_err(|error| refuse(error).about("document"))?, Report::default())
    } else {
        let imported = import(&document).map_err(|error| refused(&error))?;
        (imported.document, imported.report)
    };
    if let Some(mode) = mode {
        document.mode = mode;
    }
    let first = |given: Option<String>, said: String| given.filter(|g| !g.trim().is_empty()).unwrap_or(said);
    let name: String = first(name, said_name).chars().filter(|c| !c.is_control()).collect();
    let name = if name.trim().is_empty() { UNNAMED.to_owned() } else { name };
    let new =
        NewWorkflow { name, description: first(description, said_description), icon: if own { icon } else { String::new() }, document };
    Ok((new, report))
}

fn refused(error: &ImportError) -> Failure {
    let kind = if matches!(error, ImportError::TooLarge) { ErrorKind::TooLarge } else { ErrorKind::Invalid };
    Failure::new(kind, error.code(), format!("{error}.")).about("document")
}
