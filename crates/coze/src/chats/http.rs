//! `/v3/chat`.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use chat::conversations::Order;
use chat::messages::{MessageType, Window};
use flow::run::{Run, RunStatus, ToolSubmission};
use futures::StreamExt as _;
use rest::{Caller, Json, Policy, Query, Routes};
use types::{Actor, ConversationId, ErrorKind, Failure, Permission, RunId};

use super::start;
use super::stream;
use super::wire::{ChatObject, ChatQuery, ChatRef, ChatRequest, Shown, SubmitRequest, ToolOutput};
use crate::envelope::{Answer, Asked, Envelope, refuse};
use crate::messages::wire::{MessageObject, is_whole};
use crate::{Coze, error};

/// Most messages of one chat that are listed.
const MESSAGES: u64 = 1000;

/// Routes of chats.
pub fn routes(coze: Arc<Coze>) -> Routes {
    Routes::new(coze)
        .on(Policy::Caller, rest::methods!(create))
        .on(Policy::Caller, rest::methods!(retrieve, retrieve_by_post))
        .on(Policy::Caller, rest::methods!(cancel))
        .on(Policy::Caller, rest::methods!(messages))
        .on(Policy::Caller, rest::methods!(submit))
        .done()
}

/// Talk to a bot
///
/// With `stream: true` the answer is a stream of events, otherwise a chat in progress to be polled.
#[utoipa::path(post, path = "/v3/chat", operation_id = "coze_chat", tag = "coze chat",
    params(ChatQuery), request_body = ChatRequest, responses((status = 200, body = Envelope<ChatObject>)))]
async fn create(
    State(coze): State<Arc<Coze>>,
    Caller(who): Caller,
    at: rest::Result<Query<ChatQuery>>,
    Asked { given, streaming }: Asked<ChatRequest>,
) -> Response {
    let started = async { start::chat(&coze, &who, at?.0.conversation_id, given?).await };
    match started.await {
        Ok((run, seen)) => coze.show(&who, run, seen, streaming).await,
        Err(refusal) => refuse(refusal, streaming),
    }
}

/// Read a chat
#[utoipa::path(get, path = "/v3/chat/retrieve", operation_id = "coze_chat_retrieve", tag = "coze chat",
    params(ChatRef), responses((status = 200, body = Envelope<ChatObject>)))]
async fn retrieve(State(coze): State<Arc<Coze>>, Caller(who): Caller, Query(at): Query<ChatRef>) -> rest::Result<Answer> {
    let run = coze.run_at(&who, &at).await?;
    Answer::data(&ChatObject::of(&run, Shown::AsIs))
}

/// Read a chat (the SDKs use POST)
#[utoipa::path(post, path = "/v3/chat/retrieve", operation_id = "coze_chat_retrieve_post", tag = "coze chat",
    params(ChatRef), responses((status = 200, body = Envelope<ChatObject>)))]
async fn retrieve_by_post(State(coze): State<Arc<Coze>>, Caller(who): Caller, Query(at): Query<ChatRef>) -> rest::Result<Answer> {
    let run = coze.run_at(&who, &at).await?;
    Answer::data(&ChatObject::of(&run, Shown::AsIs))
}

/// Cancel a chat
#[utoipa::path(post, path = "/v3/chat/cancel", operation_id = "coze_chat_cancel", tag = "coze chat",
    request_body = ChatRef, responses((status = 200, body = Envelope<ChatObject>)))]
async fn cancel(State(coze): State<Arc<Coze>>, Caller(who): Caller, Json(at): Json<ChatRef>) -> rest::Result<Answer> {
    let run = coze.run_at(&who, &at).await?;
    let run = coze.runs.cancel(&who.scope_in(run.workspace_id, Permission::Run)?, run.id).await?;
    let chat = ChatObject::of(&run, Shown::AsIs);
    Answer::data(&chat)?.with("ChatV3ChatDetail", &chat)
}

/// What was said in a chat, without the question
#[utoipa::path(get, path = "/v3/chat/message/list", operation_id = "coze_chat_messages", tag = "coze chat",
    params(ChatRef), responses((status = 200, body = Envelope<Vec<MessageObject>>)))]
async fn messages(State(coze): State<Arc<Coze>>, Caller(who): Caller, Query(at): Query<ChatRef>) -> rest::Result<Answer> {
    let run = coze.run_at(&who, &at).await?;
    let conversation = ConversationId(at.conversation_id.required("conversation_id")?);
    let kinds = [MessageType::Answer, MessageType::FunctionCall, MessageType::ToolResponse, MessageType::FollowUp, MessageType::Verbose];
    let window = Window {
        order: Order::Asc,
        limit: MESSAGES,
        run: Some(run.id),
        kinds: kinds.to_vec(),
        ephemeral: true,
        skip_failed: true,
        ..Window::default()
    };
    let page = coze.chat.messages.window(&who, conversation, &window).await?;
    let items: Vec<_> = page.items.into_iter().filter(is_whole).map(|m| MessageObject::of(m, run.agent_id)).collect();
    Answer::data(&items)?.with("Messages", &items)
}

