//! Routes and handlers.

use std::sync::Arc;

use axum::extract::State;
use model::Probe;
use rest::{Caller, ErrorBody, Json, Path, Policy, Query, Routes, methods};
use types::{ModelId, Page, WorkspaceId};

use super::model::Change;
use super::service::Models;
pub use super::wire::{DeleteModel, Done, ModelInput, ModelView, ProbeRequest, TestAnswer, TestRequest, VendorList};

type Service = State<Arc<Models>>;

/// Relative to `/api/v1`.
pub fn routes(models: Arc<Models>) -> Routes {
    Routes::new(models)
        .on(Policy::Caller, methods!(list_model_vendors))
        .on(Policy::Caller, methods!(list_models, create_model))
        .on(Policy::Caller, methods!(probe_model))
        .on(Policy::Caller, methods!(test_model))
        .on(Policy::Caller, methods!(get_model, update_model, delete_model))
        .done()
}

/// List model vendors
#[utoipa::path(get, path = "/model-vendors", tag = "models", responses((status = 200, body = VendorList), (status = "default", body = ErrorBody)))]
async fn list_model_vendors(State(models): Service, _: Caller) -> Json<VendorList> {
    Json(VendorList { items: models.vendors() })
}

/// List models
///
/// Those of the workspace first, then those of the instance.
#[utoipa::path(get, path = "/workspaces/{workspace_id}/models", tag = "models", params(("workspace_id" = WorkspaceId, Path)),
    responses((status = 200, body = Page<ModelView>), (status = "default", body = ErrorBody)))]
async fn list_models(
    State(models): Service,
    Caller(actor): Caller,
    Path(workspace): Path<WorkspaceId>,
) -> rest::Result<Json<Page<ModelView>>> {
    let found = models.list(&actor, workspace).await?;
    Ok(Json(Page::whole(found.into_iter().map(ModelView::from).collect())))
}

/// Add a model
#[utoipa::path(post, path = "/workspaces/{workspace_id}/models", tag = "models", params(("workspace_id" = WorkspaceId, Path)),
    request_body = ModelInput, responses((status = 200, body = ModelView), (status = "default", body = ErrorBody)))]
async fn create_model(
    State(models): Service,
    Caller(actor): Caller,
    Path(workspace): Path<WorkspaceId>,
    Json(input): Json<ModelInput>,
) -> rest::Result<Json<ModelView>> {
    Ok(Json(models.create(&actor, workspace, input.into()).await?.into()))
}

/// Get a model
#[utoipa::path(get, path = "/models/{model_id}", tag = "models", params(("model_id" = ModelId, Path)),
    responses((status = 200, body = ModelView), (status = "default", body = ErrorBody)))]
async fn get_model(State(models): Service, Caller(actor): Caller, Path(id): Path<ModelId>) -> rest::Result<Json<ModelView>> {
    Ok(Json(models.get(&actor, id).await?.into()))
}

/// Change a model
#[utoipa::path(patch, path = "/models/{model_id}", tag = "models", params(("model_id" = ModelId, Path)),
    request_body = Change, responses((status = 200, body = ModelView), (status = "default", body = ErrorBody)))]
async fn update_model(
    State(models): Service,
    Caller(actor): Caller,
    Path(id): Path<ModelId>,
    Json(change): Json<Change>,
) -> rest::Result<Json<ModelView>> {
    Ok(Json(models.update(&actor, id, change).await?.into()))
}

/// Delete a model
#[utoipa::path(delete, path = "/models/{model_id}", tag = "models", params(("model_id" = ModelId, Path), DeleteModel),
    responses((status = 200, body = Done), (status = "default", body = ErrorBody)))]
async fn delete_model(
    State(models): Service,
    Caller(actor): Caller,
    Path(id): Path<ModelId>,
    Query(how): Query<DeleteModel>,
) -> rest::Result<Json<Done>> {
    models.delete(&actor, id, how.force).await?;
    Ok(Json(Done {}))
}

/// Probe an endpoint
///
/// Lists its models; with `model`, also finds out what that one can do.
#[utoipa::path(post, path = "/workspaces/{workspace_id}/models/probe", tag = "models", params(("workspace_id" = WorkspaceId, Path)),
    request_body = ProbeRequest, responses((status = 200, body = Probe), (status = "default", body = ErrorBody)))]
async fn probe_model(
    State(models): Service,
    Caller(actor): Caller,
    Path(workspace): Path<WorkspaceId>,
    Json(request): Json<ProbeRequest>,
) -> rest::Result<Json<Probe>> {
    let (stored, change) = request.split();
    Ok(Json(models.probe(&actor, workspace, stored, change).await?))
}

/// Test a model
///
/// Asks it something; an error of the vendor is told in the vendor's own words.
#[utoipa::path(post, path = "/workspaces/{workspace_id}/models/test", tag = "models", params(("workspace_id" = WorkspaceId, Path)),
    request_body = TestRequest, responses((status = 200, body = TestAnswer), (status = "default", body = ErrorBody)))]
async fn test_model(
    State(models): Service,
    Caller(actor): Caller,
    Path(workspace): Path<WorkspaceId>,
    Json(request): Json<TestRequest>,
) -> rest::Result<Json<TestAnswer>> {
    let form = request.input.map(|input| super::NewModel::from(input).change);
    Ok(Json(models.test(&actor, workspace, request.model_id, form, request.message).await?.into()))
}
