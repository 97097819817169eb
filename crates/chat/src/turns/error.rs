//! What can go wrong with a turn.

use types::{Coded, ErrorKind, Failure};

use crate::{conversations, files, messages};

/// An error.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another turn is active and the caller does not want to wait.
    #[error("This conversation is answering another question. Wait for its end, cancel it, or send with `on_busy: queue`.")]
    Busy,
    /// The active turn waits for somebody.
    #[error("The conversation waits for tool outputs or an approval. Submit them to the run, or cancel it, then ask again.")]
    Waiting,
    /// Too many questions wait.
    #[error("Too many questions wait in this conversation. Try again when some are answered.")]
    QueueFull,
    /// Nothing in it.
    #[error("Say something: the message is empty.")]
    Empty,
    /// The conversation has no agent.
    #[error("This conversation has no agent. Name one.")]
    NoAgent,
    /// Not the latest answer of the section.
    #[error("Only the latest answer can be generated again.")]
    NotLatest,
    /// The rendered prompt is too long.
    #[error("The agent's prompt with its variables is longer than {0} characters. Shorten the prompt or the variables.")]
    PromptTooLong(usize),
    /// The answer took longer than `POST /api/chat` waits.
    #[error("The answer is not there yet. The run {0} goes on; read it from the conversation later.")]
    Timeout(types::RunId),
    /// The run waits for somebody, whom `POST /api/chat` cannot ask.
    #[error("The run {0} waits for a person or a client tool. Go on with it through /api/v1/runs.")]
    NeedsAction(types::RunId),
    /// The database.
    #[error(transparent)]
    Db(#[from] db::Error),
    /// Of another part.
    #[error(transparent)]
    Other(#[from] Failure),
}

impl Coded for Error {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Busy | Self::Waiting | Self::QueueFull | Self::NotLatest | Self::NeedsAction(_) => ErrorKind::Conflict,
            Self::Empty | Self::NoAgent | Self::PromptTooLong(_) => ErrorKind::Invalid,
            Self::Timeout(_) => ErrorKind::Timeout,
            Self::Db(e) => e.kind(),
            Self::Other(f) => f.kind,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Busy => "conversation_busy",
            Self::Waiting => "conversation_waiting",
            Self::QueueFull => "conversation_queue_full",
            Self::Empty => "empty_message",
            Self::NoAgent => "agent_missing",
            Self::NotLatest => "not_latest_answer",
            Self::PromptTooLong(_) => "prompt_too_long",
            Self::Timeout(_) => "answer_timeout",
            Self::NeedsAction(_) => "run_requires_action",
            Self::Db(_) | Self::Other(_) => "internal",
        }
    }

    fn failure(&self) -> Option<Failure> {
        match self {
            Self::Db(e) => Some(e.clone().into()),
            Self::Other(f) => Some(f.clone()),
            _ => None,
        }
    }
}

types::coded!(Error);

impl From<sea_orm::DbErr> for Error {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Db(error.into())
    }
}

impl From<conversations::Error> for Error {
    fn from(error: conversations::Error) -> Self {
        Self::Other(error.into())
    }
}

impl From<messages::Error> for Error {
    fn from(error: messages::Error) -> Self {
        Self::Other(error.into())
    }
}

impl From<files::Error> for Error {
    fn from(error: files::Error) -> Self {
        Self::Other(error.into())
    }
}
