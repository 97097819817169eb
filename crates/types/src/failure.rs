//! What a caller is told when something fails.

use std::borrow::Cow;

/// Closed set of kinds; the transport maps each to a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The input cannot be right.
    Invalid,
    /// Nobody is signed in, or the token is not (or no longer) good.
    Unauthenticated,
    /// Known, but may not do this.
    Forbidden,
    /// Does not exist for this caller.
    NotFound,
    /// The state of the object does not allow it now.
    Conflict,
    /// Larger than the limit.
    TooLarge,
    /// Too many requests.
    RateLimited,
    /// The caller went away or cancelled.
    Cancelled,
    /// A bug or a broken disk: the log has the cause under the log id.
    Internal,
    /// Somebody else's service (a model, a web page) answered with an error.
    Upstream,
    /// A part that is needed is down; trying again later can help.
    Unavailable,
    /// It took longer than the limit.
    Timeout,
}

/// An error as it crosses a boundary: for people a message, for programs a stable code, for the log the cause.
#[derive(Debug, Clone)]
pub struct Failure {
    /// Decides the status.
    pub kind: ErrorKind,
    /// Stable, snake_case, documented in `docs/errors.md`.
    pub code: Cow<'static, str>,
    /// One sentence that says what is wrong and what to do. Never a secret, never an inner cause.
    pub message: String,
    /// The request field it is about, if one.
    pub field: Option<String>,
    /// The cause for the log. Never shown.
    pub cause: Option<String>,
    /// After how many seconds trying again makes sense.
    pub retry_after: Option<u64>,
}

impl Failure {
    /// A failure without field and cause.
    pub fn new(kind: ErrorKind, code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self { kind, code: code.into(), message: message.into(), field: None, cause: None, retry_after: None }
    }

    /// Something of ours broke; the caller learns only that.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        Self::new(ErrorKind::Internal, "internal", "Something went wrong inside Hearth. The log has the cause under this log id.")
            .because(cause)
    }

    /// Input that cannot be right.
    pub fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Invalid, "invalid_request", message).about(field)
    }

    /// The uniform answer for what does not exist or is not the caller's.
    pub fn not_found(what: &str) -> Self {
        Self::new(ErrorKind::NotFound, "not_found", format!("This {what} does not exist, or you have no access to it."))
    }

    /// Names the field.
    #[must_use]
    pub fn about(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// Adds the cause for the log.
    #[must_use]
    pub fn because(mut self, cause: impl std::fmt::Display) -> Self {
        self.cause = Some(cause.to_string());
        self
    }
}

impl Failure {
    /// Writes the message, with the cause if there is one: for operators and the log.
    pub fn in_words(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)?;
        self.cause.as_ref().map_or(Ok(()), |cause| write!(f, " ({cause})"))
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: ", self.code)?;
        self.in_words(f)
    }
}

impl std::error::Error for Failure {}

/// What each feature's error enum implements; `?` then turns it into a [`Failure`].
///
/// ```
/// use types::{Coded, ErrorKind};
/// #[derive(Debug, thiserror::Error)]
/// enum Error {
///     #[error("This agent is not published yet. Publish it first.")]
///     NotPublished,
/// }
/// impl Coded for Error {
///     fn kind(&self) -> ErrorKind { ErrorKind::Conflict }
///     fn code(&self) -> &'static str { "agent_not_published" }
/// }
/// types::coded!(Error);
/// let failure: types::Failure = Error::NotPublished.into();
/// assert_eq!(failure.code, "agent_not_published");
/// ```
pub trait Coded: std::error::Error {
    /// Decides the status.
    fn kind(&self) -> ErrorKind;
    /// Stable code for programs.
    fn code(&self) -> &'static str;
    /// The request field it is about.
    fn field(&self) -> Option<String> {
        None
    }
    /// For errors that wrap a ready failure or hide their text: the whole failure, instead of kind, code and `Display`.
    fn failure(&self) -> Option<Failure> {
        None
    }
}

/// Implements `From<Error> for Failure` for a [`Coded`] error.
#[macro_export]
macro_rules! coded {
    ($error:ty) => {
        impl From<$error> for $crate::Failure {
            fn from(error: $error) -> Self {
                use $crate::Coded as _;
                if let Some(failure) = error.failure() {
                    return failure;
                }
                let mut failure = $crate::Failure::new(error.kind(), error.code(), error.to_string());
                failure.field = error.field();
                failure.cause = ::std::error::Error::source(&error).map(ToString::to_string);
                failure
            }
        }
    };
}
