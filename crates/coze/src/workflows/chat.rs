//! `/v1/workflows/chat`: chatflows, answered in a conversation.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use chat::conversations::NewConversation;
use chat::messages::{ContentPart, MessageRole, NewMessage};
use chat::named::Owner;
use chat::turns::{ContextMessage, NewTurn, OnBusy};
use engine::workflows::{Start, Thread};
use flow::run::{Reply, Run, RunStatus, ToolSubmission};
use flow::value::Values;
use model::{Message, Role};
use rest::{Caller, Client, Json, Policy, Refusal, Routes};
use serde::Deserialize;
use serde_json::Value;
use types::{Actor, AgentId, ConversationId, ErrorKind, Failure, Permission, RunId};
use utoipa::ToSchema;

use super::run::debug_url;
use super::wire::RunRequest;
use crate::chats::{split, stream};
use crate::conversations::wire::CONNECTOR_API;
use crate::envelope::refuse;
use crate::id::GivenId;
use crate::messages::wire::EnterMessage;
use crate::{Coze, error};

/// The start node's field for the question.
const USER_INPUT: &str = "USER_INPUT";
/// The start node's field for the name of the conversation.
const CONVERSATION_NAME: &str = "CONVERSATION_NAME";
/// The conversation that there always is.
const DEFAULT: &str = "Default";
/// Rounds of the conversation that nodes may look back on.
const ROUNDS: u32 = 100;

/// Routes.
pub fn routes(coze: Arc<Coze>) -> Routes {
    Routes::new(coze).on(Policy::Caller, rest::methods!(chat)).done()
}

/// A chatflow to talk to.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
#[schema(as = CozeChatflowRequest)]
struct ChatRequest {
    /// Which workflow, with what.
    #[serde(flatten)]
    run: RunRequest,
    /// Where; absent: in a new conversation.
    conversation_id: GivenId,
    /// The last one is the question; those before it were said before.
    additional_messages: Vec<EnterMessage>,
}

/// Talk to a chatflow
///
/// A chatflow that waits in this conversation takes the message as its answer.
#[utoipa::path(post, path = "/v1/workflows/chat", operation_id = "coze_workflow_chat", tag = "coze workflows",
    request_body = ChatRequest, responses((status = 200, content_type = "text/event-stream", body = String)))]
async fn chat(State(coze): State<Arc<Coze>>, Caller(who): Caller, client: Client, given: rest::Result<Json<ChatRequest>>) -> Response {
    let streamed = async {
        let Json(given) = given?;
        let bot = given.run.bot().and_then(|bot| bot.parse().ok());
        let (run, seen) = coze.talk(&who, given).await?;
        Ok::<_, Refusal>(coze.show_chatflow(&who, run, seen, bot, &client).await?)
    };
    streamed.await.unwrap_or_else(|refusal| refuse(refusal, true))
}

impl Coze {
    async fn show_chatflow(
        &self,
        who: &Actor,
        run: RunId,
        seen: Option<u64>,
        bot: Option<AgentId>,
        client: &Client,
    ) -> Result<Response, Failure> {
        // First of all the ears: a fast run must not have said everything before somebody listens.
        let events = self.runs.subscribe(run, seen).await?;
        let scope = who.scope(Permission::View);
        let run = self.runs.get(&scope, run).await?;
        let url = debug_url(client, &run);
        Ok(stream::of_chatflow(self.runs.clone(), scope, run, bot, seen, events, &url))
    }

    /// Starts a turn, or answers the one that waits. Gives the run and the last event before.
    async fn talk(&self, who: &Actor, given: ChatRequest) -> Result<(RunId, Option<u64>), Failure> {
        let ChatRequest { run, conversation_id, additional_messages } = given;
        let app = run.app()?;
        let (question, context) = split(additional_messages)?;
        let question = question.ok_or_else(|| error::missing("additional_messages"))?;
        let text = flat(&question.content);
        let mut inputs = run.inputs()?;
        let name = named(&inputs, app.as_deref(), run.bot(), conversation_id.0.is_some())?;
        if let Some(id) = conversation_id.0.map(ConversationId)
            && let Some(waiting) = self.waiting(who, id, &run).await?
        {
            self.chat.messages.create(who, id, question).await?;
            return self.answer_first(who, waiting, text).await;
        }
        inputs.insert(USER_INPUT.to_owned(), Value::String(text.clone()));
        inputs.entry(CONVERSATION_NAME).or_insert_with(|| Value::String(name.clone()));
        let request = RunRequest { parameters: Value::Object(inputs), ..run };
        let (place, person) = (place(app.as_deref(), &request), request.person());
        let start = Start {
            app,
            person: person.clone(),
            bot: request.bot().map(str::to_owned),
            thread: Some(Thread { history: said(&context), ..Thread::default() }),
            ..start(&request)?
        };
        let prepared = self.workflows.prepare(who, start).await?;
        let workspace = prepared.spec.workspace;
        let conversation = if let Some(id) = conversation_id.0.map(ConversationId) {
            let found = self.chat.conversations.get(who, id).await?;
            if found.workspace_id != workspace {
                self.chat.conversations.adopt(who, id, workspace).await?;
            }
            id
        } else {
            let draft = matches!(&prepared.spec.program, flow::run::Program::Workflow(run) if run.version.is_none());
            let owner = Owner { workspace, user: who.user, place, person: person.unwrap_or_default(), draft };
            let new = NewConversation { connector: CONNECTOR_API.to_owned(), ..NewConversation::default() };
            let id = self.chat.named.open(&owner, &name, new).await?.0.id;
            if let Some(waiting) = self.waiting(who, id, &request).await? {
                let answer = NewMessage { role: MessageRole::User, kind: None, content: question.content, meta: question.meta };
                self.chat.messages.create(who, id, answer).await?;
                return self.answer_first(who, waiting, text).await;
            }
            id
        };
        let spec = self.workflows.freeze(prepared).await?;
        let turn =
            NewTurn { content: question.content, context, on_busy: OnBusy::Reject, question_meta: question.meta, ..NewTurn::default() };
        let turn = self.chat.turns.perform(who, conversation, spec.program, ROUNDS, turn).await?;
        Ok((turn.run_id, None))
    }

