//! Workflows from files and as files, on Hearth's own API: its documents, canvases of Coze, and, through a port, files of others.

use std::sync::Arc;

use axum::extract::multipart::{Field, Multipart, MultipartRejection};
use axum::extract::{FromRequest as _, Request, State};
use axum::response::{IntoResponse as _, Response};
use flow::node::secret::MARK as TAKEN_OUT;
use flow::workflow::import::{Imported, Importers};
use flow::workflow::{Document, Mode};
use http::header;
use rest::{Caller, ErrorBody, Json, Path, Policy, Query, Routes, methods};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use studio::models::Models;
use studio::workflows::{NewWorkflow, Workflow, WorkflowView, Workflows};
use types::{Actor, ErrorKind, Failure, WorkflowId, WorkspaceId};
use utoipa::{IntoParams, ToSchema};

use super::{ImportError, Report, export, import, report};

/// The name of a workflow whose file has none.
const UNNAMED: &str = "Imported workflow";
/// Marks a file of Hearth.
const MARK: &str = "hearth.workflow";

/// What the routes work on.
#[derive(Clone)]
struct Files {
    workflows: Arc<Workflows>,
    models: Arc<Models>,
    importers: Arc<dyn Importers>,
}

type Service = State<Files>;

/// Relative to `/api/v1`.
pub fn routes(workflows: Arc<Workflows>, models: Arc<Models>, importers: Arc<dyn Importers>) -> Routes {
    Routes::new(Files { workflows, models, importers })
        .on(Policy::Caller, methods!(import_workflow))
        .on(Policy::Caller, methods!(export_workflow))
        .done()
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
    /// Of which product the file is; absent: what it looks like.
    #[serde(default)]
    format: Option<Source>,
    /// What stands in the file: an export or a document of Hearth, a canvas of Coze in any of its wrappings, a workflow of n8n, an
    /// app of Dify. A file that is no JSON (YAML) as one text.
    #[schema(value_type = Object)]
    document: Value,
}

/// Of which product a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Source {
    /// Hearth.
    Hearth,
    /// Coze.
    Coze,
    /// n8n: JSON.
    N8n,
    /// Dify: YAML or JSON.
    Dify,
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
    /// `hearth`, `coze`, `n8n` or `dify`; absent: what the file looks like.
    format: Option<Source>,
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
    /// What Coze cannot say, and which secrets stay behind.
    pub report: Report,
}

/// Import a workflow
///
/// As a new workflow with this draft: a file of Hearth, Coze, n8n or Dify. The report says node by node what was carried over,
/// what changed, and what is not supported. Nothing is executed, published or looked up elsewhere.
#[utoipa::path(post, path = "/workspaces/{workspace_id}/workflows/import", tag = "workflows", params(("workspace_id" = WorkspaceId, Path)),
    request_body(content((ImportWorkflow = "application/json"), (ImportForm = "multipart/form-data"))),
    responses((status = 200, body = ImportedWorkflow), (status = "default", body = ErrorBody)))]
async fn import_workflow(
    State(files): Service,
    Caller(actor): Caller,
    Path(workspace): Path<WorkspaceId>,
    request: Request,
) -> rest::Result<Json<ImportedWorkflow>> {
    // Before a large body is read for somebody who may not keep it.
    actor.require(workspace, types::Permission::Build)?;
    let given = given(request).await?;
    let (mut new, mut report) = files.read(given)?;
    let known = super::models::known(&files.models.available(workspace).await?);
    super::models::settle(&mut new.document, &mut report, &known);
    report::forget_spare_secrets(&mut report, &mut new.document);
    let workflow = files.workflows.create(&actor, workspace, new).await?;
    Ok(Json(ImportedWorkflow { workflow: workflow.into(), report }))
}

/// Export a workflow
///
/// As a file that can be imported again, here or in Coze. Secrets are not in it; the report names them (`secret_removed`).
#[utoipa::path(get, path = "/workflows/{workflow_id}/export", tag = "workflows", params(("workflow_id" = WorkflowId, Path), ExportQuery),
    responses((status = 200, body = ExportedWorkflow), (status = "default", body = ErrorBody)))]
