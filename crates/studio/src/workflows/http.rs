//! Routes and handlers.

use std::sync::Arc;

use axum::extract::State;
use http::HeaderMap;
use rest::{Caller, ErrorBody, Json, Path, Policy, Query, Routes, methods};
use types::{Page, PageRequest, WorkflowId, WorkspaceId};

use super::diff::Diff;
use super::model::{Filter, NewWorkflow};
use super::publishing::{Publication, Side};
pub use super::wire::{
    CreateWorkflow, DeleteWorkflow, DiffWorkflow, DraftView, DuplicateWorkflow, ListWorkflows, NodeTypeList, PublishWorkflow,
    SaveWorkflowDraft, UnpublishWorkflow, UpdateWorkflow, ValidateWorkflow, Validation, VersionDetail, VersionView, WorkflowReference,
    WorkflowReferenceList, WorkflowView,
};
use super::{Error, VersionNumber, Workflows, gallery, template as blank};
use crate::agents::templates::Language;
use crate::models::http::Done;

type Service = State<Arc<Workflows>>;

/// Relative to `/api/v1`.
pub fn routes(workflows: Arc<Workflows>) -> Routes {
    let around = Arc::clone(&workflows);
    Routes::new(workflows)
        .on(Policy::Caller, methods!(list_node_types))
        .on(Policy::Caller, methods!(list_workflows, create_workflow))
        .on(Policy::Caller, methods!(get_workflow, update_workflow, delete_workflow))
        .on(Policy::Caller, methods!(duplicate_workflow))
        .on(Policy::Caller, methods!(get_workflow_draft, save_workflow_draft))
        .on(Policy::Caller, methods!(validate_workflow))
        .on(Policy::Caller, methods!(publish_workflow))
        .on(Policy::Caller, methods!(unpublish_workflow))
        .on(Policy::Caller, methods!(list_workflow_versions))
        .on(Policy::Caller, methods!(get_workflow_version))
        .on(Policy::Caller, methods!(restore_workflow_version))
        .on(Policy::Caller, methods!(diff_workflow))
        .on(Policy::Caller, methods!(list_workflow_references))
        .done()
        .merge(super::around::routes(around))
}

/// List kinds of nodes
///
/// What they are called, ask for and give; the schema of their params is the form.
#[utoipa::path(get, path = "/node-types", tag = "workflows", responses((status = 200, body = NodeTypeList), (status = "default", body = ErrorBody)))]
async fn list_node_types(State(workflows): Service, _: Caller) -> Json<NodeTypeList> {
    Json(NodeTypeList { items: workflows.node_types() })
}

/// List workflows
#[utoipa::path(get, path = "/workspaces/{workspace_id}/workflows", tag = "workflows", params(("workspace_id" = WorkspaceId, Path), ListWorkflows),
    responses((status = 200, body = Page<WorkflowView>), (status = "default", body = ErrorBody)))]
async fn list_workflows(
    State(workflows): Service,
    Caller(actor): Caller,
    Path(workspace): Path<WorkspaceId>,
    Query(query): Query<ListWorkflows>,
) -> rest::Result<Json<Page<WorkflowView>>> {
    let ListWorkflows { q, published, mode, folder, limit, cursor } = query;
    let filter = Filter { text: q, published, mode, folder };
    let page = workflows.list(&actor, workspace, &filter, &PageRequest { limit, cursor }).await?;
    Ok(Json(page.map(WorkflowView::from)))
}

/// Create a workflow
#[utoipa::path(post, path = "/workspaces/{workspace_id}/workflows", tag = "workflows", params(("workspace_id" = WorkspaceId, Path)),
    request_body = CreateWorkflow, responses((status = 200, body = WorkflowView), (status = "default", body = ErrorBody)))]
