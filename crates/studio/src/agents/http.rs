//! Routes and handlers.

use std::sync::Arc;

use axum::extract::State;
use http::HeaderMap;
use rest::{Caller, ErrorBody, Json, Path, Policy, Query, Routes, methods};
use types::{AgentId, Page, PageRequest, WorkspaceId};

use super::model::{Filter, NewAgent};
use super::templates::{self, Language};
pub use super::wire::{
    AgentView, CreateAgent, DraftView, DuplicateAgent, ListAgents, ProblemView, PublishAgent, SaveDraft, TemplateList, TemplateView,
    ToolList, UpdateAgent, VersionDetail, VersionView,
};
use super::{Agents, Error};
use crate::models::http::Done;

type Service = State<Arc<Agents>>;

/// Relative to `/api/v1`.
pub fn routes(agents: Arc<Agents>) -> Routes {
    Routes::new(agents)
        .on(Policy::Caller, methods!(list_tools))
        .on(Policy::Caller, methods!(list_agent_templates))
        .on(Policy::Caller, methods!(list_agents, create_agent))
        .on(Policy::Caller, methods!(get_agent, update_agent, delete_agent))
        .on(Policy::Caller, methods!(duplicate_agent))
        .on(Policy::Caller, methods!(get_agent_draft, save_agent_draft))
        .on(Policy::Caller, methods!(list_agent_versions))
        .on(Policy::Caller, methods!(get_agent_version))
        .on(Policy::Caller, methods!(restore_agent_version))
        .on(Policy::Caller, methods!(publish_agent))
        .on(Policy::Caller, methods!(unpublish_agent))
        .done()
}

/// List built-in tools
#[utoipa::path(get, path = "/tools", tag = "agents", responses((status = 200, body = ToolList), (status = "default", body = ErrorBody)))]
async fn list_tools(State(agents): Service, _: Caller) -> Json<ToolList> {
    Json(ToolList { items: agents.tools() })
}

/// List templates
#[utoipa::path(get, path = "/agent-templates", tag = "agents", responses((status = 200, body = TemplateList), (status = "default", body = ErrorBody)))]
async fn list_agent_templates(_: Caller, headers: HeaderMap) -> Json<TemplateList> {
    let language = Language::of(&headers);
    let view = |t: &templates::Template| TemplateView {
        id: t.id.clone(),
        name: t.name.clone(),
        description: t.description.clone(),
        icon: t.icon.clone(),
        config: t.config(language).clone(),
    };
    Json(TemplateList { items: templates::all().iter().map(view).collect() })
}

/// List agents
#[utoipa::path(get, path = "/workspaces/{workspace_id}/agents", tag = "agents", params(("workspace_id" = WorkspaceId, Path), ListAgents),
    responses((status = 200, body = Page<AgentView>), (status = "default", body = ErrorBody)))]
async fn list_agents(
    State(agents): Service,
    Caller(actor): Caller,
    Path(workspace): Path<WorkspaceId>,
    Query(query): Query<ListAgents>,
) -> rest::Result<Json<Page<AgentView>>> {
    let ListAgents { q, published, limit, cursor } = query;
    let page = agents.list(&actor, workspace, &Filter { text: q, published }, &PageRequest { limit, cursor }).await?;
    Ok(Json(page.map(AgentView::from)))
}

/// Create an agent
#[utoipa::path(post, path = "/workspaces/{workspace_id}/agents", tag = "agents", params(("workspace_id" = WorkspaceId, Path)),
    request_body = CreateAgent, responses((status = 200, body = AgentView), (status = "default", body = ErrorBody)))]
async fn create_agent(
    State(agents): Service,
    Caller(actor): Caller,
    Path(workspace): Path<WorkspaceId>,
    headers: HeaderMap,
    Json(request): Json<CreateAgent>,
) -> rest::Result<Json<AgentView>> {
    let new = begun(request, Language::of(&headers))?;
    Ok(Json(agents.create(&actor, workspace, new).await?.into()))
}

/// What the request begins with.
fn begun(request: CreateAgent, language: Language) -> Result<NewAgent, Error> {
    let CreateAgent { name, description, icon, template_id, config } = request;
    let template = match template_id {
        Some(id) => Some(templates::get(&id).ok_or_else(|| Error::NoTemplate(id.chars().take(40).collect()))?),
        None => None,
    };
    let localized = |text: &flow::tool::Localized| match language {
        Language::Chinese => text.zh.clone(),
        Language::English => text.en.clone(),
    };
    Ok(NewAgent {
        name,
        description: description.or_else(|| template.map(|t| localized(&t.description))).unwrap_or_default(),
        icon: icon.or_else(|| template.map(|t| t.icon.clone())).unwrap_or_default(),
        config: config.or_else(|| template.map(|t| t.config(language).clone())).unwrap_or_default(),
    })
}

/// Get an agent
#[utoipa::path(get, path = "/agents/{agent_id}", tag = "agents", params(("agent_id" = AgentId, Path)),
    responses((status = 200, body = AgentView), (status = "default", body = ErrorBody)))]
async fn get_agent(State(agents): Service, Caller(actor): Caller, Path(id): Path<AgentId>) -> rest::Result<Json<AgentView>> {
    Ok(Json(agents.get(&actor, id).await?.into()))
}

/// Change an agent
#[utoipa::path(patch, path = "/agents/{agent_id}", tag = "agents", params(("agent_id" = AgentId, Path)),
    request_body = UpdateAgent, responses((status = 200, body = AgentView), (status = "default", body = ErrorBody)))]
