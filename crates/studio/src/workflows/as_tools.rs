//! Workflows as agents use them: what they name, and whether that is there.

use std::collections::{BTreeMap, BTreeSet};

use db::Db;
use flow::agent::{AgentConfig, AgentTool};
use sea_orm::ConnectionTrait;
use types::{AgentId, WorkflowId, WorkspaceId};

use super::calls::Target;
use super::model::UserKind;
use super::repo;

/// What an agent's tool names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Named {
    /// No workflow of this workspace.
    Nothing,
    /// One that is not published.
    Unpublished(String),
    /// One without this version.
    NoVersion(String),
    /// This can be called.
    Workflow(String),
}

/// Workflows among an agent's tools, by id and version as the document writes them.
pub(crate) async fn named(
    db: &Db,
    workspace: WorkspaceId,
    config: &AgentConfig,
) -> Result<BTreeMap<(WorkflowId, Option<String>), Named>, db::Error> {
    let tools: BTreeSet<(WorkflowId, Option<String>)> = tools(config).map(|(id, version)| (id, version.map(str::to_owned))).collect();
    let ids: Vec<i64> = tools.iter().map(|(id, _)| id.get()).collect();
    let known = repo::find_all(db.read(), workspace, &ids).await?;
    let mut found = BTreeMap::new();
    for (id, version) in tools {
        let named = match (known.iter().find(|workflow| workflow.id == id), &version) {
            (None, _) => Named::Nothing,
            (Some(workflow), None) if workflow.published_version.is_none() => Named::Unpublished(workflow.name.clone()),
            (Some(workflow), None) => Named::Workflow(workflow.name.clone()),
            (Some(workflow), Some(version)) => match version.parse() {
                Ok(number) if repo::version(db.read(), id, number).await?.is_some() => Named::Workflow(workflow.name.clone()),
                _ => Named::NoVersion(workflow.name.clone()),
            },
        };
        found.insert((id, version), named);
    }
    Ok(found)
}

/// Notes anew what the draft or the version in use of an agent calls.
pub(crate) async fn note(conn: &impl ConnectionTrait, agent: AgentId, published: bool, config: &AgentConfig) -> Result<(), db::Error> {
    let target = |(id, version): (WorkflowId, Option<&str>)| -> Option<Target> { Some((id, version.map(str::parse).transpose().ok()?)) };
    let targets = tools(config).filter_map(target).collect();
    repo::replace_uses(conn, UserKind::Agent, agent.get(), published, &targets).await
}

/// Forgets what an agent called.
pub(crate) async fn forget(conn: &impl ConnectionTrait, agent: AgentId) -> Result<(), db::Error> {
    repo::forget_uses(conn, UserKind::Agent, agent.get()).await
}

fn tools(config: &AgentConfig) -> impl Iterator<Item = (WorkflowId, Option<&str>)> {
    config.tools.iter().filter_map(|tool| match tool {
        AgentTool::Workflow { workflow, version } => Some((*workflow, version.as_deref())),
        AgentTool::Builtin { .. } | AgentTool::Client { .. } => None,
    })
}
