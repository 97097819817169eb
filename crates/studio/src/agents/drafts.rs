//! Use cases of the draft.

use flow::agent::AgentConfig;
use types::{Actor, AgentId, Timestamp};

use super::model::{Agent, Draft};
use super::repo::StoredDraft;
use super::service::{Agents, document};
use super::{Error, repo};
use crate::workflows::as_tools;

impl Agents {
    /// What is being edited.
    pub async fn draft(&self, actor: &Actor, id: AgentId) -> Result<Draft, Error> {
        let agent = self.get(actor, id).await?;
        let stored = repo::draft(self.db.read(), id).await?.ok_or(Error::NotFound)?;
        self.judged(&agent, stored).await
    }

    /// Saves the draft. `expected` is the revision that was read; `None` writes over whatever is there.
    pub async fn save_draft(&self, actor: &Actor, id: AgentId, config: AgentConfig, expected: Option<i64>) -> Result<Draft, Error> {
        let agent = self.buildable(actor, id).await?;
        document(&config)?;
        let (now, by) = (Timestamp::now(), actor.user);
        let row = config.clone();
        let revision = self
            .db
            .write(move |tx| {
                Box::pin(async move {
                    let stored = repo::draft(tx, id).await?.ok_or(Error::NotFound)?;
                    let seen = expected.unwrap_or(stored.revision);
                    if seen != stored.revision {
                        return Err(Error::DraftChanged { now: stored.revision });
                    }
                    if stored.config == row {
                        return Ok((stored.revision, stored.updated_at));
                    }
                    if !repo::save_draft(tx, id, seen, &row, by, now).await? {
                        return Err(Error::DraftChanged { now: seen + 1 });
                    }
                    let changes = match agent.published_version {
                        Some(number) => repo::version(tx, id, number).await?.is_none_or(|v| v.config != row),
                        None => true,
                    };
                    repo::touch_draft(tx, id, changes, now).await?;
                    as_tools::note(tx, id, false, &row).await?;
                    Ok((seen + 1, now))
                })
            })
            .await?;
        let (revision, updated_at) = revision;
        let agent = self.get(actor, id).await?;
        self.judged(&agent, StoredDraft { config, revision, updated_at }).await
    }

    /// Copies a version into the draft.
    pub async fn restore(&self, actor: &Actor, id: AgentId, number: i64) -> Result<Draft, Error> {
        self.buildable(actor, id).await?;
        let version = repo::version(self.db.read(), id, number).await?.ok_or(Error::NoVersion)?;
        self.save_draft(actor, id, version.config, None).await
    }

    async fn judged(&self, agent: &Agent, stored: StoredDraft) -> Result<Draft, Error> {
        let StoredDraft { config, revision, updated_at } = stored;
        let problems = self.problems(agent.workspace, &config).await?;
        Ok(Draft { config, revision, updated_at, problems })
    }
}