async fn update_agent(
    State(agents): Service,
    Caller(actor): Caller,
    Path(id): Path<AgentId>,
    Json(request): Json<UpdateAgent>,
) -> rest::Result<Json<AgentView>> {
    Ok(Json(agents.update_meta(&actor, id, request.into()).await?.into()))
}

/// Delete an agent
///
/// Conversations and runs of it stay readable.
#[utoipa::path(delete, path = "/agents/{agent_id}", tag = "agents", params(("agent_id" = AgentId, Path)),
    responses((status = 200, body = Done), (status = "default", body = ErrorBody)))]
async fn delete_agent(State(agents): Service, Caller(actor): Caller, Path(id): Path<AgentId>) -> rest::Result<Json<Done>> {
    agents.delete(&actor, id).await?;
    Ok(Json(Done {}))
}

/// Duplicate an agent
#[utoipa::path(post, path = "/agents/{agent_id}/duplicate", tag = "agents", params(("agent_id" = AgentId, Path)),
    request_body = DuplicateAgent, responses((status = 200, body = AgentView), (status = "default", body = ErrorBody)))]
async fn duplicate_agent(
    State(agents): Service,
    Caller(actor): Caller,
    Path(id): Path<AgentId>,
    Json(request): Json<DuplicateAgent>,
) -> rest::Result<Json<AgentView>> {
    Ok(Json(agents.duplicate(&actor, id, request.name).await?.into()))
}

/// Get the draft
#[utoipa::path(get, path = "/agents/{agent_id}/draft", tag = "agents", params(("agent_id" = AgentId, Path)),
    responses((status = 200, body = DraftView), (status = "default", body = ErrorBody)))]
async fn get_agent_draft(State(agents): Service, Caller(actor): Caller, Path(id): Path<AgentId>) -> rest::Result<Json<DraftView>> {
    Ok(Json(agents.draft(&actor, id).await?.into()))
}

/// Save the draft
///
/// `draft_changed` when `revision` is not the one that is stored.
#[utoipa::path(put, path = "/agents/{agent_id}/draft", tag = "agents", params(("agent_id" = AgentId, Path)),
    request_body = SaveDraft, responses((status = 200, body = DraftView), (status = "default", body = ErrorBody)))]
async fn save_agent_draft(
    State(agents): Service,
    Caller(actor): Caller,
    Path(id): Path<AgentId>,
    Json(SaveDraft { config, revision }): Json<SaveDraft>,
) -> rest::Result<Json<DraftView>> {
    Ok(Json(agents.save_draft(&actor, id, config, Some(revision)).await?.into()))
}

/// List versions
#[utoipa::path(get, path = "/agents/{agent_id}/versions", tag = "agents", params(("agent_id" = AgentId, Path), PageRequest),
    responses((status = 200, body = Page<VersionView>), (status = "default", body = ErrorBody)))]
async fn list_agent_versions(
    State(agents): Service,
    Caller(actor): Caller,
    Path(id): Path<AgentId>,
    Query(page): Query<PageRequest>,
) -> rest::Result<Json<Page<VersionView>>> {
    Ok(Json(agents.versions(&actor, id, &page).await?.map(VersionView::from)))
}

/// Get a version
#[utoipa::path(get, path = "/agents/{agent_id}/versions/{version}", tag = "agents", params(("agent_id" = AgentId, Path), ("version" = i64, Path)),
    responses((status = 200, body = VersionDetail), (status = "default", body = ErrorBody)))]
async fn get_agent_version(
    State(agents): Service,
    Caller(actor): Caller,
    Path((id, version)): Path<(AgentId, i64)>,
) -> rest::Result<Json<VersionDetail>> {
    Ok(Json(agents.version(&actor, id, version).await?.into()))
}

/// Restore a version
///
/// Copies it into the draft.
#[utoipa::path(post, path = "/agents/{agent_id}/versions/{version}/restore", tag = "agents", params(("agent_id" = AgentId, Path), ("version" = i64, Path)),
    responses((status = 200, body = DraftView), (status = "default", body = ErrorBody)))]
async fn restore_agent_version(
    State(agents): Service,
    Caller(actor): Caller,
    Path((id, version)): Path<(AgentId, i64)>,
) -> rest::Result<Json<DraftView>> {
    Ok(Json(agents.restore(&actor, id, version).await?.into()))
}

/// Publish the draft
///
/// It becomes the next version, which never changes. `agent_incomplete` names what is in the way.
#[utoipa::path(post, path = "/agents/{agent_id}/publish", tag = "agents", params(("agent_id" = AgentId, Path)),
    request_body = PublishAgent, responses((status = 200, body = VersionView), (status = "default", body = ErrorBody)))]
async fn publish_agent(
    State(agents): Service,
    Caller(actor): Caller,
    Path(id): Path<AgentId>,
    Json(PublishAgent { name, notes }): Json<PublishAgent>,
) -> rest::Result<Json<VersionView>> {
    let version = agents.publish(&actor, id, &name.unwrap_or_default(), &notes.unwrap_or_default()).await?;
    Ok(Json(version.into()))
}

/// Take an agent out of use
#[utoipa::path(post, path = "/agents/{agent_id}/unpublish", tag = "agents", params(("agent_id" = AgentId, Path)),
    responses((status = 200, body = AgentView), (status = "default", body = ErrorBody)))]
async fn unpublish_agent(State(agents): Service, Caller(actor): Caller, Path(id): Path<AgentId>) -> rest::Result<Json<AgentView>> {
    Ok(Json(agents.unpublish(&actor, id).await?.into()))
}
