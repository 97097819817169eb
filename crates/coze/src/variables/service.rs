//! Use cases.

use std::collections::BTreeMap;

use flow::agent::{AgentForm, AgentSnapshot, AgentSource as _};
use types::{Actor, AgentId, Failure, Permission, Timestamp};

use super::repo;
use crate::Coze;

/// Longest value, characters.
const VALUE: usize = 10_000;

/// A variable for one person.
#[derive(Debug)]
pub struct Known {
    /// Its name.
    pub keyword: String,
    /// What was set, or the default.
    pub value: String,
    /// When it was first and last set; `None`: never.
    pub set: Option<(Timestamp, Timestamp)>,
}

impl Coze {
    /// The declared variables as they are for this person.
    pub(super) async fn variables(&self, who: &Actor, bot: AgentId, person: &str) -> Result<Vec<Known>, Failure> {
        let scope = who.scope(Permission::View);
        let declared = self.declaring(who, bot).await?.config.variables;
        let rows = repo::of_person(self.db.read(), &scope, bot, person).await.map_err(db::Error::from)?;
        let mut rows: BTreeMap<String, repo::Model> = rows.into_iter().map(|row| (row.keyword.clone(), row)).collect();
        let known = |variable: flow::agent::Variable| match rows.remove(&variable.name) {
            Some(row) => {
                Known { keyword: variable.name, value: row.value, set: Some((Timestamp(row.created_at), Timestamp(row.updated_at))) }
            }
            None => Known { keyword: variable.name, value: variable.default, set: None },
        };
        Ok(declared.into_iter().map(known).collect())
    }

    /// Sets variables for this person.
    pub(super) async fn set_variables(&self, who: &Actor, bot: AgentId, person: &str, given: Vec<(String, String)>) -> Result<(), Failure> {
        let agent = self.declaring(who, bot).await?;
        who.require(agent.workspace, Permission::Run)?;
        for (keyword, value) in &given {
            if !agent.config.variables.iter().any(|v| v.name == *keyword) {
                return Err(Failure::invalid("keyword", format!("The bot declares no variable `{keyword}`.")));
            }
            if value.chars().count() > VALUE || value.contains('\0') {
                return Err(Failure::invalid("value", format!("The value of `{keyword}` is longer than {VALUE} characters.")));
            }
        }
        let now = Timestamp::now().millis();
        let row = |(keyword, value): (String, String)| repo::Model {
            id: types::id::next_id(),
            workspace_id: agent.workspace.get(),
            agent_id: bot.get(),
            person: person.to_owned(),
            keyword,
            value,
            created_at: now,
            updated_at: now,
        };
        let rows: Vec<_> = given.into_iter().map(row).collect();
        let written = self.db.write(move |tx| {
            Box::pin(async move {
                for row in rows {
                    repo::set(tx, row).await?;
                }
                Ok::<_, db::Error>(())
            })
        });
        Ok(written.await?)
    }

    /// What was set for this person, for the prompt of a chat.
    pub(crate) async fn remembered(&self, who: &Actor, bot: AgentId, person: &str) -> Result<BTreeMap<String, String>, Failure> {
        let scope = who.scope(Permission::View);
        let rows = repo::of_person(self.db.read(), &scope, bot, person).await.map_err(db::Error::from)?;
        Ok(rows.into_iter().map(|row| (row.keyword, row.value)).collect())
    }

    /// The form of the bot whose variables count: the published one, before that the draft.
    async fn declaring(&self, who: &Actor, bot: AgentId) -> Result<AgentSnapshot, Failure> {
        let scope = who.scope(Permission::View);
        match self.agents.agent(&scope, bot, AgentForm::Published).await {
            Err(failure) if failure.code == "agent_not_published" => self.agents.agent(&scope, bot, AgentForm::Draft).await,
            other => other,
        }
    }
}
