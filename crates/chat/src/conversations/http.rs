//! Wire shapes and handlers.

use std::sync::Arc;

use axum::extract::State;
use rest::{Caller, Json, Path, Policy, Query, Result, Routes, methods};
use serde::{Deserialize, Serialize};
use types::{AgentId, ConversationId, Page, SectionId, WorkspaceId};
use utoipa::{IntoParams, ToSchema};

use super::{Changes, Conversation, Conversations, Filter, NewConversation};

type Service = State<Arc<Conversations>>;

/// Routes below `/api/v1`.
pub fn routes(conversations: Arc<Conversations>) -> Routes {
    Routes::new(conversations)
        .on(Policy::Caller, methods!(list_conversations, create_conversation))
        .on(Policy::Caller, methods!(get_conversation, update_conversation, delete_conversation))
        .on(Policy::Caller, methods!(clear_conversation))
        .done()
}

/// Which conversations.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ListConversations {
    /// Only those with this agent.
    agent_id: Option<AgentId>,
    /// Only those whose name contains this.
    q: Option<String>,
    /// How many, 1 to 100; 20 when absent.
    limit: Option<u64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// A new conversation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ConversationInput {
    /// With which agent.
    agent_id: AgentId,
    /// Taken from the first question when absent.
    #[serde(default)]
    name: String,
    /// Talk to the draft of the agent (builders only).
    #[serde(default)]
    draft: bool,
}

/// A change.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ConversationPatch {
    /// The new name.
    name: Option<String>,
}

/// The new section.
#[derive(Debug, Serialize, ToSchema)]
struct ClearedConversation {
    /// What is said from now on belongs to it.
    section_id: SectionId,
}

/// List your conversations
///
/// Last used first. Other people's conversations are never listed.
#[utoipa::path(get, path = "/workspaces/{workspace_id}/conversations", tag = "conversations",
    params(("workspace_id" = WorkspaceId, Path), ListConversations), responses((status = 200, body = Page<Conversation>)))]
async fn list_conversations(
    State(service): Service,
    Caller(actor): Caller,
    Path(workspace): Path<WorkspaceId>,
    Query(query): Query<ListConversations>,
) -> Result<Json<Page<Conversation>>> {
    let filter = Filter { agent: query.agent_id, q: query.q, ..Filter::default() };
    let limit = query.limit.unwrap_or(20).clamp(1, 100);
    Ok(Json(service.list(&actor, workspace, &filter, limit, query.cursor.as_deref()).await?))
}

/// Start a conversation
#[utoipa::path(post, path = "/workspaces/{workspace_id}/conversations", tag = "conversations",
    params(("workspace_id" = WorkspaceId, Path)), request_body = ConversationInput, responses((status = 200, body = Conversation)))]
async fn create_conversation(
    State(service): Service,
    Caller(actor): Caller,
    Path(workspace): Path<WorkspaceId>,
    Json(input): Json<ConversationInput>,
) -> Result<Json<Conversation>> {
    let new = NewConversation { agent: Some(input.agent_id), name: input.name, draft: input.draft, ..NewConversation::default() };
    Ok(Json(service.create(&actor, workspace, new).await?))
}

/// Get a conversation
#[utoipa::path(get, path = "/conversations/{conversation_id}", tag = "conversations",
    params(("conversation_id" = ConversationId, Path)), responses((status = 200, body = Conversation)))]
async fn get_conversation(State(service): Service, Caller(actor): Caller, Path(id): Path<ConversationId>) -> Result<Json<Conversation>> {
    Ok(Json(service.get(&actor, id).await?))
}

/// Rename a conversation
#[utoipa::path(patch, path = "/conversations/{conversation_id}", tag = "conversations",
    params(("conversation_id" = ConversationId, Path)), request_body = ConversationPatch, responses((status = 200, body = Conversation)))]
async fn update_conversation(
    State(service): Service,
    Caller(actor): Caller,
    Path(id): Path<ConversationId>,
    Json(patch): Json<ConversationPatch>,
) -> Result<Json<Conversation>> {
    Ok(Json(service.update(&actor, id, Changes { name: patch.name }).await?))
}

/// Delete a conversation
///
/// What runs in it is cancelled.
#[utoipa::path(delete, path = "/conversations/{conversation_id}", tag = "conversations",
    params(("conversation_id" = ConversationId, Path)), responses((status = 200, body = Object)))]
async fn delete_conversation(
    State(service): Service,
    Caller(actor): Caller,
    Path(id): Path<ConversationId>,
) -> Result<Json<serde_json::Value>> {
    service.delete(&actor, id).await?;
    Ok(Json(serde_json::json!({})))
}

/// Clear the context
///
/// Begins a new section: the messages stay, the model no longer sees them.
#[utoipa::path(post, path = "/conversations/{conversation_id}/clear", tag = "conversations",
    params(("conversation_id" = ConversationId, Path)), responses((status = 200, body = ClearedConversation)))]
async fn clear_conversation(
    State(service): Service,
    Caller(actor): Caller,
    Path(id): Path<ConversationId>,
) -> Result<Json<ClearedConversation>> {
    Ok(Json(ClearedConversation { section_id: service.clear(&actor, id).await? }))
}
