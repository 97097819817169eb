//! `/v1/conversation/message/*` and feedback.

use std::sync::Arc;

use axum::extract::State;
use chat::conversations::Order;
use chat::messages::{MessageChanges, MessageType, Rating, Window};
use rest::{Caller, Json, Path, Policy, Query, Routes};
use types::{ConversationId, Failure, MessageId, RunId};

use super::wire::{self, EnterMessage, FeedbackRequest, ListRequest, MessageObject, MessageQuery, ModifyRequest};
use crate::conversations::wire::ConversationQuery;
use crate::envelope::{Answer, Envelope, Nothing};
use crate::{Coze, error, id};

/// Most messages of one page.
const PAGE: u64 = 50;

/// Routes of messages.
pub fn routes(coze: Arc<Coze>) -> Routes {
    Routes::new(coze)
        .on(Policy::Caller, rest::methods!(create))
        .on(Policy::Caller, rest::methods!(retrieve))
        .on(Policy::Caller, rest::methods!(modify))
        .on(Policy::Caller, rest::methods!(delete))
        .on(Policy::Caller, rest::methods!(list))
        .on(Policy::Caller, rest::methods!(rate, unrate))
        .done()
}

/// Add a message
#[utoipa::path(post, path = "/v1/conversation/message/create", operation_id = "coze_message_create", tag = "coze messages",
    params(ConversationQuery), request_body = EnterMessage, responses((status = 200, body = Envelope<MessageObject>)))]
async fn create(
    State(coze): State<Arc<Coze>>,
    Caller(who): Caller,
    Query(at): Query<ConversationQuery>,
    Json(given): Json<EnterMessage>,
) -> rest::Result<Answer> {
    let conversation = ConversationId(at.conversation_id.required("conversation_id")?);
    let new = given.read()?.ok_or_else(|| error::missing("content"))?;
    let bot = coze.chat.conversations.get(&who, conversation).await?.agent_id;
    let message = coze.chat.messages.create(&who, conversation, new).await?;
    Answer::data(&MessageObject::of(message, bot))
}

/// Read a message
#[utoipa::path(get, path = "/v1/conversation/message/retrieve", operation_id = "coze_message_retrieve", tag = "coze messages",
    params(MessageQuery), responses((status = 200, body = Envelope<MessageObject>)))]
async fn retrieve(State(coze): State<Arc<Coze>>, Caller(who): Caller, Query(at): Query<MessageQuery>) -> rest::Result<Answer> {
    let (conversation, message) = at.ids()?;
    let bot = coze.chat.conversations.get(&who, conversation).await?.agent_id;
    let message = coze.chat.messages.get(&who, conversation, message).await?;
    Answer::data(&MessageObject::of(message, bot))
}

/// Change a message
#[utoipa::path(post, path = "/v1/conversation/message/modify", operation_id = "coze_message_modify", tag = "coze messages",
    params(MessageQuery), request_body = ModifyRequest,
    responses((status = 200, description = "The message under the key `message`.", body = Envelope<Nothing>)))]
async fn modify(
    State(coze): State<Arc<Coze>>,
    Caller(who): Caller,
    Query(at): Query<MessageQuery>,
    Json(given): Json<ModifyRequest>,
) -> rest::Result<Answer> {
    let (conversation, message) = at.ids()?;
    let bot = coze.chat.conversations.get(&who, conversation).await?.agent_id;
    let content = given.parts()?;
    let meta = given.meta_data.map(|given| wire::labels(Some(given))).transpose()?.map(wire::stored_labels);
    let message = coze.chat.messages.modify(&who, conversation, message, MessageChanges { content, meta }).await?;
    Answer::empty().with("message", &MessageObject::of(message, bot))
}

/// Remove a message
#[utoipa::path(post, path = "/v1/conversation/message/delete", operation_id = "coze_message_delete", tag = "coze messages",
    params(MessageQuery), responses((status = 200, body = Envelope<MessageObject>)))]
async fn delete(State(coze): State<Arc<Coze>>, Caller(who): Caller, Query(at): Query<MessageQuery>) -> rest::Result<Answer> {
    let (conversation, message) = at.ids()?;
    let bot = coze.chat.conversations.get(&who, conversation).await?.agent_id;
    let message = coze.chat.messages.delete(&who, conversation, message).await?;
    Answer::data(&MessageObject::of(message, bot))
}

