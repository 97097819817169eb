//! Conversations as clients make and read them.

use chat::conversations::Conversation;
use serde::{Deserialize, Serialize};
use types::{ConversationId, SectionId};
use utoipa::{IntoParams, ToSchema};

use crate::id::GivenId;
use crate::messages::wire::{EnterMessage, MetaData, shown_labels};

/// The channel of everything that comes by this API.
pub const CONNECTOR_API: &str = "1024";
/// The channel of the chat widget.
const CONNECTOR_CHAT_SDK: &str = "999";

/// The channel of a request: the widget's when it says so, else the API's.
pub fn connector(given: Option<&GivenId>) -> &'static str {
    match given {
        Some(GivenId(Some(999))) => CONNECTOR_CHAT_SDK,
        _ => CONNECTOR_API,
    }
}

/// Body of `POST /v1/conversation/create`.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
#[schema(as = CozeCreateConversation)]
pub struct CreateRequest {
    /// With which bot.
    pub bot_id: GivenId,
    /// Free labels.
    #[schema(value_type = Option<std::collections::BTreeMap<String, String>>)]
    pub meta_data: Option<MetaData>,
    /// What was said before.
    pub messages: Option<Vec<EnterMessage>>,
    /// Absent or empty: taken from the first message, else from the first question.
    pub name: Option<String>,
    /// The channel.
    pub connector_id: GivenId,
    /// The caller's own name for the person who talks.
    pub user_id: Option<String>,
}

/// Body of `PUT /v1/conversations/{conversation_id}`.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
#[schema(as = CozeUpdateConversation)]
pub struct UpdateRequest {
    /// The new name.
    pub name: Option<String>,
}

/// Query of `GET /v1/conversation/retrieve` and of the messages of a conversation.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ConversationQuery {
    /// Which.
    #[serde(default)]
    #[param(required)]
    pub conversation_id: GivenId,
}

/// Query of `GET /v1/conversations`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// With which bot.
    #[serde(default)]
    #[param(required)]
    pub bot_id: GivenId,
    /// From 1.
    pub page_num: Option<u64>,
    /// 1 to 50; 20 when absent.
    pub page_size: Option<u64>,
    /// `ASC` or `DESC` (default) by time of creation.
    pub sort_order: Option<String>,
    /// The channel.
    #[serde(default)]
    pub connector_id: GivenId,
    /// Of this person.
    pub user_id: Option<String>,
}

/// A conversation.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = CozeConversation)]
pub struct ConversationObject {
    /// Its id.
    pub id: ConversationId,
    /// Unix seconds.
    pub created_at: i64,
    /// Unix seconds.
    pub updated_at: i64,
    /// Free labels.
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    pub meta_data: MetaData,
    /// The current context section.
    pub last_section_id: SectionId,
    /// Its name.
    pub name: String,
    /// Who made it.
    pub creator_id: String,
    /// The same, as Coze Studio spells it.
    pub creator_d: String,
    /// The channel.
    pub connector_id: String,
    /// The caller's own name for the person who talks.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub user_id: String,
}

impl From<Conversation> for ConversationObject {
    fn from(conversation: Conversation) -> Self {
        let creator = conversation.user.to_string();
        Self {
            id: conversation.id,
            created_at: conversation.created_at.seconds(),
            updated_at: conversation.updated_at.seconds(),
            meta_data: shown_labels(&conversation.meta),
            last_section_id: conversation.section_id,
            name: conversation.name,
            creator_id: creator.clone(),
            creator_d: creator,
            connector_id: if conversation.connector.is_empty() { CONNECTOR_API.to_owned() } else { conversation.connector },
            user_id: conversation.user_label,
        }
    }
}

/// A page of conversations.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CozeConversationPage)]
pub struct ConversationPage {
    /// The conversations.
    pub conversations: Vec<ConversationObject>,
    /// Whether there is a next page.
    pub has_more: bool,
}

/// A context section.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CozeSection)]
pub struct Section {
    /// Its id.
    pub id: SectionId,
    /// The conversation.
    pub conversation_id: ConversationId,
}