async fn create_workflow(
    State(workflows): Service,
    Caller(actor): Caller,
    Path(workspace): Path<WorkspaceId>,
    headers: HeaderMap,
    Json(request): Json<CreateWorkflow>,
) -> rest::Result<Json<WorkflowView>> {
    let new = begun(request, Language::of(&headers))?;
    Ok(Json(workflows.create(&actor, workspace, new).await?.into()))
}

/// What the request begins with.
fn begun(request: CreateWorkflow, language: Language) -> Result<NewWorkflow, Error> {
    let CreateWorkflow { name, description, icon, mode, document, template, folder } = request;
    if document.is_some() && template.is_some() {
        return Err(Error::invalid("template", "Give a `document` or a `template`, not both."));
    }
    let template = match template {
        Some(id) => Some(gallery::get(&id).ok_or_else(|| Error::invalid("template", "There is no such template."))?),
        None => None,
    };
    let document = document.or_else(|| template.map(|template| template.document(language)));
    if let (Some(mode), Some(document)) = (mode, &document)
        && mode != document.mode
    {
        return Err(Error::invalid("mode", "The document has another `mode`. Leave `mode` out, or make both the same."));
    }
    let (its_name, its_description) = template.map(|template| template.texts(language)).unwrap_or_default();
    Ok(NewWorkflow {
        name: name.unwrap_or_else(|| its_name.to_owned()),
        description: description.unwrap_or_else(|| its_description.to_owned()),
        icon: icon.or_else(|| template.map(|template| template.icon.clone())).unwrap_or_default(),
        folder: folder.unwrap_or_default(),
        document: document.unwrap_or_else(|| blank::document(mode.unwrap_or_default(), language)),
    })
}

/// Get a workflow
#[utoipa::path(get, path = "/workflows/{workflow_id}", tag = "workflows", params(("workflow_id" = WorkflowId, Path)),
    responses((status = 200, body = WorkflowView), (status = "default", body = ErrorBody)))]
async fn get_workflow(State(workflows): Service, Caller(actor): Caller, Path(id): Path<WorkflowId>) -> rest::Result<Json<WorkflowView>> {
    Ok(Json(workflows.get(&actor, id).await?.into()))
}

/// Change a workflow
#[utoipa::path(patch, path = "/workflows/{workflow_id}", tag = "workflows", params(("workflow_id" = WorkflowId, Path)),
    request_body = UpdateWorkflow, responses((status = 200, body = WorkflowView), (status = "default", body = ErrorBody)))]
async fn update_workflow(
    State(workflows): Service,
    Caller(actor): Caller,
    Path(id): Path<WorkflowId>,
    Json(request): Json<UpdateWorkflow>,
) -> rest::Result<Json<WorkflowView>> {
    Ok(Json(workflows.update_meta(&actor, id, request.into()).await?.into()))
}

/// Delete a workflow
///
/// With its triggers; runs of it stay readable. `workflow_in_use` when others call it, unless `force=true`.
#[utoipa::path(delete, path = "/workflows/{workflow_id}", tag = "workflows", params(("workflow_id" = WorkflowId, Path), DeleteWorkflow),
    responses((status = 200, body = Done), (status = "default", body = ErrorBody)))]
async fn delete_workflow(
    State(workflows): Service,
    Caller(actor): Caller,
    Path(id): Path<WorkflowId>,
    Query(how): Query<DeleteWorkflow>,
) -> rest::Result<Json<Done>> {
    workflows.delete(&actor, id, how.force).await?;
    Ok(Json(Done {}))
}

/// Duplicate a workflow
#[utoipa::path(post, path = "/workflows/{workflow_id}/duplicate", tag = "workflows", params(("workflow_id" = WorkflowId, Path)),
    request_body = DuplicateWorkflow, responses((status = 200, body = WorkflowView), (status = "default", body = ErrorBody)))]
async fn duplicate_workflow(
    State(workflows): Service,
    Caller(actor): Caller,
    Path(id): Path<WorkflowId>,
    Json(request): Json<DuplicateWorkflow>,
) -> rest::Result<Json<WorkflowView>> {
    Ok(Json(workflows.duplicate(&actor, id, request.name).await?.into()))
}

