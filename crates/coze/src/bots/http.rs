//! `/v1/bot/*`, `/v1/bots` and the lists of bots.

use std::sync::Arc;

use axum::extract::State;
use flow::agent::{AgentConfig, AgentTool};
use flow::workflow::Mode;
use rest::{Caller, Json, Path, Policy, Query, Routes};
use studio::agents::{Agent, Filter, Meta, NewAgent};
use types::{Actor, AgentId, Coded as _, ErrorKind, Failure, FileId, PageRequest, WorkspaceId};

use super::document::{About, BotObject, Workflow};
use super::wire::{
    BotId, BotQuery, BotVersion, CreateRequest, Creator, FormQuery, Items, ListQuery, PublishRequest, PublishedBot, PublishedQuery,
    SimpleBot, SpaceBot, SpaceBots, UpdateRequest, VersionsQuery,
};
use crate::envelope::{Answer, Envelope, Nothing};
use crate::id::GivenId;
use crate::{Coze, error, id};

/// Items of a page when the request does not say.
const PAGE: u64 = 20;

/// Routes of bots.
pub fn routes(coze: Arc<Coze>) -> Routes {
    Routes::new(coze)
        .on(Policy::Caller, rest::methods!(create))
        .on(Policy::Caller, rest::methods!(update))
        .on(Policy::Caller, rest::methods!(publish))
        .on(Policy::Caller, rest::methods!(unpublish))
        .on(Policy::Caller, rest::methods!(online_info))
        .on(Policy::Caller, rest::methods!(retrieve))
        .on(Policy::Caller, rest::methods!(list_published))
        .on(Policy::Caller, rest::methods!(list))
        .on(Policy::Caller, rest::methods!(versions))
        .done()
}

/// Make a bot
#[utoipa::path(post, path = "/v1/bot/create", operation_id = "coze_bot_create", tag = "coze bots",
    request_body = CreateRequest, responses((status = 200, body = Envelope<BotId>)))]
async fn create(State(coze): State<Arc<Coze>>, Caller(who): Caller, Json(given): Json<CreateRequest>) -> rest::Result<Answer> {
    let workspace = WorkspaceId(given.space_id.required("space_id")?);
    let name = given.name.ok_or_else(|| error::missing("name"))?;
    let mut config = AgentConfig::default();
    given.settings.apply(&mut config)?;
    let icon = coze.icon(&who, given.icon_file_id).await?.unwrap_or_default();
    let new = NewAgent { name, description: given.description.unwrap_or_default(), icon, config };
    let agent = coze.agents.create(&who, workspace, new).await?;
    Answer::data(&BotId { bot_id: agent.id })
}

/// Change a bot's draft
#[utoipa::path(post, path = "/v1/bot/update", operation_id = "coze_bot_update", tag = "coze bots",
    request_body = UpdateRequest, responses((status = 200, body = Envelope<Nothing>)))]
async fn update(State(coze): State<Arc<Coze>>, Caller(who): Caller, Json(given): Json<UpdateRequest>) -> rest::Result<Answer> {
    let bot = AgentId(given.bot_id.required("bot_id")?);
    let mut draft = coze.agents.draft(&who, bot).await?;
    // Read in full before anything is written: a refused request changes nothing.
    given.settings.apply(&mut draft.config)?;
    let icon = coze.icon(&who, given.icon_file_id).await?;
    // coze-go sends empty texts for what it was not given.
    let filled = |text: Option<String>| text.filter(|text| !text.is_empty());
    let meta = Meta { name: filled(given.name), description: filled(given.description), icon };
    if meta.name.is_some() || meta.description.is_some() || meta.icon.is_some() {
        coze.agents.update_meta(&who, bot, meta).await?;
    }
    coze.agents.save_draft(&who, bot, draft.config, Some(draft.revision)).await?;
    Answer::data(&Nothing {})
}

/// Publish a bot's draft
#[utoipa::path(post, path = "/v1/bot/publish", operation_id = "coze_bot_publish", tag = "coze bots",
    request_body = PublishRequest, responses((status = 200, body = Envelope<PublishedBot>)))]
async fn publish(State(coze): State<Arc<Coze>>, Caller(who): Caller, Json(given): Json<PublishRequest>) -> rest::Result<Answer> {
    let bot_id = AgentId(given.bot_id.required("bot_id")?);
    let version = coze.agents.publish(&who, bot_id, "", "").await?.version.to_string();
    Answer::data(&PublishedBot { bot_id, version })
}

/// Take a bot out of use
#[utoipa::path(post, path = "/v1/bots/{bot_id}/unpublish", operation_id = "coze_bot_unpublish", tag = "coze bots",
    params(("bot_id" = String, Path)), responses((status = 200, body = Envelope<Nothing>)))]
