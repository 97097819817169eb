//! Use cases of published versions.

use flow::agent::AgentConfig;
use types::{Actor, AgentId, Page, PageRequest, Timestamp};

use super::model::{Agent, Version};
use super::repo::Published;
use super::service::{Agents, checked_text};
use super::{Error, repo};
use crate::workflows::as_tools;

impl Agents {
    /// Publishes the draft as the next version. Fails with `agent_incomplete` when something blocks it.
    pub async fn publish(&self, actor: &Actor, id: AgentId, name: &str, notes: &str) -> Result<Version, Error> {
        let agent = self.buildable(actor, id).await?;
        let (name, notes) = (checked_text("name", name, 100)?, checked_text("notes", notes, 5000)?);
        let stored = repo::draft(self.db.read(), id).await?.ok_or(Error::NotFound)?;
        let blocking: Vec<String> = self
            .problems(agent.workspace, &stored.config)
            .await?
            .into_iter()
            .filter(|p| p.blocking)
            .map(|p| format!("{}: {}", p.field, p.message))
            .collect();
        if !blocking.is_empty() {
            return Err(Error::Incomplete(blocking.join(" ")));
        }
        let (revision, now) = (stored.revision, Timestamp::now());
        let config = stored.config.clone();
        let about = (agent.name, agent.description);
        let (own, said) = (about.clone(), (name.clone(), notes.clone()));
        let published = Published { agent: id, name: said.0, notes: said.1, config: stored.config, about: own, by: actor.user, at: now };
        let number = self
            .db
            .write(move |tx| {
                Box::pin(async move {
                    // What was judged is what gets published.
                    let now = repo::draft(tx, id).await?.map_or(0, |d| d.revision);
                    if now != revision {
                        return Err(Error::DraftChanged { now });
                    }
                    let number = repo::publish(tx, &published).await?.ok_or(Error::DraftChanged { now })?;
                    as_tools::note(tx, id, true, &published.config).await?;
                    Ok(number)
                })
            })
            .await?;
        let published_by_name = self.names([actor.user].into_iter()).await.remove(&actor.user).unwrap_or_default();
        Ok(Version {
            version: number,
            name,
            notes,
            published_by: actor.user,
            published_by_name,
            published_at: now,
            config,
            about: Some(about),
        })
    }

    /// Takes the agent out of use; its versions stay.
    pub async fn unpublish(&self, actor: &Actor, id: AgentId) -> Result<Agent, Error> {
        let agent = self.buildable(actor, id).await?;
        if agent.published_version.is_none() {
            return Ok(agent);
        }
        let now = Timestamp::now();
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    as_tools::note(tx, id, true, &AgentConfig::default()).await?;
                    repo::unpublish(tx, id, now).await
                })
            })
            .await?;
        self.get(actor, id).await
    }

    /// Versions, latest first.
    pub async fn versions(&self, actor: &Actor, id: AgentId, page: &PageRequest) -> Result<Page<Version>, Error> {
        self.get(actor, id).await?;
        let mut found = repo::versions(self.db.read(), id, page.after()?, page.limit()).await?;
        let names = self.names(found.iter().map(|v| v.published_by)).await;
        for version in &mut found {
            version.published_by_name = names.get(&version.published_by).cloned().unwrap_or_default();
        }
        Ok(Page::from_extra(found, page.limit(), |v| v.version))
    }

    /// One version.
    pub async fn version(&self, actor: &Actor, id: AgentId, number: i64) -> Result<Version, Error> {
        self.get(actor, id).await?;
        let mut version = repo::version(self.db.read(), id, number).await?.ok_or(Error::NoVersion)?;
        version.published_by_name = self.names([version.published_by].into_iter()).await.remove(&version.published_by).unwrap_or_default();
        Ok(version)
    }

    /// The version in use; `agent_not_published` when there is none.
    pub async fn published(&self, actor: &Actor, id: AgentId) -> Result<(Agent, Version), Error> {
        let agent = self.get(actor, id).await?;
        let number = agent.published_version.ok_or(Error::NotPublished)?;
        let version = self.version(actor, id, number).await?;
        Ok((agent, version))
    }
}
