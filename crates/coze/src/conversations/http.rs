//! `/v1/conversation/*` and `/v1/conversations`.

use std::sync::Arc;

use axum::extract::State;
use chat::conversations::{Changes, Filter, NewConversation, Order};
use chat::messages::NewMessage;
use rest::{Caller, Json, Path, Policy, Query, Routes};
use types::{AgentId, ConversationId, Failure};

use super::wire::{ConversationObject, ConversationPage, ConversationQuery, CreateRequest, ListQuery, Section, UpdateRequest, connector};
use crate::envelope::{Answer, Envelope, Nothing};
use crate::messages::wire::{labels, stored_labels};
use crate::{Coze, error, id};

/// Most messages of a new conversation.
const MESSAGES: usize = 100;

/// Routes of conversations.
pub fn routes(coze: Arc<Coze>) -> Routes {
    Routes::new(coze)
        .on(Policy::Caller, rest::methods!(create))
        .on(Policy::Caller, rest::methods!(retrieve))
        .on(Policy::Caller, rest::methods!(list))
        .on(Policy::Caller, rest::methods!(update, delete))
        .on(Policy::Caller, rest::methods!(clear))
        .done()
}

/// Begin a conversation
#[utoipa::path(post, path = "/v1/conversation/create", operation_id = "coze_conversation_create", tag = "coze conversations",
    request_body = CreateRequest, responses((status = 200, body = Envelope<ConversationObject>)))]
async fn create(State(coze): State<Arc<Coze>>, Caller(who): Caller, Json(given): Json<CreateRequest>) -> rest::Result<Answer> {
    let agent = given.bot_id.0.map(AgentId);
    let workspace = coze.workspace_for(&who, agent).await?;
    let messages = given.messages.unwrap_or_default();
    if messages.len() > MESSAGES {
        return Err(Failure::invalid("messages", format!("At most {MESSAGES} messages can be given.")).into());
    }
    // All are read before anything is stored: a refused request leaves nothing behind.
    let messages = messages.into_iter().filter_map(|m| m.read().transpose()).collect::<Result<Vec<_>, Failure>>()?;
    let name = given.name.filter(|name| !name.trim().is_empty());
    let new = NewConversation {
        agent,
        name: name.or_else(|| messages.first().map(NewMessage::title)).unwrap_or_default(),
        draft: false,
        meta: stored_labels(labels(given.meta_data)?),
        user_label: given.user_id.unwrap_or_default(),
        connector: connector(Some(&given.connector_id)).to_owned(),
    };
    let conversation = coze.chat.conversations.create(&who, workspace, new).await?;
    for message in messages {
        coze.chat.messages.create(&who, conversation.id, message).await?;
    }
    Answer::data(&ConversationObject::from(conversation))
}

/// Read a conversation
#[utoipa::path(get, path = "/v1/conversation/retrieve", operation_id = "coze_conversation_retrieve", tag = "coze conversations",
    params(ConversationQuery), responses((status = 200, body = Envelope<ConversationObject>)))]
async fn retrieve(State(coze): State<Arc<Coze>>, Caller(who): Caller, Query(at): Query<ConversationQuery>) -> rest::Result<Answer> {
    let id = ConversationId(at.conversation_id.required("conversation_id")?);
    let object = ConversationObject::from(coze.chat.conversations.get(&who, id).await?);
    Answer::data(&object)?.with("ConversationData", &object)
}

/// Conversations with a bot
#[utoipa::path(get, path = "/v1/conversations", operation_id = "coze_conversation_list", tag = "coze conversations",
    params(ListQuery), responses((status = 200, body = Envelope<ConversationPage>)))]
async fn list(State(coze): State<Arc<Coze>>, Caller(who): Caller, Query(given): Query<ListQuery>) -> rest::Result<Answer> {
    let agent = AgentId(given.bot_id.required("bot_id")?);
    let workspace = coze.workspace_for(&who, Some(agent)).await?;
    let order = match given.sort_order.as_deref().unwrap_or_default().to_ascii_lowercase().as_str() {
        "asc" => Order::Asc,
        _ => Order::Desc,
    };
    let filter = Filter {
        agent: Some(agent),
        q: None,
        user_label: given.user_id.clone(),
        connector: Some(connector(Some(&given.connector_id)).to_owned()),
    };
    let (number, size) = (given.page_num.unwrap_or(1).max(1), given.page_size.unwrap_or(20).clamp(1, 50));
    let (items, has_more) = coze.chat.conversations.list_pages(&who, Some(workspace), &filter, order, number, size).await?;
    Answer::data(&ConversationPage { conversations: items.into_iter().map(ConversationObject::from).collect(), has_more })
}

/// Rename a conversation
#[utoipa::path(put, path = "/v1/conversations/{conversation_id}", operation_id = "coze_conversation_update", tag = "coze conversations",
    params(("conversation_id" = String, Path)), request_body = UpdateRequest,
    responses((status = 200, body = Envelope<ConversationObject>)))]
async fn update(
    State(coze): State<Arc<Coze>>,
    Caller(who): Caller,
    Path(conversation): Path<String>,
    Json(given): Json<UpdateRequest>,
) -> rest::Result<Answer> {
    let id = ConversationId(id::of_path(&conversation, "conversation")?);
    let name = given.name.ok_or_else(|| error::missing("name"))?;
    let conversation = coze.chat.conversations.update(&who, id, Changes { name: Some(name) }).await?;
    Answer::data(&ConversationObject::from(conversation))
}

/// Delete a conversation
#[utoipa::path(delete, path = "/v1/conversations/{conversation_id}", operation_id = "coze_conversation_delete", tag = "coze conversations",
    params(("conversation_id" = String, Path)), responses((status = 200, body = Envelope<Nothing>)))]
async fn delete(State(coze): State<Arc<Coze>>, Caller(who): Caller, Path(conversation): Path<String>) -> rest::Result<Answer> {
    let id = ConversationId(id::of_path(&conversation, "conversation")?);
    coze.chat.conversations.delete(&who, id).await?;
    Answer::data(&Nothing {})
}

/// Forget what was said: a new context section
#[utoipa::path(post, path = "/v1/conversations/{conversation_id}/clear", operation_id = "coze_conversation_clear", tag = "coze conversations",
    params(("conversation_id" = String, Path)), responses((status = 200, body = Envelope<Section>)))]
async fn clear(State(coze): State<Arc<Coze>>, Caller(who): Caller, Path(conversation): Path<String>) -> rest::Result<Answer> {
    let conversation_id = ConversationId(id::of_path(&conversation, "conversation")?);
    let id = coze.chat.conversations.clear(&who, conversation_id).await?;
    Answer::data(&Section { id, conversation_id })
}