async fn unpublish(State(coze): State<Arc<Coze>>, Caller(who): Caller, Path(bot): Path<String>) -> rest::Result<Answer> {
    coze.agents.unpublish(&who, AgentId(id::of_path(&bot, "bot")?)).await?;
    Answer::data(&Nothing {})
}

/// Read a published bot
#[utoipa::path(get, path = "/v1/bot/get_online_info", operation_id = "coze_bot_online_info", tag = "coze bots",
    params(BotQuery), responses((status = 200, body = Envelope<BotObject>)))]
async fn online_info(State(coze): State<Arc<Coze>>, Caller(who): Caller, Query(at): Query<BotQuery>) -> rest::Result<Answer> {
    let bot = coze.bot(&who, AgentId(at.bot_id.required("bot_id")?), false).await?;
    // Coze Studio's clients read the fields at top level, the official ones below `data`.
    let mut answer = Answer::data(&bot)?;
    if let serde_json::Value::Object(fields) = serde_json::to_value(&bot).map_err(Failure::internal)? {
        for (key, value) in fields {
            answer = answer.with(&key, &value)?;
        }
    }
    Ok(answer)
}

/// Read a bot, published or draft
#[utoipa::path(get, path = "/v1/bots/{bot_id}", operation_id = "coze_bot_retrieve", tag = "coze bots",
    params(("bot_id" = String, Path), FormQuery), responses((status = 200, body = Envelope<BotObject>)))]
async fn retrieve(
    State(coze): State<Arc<Coze>>,
    Caller(who): Caller,
    Path(bot): Path<String>,
    Query(form): Query<FormQuery>,
) -> rest::Result<Answer> {
    let draft = form.is_published.is_some_and(|v| v.eq_ignore_ascii_case("false") || v == "0");
    Answer::data(&coze.bot(&who, AgentId(id::of_path(&bot, "bot")?), draft).await?)
}

/// Published bots of a space
#[utoipa::path(get, path = "/v1/space/published_bots_list", operation_id = "coze_bot_list_published", tag = "coze bots",
    params(PublishedQuery), responses((status = 200, body = Envelope<SpaceBots>)))]
async fn list_published(State(coze): State<Arc<Coze>>, Caller(who): Caller, Query(given): Query<PublishedQuery>) -> rest::Result<Answer> {
    let workspace = WorkspaceId(given.space_id.required("space_id")?);
    let filter = Filter { text: None, published: Some(true) };
    let (number, size) = paging(given.page_index, given.page_size);
    let (agents, total) = coze.agents.list_numbered(&who, workspace, &filter, number, size).await?;
    let bot = |agent: Agent| SpaceBot {
        bot_id: agent.id,
        publish_time: agent.published_at.unwrap_or(agent.updated_at).seconds().to_string(),
        bot_name: agent.name,
        description: agent.description,
        icon_url: String::new(),
    };
    Answer::data(&SpaceBots { space_bots: agents.into_iter().map(bot).collect(), total })
}

/// Bots of a workspace
#[utoipa::path(get, path = "/v1/bots", operation_id = "coze_bot_list", tag = "coze bots",
    params(ListQuery), responses((status = 200, body = Envelope<Items<SimpleBot>>)))]
async fn list(State(coze): State<Arc<Coze>>, Caller(who): Caller, Query(given): Query<ListQuery>) -> rest::Result<Answer> {
    let workspace = WorkspaceId(given.workspace_id.required("workspace_id")?);
    let published = match given.publish_status.as_deref() {
        Some("all") => None,
        None | Some("published_online" | "published_draft") => Some(true),
        Some("unpublished_draft") => Some(false),
        Some(_) => return Err(Failure::invalid("publish_status", "all, published_online, published_draft or unpublished_draft.").into()),
    };
    let (number, size) = paging(given.page_index, given.page_size);
    let (agents, total) = coze.agents.list_numbered(&who, workspace, &Filter { text: None, published }, number, size).await?;
    Answer::data(&Items { items: agents.into_iter().map(SimpleBot::from).collect(), total })
}

/// Published versions of a bot, latest first
#[utoipa::path(get, path = "/v1/bots/{bot_id}/versions", operation_id = "coze_bot_versions", tag = "coze bots",
    params(("bot_id" = String, Path), VersionsQuery), responses((status = 200, body = Envelope<Items<BotVersion>>)))]
