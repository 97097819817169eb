//! Wire shapes and handlers.

use std::sync::Arc;

use axum::extract::State;
use rest::{Caller, Json, Path, Policy, Query, Result, Routes, methods};
use serde::Deserialize;
use types::{ConversationId, MessageId};
use utoipa::{IntoParams, ToSchema};

use super::{Message, Messages, Rating, WindowPage};

type Service = State<Arc<Messages>>;

/// Routes below `/api/v1`.
pub fn routes(messages: Arc<Messages>) -> Routes {
    Routes::new(messages).on(Policy::Caller, methods!(list_messages)).on(Policy::Caller, methods!(set_message_feedback)).done()
}

/// Which messages.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ListMessages {
    /// Only those before this message.
    before: Option<MessageId>,
    /// Only those after this message.
    after: Option<MessageId>,
    /// How many, 1 to 100; 20 when absent.
    limit: Option<u64>,
}

/// What the caller thinks of an answer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FeedbackInput {
    /// `null` takes the rating back.
    rating: Option<Rating>,
    /// Why.
    #[serde(default)]
    comment: String,
}

/// List messages
///
/// Oldest first: the latest ones, those before a message, or those after one. `has_more` says
/// whether there are older ones (with `after`: newer ones).
#[utoipa::path(get, path = "/conversations/{conversation_id}/messages", tag = "conversations",
    params(("conversation_id" = ConversationId, Path), ListMessages), responses((status = 200, body = WindowPage)))]
async fn list_messages(
    State(service): Service,
    Caller(actor): Caller,
    Path(conversation): Path<ConversationId>,
    Query(query): Query<ListMessages>,
) -> Result<Json<WindowPage>> {
    let limit = query.limit.unwrap_or(20).clamp(1, 100);
    Ok(Json(service.latest(&actor, conversation, query.before, query.after, limit).await?))
}

/// Rate an answer
#[utoipa::path(put, path = "/messages/{message_id}/feedback", tag = "conversations",
    params(("message_id" = MessageId, Path)), request_body = FeedbackInput, responses((status = 200, body = Message)))]
async fn set_message_feedback(
    State(service): Service,
    Caller(actor): Caller,
    Path(id): Path<MessageId>,
    Json(input): Json<FeedbackInput>,
) -> Result<Json<Message>> {
    Ok(Json(service.rate(&actor, id, input.rating, input.comment).await?))
}
