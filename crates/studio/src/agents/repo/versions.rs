//! Rows of `agent_drafts` and `agent_versions`, of agents that were read through a scope.

use db::Error;
use flow::agent::AgentConfig;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, Condition, QueryOrder, QuerySelect};
use types::{AgentId, ModelId, Timestamp, UserId};

use super::super::model::{Agent, Version};
use super::agents::read as read_agent;
use super::rows::{agent, draft as drafts, version as versions_row};
use crate::rows::{self, latest};

/// A draft as stored.
pub struct StoredDraft {
    /// The document.
    pub config: AgentConfig,
    /// Grows with each save.
    pub revision: i64,
    /// When it was saved.
    pub updated_at: Timestamp,
}

/// What a publication adds.
pub struct Published {
    /// Which agent.
    pub agent: AgentId,
    /// For people.
    pub name: String,
    /// For people.
    pub notes: String,
    /// The document.
    pub config: AgentConfig,
    /// Name and description of the agent.
    pub about: (String, String),
    /// By whom.
    pub by: UserId,
    /// When.
    pub at: Timestamp,
}

/// The draft of an agent.
pub async fn draft(conn: &impl ConnectionTrait, id: AgentId) -> Result<Option<StoredDraft>, Error> {
    let Some(row) = drafts::Entity::find_by_id(id.get()).one(conn).await? else { return Ok(None) };
    Ok(Some(StoredDraft { config: parse(&row.config)?, revision: row.revision, updated_at: Timestamp(row.updated_at) }))
}

/// Adds the first draft, revision 1.
pub async fn insert_draft(conn: &impl ConnectionTrait, id: AgentId, config: &AgentConfig, by: UserId, now: Timestamp) -> Result<(), Error> {
    let row = drafts::ActiveModel {
        id: Set(id.get()),
        config: Set(print(config)?),
        model_id: Set(config.model.model_id.map(ModelId::get)),
        revision: Set(1),
        updated_by: Set(by.get()),
        updated_at: Set(now.millis()),
    };
    drafts::Entity::insert(row).exec_without_returning(conn).await?;
    Ok(())
}

