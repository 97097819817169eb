//! The one-call surface: `POST /api/agents` makes an agent and publishes it at once.

use std::sync::Arc;

use axum::extract::State;
use flow::agent::{AgentConfig, AgentTool, Approval};
use rest::{Caller, ErrorBody, Json, Policy, Routes, methods};
use serde::{Deserialize, Serialize};
use types::{Actor, AgentId, WorkspaceId};
use utoipa::ToSchema;

use super::model::{Agent, NewAgent};
use super::{Agents, Error};

/// With full paths: mounted at the root.
pub fn routes(agents: Arc<Agents>) -> Routes {
    Routes::new(agents).on(Policy::Caller, methods!(create_simple_agent)).done()
}

/// A new agent in four fields.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SimpleAgent {
    /// 1 to 100 characters.
    pub name: String,
    /// Up to 2000 characters.
    #[serde(default)]
    pub description: String,
    /// Names of built-in tools.
    #[serde(default)]
    pub plugins: Vec<String>,
    /// The prompt.
    #[serde(default)]
    pub instructions: String,
}

/// What was made.
#[derive(Debug, Serialize, ToSchema)]
pub struct SimpleAgentMade {
    /// Talk to it with `POST /api/chat`.
    pub agent_id: AgentId,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Names of its tools.
    pub plugins: Vec<String>,
    /// The prompt.
    pub instructions: String,
}

impl Agents {
    /// Makes an agent in `workspace` and publishes it.
    pub async fn create_simple(&self, actor: &Actor, workspace: WorkspaceId, simple: SimpleAgent) -> Result<Agent, Error> {
        let SimpleAgent { name, description, plugins, instructions } = simple;
        if let Some(unknown) = plugins.iter().find(|p| self.toolbox.info(p).is_none()) {
            let known: Vec<_> = self.toolbox.infos().into_iter().map(|i| i.name).collect();
            let unknown: String = unknown.chars().take(64).collect();
            return Err(Error::invalid("plugins", format!("There is no tool `{unknown}`. Known are: {}.", known.join(", "))));
        }
        let tools = plugins.into_iter().map(|name| AgentTool::Builtin { name, approval: Approval::Never }).collect();
        let config = AgentConfig { prompt: instructions, tools, ..AgentConfig::default() };
        // Before anything is stored: an agent that cannot be published is not made.
        actor.require(workspace, types::Permission::Build)?;
        if let Some(problem) = self.problems(workspace, &config).await?.into_iter().find(|p| p.blocking) {
            return Err(Error::Incomplete(format!("{}: {}", problem.field, problem.message)));
        }
        let new = NewAgent { name, description, icon: String::new(), config };
        let agent = self.create(actor, workspace, new).await?;
        self.publish(actor, agent.id, "", "").await?;
        self.get(actor, agent.id).await
    }
}

/// Create and publish an agent
///
/// In the first workspace of the caller (of his token).
#[utoipa::path(post, path = "/api/agents", tag = "simple", request_body = SimpleAgent,
    responses((status = 200, body = SimpleAgentMade), (status = "default", body = ErrorBody)))]
async fn create_simple_agent(
    State(agents): State<Arc<Agents>>,
    Caller(actor): Caller,
    Json(simple): Json<SimpleAgent>,
) -> rest::Result<Json<SimpleAgentMade>> {
    let workspace = actor.grants().first().map(|g| g.workspace);
    let workspace = workspace.ok_or_else(|| types::Failure::not_found("workspace"))?;
    let (plugins, instructions) = (simple.plugins.clone(), simple.instructions.clone());
    let Agent { id, name, description, .. } = agents.create_simple(&actor, workspace, simple).await?;
    Ok(Json(SimpleAgentMade { agent_id: id, name, description, plugins, instructions }))
}
