//! Routes around the workflow itself: templates, folders, moving, who else edits.

use std::sync::Arc;

use axum::extract::State;
use flow::tool::Localized;
use flow::workflow::{Document, Mode, NodeId};
use http::HeaderMap;
use rest::{Caller, ErrorBody, Json, Path, Policy, Routes, methods};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use types::{Timestamp, UserId, WorkflowId, WorkspaceId};
use utoipa::ToSchema;

use super::moving::Moved;
use super::presence::{self, Editor};
use super::wire::{WorkflowReference, WorkflowView};
use super::{Workflows, gallery};
use crate::agents::templates::Language;

type Service = State<Arc<Workflows>>;

/// Relative to `/api/v1`.
pub fn routes(workflows: Arc<Workflows>) -> Routes {
    Routes::new(workflows)
        .on(Policy::Caller, methods!(list_workflow_templates))
        .on(Policy::Caller, methods!(list_workflow_folders))
        .on(Policy::Caller, methods!(move_workflow))
        .on(Policy::Caller, methods!(tell_workflow_presence))
        .done()
}

/// A workflow to begin with.
#[derive(Debug, Serialize, ToSchema)]
pub struct WorkflowTemplate {
    /// Its id: `template` of a new workflow.
    pub id: String,
    /// An emoji.
    pub icon: String,
    /// `basics`, `models`, `logic`, `lists`, `people`, `utilities`, `chat` or `code`.
    pub category: String,
    /// For people.
    pub name: Localized,
    /// For people.
    pub description: Localized,
    /// What it is called as.
    pub mode: Mode,
    /// The document; titles of nodes are in the language of `Accept-Language`.
    pub document: Document,
    /// Inputs that show it.
    #[schema(value_type = Object)]
    pub inputs: Value,
}

/// Workflows to begin with.
#[derive(Debug, Serialize, ToSchema)]
pub struct WorkflowTemplateList {
    /// In the order to be shown.
    pub items: Vec<WorkflowTemplate>,
}

/// A folder.
#[derive(Debug, Serialize, ToSchema)]
pub struct WorkflowFolder {
    /// Its name.
    pub name: String,
    /// How many workflows lie in it.
    pub workflows: i64,
}

/// Folders of a workspace.
#[derive(Debug, Serialize, ToSchema)]
pub struct WorkflowFolderList {
    /// By name.
    pub items: Vec<WorkflowFolder>,
}

/// Where to move a workflow.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MoveWorkflow {
    /// The other workspace; the caller builds in both.
    pub workspace_id: WorkspaceId,
    /// Also when others call it.
    #[serde(default)]
    #[schema(default = false)]
    pub force: bool,
}

/// A moved workflow.
#[derive(Debug, Serialize, ToSchema)]
pub struct MovedWorkflow {
    /// It, in its new workspace.
    pub workflow: WorkflowView,
    /// What its draft names that stays behind; choose anew.
    pub left_behind: Vec<LeftBehind>,
    /// What called it and cannot any more.
    pub callers: Vec<WorkflowReference>,
}

/// Something of the old workspace.
#[derive(Debug, Serialize, ToSchema)]
pub struct LeftBehind {
    /// The node that names it.
    pub node: NodeId,
    /// `workflow`, `model`, `knowledge` or `database`.
    pub kind: String,
    /// Its id.
    pub id: String,
}

impl From<Moved> for MovedWorkflow {
    fn from(Moved { workflow, left, callers }: Moved) -> Self {
        let left = left.into_iter().map(|left| LeftBehind { node: left.node, kind: left.kind.to_owned(), id: left.id });
        Self { workflow: workflow.into(), left_behind: left.collect(), callers: callers.into_iter().map(WorkflowReference::from).collect() }
    }
}

/// A sign of life of an editor.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TellPresence {
    /// The tab, as it names itself: 1 to 64 characters.
    pub session: String,
    /// The node whose panel is open.
    #[serde(default)]
    pub node: Option<String>,
    /// The tab is closed.
    #[serde(default)]
    #[schema(default = false)]
    pub leave: bool,
}

/// Who edits a workflow besides the tab that asked.
#[derive(Debug, Serialize, ToSchema)]
pub struct WorkflowPresence {
    /// The others.
    pub others: Vec<WorkflowEditor>,
    /// Tell again after so many seconds.
    pub again_in_seconds: u64,
}

