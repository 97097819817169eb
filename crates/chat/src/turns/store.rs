//! The transaction that stores a turn: question, context, run, place in the conversation.

use std::sync::Arc;

use flow::run::RunSpec;
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait as _, EntityTrait as _};
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
    /// The conversation, when it is to be stored as well.
    pub fresh: Option<threads::Model>,
    pub question: Question,
    /// With everything but the history; used when the turn must wait.
    pub bare: RunSpec,
    /// With the history, and the version of the conversation that it was read at.
    pub full: Option<(RunSpec, i64)>,
    pub agent: AgentId,
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

/// Stores it, or says that the history must be read again.
pub async fn store(tx: &db::Tx, runs: &Arc<dyn Runs>, mut plan: Plan) -> Result<Placed, Error> {
    let fresh = plan.fresh.take();
    let is_fresh = fresh.is_some();
    let row = match fresh {
        Some(row) => row,
        None => threads::lock(tx, plan.conversation).await?.ok_or(conversations::Error::NotFound)?,
    };
    let queued = !is_fresh && must_wait(tx, &row, &plan).await?;
    let spec = match plan.full {
        _ if queued => plan.bare,
        Some((spec, version)) if version == row.version => spec,
        _ => return Ok(Placed::Changed),
    };
    let run = spec.id;
    let spec = RunSpec { section: Some(types::SectionId(row.section_id)), ..spec };
    let question_id = plan.question.id();
    let (message, name) = write_question(tx, &row, plan.question, run, plan.ephemeral).await?;
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
    repo::insert(tx, turn).await?;
    runs.create(tx, spec, queued).await?;
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
    if unbound {
        change.agent_id = Set(Some(plan.agent.get()));
    }
    if is_fresh {
        // As it is after its first turn: one statement instead of two.
        threads::Entity::insert(change.reset_all()).exec_without_returning(tx).await?;
    } else {
        change.update(tx).await?;
    }
    Ok(if queued { Placed::Queued(message) } else { Placed::Started(message) })
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

async fn write_question(
    tx: &db::Tx,
    row: &threads::Model,
    question: Question,
    run: RunId,
    ephemeral: bool,
) -> Result<(Message, Option<String>), Error> {
    match question {
        Question::New { id, message, context, name } => {
            for (context_id, said) in context {
                let said = messages::repo::written(row, context_id, id, Some(run), &said);
                messages::repo::insert(tx, messages::repo::Model { ephemeral, ..said }).await?;
            }
            let asked = messages::repo::written(row, id, id, Some(run), &message);
            let asked = messages::repo::Model { ephemeral, ..asked };
            messages::repo::insert(tx, asked.clone()).await?;
            Ok((asked.into(), name.filter(|_| !ephemeral)))
        }
        Question::Stored { row: asked, again } => {
            if asked.section_id != row.section_id {
                return Err(Error::NotLatest);
            }
            if again {
                messages::repo::supersede(tx, ConversationId(row.id), MessageId(asked.id)).await?;
                return Ok((asked.into(), None));
            }
            let mut active = messages::repo::ActiveModel::from(asked);
            active.run_id = Set(Some(run.get()));
            Ok((active.update(tx).await?.into(), None))
        }
    }
}