async fn export_workflow(
    State(Files { workflows, .. }): Service,
    Caller(actor): Caller,
    Path(id): Path<WorkflowId>,
    Query(query): Query<ExportQuery>,
) -> rest::Result<Response> {
    let workflow = workflows.get(&actor, id).await?;
    let document = document(&workflows, &actor, id, query.version.as_deref()).await?;
    // In a file of Hearth the place is kept: what is imported says that a secret is missing there.
    let instead = if query.format == Format::Hearth { TAKEN_OUT } else { "" };
    let (mut document, removed) = workflows.without_secrets(document, instead);
    report::forget_spare_secrets(&mut Report::default(), &mut document);
    let (file, mut report) = match query.format {
        Format::Hearth => (file(&workflow, query.version.as_deref(), &document), Report::default()),
        Format::Coze => {
            let exported = export(&document);
            (exported.canvas, exported.report)
        }
    };
    report::removed(&mut report, &document, &removed);
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
    let mut given = ImportWorkflow { name: None, description: None, mode: None, format: None, document: Value::Null };
    while let Some(part) = form.next_field().await.map_err(torn)? {
        match part.name() {
            Some("file") => given.document = Value::String(text(part).await?),
            Some("name") => given.name = Some(text(part).await?),
            Some("mode") => {
                let mode = serde_json::from_value(Value::String(text(part).await?));
                given.mode = Some(mode.map_err(|_| Failure::invalid("mode", "`mode` is `workflow` or `chatflow`."))?);
            }
            Some("format") => {
                let format = serde_json::from_value(Value::String(text(part).await?));
                given.format = Some(format.map_err(|_| Failure::invalid("format", "`format` is `hearth`, `coze`, `n8n` or `dify`."))?);
            }
            _ => return Err(Failure::invalid("file", "The form has the parts `file`, `name`, `mode` and `format`.").into()),
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

impl Files {
    /// What the file begins.
    fn read(&self, given: ImportWorkflow) -> Result<(NewWorkflow, Report), Failure> {
        let ImportWorkflow { name, description, mode, format, document } = given;
        let file = self.parsed(document, format)?;
        let text = |of: &Value, key: &str| of.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let own = file.get("kind").and_then(Value::as_str) == Some(MARK);
        let looks = || match self.importers.detect(&file) {
            Some("n8n") => Source::N8n,
            Some(_) => Source::Dify,
            None if own || file.get("nodes").is_some_and(Value::is_object) => Source::Hearth,
            None => Source::Coze,
        };
        let (imported, icon) = match format.unwrap_or_else(looks) {
            Source::N8n => (self.importers.import("n8n", &file)?, String::new()),
            Source::Dify => (self.importers.import("dify", &file)?, String::new()),
            Source::Hearth => {
                let icon = if own { text(&file, "icon") } else { String::new() };
                let (name, description) = (text(&file, "name"), text(&file, "description"));
                let inner = if own { file.get("document").cloned().unwrap_or_default() } else { file };
                let refuse = |error| Failure::new(ErrorKind::Invalid, "canvas_invalid", format!("This workflow cannot be read: {error}."));
                let document = serde_json::from_value(inner).map_err(|error| refuse(error).about("document"))?;
                (Imported { name, description, document, report: Report::default() }, icon)
            }
            Source::Coze => {
                let read = import(&file).map_err(|error| refused(&error))?;
                let (name, description) = (text(&file, "name"), text(&file, "description"));
                (Imported { name, description, document: read.document, report: read.report }, String::new())
            }
        };
        let Imported { name: said_name, description: said_description, mut document, report } = imported;
        if let Some(mode) = mode {
            document.mode = mode;
        }
        let first = |given: Option<String>, said: String| given.filter(|g| !g.trim().is_empty()).unwrap_or(said);
        let name: String = first(name, said_name).chars().filter(|c| !c.is_control()).collect();
        let name = if name.trim().is_empty() { UNNAMED.to_owned() } else { name };
        let description = first(description, said_description);
        Ok((NewWorkflow { name, description, icon, folder: String::new(), document }, report))
    }

    /// A file that came as one text is JSON or, where that is a format's way, YAML.
    fn parsed(&self, document: Value, format: Option<Source>) -> Result<Value, Failure> {
        let Value::String(text) = &document else { return Ok(document) };
        let error = match serde_json::from_str(text) {
            Ok(read) => return Ok(read),
            Err(error) => error,
        };
        let refused = Failure::new(ErrorKind::Invalid, "canvas_invalid", format!("The file is not JSON: {error}.")).about("file");
        match (format, self.importers.parse(text)) {
            (Some(Source::Hearth | Source::Coze | Source::N8n), _) => Err(refused),
            (None, Ok(read)) if self.importers.detect(&read).is_none() => Err(refused),
            (None, Err(failure)) if failure.kind == ErrorKind::Invalid => Err(refused),
            (_, read) => read,
        }
    }
}

fn refused(error: &ImportError) -> Failure {
    let kind = if matches!(error, ImportError::TooLarge) { ErrorKind::TooLarge } else { ErrorKind::Invalid };
    Failure::new(kind, error.code(), format!("{error}.")).about("document")
}