/// Writes the draft that is still at `seen`; `false` when it is not.
pub async fn save_draft(
    conn: &impl ConnectionTrait,
    id: AgentId,
    seen: i64,
    config: &AgentConfig,
    by: UserId,
    now: Timestamp,
) -> Result<bool, Error> {
    let row = drafts::ActiveModel {
        config: Set(print(config)?),
        model_id: Set(config.model.model_id.map(ModelId::get)),
        revision: Set(seen + 1),
        updated_by: Set(by.get()),
        updated_at: Set(now.millis()),
        ..<drafts::ActiveModel as Default>::default()
    };
    let done = drafts::Entity::update_many()
        .set(row)
        .filter(drafts::Column::Id.eq(id.get()))
        .filter(drafts::Column::Revision.eq(seen))
        .exec(conn)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Adds the next version and puts it in use. Its number; `None` when somebody published at the same time.
pub async fn publish(conn: &impl ConnectionTrait, published: &Published) -> Result<Option<i64>, Error> {
    let id = published.agent.get();
    let last: Option<i64> = agent::Entity::find_by_id(id).select_only().column(agent::Column::LastVersion).into_tuple().one(conn).await?;
    let Some(last) = last else { return Ok(None) };
    let number = last + 1;
    let row = agent::ActiveModel {
        last_version: Set(number),
        published_version: Set(Some(number)),
        published_at: Set(Some(published.at.millis())),
        unpublished_changes: Set(false),
        updated_at: Set(published.at.millis()),
        ..<agent::ActiveModel as Default>::default()
    };
    let done = agent::Entity::update_many()
        .set(row)
        .filter(agent::Column::Id.eq(id))
        .filter(agent::Column::LastVersion.eq(last))
        .exec(conn)
        .await?;
    if done.rows_affected != 1 {
        return Ok(None);
    }
    let version = versions_row::ActiveModel {
        id: Set(types::next_id()),
        agent_id: Set(id),
        version: Set(number),
        name: Set(published.name.clone()),
        notes: Set(published.notes.clone()),
        config: Set(print(&published.config)?),
        model_id: Set(published.config.model.model_id.map(ModelId::get)),
        published_by: Set(published.by.get()),
        published_at: Set(published.at.millis()),
        agent_name: Set(Some(published.about.0.clone())),
        agent_description: Set(Some(published.about.1.clone())),
    };
    versions_row::Entity::insert(version).exec_without_returning(conn).await?;
    Ok(Some(number))
}

/// Takes the agent out of use; its versions stay.
pub async fn unpublish(conn: &impl ConnectionTrait, id: AgentId, now: Timestamp) -> Result<(), Error> {
    let row = agent::ActiveModel {
        published_version: Set(None),
        published_at: Set(None),
        unpublished_changes: Set(true),
        updated_at: Set(now.millis()),
        ..<agent::ActiveModel as Default>::default()
    };
    agent::Entity::update_many().set(row).filter(agent::Column::Id.eq(id.get())).exec(conn).await?;
    Ok(())
}

/// One version.
pub async fn version(conn: &impl ConnectionTrait, id: AgentId, number: i64) -> Result<Option<Version>, Error> {
    let found = versions_row::Entity::find()
        .filter(versions_row::Column::AgentId.eq(id.get()))
        .filter(versions_row::Column::Version.eq(number))
        .one(conn)
        .await?;
    found.map(read).transpose()
}

/// Latest first, before version `after`; one more than `limit`.
pub async fn versions(conn: &impl ConnectionTrait, id: AgentId, after: Option<i64>, limit: u64) -> Result<Vec<Version>, Error> {
    let query = versions_row::Entity::find().filter(versions_row::Column::AgentId.eq(id.get()));
    latest(conn, query, versions_row::Column::Version, after, limit).await?.into_iter().map(read).collect()
}

/// Agents, of all workspaces, whose draft or version in use names the model. At most 1000.
pub async fn users_of_model(conn: &impl ConnectionTrait, model: ModelId) -> Result<Vec<Agent>, Error> {
    let drafts: Vec<i64> = drafts::Entity::find()
        .select_only()
        .column(drafts::Column::Id)
        .filter(drafts::Column::ModelId.eq(model.get()))
        .limit(1000)
        .into_tuple()
        .all(conn)
        .await?;
    let versions: Vec<(i64, i64)> = versions_row::Entity::find()
        .select_only()
        .column(versions_row::Column::AgentId)
        .column(versions_row::Column::Version)
        .filter(versions_row::Column::ModelId.eq(model.get()))
        .order_by_desc(versions_row::Column::Id)
        .limit(1000)
        .into_tuple()
        .all(conn)
        .await?;
    let ids = drafts.iter().copied().chain(versions.iter().map(|(agent, _)| *agent));
    let named = Condition::all().add(agent::Column::Id.is_in(ids)).add(agent::Column::DeletedAt.is_null());
    let agents = agent::Entity::find().filter(named).order_by_asc(agent::Column::Id).all(conn).await?;
    let uses = |a: &Agent| drafts.contains(&a.id.get()) || a.published_version.is_some_and(|v| versions.contains(&(a.id.get(), v)));
    Ok(agents.into_iter().map(read_agent).filter(uses).collect())
}

fn read(row: versions_row::Model) -> Result<Version, Error> {
    Ok(Version {
        version: row.version,
        name: row.name,
        notes: row.notes,
        published_by: UserId(row.published_by),
        published_by_name: String::new(),
        published_at: Timestamp(row.published_at),
        config: parse(&row.config)?,
        about: row.agent_name.zip(row.agent_description),
    })
}

fn print(config: &AgentConfig) -> Result<String, Error> {
    rows::print("agents", config)
}

fn parse(text: &str) -> Result<AgentConfig, Error> {
    rows::parse("agents", text)
}
