//! `POST /api/chat`: one question, one whole answer.

use std::sync::Arc;

use axum::extract::State;
use flow::agent::AgentForm;
use flow::run::{Event, RunStatus};
use futures::StreamExt as _;
use rest::{Caller, Json, Policy, Result, Routes, methods};
use serde::{Deserialize, Serialize};
use types::{Actor, AgentId, ConversationId, ErrorKind, Failure, Permission, RunId};
use utoipa::ToSchema;

use super::{Error, NewTurn, Turns};
use crate::Conversations;
use crate::conversations::NewConversation;
use crate::messages::ContentPart;

type Services = State<(Arc<Turns>, Arc<Conversations>)>;

/// The route, with its whole path.
pub fn simple_routes(turns: Arc<Turns>, conversations: Arc<Conversations>) -> Routes {
    Routes::new((turns, conversations)).on(Policy::Caller, methods!(simple_chat)).done()
}

/// A question to an agent.
#[derive(Debug, Deserialize, ToSchema)]
struct SimpleChatInput {
    /// The question.
    message: String,
    /// Which agent.
    agent_id: AgentId,
    /// Go on with this conversation; a new one when absent.
    #[serde(default)]
    conversation_id: Option<ConversationId>,
}

/// The whole answer.
#[derive(Debug, Serialize, ToSchema)]
struct SimpleChatAnswer {
    /// The answer.
    message: String,
    /// Send it back to go on.
    conversation_id: ConversationId,
    /// The run, for details.
    run_id: RunId,
}

/// Ask an agent and wait for the answer
///
/// The published version of the agent answers, or its draft when it was never published.
#[utoipa::path(post, path = "/api/chat", tag = "simple", request_body = SimpleChatInput,
    responses((status = 200, body = SimpleChatAnswer)))]
async fn simple_chat(
    State((turns, conversations)): Services,
    Caller(actor): Caller,
    Json(input): Json<SimpleChatInput>,
) -> Result<Json<SimpleChatAnswer>> {
    Ok(Json(turns.ask(&actor, &conversations, input).await?))
}

impl Turns {
    async fn ask(
        &self,
        actor: &Actor,
        conversations: &Conversations,
        input: SimpleChatInput,
    ) -> std::result::Result<SimpleChatAnswer, Error> {
        // Seen but not permitted is 403, not 404.
        let scope = actor.scope(Permission::View);
        let (snapshot, form) = match self.agents.agent(&scope, input.agent_id, AgentForm::Published).await {
            Ok(snapshot) => (snapshot, AgentForm::Published),
            Err(failure) if failure.code == "agent_not_published" => {
                (self.agents.agent(&scope, input.agent_id, AgentForm::Draft).await?, AgentForm::Draft)
            }
            Err(failure) => return Err(failure.into()),
        };
        actor.require(snapshot.workspace, Permission::Run)?;
        let conversation_id = if let Some(id) = input.conversation_id {
            id
        } else {
            let new = NewConversation { agent: Some(input.agent_id), ..NewConversation::default() };
            conversations.create(actor, snapshot.workspace, new).await?.id
        };
        let new = NewTurn {
            content: vec![ContentPart::text(input.message)],
            agent: Some(input.agent_id),
            form: Some(form),
            ..NewTurn::default()
        };
        let run_id = self.start(actor, conversation_id, new).await?.run_id;
        let answer = tokio::time::timeout(self.settings.answer_timeout, self.answer_of(actor, run_id)).await;
        let message = answer.map_err(|_| Error::Timeout(run_id))??;
        Ok(SimpleChatAnswer { message, conversation_id, run_id })
    }

    /// Waits for the end of a run: the last thing it said.
    async fn answer_of(&self, actor: &Actor, run: RunId) -> std::result::Result<String, Error> {
        let mut events = self.runs.subscribe(run, None).await?;
        let mut answer = String::new();
        while let Some(recorded) = events.next().await {
            if let Event::Answer { text, .. } = recorded.event {
                answer = text;
            }
        }
        let run = self.runs.get(&actor.scope(Permission::View), run).await?;
        match run.status {
            RunStatus::Completed => Ok(answer),
            RunStatus::RequiresAction => Err(Error::NeedsAction(run.id)),
            RunStatus::Cancelled => Err(Failure::new(ErrorKind::Cancelled, "run_cancelled", "Somebody cancelled this run.").into()),
            RunStatus::Failed => {
                let (code, message) = run.error.map_or(("run_failed".to_owned(), "The run failed.".to_owned()), |e| (e.code, e.message));
                Err(Failure::new(ErrorKind::Upstream, code, message).into())
            }
            RunStatus::Queued | RunStatus::Running => Err(Error::Timeout(run.id)),
        }
    }
}
