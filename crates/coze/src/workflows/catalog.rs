//! `/v1/workflows`: lists, one workflow, its versions.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::State;
use flow::workflow::Mode;
use rest::{Caller, Path, Policy, Query, Routes};
use serde::{Deserialize, Serialize};
use serde_json::json;
use studio::workflows::{Filter, Workflow};
use types::{Actor, Failure, PageRequest, UserId, WorkflowId, WorkspaceId};
use utoipa::{IntoParams, ToSchema};

use crate::envelope::{Answer, Envelope};
use crate::id::GivenId;
use crate::{Coze, id};

/// Items of a page when the request does not say.
const PAGE: u64 = 20;
/// Pages counted through at most: lists are cut by cursors inside.
const PAGES: u64 = 1000;

/// Routes.
pub fn routes(coze: Arc<Coze>) -> Routes {
    Routes::new(coze)
        .on(Policy::Caller, rest::methods!(list))
        .on(Policy::Caller, rest::methods!(retrieve))
        .on(Policy::Caller, rest::methods!(versions))
        .done()
}

/// Which workflows.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// Of this workspace; absent: the token's first.
    workspace_id: GivenId,
    /// Of this app; Hearth's workflows belong to none.
    app_id: GivenId,
    /// `workflow` or `chatflow`.
    workflow_mode: Option<String>,
    /// `all`, `published_online` or `unpublished_draft`.
    publish_status: Option<String>,
    /// 1, 2, ….
    page_num: Option<u64>,
    /// 1 to 100.
    page_size: Option<u64>,
}

/// Which versions.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
struct VersionsQuery {
    /// 1 to 100.
    page_size: Option<u64>,
    /// `next_page_token` of the page before.
    page_token: Option<String>,
}

/// A workflow.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CozeWorkflow)]
struct Basic {
    workflow_id: String,
    workflow_name: String,
    description: String,
    icon_url: String,
    app_id: String,
    created_at: i64,
    updated_at: i64,
    creator: Person,
}

/// Somebody.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CozeWorkflowCreator)]
struct Person {
    id: String,
    name: String,
}

impl Basic {
    /// Whoever is not among the names has none.
    fn of(workflow: Workflow, names: &HashMap<UserId, String>) -> Self {
        let name = names.get(&workflow.created_by).cloned().unwrap_or_default();
        Self {
            workflow_id: workflow.id.to_string(),
            workflow_name: workflow.name,
            description: workflow.description,
            icon_url: String::new(),
            app_id: String::new(),
            created_at: workflow.created_at.seconds(),
            updated_at: workflow.updated_at.seconds(),
            creator: Person { id: workflow.created_by.to_string(), name },
        }
    }
}

/// Workflows of a workspace
#[utoipa::path(get, path = "/v1/workflows", operation_id = "coze_workflow_list", tag = "coze workflows",
    params(ListQuery), responses((status = 200, body = Envelope<Vec<Basic>>)))]
async fn list(State(coze): State<Arc<Coze>>, Caller(who): Caller, Query(given): Query<ListQuery>) -> rest::Result<Answer> {
    let workspace = match given.workspace_id.0 {
        Some(id) => WorkspaceId(id),
        None => Coze::first_workspace(&who)?,
    };
    let filter = Filter {
        text: None,
        mode: match named(given.workflow_mode.as_deref()).as_deref() {
            None => None,
            Some("workflow") => Some(Mode::Workflow),
            Some("chatflow") => Some(Mode::Chatflow),
            Some(_) => return Err(Failure::invalid("workflow_mode", "workflow or chatflow.").into()),
        },
        published: match named(given.publish_status.as_deref()).as_deref() {
            None | Some("all") => None,
            Some("published_online" | "published_draft") => Some(true),
            Some("unpublished_draft") => Some(false),
            Some(_) => return Err(Failure::invalid("publish_status", "all, published_online or unpublished_draft.").into()),
        },
        folder: None,
    };
    let (number, size) = (given.page_num.unwrap_or(1).clamp(1, PAGES), given.page_size.unwrap_or(PAGE).clamp(1, 100));
    let (items, has_more) = coze.workflows_at(&who, workspace, &filter, number, size).await?;
    let items = if given.app_id.0.is_some() { Vec::new() } else { items };
    let creators: Vec<UserId> = items.iter().map(|workflow| workflow.created_by).collect();
    let names = coze.identity.names(&creators).await?;
    let items: Vec<Basic> = items.into_iter().map(|workflow| Basic::of(workflow, &names)).collect();
    Answer::data(&json!({ "items": items, "has_more": has_more && !items.is_empty() }))
}