/// Get the draft
#[utoipa::path(get, path = "/workflows/{workflow_id}/draft", tag = "workflows", params(("workflow_id" = WorkflowId, Path)),
    responses((status = 200, body = DraftView), (status = "default", body = ErrorBody)))]
async fn get_workflow_draft(State(workflows): Service, Caller(actor): Caller, Path(id): Path<WorkflowId>) -> rest::Result<Json<DraftView>> {
    Ok(Json(workflows.draft(&actor, id).await?.into()))
}

/// Save the draft
///
/// Also one with errors in it. `draft_changed` when `revision` is not the one that is stored.
#[utoipa::path(put, path = "/workflows/{workflow_id}/draft", tag = "workflows", params(("workflow_id" = WorkflowId, Path)),
    request_body = SaveWorkflowDraft, responses((status = 200, body = DraftView), (status = "default", body = ErrorBody)))]
async fn save_workflow_draft(
    State(workflows): Service,
    Caller(actor): Caller,
    Path(id): Path<WorkflowId>,
    Json(SaveWorkflowDraft { document, revision }): Json<SaveWorkflowDraft>,
) -> rest::Result<Json<DraftView>> {
    Ok(Json(workflows.save_draft(&actor, id, document, Some(revision)).await?.into()))
}

/// Validate a document
///
/// The draft, or the document of the body, which is not saved.
#[utoipa::path(post, path = "/workflows/{workflow_id}/validate", tag = "workflows", params(("workflow_id" = WorkflowId, Path)),
    request_body = ValidateWorkflow, responses((status = 200, body = Validation), (status = "default", body = ErrorBody)))]
async fn validate_workflow(
    State(workflows): Service,
    Caller(actor): Caller,
    Path(id): Path<WorkflowId>,
    Json(request): Json<ValidateWorkflow>,
) -> rest::Result<Json<Validation>> {
    Ok(Json(workflows.validate(&actor, id, request.document).await?.into()))
}

/// Publish the draft
///
/// It becomes a version, which never changes. `workflow_incomplete` names what is in the way.
#[utoipa::path(post, path = "/workflows/{workflow_id}/publish", tag = "workflows", params(("workflow_id" = WorkflowId, Path)),
    request_body = PublishWorkflow, responses((status = 200, body = VersionView), (status = "default", body = ErrorBody)))]
async fn publish_workflow(
    State(workflows): Service,
    Caller(actor): Caller,
    Path(id): Path<WorkflowId>,
    Json(PublishWorkflow { version, notes, revision }): Json<PublishWorkflow>,
) -> rest::Result<Json<VersionView>> {
    workflows.get(&actor, id).await?;
    let number = |text: String| {
        let refuse = |_| Error::invalid("version", "`version` is like `v1.2.3`.");
        text.parse::<VersionNumber>().map_err(refuse)
    };
    let version = version.map(number).transpose()?;
    let how = Publication { version, notes: notes.unwrap_or_default(), revision };
    Ok(Json(workflows.publish(&actor, id, how).await?.into()))
}

/// Unpublish a workflow
///
/// Nobody can run or call its versions until it is published again; callers get `workflow_not_published`. Versions and runs
/// stay, and runs under way go on. `workflow_in_use` when others call a version of it, unless `force=true`.
#[utoipa::path(post, path = "/workflows/{workflow_id}/unpublish", tag = "workflows", params(("workflow_id" = WorkflowId, Path), UnpublishWorkflow),
    responses((status = 200, body = WorkflowView), (status = "default", body = ErrorBody)))]
async fn unpublish_workflow(
    State(workflows): Service,
    Caller(actor): Caller,
    Path(id): Path<WorkflowId>,
    Query(how): Query<UnpublishWorkflow>,
) -> rest::Result<Json<WorkflowView>> {
    Ok(Json(workflows.unpublish(&actor, id, how.force).await?.into()))
}

