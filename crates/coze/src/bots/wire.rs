//! Requests and lists of bots (Hearth: agents).

use serde::{Deserialize, Serialize};
use types::AgentId;
use utoipa::{IntoParams, ToSchema};

use super::document::BotSettings;
use crate::id::GivenId;

/// Body of `POST /v1/bot/create`.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
#[schema(as = CozeCreateBot)]
pub struct CreateRequest {
    /// The workspace.
    pub space_id: GivenId,
    /// 1 to 100 characters.
    pub name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// An uploaded picture.
    pub icon_file_id: GivenId,
    /// Its settings.
    #[serde(flatten)]
    pub settings: BotSettings,
}

/// Body of `POST /v1/bot/update`.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
#[schema(as = CozeUpdateBot)]
pub struct UpdateRequest {
    /// Which.
    pub bot_id: GivenId,
    /// Absent or empty: stays.
    pub name: Option<String>,
    /// Absent or empty: stays.
    pub description: Option<String>,
    /// Absent or empty: stays.
    pub icon_file_id: GivenId,
    /// Absent: stay.
    #[serde(flatten)]
    pub settings: BotSettings,
}

/// Body of `POST /v1/bot/publish`. Every connector means the API.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
#[schema(as = CozePublishBot)]
pub struct PublishRequest {
    /// Which.
    pub bot_id: GivenId,
}

/// Query of `GET /v1/bot/get_online_info`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct BotQuery {
    /// Which.
    #[serde(default)]
    #[param(required)]
    pub bot_id: GivenId,
}

/// Query of `GET /v1/bots/{bot_id}`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FormQuery {
    /// `false`: the draft.
    pub is_published: Option<String>,
}

/// Query of `GET /v1/space/published_bots_list`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PublishedQuery {
    /// The workspace.
    #[serde(default)]
    #[param(required)]
    pub space_id: GivenId,
    /// From 1.
    pub page_index: Option<u64>,
    /// 1 to 100; 20 when absent.
    pub page_size: Option<u64>,
}

/// Query of `GET /v1/bots` and `GET /v1/apps`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// The workspace.
    #[serde(default)]
    #[param(required)]
    pub workspace_id: GivenId,
    /// `all`, `published_online` (default), `published_draft` or `unpublished_draft`.
    pub publish_status: Option<String>,
    /// From 1.
    pub page_index: Option<u64>,
    /// 1 to 100; 20 when absent.
    pub page_size: Option<u64>,
}

/// Query of `GET /v1/bots/{bot_id}/versions`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct VersionsQuery {
    /// From 1.
    pub page_num: Option<u64>,
    /// 1 to 100; 20 when absent.
    pub page_size: Option<u64>,
}

/// A bot that was made.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CozeBotId)]
pub struct BotId {
    /// Its id.
    pub bot_id: AgentId,
}

/// A bot that was published.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CozePublishedBot)]
pub struct PublishedBot {
    /// Its id.
    pub bot_id: AgentId,
    /// 1, 2, ….
    pub version: String,
}

/// Bots that are published.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CozeSpaceBots)]
pub struct SpaceBots {
    /// The page.
    pub space_bots: Vec<SpaceBot>,
    /// Of all pages.
    pub total: u64,
}

/// A published bot of a space.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CozeSpaceBot)]
pub struct SpaceBot {
    /// Its id.
    pub bot_id: AgentId,
    /// Its name.
    pub bot_name: String,
    /// What it is for.
    pub description: String,
    /// Always empty.
    pub icon_url: String,
    /// Unix seconds, as text.
    pub publish_time: String,
}

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CozePage)]
pub struct Items<T> {
    /// The page.
    pub items: Vec<T>,
    /// Of all pages.
    pub total: u64,
}

/// A bot of a list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CozeSimpleBot)]
pub struct SimpleBot {
    /// Its id.
    pub id: AgentId,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Always empty.
    pub icon_url: String,
    /// Whether it can be talked to.
    pub is_published: bool,
    /// Unix seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published_at: Option<i64>,
    /// Unix seconds.
    pub updated_at: i64,
    /// Who made it.
    pub owner_user_id: String,
    /// Always empty.
    pub folder_id: String,
}

/// A published version.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CozeBotVersion)]
pub struct BotVersion {
    /// 1, 2, ….
    pub version: String,
    /// Its notes.
    pub description: String,
    /// Unix seconds, as text.
    pub created_at: String,
    /// The same.
    pub updated_at: String,
    /// Who published it.
    pub creator: Creator,
}

/// A person.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CozeCreator)]
pub struct Creator {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
}
