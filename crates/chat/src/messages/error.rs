//! What can go wrong with a message.

use types::{Coded, ErrorKind, Failure};

use crate::conversations;

/// An error.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Unknown, of another conversation, or somebody else's.
    #[error("This message does not exist, or you have no access to it.")]
    NotFound,
    /// It is being written.
    #[error("This message is still being written. Wait for the end of the run, or cancel it.")]
    Streaming,
    /// Nothing in it.
    #[error("Say something: the message is empty.")]
    Empty,
    /// Only answers are rated.
    #[error("Only answers can be rated.")]
    NotAnAnswer,
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
            Self::NotFound => ErrorKind::NotFound,
            Self::Streaming => ErrorKind::Conflict,
            Self::Empty | Self::NotAnAnswer => ErrorKind::Invalid,
            Self::Db(e) => e.kind(),
            Self::Other(f) => f.kind,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::Streaming => "message_streaming",
            Self::Empty => "empty_message",
            Self::NotAnAnswer => "not_an_answer",
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
