//! What a run says becomes message rows, in the transaction that journals it.
//!
//! Message ids come from the events, so that a row is the same however often an event is seen: a row
//! that exists is not inserted again, and text is appended only when it is newer than the row
//! (`seq`). The engine's port of the same name is served by this, through the server.

use flow::run::{Event, Recorded, RunError};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{ColumnTrait as _, ConnectionTrait as _, DbBackend, EntityTrait as _, QueryFilter as _};
use serde_json::{Value, json};
use types::{MessageId, RunId, Timestamp};

use super::repo;
use crate::conversations::repo as threads;
use crate::messages::repo as rows;
use crate::messages::{MessageRole, MessageStatus, MessageType};

/// Writes the messages of runs. Keeps nothing in memory.
#[derive(Debug, Default, Clone, Copy)]
pub struct Recorder;

impl Recorder {
    /// Writes what these events of a run mean. Runs without a conversation mean nothing here.
    pub async fn record(&self, tx: &db::Tx, run: RunId, events: &[Recorded]) -> Result<(), db::Error> {
        let mut text = Pieces::default();
        for recorded in events {
            if let Event::Delta { message, text: more, reasoning, .. } = &recorded.event {
                if text.message.is_some_and(|m| m != *message) {
                    text.write(tx, run).await?;
                }
                text.add(*message, recorded, more, reasoning);
                continue;
            }
            text.write(tx, run).await?;
            write(tx, run, recorded).await?;
        }
        text.write(tx, run).await
    }
}

/// Deltas of one message, written as one.
#[derive(Default)]
struct Pieces {
    message: Option<MessageId>,
    first: i64,
    last: i64,
    at: i64,
    text: String,
    reasoning: String,
}

impl Pieces {
    fn add(&mut self, message: MessageId, recorded: &Recorded, text: &str, reasoning: &str) {
        if self.message.is_none() {
            (self.message, self.first) = (Some(message), seq(recorded));
        }
        (self.last, self.at) = (seq(recorded), recorded.at.millis());
        self.text.push_str(text);
        self.reasoning.push_str(reasoning);
    }

    async fn write(&mut self, tx: &db::Tx, run: RunId) -> Result<(), db::Error> {
        let Self { message: Some(message), first, last, at, text, reasoning } = std::mem::take(self) else { return Ok(()) };
        let mysql = tx.get_database_backend() == DbBackend::MySql;
        let append = |column: rows::Column, more: &str| {
            let joined = if mysql {
                "CONCAT(?, ?)"
            } else if tx.get_database_backend() == DbBackend::Postgres {
                "$1 || $2"
            } else {
                "? || ?"
            };
            Expr::cust_with_exprs(joined, [Expr::col(column), Expr::value(more)])
        };
        let appended = rows::Entity::update_many()
            .col_expr(rows::Column::Content, append(rows::Column::Content, &text))
            .col_expr(rows::Column::Reasoning, append(rows::Column::Reasoning, &reasoning))
            .col_expr(rows::Column::Seq, Expr::value(last))
            .col_expr(rows::Column::UpdatedAt, Expr::value(at))
            .filter(rows::Column::Id.eq(message.get()))
            .filter(rows::Column::Seq.lt(first))
            .exec(tx)
            .await?;
        if appended.rows_affected > 0 {
            return Ok(());
        }
        let new = New { kind: MessageType::Answer, status: MessageStatus::Streaming, text, reasoning, seq: last, at };
        insert(tx, run, message, new).await
    }
}

struct New {
    kind: MessageType,
    status: MessageStatus,
    text: String,
    reasoning: String,
    seq: i64,
    at: i64,
}

/// Inserts a row, unless it exists or the run belongs to no conversation.
async fn insert(tx: &db::Tx, run: RunId, id: MessageId, new: New) -> Result<(), db::Error> {
    let Some(turn) = repo::get(tx, run).await? else { return Ok(()) };
    let row = rows::Model {
        id: id.get(),
        workspace_id: turn.workspace_id,
        conversation_id: turn.conversation_id,
        section_id: turn.section_id,
        run_id: Some(run.get()),
        question_id: turn.question_id,
        role: MessageRole::Assistant.as_str().to_owned(),
        kind: new.kind.as_str().to_owned(),
        format: rows::TEXT.to_owned(),
        content: new.text,
        reasoning: new.reasoning,
        status: new.status.as_str().to_owned(),
        seq: new.seq,
        rating: None,
        comment: String::new(),
        meta: "{}".to_owned(),
        ephemeral: turn.ephemeral,
        superseded: false,
        created_at: new.at,
        updated_at: new.at,
    };
    rows::Entity::insert(rows::ActiveModel::from(row)).on_conflict_do_nothing_on([rows::Column::Id]).exec_without_returning(tx).await?;
    Ok(())
}

fn seq(recorded: &Recorded) -> i64 {
    i64::try_from(recorded.seq).unwrap_or(i64::MAX)
}