/// Messages of a conversation: questions and answers
#[utoipa::path(post, path = "/v1/conversation/message/list", operation_id = "coze_message_list", tag = "coze messages",
    params(ConversationQuery), request_body = ListRequest,
    responses((status = 200, description = "Beside `data`: `first_id`, `last_id`, `has_more`.", body = Envelope<Vec<MessageObject>>)))]
async fn list(
    State(coze): State<Arc<Coze>>,
    Caller(who): Caller,
    Query(at): Query<ConversationQuery>,
    Json(given): Json<ListRequest>,
) -> rest::Result<Answer> {
    let conversation = ConversationId(at.conversation_id.required("conversation_id")?);
    let bot = coze.chat.conversations.get(&who, conversation).await?.agent_id;
    let order = match given.order.as_deref().unwrap_or_default().to_ascii_lowercase().as_str() {
        "" | "desc" => Order::Desc,
        "asc" => Order::Asc,
        _ => return Err(Failure::invalid("order", "`order` is asc or desc.").into()),
    };
    let window = Window {
        order,
        after: given.after_id.0.map(MessageId),
        before: given.before_id.0.map(MessageId),
        limit: given.limit.unwrap_or(PAGE).clamp(1, PAGE),
        run: given.chat_id.0.map(RunId),
        kinds: vec![MessageType::Question, MessageType::Answer],
        ephemeral: false,
        skip_failed: true,
    };
    let page = coze.chat.messages.window(&who, conversation, &window).await?;
    let text = |id: Option<MessageId>| id.map(|id| id.to_string()).unwrap_or_default();
    let (first, last, more) = (text(page.first_id()), text(page.last_id()), page.has_more);
    let items: Vec<_> = page.items.into_iter().map(|m| MessageObject::of(m, bot)).collect();
    Answer::data(&items)?.with("first_id", &first)?.with("last_id", &last)?.with("has_more", &more)
}

/// Rate an answer
#[utoipa::path(post, path = "/v1/conversations/{conversation_id}/messages/{message_id}/feedback", operation_id = "coze_feedback_create",
    tag = "coze messages", params(("conversation_id" = String, Path), ("message_id" = String, Path)),
    request_body = FeedbackRequest, responses((status = 200, body = Envelope<Nothing>)))]
async fn rate(
    State(coze): State<Arc<Coze>>,
    Caller(who): Caller,
    Path((conversation, message)): Path<(String, String)>,
    Json(given): Json<FeedbackRequest>,
) -> rest::Result<Answer> {
    let rating = match given.feedback_type.as_deref() {
        Some("like") => Rating::Up,
        Some("unlike") => Rating::Down,
        _ => return Err(Failure::invalid("feedback_type", "`feedback_type` is like or unlike.").into()),
    };
    let mut words = given.reason_types.unwrap_or_default();
    words.extend(given.comment);
    let message = coze.message_at(&who, &conversation, &message).await?;
    coze.chat.messages.rate(&who, message, Some(rating), words.join("; ")).await?;
    Answer::data(&Nothing {})
}

/// Take a rating back
#[utoipa::path(delete, path = "/v1/conversations/{conversation_id}/messages/{message_id}/feedback", operation_id = "coze_feedback_delete",
    tag = "coze messages", params(("conversation_id" = String, Path), ("message_id" = String, Path)),
    responses((status = 200, body = Envelope<Nothing>)))]
async fn unrate(
    State(coze): State<Arc<Coze>>,
    Caller(who): Caller,
    Path((conversation, message)): Path<(String, String)>,
) -> rest::Result<Answer> {
    let message = coze.message_at(&who, &conversation, &message).await?;
    coze.chat.messages.rate(&who, message, None, String::new()).await?;
    Answer::data(&Nothing {})
}

impl Coze {
    /// The message of this address, when it is in this conversation of the caller's.
    async fn message_at(&self, who: &types::Actor, conversation: &str, message: &str) -> rest::Result<MessageId> {
        let conversation = ConversationId(id::of_path(conversation, "conversation")?);
        let message = MessageId(id::of_path(message, "message")?);
        Ok(self.chat.messages.get(who, conversation, message).await?.id)
    }
}

impl MessageQuery {
    fn ids(&self) -> Result<(ConversationId, MessageId), Failure> {
        let conversation = self.conversation_id.required("conversation_id")?;
        Ok((ConversationId(conversation), MessageId(self.message_id.required("message_id")?)))
    }
}
