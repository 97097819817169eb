//! What can go wrong with configured models.

use types::{Coded, ErrorKind, Failure};

/// An error of the feature.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Not there, or not the caller's.
    #[error("This model does not exist, or you have no access to it.")]
    NotFound,
    /// An instance model is changed by somebody else than an administrator.
    #[error("This model belongs to the whole instance: only an administrator of the instance may change it.")]
    InstanceOnly,
    /// From the environment or built in.
    #[error("This model is set by the operator and cannot be changed here.")]
    ReadOnly,
    /// Agents use it.
    #[error("This model is used by {0}. Choose another model there, or delete it with `force=true`.")]
    InUse(String),
    /// A setting that cannot be right.
    #[error("{message}")]
    Invalid {
        /// Which.
        field: &'static str,
        /// What is wrong and what is allowed.
        message: String,
    },
    /// Somebody changed it at the same time.
    #[error("Somebody else changed this model at the same time. Load it again.")]
    Changed,
    /// The vendor's or the network's answer.
    #[error(transparent)]
    Model(#[from] model::Error),
    /// Permission, sealing.
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

impl From<sea_orm::DbErr> for Error {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Store(error.into())
    }
}

impl Coded for Error {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NotFound => ErrorKind::NotFound,
            Self::InstanceOnly => ErrorKind::Forbidden,
            Self::ReadOnly | Self::InUse(_) | Self::Changed => ErrorKind::Conflict,
            Self::Invalid { .. } => ErrorKind::Invalid,
            Self::Model(error) => error.kind(),
            Self::Refused(failure) => failure.kind,
            Self::Store(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::InstanceOnly => "forbidden",
            Self::ReadOnly => "model_read_only",
            Self::InUse(_) => "model_in_use",
            Self::Changed => "model_changed",
            Self::Invalid { .. } => "invalid_request",
            Self::Model(error) => error.code(),
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
            Self::Model(error) => Some(error.clone().into()),
            _ => None,
        }
    }
}

types::coded!(Error);
