//! Agents as `chat` and `coze` read them.

use std::sync::Arc;

use async_trait::async_trait;
use flow::agent::{AgentConfig, AgentForm, AgentSnapshot, AgentSource};
use types::{AgentId, Failure, Scope};

use super::service::Agents;
use super::{Error, repo};

impl Agents {
    /// A version never changes, so it is read once. Whether the caller may see its agent, and whether
    /// it still is the published one, is asked each time.
    async fn version_config(&self, id: AgentId, number: i64) -> Result<AgentConfig, Failure> {
        if let Some(config) = self.versions.get(&(id, number)).await {
            return Ok(AgentConfig::clone(&config));
        }
        let config = repo::version(self.db.read(), id, number).await?.ok_or(Error::NoVersion)?.config;
        self.versions.insert((id, number), Arc::new(config.clone())).await;
        Ok(config)
    }
}

#[async_trait]
impl AgentSource for Agents {
    async fn agent(&self, scope: &Scope, id: AgentId, form: AgentForm) -> Result<AgentSnapshot, Failure> {
        let conn = self.db.read();
        let agent = repo::find(conn, &scope.ids(), id).await?.ok_or(Error::NotFound)?;
        let number = match form {
            AgentForm::Draft => None,
            AgentForm::Published => Some(agent.published_version.ok_or(Error::NotPublished)?),
            AgentForm::Version(number) => Some(number),
        };
        let config = match number {
            None => repo::draft(conn, id).await?.ok_or(Error::NotFound)?.config,
            Some(number) => self.version_config(id, number).await?,
        };
        Ok(AgentSnapshot { id, workspace: agent.workspace, name: agent.name, version: number, config })
    }
}