async fn write(tx: &db::Tx, run: RunId, recorded: &Recorded) -> Result<(), db::Error> {
    let whole = |kind, text: String| New {
        kind,
        status: MessageStatus::Completed,
        text,
        reasoning: String::new(),
        seq: seq(recorded),
        at: recorded.at.millis(),
    };
    match &recorded.event {
        Event::Reset { message, .. } => reset(tx, *message, recorded).await,
        Event::Answer { message, text, reasoning } => answer(tx, run, *message, recorded, text, reasoning).await,
        Event::FunctionCall { message, call } => {
            // Broken arguments are kept as the text they are.
            let arguments: Value = serde_json::from_str(&call.arguments).unwrap_or_else(|_| Value::String(call.arguments.clone()));
            let text = json!({ "name": call.name, "arguments": arguments, "call_id": call.id }).to_string();
            insert(tx, run, *message, whole(MessageType::FunctionCall, text)).await
        }
        Event::ToolResponse { message, call_id, name, output, is_error } => {
            let text = json!({ "name": name, "call_id": call_id, "output": output, "is_error": is_error }).to_string();
            insert(tx, run, *message, whole(MessageType::ToolResponse, text)).await
        }
        Event::FollowUp { message, text } => insert(tx, run, *message, whole(MessageType::FollowUp, text.clone())).await,
        Event::RequiresAction { .. } => Ok(repo::set_state(tx, run, repo::WAITING).await?),
        Event::Submitted { .. } => Ok(repo::set_state(tx, run, repo::ACTIVE).await?),
        Event::Completed | Event::Cancelled => finish(tx, run, MessageStatus::Interrupted, None, recorded).await,
        Event::Failed { error } => finish(tx, run, MessageStatus::Failed, Some(error), recorded).await,
        Event::Created
        | Event::Started { .. }
        | Event::StepStarted { .. }
        | Event::Delta { .. }
        | Event::StepCompleted { .. }
        | Event::StepFailed { .. } => Ok(()),
    }
}

/// The step is taken again: its partial text is void.
async fn reset(tx: &db::Tx, message: MessageId, recorded: &Recorded) -> Result<(), db::Error> {
    rows::Entity::update_many()
        .set(rows::ActiveModel {
            content: Set(String::new()),
            reasoning: Set(String::new()),
            seq: Set(seq(recorded)),
            updated_at: Set(recorded.at.millis()),
            ..Default::default()
        })
        .filter(rows::Column::Id.eq(message.get()))
        .filter(rows::Column::Seq.lt(seq(recorded)))
        .exec(tx)
        .await?;
    Ok(())
}

async fn answer(tx: &db::Tx, run: RunId, message: MessageId, recorded: &Recorded, text: &str, reasoning: &str) -> Result<(), db::Error> {
    let (seq, at) = (seq(recorded), recorded.at.millis());
    let completed = rows::Entity::update_many()
        .set(rows::ActiveModel {
            content: Set(text.to_owned()),
            reasoning: Set(reasoning.to_owned()),
            status: Set(MessageStatus::Completed.as_str().to_owned()),
            seq: Set(seq),
            updated_at: Set(at),
            ..Default::default()
        })
        .filter(rows::Column::Id.eq(message.get()))
        .filter(rows::Column::Seq.lt(seq))
        .exec(tx)
        .await?;
    if completed.rows_affected > 0 {
        return Ok(());
    }
    let (text, reasoning) = (text.to_owned(), reasoning.to_owned());
    let new = New { kind: MessageType::Answer, status: MessageStatus::Completed, text, reasoning, seq, at };
    insert(tx, run, message, new).await
}

/// The run ended: what is still being written stays as it is, the turn is done, the conversation is free.
async fn finish(tx: &db::Tx, run: RunId, left: MessageStatus, error: Option<&RunError>, recorded: &Recorded) -> Result<(), db::Error> {
    let Some(turn) = repo::get(tx, run).await? else { return Ok(()) };
    if turn.state == repo::DONE {
        return Ok(());
    }
    let meta = error.map(|e| json!({ "error": e }).to_string());
    let mut change =
        rows::ActiveModel { status: Set(left.as_str().to_owned()), updated_at: Set(recorded.at.millis()), ..Default::default() };
    if let Some(meta) = &meta {
        change.meta = Set(meta.clone());
    }
    let partial = rows::Entity::update_many()
        .set(change)
        .filter(rows::Column::RunId.eq(run.get()))
        .filter(rows::Column::Status.eq(MessageStatus::Streaming.as_str()))
        .exec(tx)
        .await?;
    if let (0, Some(meta)) = (partial.rows_affected, meta) {
        // Nothing was said yet: an empty answer keeps the reason in its place.
        let id = MessageId::generate();
        let at = recorded.at.millis();
        let new = New { kind: MessageType::Answer, status: left, text: String::new(), reasoning: String::new(), seq: seq(recorded), at };
        insert(tx, run, id, new).await?;
        let mark = rows::Entity::update_many().col_expr(rows::Column::Meta, Expr::value(meta)).filter(rows::Column::Id.eq(id.get()));
        mark.exec(tx).await?;
    }
    repo::set_state(tx, run, repo::DONE).await?;
    threads::Entity::update_many()
        .col_expr(threads::Column::ActiveRunId, Expr::value(None::<i64>))
        .col_expr(threads::Column::Version, Expr::col(threads::Column::Version).add(1))
        .col_expr(threads::Column::UpdatedAt, Expr::value(Timestamp::now().millis()))
        .filter(threads::Column::Id.eq(turn.conversation_id))
        .filter(threads::Column::ActiveRunId.eq(run.get()))
        .exec(tx)
        .await?;
    Ok(())
}