/// Give a waiting chat the outputs of its calls
#[utoipa::path(post, path = "/v3/chat/submit_tool_outputs", operation_id = "coze_chat_submit", tag = "coze chat",
    params(ChatRef), request_body = SubmitRequest, responses((status = 200, body = Envelope<ChatObject>)))]
async fn submit(
    State(coze): State<Arc<Coze>>,
    Caller(who): Caller,
    at: rest::Result<Query<ChatRef>>,
    Asked { given, streaming }: Asked<SubmitRequest>,
) -> Response {
    let submitted = async { coze.submit(&who, &at?.0, given?).await };
    match submitted.await {
        Ok((run, seen)) => coze.show(&who, run, seen, streaming).await,
        Err(refusal) => refuse(refusal, streaming),
    }
}

impl Coze {
    /// The run as the answer of a request: events after `seen`, or a chat in progress.
    async fn show(&self, who: &Actor, run: RunId, seen: Option<u64>, streaming: bool) -> Response {
        let answer = if streaming { self.stream(who, run, seen).await } else { self.begun(who, run).await };
        answer.unwrap_or_else(|refusal| refuse(refusal, streaming))
    }

    async fn stream(&self, who: &Actor, run: RunId, seen: Option<u64>) -> rest::Result<Response> {
        // First of all the ears: a fast model must not have said everything before somebody listens.
        let events = self.runs.subscribe(run, seen).await?;
        let scope = who.scope(Permission::View);
        let run = self.runs.get(&scope, run).await?;
        Ok(stream::response(self.runs.clone(), scope, run, seen, events))
    }

    async fn begun(&self, who: &Actor, run: RunId) -> rest::Result<Response> {
        let run = self.runs.get(&who.scope(Permission::View), run).await?;
        Ok(Answer::data(&ChatObject::of(&run, Shown::InProgress))?.into_response())
    }

    /// The run of a chat in a conversation of the caller's.
    async fn run_at(&self, who: &Actor, at: &ChatRef) -> rest::Result<Run> {
        let conversation = ConversationId(at.conversation_id.required("conversation_id")?);
        let run = RunId(at.chat_id.required("chat_id")?);
        // A conversation is its creator's alone; the workspace does not suffice.
        self.chat.conversations.get(who, conversation).await?;
        let run = self.runs.get(&who.scope(Permission::View), run).await?;
        if run.conversation_id != Some(conversation) {
            return Err(Failure::not_found("chat").into());
        }
        Ok(run)
    }

    /// Hands the outputs in. Also gives the number of the last event before.
    async fn submit(&self, who: &Actor, at: &ChatRef, given: SubmitRequest) -> rest::Result<(RunId, Option<u64>)> {
        let run = self.run_at(who, at).await?;
        let Some(action) = run.required_action.as_ref().filter(|_| run.status == RunStatus::RequiresAction) else {
            return Err(Failure::new(ErrorKind::Conflict, "run_not_waiting", "This chat waits for no tool outputs.").into());
        };
        let outputs = given.tool_outputs.ok_or_else(|| error::missing("tool_outputs"))?;
        let outputs = outputs.into_iter().map(|output| submission(output, action)).collect();
        // A waiting run is silent, and what it told so far ends: its last number is where the stream goes on.
        let told = self.runs.subscribe(run.id, None).await?;
        let seen = told.fold(0, |last, event| std::future::ready(event.seq.max(last))).await;
        self.runs.submit(&who.scope_in(run.workspace_id, Permission::Run)?, run.id, outputs).await?;
        Ok((run.id, Some(seen)))
    }
}

/// An output; for a call that waits for approval, the decision that its text says.
fn submission(output: ToolOutput, action: &flow::run::RequiredAction) -> ToolSubmission {
    let ToolOutput { tool_call_id: call_id, output } = output;
    let approval = action.calls.iter().any(|c| c.call_id == call_id && c.kind == flow::run::PendingKind::Approval);
    if approval {
        let agreed = ["true", "yes", "ok", "approve", "approved", "allow"].contains(&output.trim().to_ascii_lowercase().as_str());
        return ToolSubmission { call_id, approve: Some(agreed), ..ToolSubmission::default() };
    }
    ToolSubmission { call_id, output: Some(output), ..ToolSubmission::default() }
}
