//! What can go wrong with a model, in kinds that decide what happens next.

use std::time::Duration;

use types::{Coded, ErrorKind, Failure};

/// An error of a model call. The message of the vendor is kept as it came, without secrets.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// 401, 403: the key is wrong or may not use this model.
    #[error("The model vendor refused the key: {0}")]
    Unauthorized(String),
    /// 404: no such model at this URL.
    #[error("The vendor does not know this model or URL: {0}")]
    NotFound(String),
    /// 400, 422 and other refusals that repeating will not change.
    #[error("The model vendor refused the request: {0}")]
    Refused(String),
    /// The conversation does not fit the context window.
    #[error("The conversation is longer than the model can read: {0}")]
    ContextTooLong(String),
    /// 429.
    #[error("The model vendor says: too many requests. {message}")]
    RateLimited {
        /// Vendor's text.
        message: String,
        /// Its `Retry-After`.
        retry_after: Option<Duration>,
    },
    /// 5xx.
    #[error("The model vendor failed with status {status}: {message}")]
    Server {
        /// HTTP status.
        status: u16,
        /// Vendor's text.
        message: String,
        /// Its `Retry-After`.
        retry_after: Option<Duration>,
    },
    /// No connection, or it broke before the first byte.
    #[error("The model's server cannot be reached: {0}")]
    Connect(String),
    /// Egress policy forbids the address.
    #[error("{0}")]
    Forbidden(String),
    /// Nothing came for too long.
    #[error("The model did not answer in time: {0}")]
    Timeout(String),
    /// The stream ended before its end.
    #[error("The model's answer was cut off: {0}")]
    Cut(String),
    /// What came is not what the protocol says.
    #[error("The model's server sent something that is no valid answer: {0}")]
    Protocol(String),
    /// The model cannot do what is asked (tools, images, …).
    #[error("{0}")]
    Unsupported(String),
    /// The configured model is gone or unusable.
    #[error("{0}")]
    Unavailable(String),
}

impl Error {
    /// Whether the same request can succeed when tried again.
    pub fn is_transient(&self) -> bool {
        matches!(
            self,
            Self::RateLimited { .. } | Self::Server { .. } | Self::Connect(_) | Self::Timeout(_) | Self::Cut(_) | Self::Protocol(_)
        )
    }

    /// How long the vendor asked us to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::RateLimited { retry_after, .. } | Self::Server { retry_after, .. } => *retry_after,
            _ => None,
        }
    }
}

impl Coded for Error {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::RateLimited { .. } => ErrorKind::RateLimited,
            Self::Timeout(_) => ErrorKind::Timeout,
            Self::Unsupported(_) => ErrorKind::Invalid,
            Self::Unavailable(_) => ErrorKind::Unavailable,
            Self::Forbidden(_) => ErrorKind::Forbidden,
            _ => ErrorKind::Upstream,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Unauthorized(_) => "model_unauthorized",
            Self::NotFound(_) => "model_unknown",
            Self::Refused(_) => "model_refused",
            Self::ContextTooLong(_) => "model_context_too_long",
            Self::RateLimited { .. } => "model_rate_limited",
            Self::Server { .. } => "model_vendor_error",
            Self::Connect(_) => "model_unreachable",
            Self::Forbidden(_) => "egress_refused",
            Self::Timeout(_) => "model_timeout",
            Self::Cut(_) => "model_stream_cut",
            Self::Protocol(_) => "model_bad_answer",
            Self::Unsupported(_) => "model_unsupported",
            Self::Unavailable(_) => "model_unavailable",
        }
    }

    fn failure(&self) -> Option<Failure> {
        let mut failure = Failure::new(self.kind(), self.code(), self.to_string());
        failure.retry_after = self.retry_after().map(|d| d.as_secs().max(1));
        Some(failure)
    }
}

types::coded!(Error);
