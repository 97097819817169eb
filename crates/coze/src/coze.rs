//! What the handlers share, and the routes put together.

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn;
use chat::Chat;
use chat::ports::Runs;
use db::Db;
use flow::agent::{AgentForm, AgentSource as _};
use identity::Identity;
use rest::Routes;
use studio::agents::Agents;
use studio::models::Models;
use types::{Actor, AgentId, Failure, Permission, WorkspaceId};

use crate::{bots, chats, conversations, envelope, files, messages, variables, workflows, workspaces};

/// The services behind this wire.
pub struct Coze {
    /// For the values of user variables.
    pub db: Db,
    /// Conversations, messages, turns, files.
    pub chat: Chat,
    /// What the turns run on.
    pub runs: Arc<dyn Runs>,
    /// Agents.
    pub agents: Arc<Agents>,
    /// Models.
    pub models: Arc<Models>,
    /// Workflows.
    pub studio_workflows: Arc<studio::workflows::Workflows>,
    /// Their runs.
    pub workflows: engine::Workflows,
    /// Users and workspaces.
    pub identity: Arc<Identity>,
}

/// All routes, for the OpenAPI document and for [`serve`].
pub fn routes(coze: Arc<Coze>) -> Routes {
    chats::routes(coze.clone())
        .merge(conversations::routes(coze.clone()))
        .merge(messages::routes(coze.clone()))
        .merge(files::routes(coze.clone()))
        .merge(bots::routes(coze.clone()))
        .merge(variables::routes(coze.clone()))
        .merge(workflows::routes(coze.clone()))
        .merge(workspaces::routes(coze))
}

/// The router of this wire, complete with its error bodies: what is not served below `/v1`, `/v3`
/// and `/open_api` answers as JSON too.
pub fn serve(router: Router) -> Router {
    let mut router = router;
    for path in ["/v1/{*rest}", "/v3/{*rest}", "/open_api/{*rest}", "/v1", "/v3", "/open_api"] {
        router = router.route(path, axum::routing::any(envelope::unknown));
    }
    router.method_not_allowed_fallback(envelope::unknown_method).layer(from_fn(envelope::write))
}

impl Coze {
    /// The workspace of a request that names none: of its bot, else the first the token may run in.
    pub(crate) async fn workspace_for(&self, who: &Actor, bot: Option<AgentId>) -> Result<WorkspaceId, Failure> {
        let Some(bot) = bot else { return Self::first_workspace(who) };
        let scope = who.scope(Permission::View);
        match self.agents.agent(&scope, bot, AgentForm::Published).await {
            Err(failure) if failure.code == "agent_not_published" => Ok(self.agents.agent(&scope, bot, AgentForm::Draft).await?.workspace),
            other => Ok(other?.workspace),
        }
    }

    /// The first workspace the caller may run in: the personal one, or the first of the token.
    pub(crate) fn first_workspace(who: &Actor) -> Result<WorkspaceId, Failure> {
        let first = who.scope(Permission::Run).workspaces().first().copied();
        first.ok_or_else(|| Failure::new(types::ErrorKind::Forbidden, "forbidden", "This token may not run anything in any workspace."))
    }
}