    /// The run of this chatflow that waits in a conversation.
    async fn waiting(&self, who: &Actor, conversation: ConversationId, request: &RunRequest) -> Result<Option<Run>, Failure> {
        let Some(active) = self.chat.conversations.get(who, conversation).await?.active_run_id else { return Ok(None) };
        let run = self.runs.get(&who.scope(Permission::View), active).await?;
        let same = run.workflow_id.map(types::WorkflowId::get) == request.workflow_id.0;
        Ok(Some(run).filter(|run| same && run.status == RunStatus::RequiresAction))
    }

    /// Answers what a run asks first. Gives the run and the last event before.
    pub(crate) async fn answer_first(&self, who: &Actor, run: Run, text: String) -> Result<(RunId, Option<u64>), Failure> {
        let call = run.required_action.and_then(|action| action.calls.into_iter().next());
        let call = call.ok_or_else(|| Failure::not_found("question"))?;
        let approve = matches!(text.trim(), "true" | "yes" | "approve" | "1");
        let submission = ToolSubmission { call_id: call.call_id, output: Some(text), approve: Some(approve), step: false };
        let submitted = self.workflows.runs().submit(who, run.id, vec![submission]).await?;
        Ok((run.id, Some(submitted.after)))
    }
}

/// What the conversation is called. An app may have several, a bot only one.
fn named(inputs: &Values, app: Option<&str>, bot: Option<&str>, known: bool) -> Result<String, Failure> {
    let given = inputs.get(CONVERSATION_NAME).and_then(Value::as_str).filter(|name| !name.trim().is_empty());
    match given {
        None if app.is_some() && !known => Err(error::missing(CONVERSATION_NAME)),
        Some(name) if bot.is_some() && name != DEFAULT => {
            let message = format!("With a bot there is only the conversation `{DEFAULT}`.");
            Err(Failure { field: Some(CONVERSATION_NAME.into()), ..Failure::new(ErrorKind::Invalid, "conversation_default_only", message) })
        }
        name => Ok(name.unwrap_or(DEFAULT).to_owned()),
    }
}

/// Where the name is told apart from others.
fn place(app: Option<&str>, run: &RunRequest) -> String {
    match (app, run.bot()) {
        (Some(app), _) => app.to_owned(),
        (None, Some(bot)) => format!("bot:{bot}"),
        (None, None) => run.workflow_id.0.map(|id| format!("workflow:{id}")).unwrap_or_default(),
    }
}

fn start(request: &RunRequest) -> Result<Start, Failure> {
    let (workflow, form) = request.target()?;
    Ok(Start { reply: Reply::Stream, meta: request.ext.clone().unwrap_or_default(), ..Start::new(workflow, form, request.inputs()?) })
}

/// A question as one text: files as their addresses.
pub(crate) fn flat(content: &[ContentPart]) -> String {
    let parts = content.iter().filter_map(|part| match part {
        ContentPart::Text { text } => Some(text.clone()),
        ContentPart::Image { url: Some(url), .. } | ContentPart::File { url: Some(url), .. } => Some(url.clone()),
        ContentPart::Image { file_id: Some(id), .. } | ContentPart::File { file_id: Some(id), .. } => Some(id.to_string()),
        _ => None,
    });
    parts.collect::<Vec<_>>().join("\n")
}

/// What was said before, as models read it.
fn said(context: &[ContextMessage]) -> Vec<Message> {
    let role = |role: MessageRole| if role == MessageRole::User { Role::User } else { Role::Assistant };
    context.iter().map(|message| Message::text(role(message.role), flat(&message.content))).collect()
}
