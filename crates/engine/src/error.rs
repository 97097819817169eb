//! What a caller of the engine can be told.

use types::{Coded, ErrorKind, Failure, RunId};

/// Why a request about a run was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No such run for this caller.
    #[error("This run does not exist, or you have no access to it.")]
    NotFound,
    /// It has ended already.
    #[error("This run has ended already.")]
    Finished,
    /// It waits for nothing.
    #[error("This run does not wait for tool outputs.")]
    NotWaiting,
    /// It is a part of another run.
    #[error("This run is a part of run {0}, which called it: cancel, answer or take that one again.")]
    Called(RunId),
    /// An output is missing, unknown or of the wrong form.
    #[error("{0}")]
    Outputs(String),
    /// The caller may see but not do this, or the like.
    #[error("{0}")]
    Failure(Failure),
    /// Another process works on it and has not answered.
    #[error("Another process of this installation works on this run; it was told and stops in a moment.")]
    Elsewhere,
    /// Storage failed.
    #[error(transparent)]
    Db(#[from] db::Error),
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

impl Coded for Error {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NotFound => ErrorKind::NotFound,
            Self::Finished | Self::NotWaiting | Self::Called(_) => ErrorKind::Conflict,
            Self::Outputs(_) => ErrorKind::Invalid,
            Self::Failure(failure) => failure.kind,
            Self::Elsewhere => ErrorKind::Unavailable,
            Self::Db(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::Finished => "run_finished",
            Self::NotWaiting => "run_not_waiting",
            Self::Called(_) => "called_run",
            Self::Outputs(_) => "invalid_request",
            Self::Failure(_) => "internal",
            Self::Elsewhere => "run_elsewhere",
            Self::Db(error) => error.code(),
        }
    }

    fn field(&self) -> Option<String> {
        matches!(self, Self::Outputs(_)).then(|| "outputs".to_owned())
    }

    fn failure(&self) -> Option<Failure> {
        match self {
            Self::Failure(failure) => Some(failure.clone()),
            Self::Db(error) => error.failure(),
            _ => None,
        }
    }
}

types::coded!(Error);
