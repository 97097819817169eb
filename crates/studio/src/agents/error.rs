//! What can go wrong with agents.

use types::{Coded, ErrorKind, Failure};

/// An error of the feature.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Not there, or not the caller's.
    #[error("This agent does not exist, or you have no access to it.")]
    NotFound,
    /// No such version of the agent.
    #[error("This agent has no such version.")]
    NoVersion,
    /// No such template.
    #[error("There is no template `{0}`.")]
    NoTemplate(String),
    /// Somebody saved the draft in between.
    #[error("Somebody else changed this draft since you loaded it (it is at revision {now}). Load it again, then make your change.")]
    DraftChanged {
        /// The revision now.
        now: i64,
    },
    /// The document cannot be published.
    #[error("This agent cannot be published yet: {0}")]
    Incomplete(String),
    /// Nothing is published.
    #[error("This agent is not published yet. Publish it first.")]
    NotPublished,
    /// A field that cannot be right.
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
    pub(crate) fn invalid(field: &'static str, message: impl Into<String>) -> Self {
        Self::Invalid { field, message: message.into() }
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        Self::Refused(failure)
    }
}

impl From<types::NotAnId> for Error {
    fn from(error: types::NotAnId) -> Self {
        Self::invalid("cursor", error.to_string())
    }
}

impl Coded for Error {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NotFound | Self::NoVersion => ErrorKind::NotFound,
            Self::DraftChanged { .. } | Self::NotPublished => ErrorKind::Conflict,
            Self::NoTemplate(_) | Self::Incomplete(_) | Self::Invalid { .. } => ErrorKind::Invalid,
            Self::Refused(failure) => failure.kind,
            Self::Store(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::NoVersion => "version_not_found",
            Self::NoTemplate(_) | Self::Invalid { .. } => "invalid_request",
            Self::DraftChanged { .. } => "draft_changed",
            Self::Incomplete(_) => "agent_incomplete",
            Self::NotPublished => "agent_not_published",
            Self::Refused(_) => "refused",
            Self::Store(error) => error.code(),
        }
    }

    fn field(&self) -> Option<String> {
        match self {
            Self::Invalid { field, .. } => Some((*field).to_owned()),
            Self::NoTemplate(_) => Some("template_id".to_owned()),
            _ => None,
        }
    }

    fn failure(&self) -> Option<Failure> {
        match self {
            Self::Refused(failure) => Some(failure.clone()),
            Self::Store(error) => Some(error.clone().into()),
            _ => None,
        }
    }
}

types::coded!(Error);
