//! Wire shapes and handlers.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use futures::StreamExt as _;
use http::HeaderMap;
use rest::sse::Frame;
use rest::{Caller, Json, Path, Policy, Result, Routes, methods, sse};
use serde::Deserialize;
use types::{ConversationId, MessageId};
use utoipa::ToSchema;

use super::{NewTurn, OnBusy, Turn, Turns};
use crate::messages::Content;

type Service = State<Arc<Turns>>;

/// Routes below `/api/v1`.
pub fn routes(turns: Arc<Turns>) -> Routes {
    Routes::new(turns).on(Policy::Caller, methods!(create_turn)).on(Policy::Caller, methods!(regenerate_message)).done()
}

/// A question.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TurnInput {
    /// A text or parts.
    content: Content,
    /// Values of prompt variables.
    #[serde(default)]
    variables: BTreeMap<String, String>,
    /// What to do when the conversation is busy.
    #[serde(default)]
    on_busy: OnBusy,
}

/// Ask
///
/// The question is stored before this answers. With `Accept: text/event-stream` the events of the
/// run follow; going away does not cancel it (`GET /runs/{run_id}/events` picks it up again).
#[utoipa::path(post, path = "/conversations/{conversation_id}/turns", tag = "conversations",
    params(("conversation_id" = ConversationId, Path)), request_body = TurnInput,
    responses((status = 200, content((Turn = "application/json"), (String = "text/event-stream")))))]
async fn create_turn(
    State(turns): Service,
    Caller(actor): Caller,
    Path(conversation): Path<ConversationId>,
    headers: HeaderMap,
    Json(input): Json<TurnInput>,
) -> Result<Response> {
    let new = NewTurn { content: input.content.0, variables: input.variables, on_busy: input.on_busy, ..NewTurn::default() };
    let turn = turns.start(&actor, conversation, new).await?;
    answer(&turns, turn, &headers).await
}

/// Generate the latest answer again
///
/// The old answer stays in the list with `meta.superseded`; the model no longer sees it.
#[utoipa::path(post, path = "/messages/{message_id}/regenerate", tag = "conversations",
    params(("message_id" = MessageId, Path)),
    responses((status = 200, content((Turn = "application/json"), (String = "text/event-stream")))))]
async fn regenerate_message(
    State(turns): Service,
    Caller(actor): Caller,
    Path(message): Path<MessageId>,
    headers: HeaderMap,
) -> Result<Response> {
    let turn = turns.regenerate(&actor, message).await?;
    answer(&turns, turn, &headers).await
}

/// The turn at once, or the run as it goes.
async fn answer(turns: &Turns, turn: Turn, headers: &HeaderMap) -> Result<Response> {
    if !sse::wanted(headers) {
        return Ok(Json(turn).into_response());
    }
    let frames = turns.runs().frames(turn.run_id, None).await?;
    // The first frame also shows the question as it was stored.
    let with_question = move |frame: Frame| if frame.event == "run.created" { frame.with("question", &turn.question) } else { frame };
    Ok(sse::response(frames.map(with_question)))
}