/// An editor.
#[derive(Debug, Serialize, ToSchema)]
pub struct WorkflowEditor {
    /// Who.
    pub user_id: UserId,
    /// His name; empty when he is gone.
    pub name: String,
    /// The caller himself, in another tab.
    pub is_caller: bool,
    /// The node whose panel is open.
    #[schema(required)]
    pub node: Option<String>,
    /// Since when.
    pub since: Timestamp,
}

impl From<Editor> for WorkflowEditor {
    fn from(Editor { user, name, is_caller, node, since }: Editor) -> Self {
        Self { user_id: user, name, is_caller, node, since }
    }
}

/// List templates
///
/// Workflows to begin with. They run with the offline model and built-in nodes.
#[utoipa::path(get, path = "/workflow-templates", tag = "workflows", responses((status = 200, body = WorkflowTemplateList), (status = "default", body = ErrorBody)))]
async fn list_workflow_templates(_: Caller, headers: HeaderMap) -> Json<WorkflowTemplateList> {
    let language = Language::of(&headers);
    let view = |template: &gallery::Template| WorkflowTemplate {
        id: template.id.clone(),
        icon: template.icon.clone(),
        category: template.category.clone(),
        name: Localized { zh: template.chinese.name.clone(), en: template.name.clone() },
        description: Localized { zh: template.chinese.description.clone(), en: template.description.clone() },
        mode: template.document.mode,
        document: template.document(language),
        inputs: template.inputs.clone(),
    };
    Json(WorkflowTemplateList { items: gallery::all().iter().map(view).collect() })
}

/// List folders
///
/// Folders are names on workflows: one that holds none is gone.
#[utoipa::path(get, path = "/workspaces/{workspace_id}/workflow-folders", tag = "workflows", params(("workspace_id" = WorkspaceId, Path)),
    responses((status = 200, body = WorkflowFolderList), (status = "default", body = ErrorBody)))]
async fn list_workflow_folders(
    State(workflows): Service,
    Caller(actor): Caller,
    Path(workspace): Path<WorkspaceId>,
) -> rest::Result<Json<WorkflowFolderList>> {
    let folders = workflows.folders(&actor, workspace).await?;
    let items = folders.into_iter().map(|(name, workflows)| WorkflowFolder { name, workflows }).collect();
    Ok(Json(WorkflowFolderList { items }))
}

/// Move a workflow
///
/// To another workspace, with its draft, its versions and its triggers, which are switched off; its runs stay. What it names of the old workspace is reported, not changed.
/// `workflow_in_use` when others call it, unless `force`.
#[utoipa::path(post, path = "/workflows/{workflow_id}/move", tag = "workflows", params(("workflow_id" = WorkflowId, Path)),
    request_body = MoveWorkflow, responses((status = 200, body = MovedWorkflow), (status = "default", body = ErrorBody)))]
async fn move_workflow(
    State(workflows): Service,
    Caller(actor): Caller,
    Path(id): Path<WorkflowId>,
    Json(request): Json<MoveWorkflow>,
) -> rest::Result<Json<MovedWorkflow>> {
    Ok(Json(workflows.move_to(&actor, id, request.workspace_id, request.force).await?.into()))
}

/// Tell that a workflow is edited
///
/// A sign of life of a tab with the draft open; the answer names the other tabs that gave one lately. Nothing depends on it:
/// saving is guarded by the revision. Each process of an installation knows of those that told it.
#[utoipa::path(post, path = "/workflows/{workflow_id}/presence", tag = "workflows", params(("workflow_id" = WorkflowId, Path)),
    request_body = TellPresence, responses((status = 200, body = WorkflowPresence), (status = "default", body = ErrorBody)))]
async fn tell_workflow_presence(
    State(workflows): Service,
    Caller(actor): Caller,
    Path(id): Path<WorkflowId>,
    Json(TellPresence { session, node, leave }): Json<TellPresence>,
) -> rest::Result<Json<WorkflowPresence>> {
    let others = workflows.present(&actor, id, &session, node, leave).await?;
    Ok(Json(WorkflowPresence {
        others: others.into_iter().map(WorkflowEditor::from).collect(),
        again_in_seconds: presence::LIFE.as_secs() / 3,
    }))
}
