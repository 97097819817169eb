//! What a run says becomes message rows, in the transaction that journals it.
//!
//! Message ids come from the events, so that a row is the same however often an event is seen: a row
//! that exists is not inserted again, and text is appended only when it is newer than the row
//! (`seq`). The engine's port of the same name is served by this, through the server.
//!
//! It reads nothing: what a row takes from its turn, and whether it exists already, is said in SQL.

use db::{Backend, statement};
use flow::run::{Event, Recorded, RunError};
use sea_orm::{DbBackend, Statement, Value as Sql};
use serde_json::{Value, json};
use types::{MessageId, RunId, Timestamp};

use super::repo;
use crate::messages::{MessageRole, MessageStatus, MessageType, repo as rows};

/// A row for a message of a run; everything that it shares with its question comes from the turn.
/// Behind it stands when not to insert it.
const INSERT: &str = "INSERT INTO messages (id, workspace_id, conversation_id, section_id, run_id, question_id, role, kind, format, \
                      content, reasoning, status, seq, rating, comment, meta, ephemeral, superseded, created_at, updated_at) \
                      SELECT ?, workspace_id, conversation_id, section_id, id, question_id, ?, ?, ?, ?, ?, ?, ?, NULL, '', ?, \
                      ephemeral, ?, ?, ? FROM chat_turns WHERE id = ?";
/// The row exists already.
const ONCE: &str = " AND NOT EXISTS (SELECT 1 FROM messages AS known WHERE known.id = ?)";

/// Writes the messages of runs. Keeps nothing in memory.
#[derive(Debug, Default, Clone, Copy)]
pub struct Recorder;

impl Recorder {
    /// What these events of a run mean, as statements. Runs without a conversation mean nothing here:
    /// they have no turn.
    pub fn record(&self, backend: Backend, run: RunId, events: &[Recorded]) -> Vec<Statement> {
        let mut out = Writer { backend, run, statements: Vec::new() };
        let mut text = Pieces::default();
        for recorded in events {
            if let Event::Delta { message, text: more, reasoning, .. } = &recorded.event {
                if text.message.is_some_and(|m| m != *message) {
                    out.append(std::mem::take(&mut text));
                }
                text.add(*message, recorded, more, reasoning);
                continue;
            }
            match &recorded.event {
                // The whole text follows at once: its last pieces need no statement of their own.
                Event::Answer { message, .. } if text.message == Some(*message) => drop(std::mem::take(&mut text)),
                _ => out.append(std::mem::take(&mut text)),
            }
            out.write(recorded);
        }
        out.append(text);
        out.statements
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
        // PostgreSQL has no NUL in its texts, and nobody reads one.
        self.text.extend(text.split('\0'));
        self.reasoning.extend(reasoning.split('\0'));
    }
}

struct New {
    kind: MessageType,
    status: MessageStatus,
    text: String,
    reasoning: String,
    meta: String,
    seq: i64,
    at: i64,
}

impl New {
    fn whole(kind: MessageType, text: String, recorded: &Recorded) -> Self {
        let (seq, at) = (seq(recorded), recorded.at.millis());
        Self { kind, status: MessageStatus::Completed, text, reasoning: String::new(), meta: "{}".to_owned(), seq, at }
    }
}

fn seq(recorded: &Recorded) -> i64 {
    i64::try_from(recorded.seq).unwrap_or(i64::MAX)
}

struct Writer {
    backend: Backend,
    run: RunId,
    statements: Vec<Statement>,
}

impl Writer {
    fn say<const N: usize>(&mut self, sql: &str, values: [Sql; N]) {
        self.statements.push(statement(self.backend, sql, values));
    }

    fn append(&mut self, pieces: Pieces) {
        let Pieces { message: Some(message), first, last, at, text, reasoning } = pieces else { return };
        let sql = if self.backend == DbBackend::MySql {
            "UPDATE messages SET content = CONCAT(content, ?), reasoning = CONCAT(reasoning, ?), seq = ?, updated_at = ? WHERE id = ? AND seq < ?"
        } else {
            "UPDATE messages SET content = content || ?, reasoning = reasoning || ?, seq = ?, updated_at = ? WHERE id = ? AND seq < ?"
        };
        // The first batch makes the row, later ones find it; which it is, the database knows.
        self.begin(message, at);
        let appended = [text.into(), reasoning.into(), last.into(), at.into(), message.get().into(), first.into()];
        self.say(sql, appended);
    }

    /// The row of an answer, still empty, unless it exists. The text follows in a statement of its own, so
    /// that a long answer is not sent twice.
    fn begin(&mut self, message: MessageId, at: i64) {
        let (text, reasoning, meta) = (String::new(), String::new(), "{}".to_owned());
        let (kind, status) = (MessageType::Answer, MessageStatus::Streaming);
        self.once(message, New { kind, status, text, reasoning, meta, seq: 0, at });
    }

