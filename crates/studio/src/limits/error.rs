//! What can go wrong with limits.

use types::{Coded, ErrorKind, Failure};

/// An error of the feature.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A limit that cannot be right.
    #[error("{message}")]
    Invalid {
        /// Which.
        field: &'static str,
        /// What is wrong and what is allowed.
        message: String,
    },
    /// Permission.
    #[error("{0}")]
    Refused(Failure),
    /// The database.
    #[error(transparent)]
    Store(#[from] db::Error),
}

impl Error {
    pub(super) fn invalid(field: &'static str, message: impl Into<String>) -> Self {
        Self::Invalid { field, message: message.into() }
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        Self::Refused(failure)
    }
}

impl Coded for Error {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Invalid { .. } => ErrorKind::Invalid,
            Self::Refused(failure) => failure.kind,
            Self::Store(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Invalid { .. } => "invalid_request",
            Self::Refused(_) => "refused",
            Self::Store(error) => error.code(),
        }
    }

    fn field(&self) -> Option<String> {
        match self {
            Self::Invalid { field, .. } => Some((*field).to_owned()),
            _ => None,
        }
    }

    fn failure(&self) -> Option<Failure> {
        match self {
            Self::Refused(failure) => Some(failure.clone()),
            Self::Store(error) => Some(error.clone().into()),
            Self::Invalid { .. } => None,
        }
    }
}

types::coded!(Error);