async fn versions(
    State(coze): State<Arc<Coze>>,
    Caller(who): Caller,
    Path(bot): Path<String>,
    Query(given): Query<VersionsQuery>,
) -> rest::Result<Answer> {
    let bot = AgentId(id::of_path(&bot, "bot")?);
    let (number, size) = paging(given.page_num, given.page_size);
    // Versions are 1, 2, … without gaps: the latest is the number of all, and pages can be counted back from it.
    let latest = coze.agents.versions(&who, bot, &PageRequest { limit: Some(1), cursor: None }).await?;
    let total = latest.items.first().map_or(0, |v| v.version.unsigned_abs());
    let before = total.saturating_sub((number - 1).saturating_mul(size));
    let items = if before == 0 {
        Vec::new()
    } else {
        let page = PageRequest { limit: Some(size), cursor: Some((before + 1).to_string()) };
        coze.agents.versions(&who, bot, &page).await?.items
    };
    let version = |v: studio::agents::Version| BotVersion {
        version: v.version.to_string(),
        description: v.notes,
        created_at: v.published_at.seconds().to_string(),
        updated_at: v.published_at.seconds().to_string(),
        creator: Creator { id: v.published_by.to_string(), name: v.published_by_name },
    };
    Answer::data(&Items { items: items.into_iter().map(version).collect(), total })
}

/// Page number and size within their bounds.
fn paging(number: Option<u64>, size: Option<u64>) -> (u64, u64) {
    (number.unwrap_or(1).max(1), size.unwrap_or(PAGE).clamp(1, 100))
}

impl From<Agent> for SimpleBot {
    fn from(agent: Agent) -> Self {
        Self {
            id: agent.id,
            name: agent.name,
            description: agent.description,
            icon_url: String::new(),
            is_published: agent.published_version.is_some(),
            published_at: agent.published_version.and(agent.published_at).map(types::Timestamp::seconds),
            updated_at: agent.updated_at.seconds(),
            owner_user_id: agent.created_by.to_string(),
            folder_id: String::new(),
        }
    }
}

impl Coze {
    /// The bot in one of its two forms.
    async fn bot(&self, who: &Actor, id: AgentId, draft: bool) -> rest::Result<BotObject> {
        let (mut agent, config, version) = if draft {
            (self.agents.get(who, id).await?, self.agents.draft(who, id).await?.config, None)
        } else {
            let (agent, version) = self.agents.published(who, id).await?;
            (agent, version.config, Some((version.version, version.about)))
        };
        // What is in use is called what it was called when it was published.
        let version = version.map(|(number, about)| {
            if let Some((name, description)) = about {
                (agent.name, agent.description) = (name, description);
            }
            number
        });
        let models = self.models.available(agent.workspace).await?;
        let chosen = match config.model.model_id {
            Some(id) => models.iter().find(|m| m.id == id),
            None => models.iter().find(|m| m.is_default),
        };
        let model = chosen.map(|m| (m.id, m.settings.name.clone())).or(config.model.model_id.map(|id| (id, String::new())));
        let tools = self.agents.tools();
        let describe = |name: &str| tools.iter().find(|t| t.name == name).map(|t| t.description.clone()).unwrap_or_default();
        let about = About {
            id,
            name: agent.name,
            description: agent.description,
            created_at: agent.created_at.seconds(),
            updated_at: agent.updated_at.seconds(),
            version,
            owner: agent.created_by.to_string(),
            model,
            workflows: self.workflows_of(who, &config).await?,
        };
        Ok(BotObject::of(about, &config, describe))
    }

    /// The workflows a bot may call; of one that is gone only the id is known.
    async fn workflows_of(&self, who: &Actor, config: &AgentConfig) -> rest::Result<Vec<Workflow>> {
        let mut found = Vec::new();
        for tool in &config.tools {
            let AgentTool::Workflow { workflow: id, .. } = tool else { continue };
            let known = match self.studio_workflows.get(who, *id).await {
                Ok(workflow) => Some(workflow),
                Err(error) if error.kind() == ErrorKind::NotFound => None,
                Err(error) => return Err(error.into()),
            };
            let flow_mode = if known.as_ref().is_some_and(|workflow| workflow.mode == Mode::Chatflow) { 3 } else { 0 };
            let (name, description) = known.map(|workflow| (workflow.name, workflow.description)).unwrap_or_default();
            let (workflow_id, icon_url) = (*id, String::new());
            found.push(Workflow { id: *id, name, description, icon_url, workflow_id, plugin_id: *id, api_id: *id, flow_mode });
        }
        Ok(found)
    }

    /// An uploaded picture as an icon: from now on everybody in the workspace may see it.
    async fn icon(&self, who: &Actor, given: GivenId) -> rest::Result<Option<String>> {
        let Some(id) = given.0.map(FileId) else { return Ok(None) };
        Ok(Some(self.chat.files.share(who, id).await?.id.to_string()))
    }
}