/// A workflow
///
/// `workflow_detail` as the official API has it; `role` as Coze Studio has it.
#[utoipa::path(get, path = "/v1/workflows/{workflow_id}", operation_id = "coze_workflow_retrieve", tag = "coze workflows",
    params(("workflow_id" = String, Path)), responses((status = 200, body = Envelope<Basic>)))]
async fn retrieve(State(coze): State<Arc<Coze>>, Caller(who): Caller, Path(workflow): Path<String>) -> rest::Result<Answer> {
    let workflow = coze.studio_workflows.get(&who, WorkflowId(id::of_path(&workflow, "workflow")?)).await?;
    let names = coze.identity.names(&[workflow.created_by]).await?;
    Answer::data(&json!({ "workflow_detail": Basic::of(workflow, &names), "role": {} }))
}

/// Published versions of a workflow, latest first
#[utoipa::path(get, path = "/v1/workflows/{workflow_id}/versions", operation_id = "coze_workflow_versions", tag = "coze workflows",
    params(("workflow_id" = String, Path), VersionsQuery), responses((status = 200, body = Envelope<Vec<Basic>>)))]
async fn versions(
    State(coze): State<Arc<Coze>>,
    Caller(who): Caller,
    Path(workflow): Path<String>,
    Query(given): Query<VersionsQuery>,
) -> rest::Result<Answer> {
    let workflow = WorkflowId(id::of_path(&workflow, "workflow")?);
    let page =
        PageRequest { limit: Some(given.page_size.unwrap_or(PAGE).clamp(1, 100)), cursor: given.page_token.filter(|t| !t.is_empty()) };
    let page = coze.studio_workflows.versions(&who, workflow, &page).await?;
    let items: Vec<_> = page
        .items
        .into_iter()
        .map(|version| {
            let at = version.published_at.seconds().to_string();
            json!({
                "version": version.version.to_string(),
                "description": version.notes,
                "created_at": at,
                "updated_at": at,
                "workflow_id": workflow,
                "creator": Person { id: version.published_by.to_string(), name: version.published_by_name },
            })
        })
        .collect();
    let next = page.next_cursor.unwrap_or_default();
    Answer::data(&json!({ "items": items, "has_more": !next.is_empty(), "next_page_token": next }))
}

/// cozepy sends `WorkflowMode.CHATFLOW` for `chatflow`.
fn named(given: Option<&str>) -> Option<String> {
    let given = given.map(str::trim).filter(|given| !given.is_empty())?;
    Some(given.rsplit('.').next().unwrap_or(given).to_ascii_lowercase())
}

impl Coze {
    async fn workflows_at(
        &self,
        who: &Actor,
        workspace: WorkspaceId,
        filter: &Filter,
        number: u64,
        size: u64,
    ) -> Result<(Vec<Workflow>, bool), Failure> {
        let mut cursor = None;
        for page in 1..=number {
            let found = self.studio_workflows.list(who, workspace, filter, &PageRequest { limit: Some(size), cursor }).await?;
            if page == number {
                return Ok((found.items, found.next_cursor.is_some()));
            }
            cursor = found.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        Ok((Vec::new(), false))
    }
}
