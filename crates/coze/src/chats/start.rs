//! From a request to a started run.

use std::collections::BTreeMap;

use chat::conversations::NewConversation;
use chat::messages::{MessageRole, NewMessage};
use chat::turns::{ContextMessage, NewTurn, OnBusy};
use flow::agent::{AgentForm, AgentSource as _};
use flow::run::{Run, RunStatus};
use serde_json::Value;
use types::{Actor, AgentId, ConversationId, Failure, Permission, RunId};

use super::wire::ChatRequest;
use crate::conversations::wire::CONNECTOR_API;
use crate::id::{self, GivenId};
use crate::messages::wire::{labels, stored_labels};
use crate::workflows::flat;
use crate::{Coze, error};

/// Most messages of one request.
const MESSAGES: usize = 100;

/// Checks everything, finds or makes the conversation, starts the turn; or answers a workflow that asks in it. Gives the run and
/// the last event before.
pub async fn chat(coze: &Coze, who: &Actor, conversation: GivenId, given: ChatRequest) -> rest::Result<(RunId, Option<u64>)> {
    let bot = AgentId(given.bot_id.required("bot_id")?);
    let person = id::person(given.user_id, "user_id")?;
    if given.parameters.is_some_and(|parameters| !parameters.is_object() && !parameters.is_null()) {
        return Err(Failure::invalid("parameters", "`parameters` must be an object.").into());
    }
    // Before anything is stored: an unknown or unpublished bot leaves no conversation behind.
    let agent = coze.agents.agent(&who.scope(Permission::View), bot, AgentForm::Published).await?;
    let (question, context) = split(given.additional_messages.unwrap_or_default())?;
    let (content, question_meta) = question.map(|q| (q.content, q.meta)).unwrap_or_default();
    let mut variables = BTreeMap::new();
    if !agent.config.variables.is_empty() {
        variables = coze.remembered(who, bot, &person).await?;
    }
    variables.extend(texts(given.custom_variables.unwrap_or_default()));
    let turn = NewTurn {
        content,
        context,
        variables,
        on_busy: OnBusy::Reject,
        ephemeral: given.auto_save_history == Some(false),
        agent: Some(bot),
        form: Some(AgentForm::Published),
        meta: stored_labels(labels(given.meta_data)?),
        question_meta,
        ..NewTurn::default()
    };
    let Some(id) = conversation.0.map(ConversationId) else {
        if turn.content.is_empty() {
            return Err(error::missing("additional_messages").into());
        }
        let new =
            NewConversation { agent: Some(bot), user_label: person, connector: CONNECTOR_API.to_owned(), ..NewConversation::default() };
        return Ok((coze.chat.turns.open(who, new, agent, turn).await?.run_id, None));
    };
    let found = coze.chat.conversations.get(who, id).await?;
    if found.agent_id.is_none() && found.workspace_id != agent.workspace {
        coze.chat.conversations.adopt(who, id, agent.workspace).await?;
    }
    if let Some(active) = found.active_run_id
        && let Some(run) = coze.asking(who, active).await?
        && !turn.content.is_empty()
    {
        let text = flat(&turn.content);
        let answer = NewMessage { role: MessageRole::User, kind: None, content: turn.content, meta: turn.question_meta };
        coze.chat.messages.create(who, id, answer).await?;
        return Ok(coze.answer_first(who, run, text).await?);
    }
    Ok((coze.chat.turns.start(who, id, turn).await?.run_id, None))
}

impl Coze {
    /// The run, if a workflow that it called waits for an answer first of all.
    async fn asking(&self, who: &Actor, id: RunId) -> Result<Option<Run>, Failure> {
        let run = self.runs.get(&who.scope(Permission::View), id).await?;
        let first = run.required_action.as_ref().and_then(|action| action.calls.first());
        let inside = run.status == RunStatus::RequiresAction && first.is_some_and(|call| call.run.is_some());
        Ok(Some(run).filter(|_| inside))
    }
}

/// The question, which is the last message when a user said it, and what was said before.
pub(crate) fn split(given: Vec<crate::messages::wire::EnterMessage>) -> Result<(Option<NewMessage>, Vec<ContextMessage>), Failure> {
    if given.len() > MESSAGES {
        return Err(Failure::invalid("additional_messages", format!("At most {MESSAGES} messages can be given.")));
    }
    let mut read = given.into_iter().filter_map(|m| m.read().transpose()).collect::<Result<Vec<_>, _>>()?;
    let question = read.pop_if(|last| last.role == MessageRole::User);
    let context = read.into_iter().map(|m| ContextMessage { role: m.role, content: m.content, meta: m.meta }).collect();
    Ok((question, context))
}

/// Values of variables as text.
fn texts(given: BTreeMap<String, Value>) -> impl Iterator<Item = (String, String)> {
    given.into_iter().map(|(name, value)| match value {
        Value::String(text) => (name, text),
        Value::Null => (name, String::new()),
        other => (name, other.to_string()),
    })
}
