//! What stores a turn, in one transaction: question, context, run, place in the conversation.

use std::sync::Arc;

use flow::run::RunSpec;
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, QueryFilter as _, QueryTrait as _, Statement,
};
use types::{AgentId, ConversationId, MessageId, RunId, Timestamp};

use super::model::OnBusy;
use super::{Error, repo};
use crate::conversations::{self, repo as threads};
use crate::messages::{self, Message, NewMessage};
use crate::ports::Runs;

/// The question of a turn.
#[derive(Debug, Clone)]
pub enum Question {
    /// To be stored, after its context, under these ids.
    New { id: MessageId, message: NewMessage, context: Vec<(MessageId, NewMessage)>, name: Option<String> },
    /// Stored before. `again`: what it led to so far is superseded.
    Stored { row: messages::repo::Model, again: bool },
}

impl Question {
    pub fn id(&self) -> MessageId {
        match self {
            Self::New { id, .. } => *id,
            Self::Stored { row, .. } => MessageId(row.id),
        }
    }
}

/// Everything that is to be stored.
#[derive(Debug, Clone)]
pub struct Plan {
    pub conversation: ConversationId,
    pub question: Question,
    /// With everything but the history; used when the turn must wait.
    pub bare: RunSpec,
    /// With the history, and the version of the conversation that it was read at.
    pub full: Option<(RunSpec, i64)>,
    /// The agent that answers, if one does.
    pub agent: Option<AgentId>,
    pub history_rounds: u32,
    pub ephemeral: bool,
    pub on_busy: OnBusy,
    pub max_queued: u64,
}

/// How it went.
#[derive(Debug)]
pub enum Placed {
    /// It is the active turn; launch it.
    Started(Message),
    /// It waits.
    Queued(Message),
    /// The conversation changed since the history was read, and nothing was stored.
    Changed,
}

/// The statements of a turn, and its question as it will be stored.
pub struct Written {
    pub question: Message,
    pub statements: Vec<Statement>,
}

/// Stores a turn in a conversation that exists, or says that the history must be read again.
pub async fn store(tx: &db::Tx, runs: &Arc<dyn Runs>, plan: Plan) -> Result<Placed, Error> {
    let row = threads::lock(tx, plan.conversation).await?.ok_or(conversations::Error::NotFound)?;
    let queued = must_wait(tx, &row, &plan).await?;
    if !queued && plan.full.as_ref().is_none_or(|(_, version)| *version != row.version) {
        return Ok(Placed::Changed);
    }
    let written = write(tx.get_database_backend(), runs, row, false, queued, plan)?;
    db::run(tx, written.statements).await?;
    Ok(if queued { Placed::Queued(written.question) } else { Placed::Started(written.question) })
}

/// The first turn of a conversation, together with the conversation.
pub fn open(backend: db::Backend, runs: &Arc<dyn Runs>, row: threads::Model, plan: Plan) -> Result<Written, Error> {
    write(backend, runs, row, true, false, plan)
}

fn write(backend: db::Backend, runs: &Arc<dyn Runs>, row: threads::Model, fresh: bool, queued: bool, plan: Plan) -> Result<Written, Error> {
    let spec = match plan.full {
        Some((spec, _)) if !queued => spec,
        _ => plan.bare,
    };
    let run = spec.id;
    let spec = RunSpec { section: Some(types::SectionId(row.section_id)), ..spec };
    let question_id = plan.question.id();
    let mut statements = Vec::with_capacity(8);
    let (question, name) = write_question(backend, &row, plan.question, run, plan.ephemeral, &mut statements)?;
    let now = Timestamp::now().millis();
    let turn = repo::Model {
        id: run.get(),
        workspace_id: row.workspace_id,
        conversation_id: row.id,
        section_id: row.section_id,
        question_id: question_id.get(),
        user_id: row.user_id,
        state: (if queued { repo::QUEUED } else { repo::ACTIVE }).to_owned(),
        history_rounds: plan.history_rounds.into(),
        ephemeral: plan.ephemeral,
        created_at: now,
    };
    statements.push(repo::insert(backend, turn));
    statements.extend(runs.create(spec, queued)?);
    let (version, unnamed, unbound) = (row.version + 1, row.name.is_empty(), row.agent_id.is_none());
    let mut change = threads::ActiveModel::from(row);
    change.version = Set(version);
    change.updated_at = Set(now);
    if !queued {
        change.active_run_id = Set(Some(run.get()));
    }
    if let Some(name) = name.filter(|_| unnamed) {
        change.name = Set(name);
    }
    if let Some(agent) = plan.agent.filter(|_| unbound) {
        change.agent_id = Set(Some(agent.get()));
    }
    if fresh {
        // As it is after its first turn: one statement instead of two.
        statements.push(threads::Entity::insert(change.reset_all()).build(backend));
    } else {
        let id = plan.conversation.get();
        statements.push(threads::Entity::update_many().set(change).filter(threads::Column::Id.eq(id)).build(backend));
    }
    Ok(Written { question, statements })
}

/// Whether other turns come first; an error when the caller cannot or does not want to wait.
async fn must_wait(tx: &db::Tx, row: &threads::Model, plan: &Plan) -> Result<bool, Error> {
    if let Some(active) = row.active_run_id {
        let turn = repo::get(tx, RunId(active)).await?;
        if turn.is_some_and(|t| t.state == repo::WAITING) {
            return Err(Error::Waiting);
        }
    }
    let waiting = repo::waiting_count(tx, plan.conversation).await?;
    if row.active_run_id.is_none() && waiting == 0 {
        return Ok(false);
    }
    // An answer is not generated again behind the back of a question that is already there.
    let again = matches!(plan.question, Question::Stored { .. });
    if again || plan.on_busy == OnBusy::Reject {
        return Err(Error::Busy);
    }
    if waiting >= plan.max_queued {
        return Err(Error::QueueFull);
    }
    Ok(true)
}

fn write_question(
    backend: db::Backend,
    row: &threads::Model,
    question: Question,
    run: RunId,
    ephemeral: bool,
    statements: &mut Vec<Statement>,
) -> Result<(Message, Option<String>), Error> {
    match question {
        Question::New { id, message, context, name } => {
            for (context_id, said) in context {
                let said = messages::repo::written(row, context_id, id, Some(run), &said);
                statements.push(messages::repo::insertion(backend, messages::repo::Model { ephemeral, ..said }));
            }
            let asked = messages::repo::written(row, id, id, Some(run), &message);
            let asked = messages::repo::Model { ephemeral, ..asked };
            statements.push(messages::repo::insertion(backend, asked.clone()));
            Ok((asked.into(), name.filter(|_| !ephemeral)))
        }
        Question::Stored { row: asked, again } => {
            if asked.section_id != row.section_id {
                return Err(Error::NotLatest);
            }
            if again {
                statements.push(messages::repo::superseding(backend, ConversationId(row.id), MessageId(asked.id)));
                return Ok((asked.into(), None));
            }
            let asked = messages::repo::Model { run_id: Some(run.get()), ..asked };
            statements.push(messages::repo::taking(backend, MessageId(asked.id), run));
            Ok((asked.into(), None))
        }
    }
}