    /// Inserts a row under a condition on an id, unless the run belongs to no conversation.
    fn insert(&mut self, id: MessageId, new: New, unless: &str, known: i64) {
        let New { kind, status, text, reasoning, meta, seq, at } = new;
        self.say(
            &format!("{INSERT}{unless}"),
            [
                id.get().into(),
                MessageRole::Assistant.as_str().into(),
                kind.as_str().into(),
                rows::TEXT.into(),
                text.into(),
                reasoning.into(),
                status.as_str().into(),
                seq.into(),
                meta.into(),
                false.into(),
                at.into(),
                at.into(),
                self.run.get().into(),
                known.into(),
            ],
        );
    }

    fn write(&mut self, recorded: &Recorded) {
        match &recorded.event {
            Event::Reset { message, .. } => {
                // The step is taken again: its partial text is void.
                let (seq, at) = (seq(recorded), recorded.at.millis());
                let sql = "UPDATE messages SET content = '', reasoning = '', seq = ?, updated_at = ? WHERE id = ? AND seq < ?";
                self.say(sql, [seq.into(), at.into(), message.get().into(), seq.into()]);
            }
            Event::Answer { message, text, reasoning } => self.answer(*message, recorded, text, reasoning),
            Event::FunctionCall { message, call, run } => {
                // Broken arguments are kept as the text they are.
                let arguments: Value = serde_json::from_str(&call.arguments).unwrap_or_else(|_| Value::String(call.arguments.clone()));
                let mut content = json!({ "name": call.name, "arguments": arguments, "call_id": call.id });
                if let Some(run) = run {
                    content["run_id"] = json!(run);
                }
                let text = content.to_string();
                self.once(*message, New::whole(MessageType::FunctionCall, text, recorded));
            }
            Event::ToolResponse { message, call_id, name, output, is_error } => {
                let text = json!({ "name": name, "call_id": call_id, "output": output, "is_error": is_error }).to_string();
                self.once(*message, New::whole(MessageType::ToolResponse, text, recorded));
            }
            Event::FollowUp { message, text } => self.once(*message, New::whole(MessageType::FollowUp, text.clone(), recorded)),
            Event::RequiresAction { .. } => self.turn(repo::WAITING),
            Event::Submitted { .. } => self.turn(repo::ACTIVE),
            Event::Completed { .. } | Event::Cancelled => self.finish(MessageStatus::Interrupted, None, recorded),
            Event::Failed { error } => self.finish(MessageStatus::Failed, Some(error), recorded),
            Event::Created
            | Event::Started { .. }
            | Event::StepStarted { .. }
            | Event::StepRan { .. }
            | Event::VariableSet { .. }
            | Event::Delta { .. }
            | Event::StepCompleted { .. }
            | Event::StepFailed { .. } => {}
        }
    }

    fn once(&mut self, id: MessageId, new: New) {
        self.insert(id, new, ONCE, id.get());
    }

    fn turn(&mut self, state: &str) {
        self.say("UPDATE chat_turns SET state = ? WHERE id = ?", [state.into(), self.run.get().into()]);
    }

    fn answer(&mut self, message: MessageId, recorded: &Recorded, text: &str, reasoning: &str) {
        let (seq, at) = (seq(recorded), recorded.at.millis());
        self.begin(message, at);
        let status = MessageStatus::Completed.as_str();
        let sql = "UPDATE messages SET content = ?, reasoning = ?, status = ?, seq = ?, updated_at = ? WHERE id = ? AND seq < ?";
        self.say(sql, [text.into(), reasoning.into(), status.into(), seq.into(), at.into(), message.get().into(), seq.into()]);
    }

    /// The run ended: what is still being written stays as it is, the turn is done, the conversation is free.
    fn finish(&mut self, left: MessageStatus, error: Option<&RunError>, recorded: &Recorded) {
        let (run, at) = (self.run.get(), recorded.at.millis());
        if let Some(error) = error {
            let meta = json!({ "error": error }).to_string();
            // Nothing was said yet: an empty answer keeps the reason in its place.
            let new = New { status: left, meta: meta.clone(), ..New::whole(MessageType::Answer, String::new(), recorded) };
            let sql = format!(
                " AND state <> '{}' AND NOT EXISTS (SELECT 1 FROM messages AS known WHERE known.run_id = ? AND known.status = '{}')",
                repo::DONE,
                MessageStatus::Streaming.as_str()
            );
            self.insert(MessageId::generate(), new, &sql, run);
            let sql = "UPDATE messages SET status = ?, updated_at = ?, meta = ? WHERE run_id = ? AND status = ?";
            self.say(sql, [left.as_str().into(), at.into(), meta.into(), run.into(), MessageStatus::Streaming.as_str().into()]);
        } else {
            let sql = "UPDATE messages SET status = ?, updated_at = ? WHERE run_id = ? AND status = ?";
            self.say(sql, [left.as_str().into(), at.into(), run.into(), MessageStatus::Streaming.as_str().into()]);
        }
        self.turn(repo::DONE);
        self.say(
            "UPDATE conversations SET active_run_id = NULL, version = version + 1, updated_at = ? \
             WHERE id = (SELECT conversation_id FROM chat_turns WHERE id = ?) AND active_run_id = ?",
            [Timestamp::now().millis().into(), run.into(), run.into()],
        );
    }
}
