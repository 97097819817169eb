//! What can go wrong with workflows.

use types::{Coded, ErrorKind, Failure, Timestamp};

use super::VersionNumber;

/// An error of the feature.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Not there, or not the caller's.
    #[error("This workflow does not exist, or you have no access to it.")]
    NotFound,
    /// No such version of the workflow.
    #[error("This workflow has no such version.")]
    NoVersion,
    /// Somebody saved the draft in between.
    #[error("{who} changed this draft at {at} (it is at revision {now}). Load it again, then make your change.")]
    DraftChanged {
        /// The revision now.
        now: i64,
        /// Name of who saved it.
        who: String,
        /// When.
        at: Timestamp,
    },
    /// Somebody published in between.
    #[error("Somebody else published this workflow just now. Look at the new version, then publish yours.")]
    PublishedMeanwhile,
    /// The document cannot be published.
    #[error("This workflow cannot be published yet: {0}")]
    Incomplete(String),
    /// The number does not follow the last one.
    #[error("The version must be greater than {0}, the last one.")]
    NotGreater(VersionNumber),
    /// Nothing is published.
    #[error("This workflow is not published yet. Publish it first.")]
    NotPublished,
    /// Others call it.
    #[error("This workflow is called by {0}. Change them, or set `force=true`.")]
    InUse(String),
    /// It calls more than a run may hold.
    #[error("This workflow calls more than {0} workflows, or calls them in more than {1} levels.")]
    TooManyCallees(usize, usize),
    /// Too large to be stored.
    #[error("{0}")]
    TooLarge(String),
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
            Self::DraftChanged { .. } | Self::PublishedMeanwhile | Self::NotPublished | Self::InUse(_) => ErrorKind::Conflict,
            Self::Incomplete(_) | Self::NotGreater(_) | Self::TooManyCallees(..) | Self::Invalid { .. } => ErrorKind::Invalid,
            Self::TooLarge(_) => ErrorKind::TooLarge,
            Self::Refused(failure) => failure.kind,
            Self::Store(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::NoVersion => "version_not_found",
            Self::DraftChanged { .. } => "draft_changed",
            Self::PublishedMeanwhile => "published_meanwhile",
            Self::Incomplete(_) => "workflow_incomplete",
            Self::NotGreater(_) => "version_not_greater",
            Self::NotPublished => "workflow_not_published",
            Self::InUse(_) => "workflow_in_use",
            Self::TooManyCallees(..) => "too_many_callees",
            Self::TooLarge(_) => "document_too_large",
            Self::Invalid { .. } => "invalid_request",
            Self::Refused(_) => "refused",
            Self::Store(error) => error.code(),
        }
    }

    fn field(&self) -> Option<String> {
        match self {
            Self::Invalid { field, .. } => Some((*field).to_owned()),
            Self::NotGreater(_) => Some("version".to_owned()),
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