/// List versions
#[utoipa::path(get, path = "/workflows/{workflow_id}/versions", tag = "workflows", params(("workflow_id" = WorkflowId, Path), PageRequest),
    responses((status = 200, body = Page<VersionView>), (status = "default", body = ErrorBody)))]
async fn list_workflow_versions(
    State(workflows): Service,
    Caller(actor): Caller,
    Path(id): Path<WorkflowId>,
    Query(page): Query<PageRequest>,
) -> rest::Result<Json<Page<VersionView>>> {
    Ok(Json(workflows.versions(&actor, id, &page).await?.map(VersionView::from)))
}

/// Get a version
#[utoipa::path(get, path = "/workflows/{workflow_id}/versions/{version}", tag = "workflows",
    params(("workflow_id" = WorkflowId, Path), ("version" = String, Path)),
    responses((status = 200, body = VersionDetail), (status = "default", body = ErrorBody)))]
async fn get_workflow_version(
    State(workflows): Service,
    Caller(actor): Caller,
    Path((id, version)): Path<(WorkflowId, String)>,
) -> rest::Result<Json<VersionDetail>> {
    workflows.get(&actor, id).await?;
    Ok(Json(workflows.version(&actor, id, existing(&version)?).await?.into()))
}

/// Restore a version
///
/// Copies it into the draft.
#[utoipa::path(post, path = "/workflows/{workflow_id}/versions/{version}/restore", tag = "workflows",
    params(("workflow_id" = WorkflowId, Path), ("version" = String, Path)),
    responses((status = 200, body = DraftView), (status = "default", body = ErrorBody)))]
async fn restore_workflow_version(
    State(workflows): Service,
    Caller(actor): Caller,
    Path((id, version)): Path<(WorkflowId, String)>,
) -> rest::Result<Json<DraftView>> {
    workflows.get(&actor, id).await?;
    Ok(Json(workflows.restore(&actor, id, existing(&version)?).await?.into()))
}

/// Compare two versions
#[utoipa::path(get, path = "/workflows/{workflow_id}/diff", tag = "workflows", params(("workflow_id" = WorkflowId, Path), DiffWorkflow),
    responses((status = 200, body = Diff), (status = "default", body = ErrorBody)))]
async fn diff_workflow(
    State(workflows): Service,
    Caller(actor): Caller,
    Path(id): Path<WorkflowId>,
    Query(query): Query<DiffWorkflow>,
) -> rest::Result<Json<Diff>> {
    let workflow = workflows.get(&actor, id).await?;
    let from = match query.from {
        Some(text) => side(&text)?,
        None => Side::Version(workflow.published_version.ok_or(Error::NotPublished)?),
    };
    let to = query.to.map_or(Ok(Side::Draft), |text| side(&text))?;
    Ok(Json(workflows.diff(&actor, id, from, to).await?))
}

/// List what calls a workflow
#[utoipa::path(get, path = "/workflows/{workflow_id}/references", tag = "workflows", params(("workflow_id" = WorkflowId, Path)),
    responses((status = 200, body = WorkflowReferenceList), (status = "default", body = ErrorBody)))]
async fn list_workflow_references(
    State(workflows): Service,
    Caller(actor): Caller,
    Path(id): Path<WorkflowId>,
) -> rest::Result<Json<WorkflowReferenceList>> {
    let users = workflows.references(&actor, id).await?;
    Ok(Json(WorkflowReferenceList { items: users.into_iter().map(WorkflowReference::from).collect() }))
}

/// A version that may be there; other texts name none.
fn existing(version: &str) -> Result<VersionNumber, Error> {
    version.parse().map_err(|_| Error::NoVersion)
}

fn side(text: &str) -> Result<Side, Error> {
    if text == "draft" { Ok(Side::Draft) } else { existing(text).map(Side::Version) }
}
