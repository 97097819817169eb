//! Agents as `chat` and `coze` read them.

use async_trait::async_trait;
use flow::agent::{AgentForm, AgentSnapshot, AgentSource};
use types::{AgentId, Failure, Scope};

use super::service::Agents;
use super::{Error, repo};

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
            Some(number) => repo::version(conn, id, number).await?.ok_or(Error::NoVersion)?.config,
        };
        Ok(AgentSnapshot { id, workspace: agent.workspace, name: agent.name, version: number, config })
    }
}
