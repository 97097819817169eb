//! What can go wrong with a conversation.

use types::{Coded, ErrorKind, Failure};

/// An error.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Unknown, deleted, or somebody else's.
    #[error("This conversation does not exist, or you have no access to it.")]
    NotFound,
    /// A field that cannot be right.
    #[error("{message}")]
    Invalid {
        /// Which.
        field: &'static str,
        /// What to do.
        message: String,
    },
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
            Self::Invalid { .. } => ErrorKind::Invalid,
            Self::Db(e) => e.kind(),
            Self::Other(f) => f.kind,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            _ => "invalid_request",
        }
    }

    fn field(&self) -> Option<String> {
        if let Self::Invalid { field, .. } = self { Some((*field).to_owned()) } else { None }
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
