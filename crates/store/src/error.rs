//! What can go wrong with blobs.

use std::error::Error as _;
use std::io;

use types::{Coded, ErrorKind, Failure};

/// A storage error. Texts of the backend are for the log only.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no blob of this hash.
    #[error("the blob {0} does not exist")]
    NotFound(String),
    /// More bytes came than are allowed.
    #[error("This is larger than the limit of {limit} bytes.")]
    TooLarge {
        /// The limit in bytes.
        limit: u64,
    },
    /// The disk is full.
    #[error("disk full: {0}")]
    Full(String),
    /// What was to be stored stopped coming.
    #[error("The upload ended before its end: {0}")]
    Cut(String),
    /// Anything else.
    #[error("blob storage: {0}")]
    Backend(String),
}

impl From<opendal::Error> for Error {
    fn from(error: opendal::Error) -> Self {
        let mut source = error.source();
        while let Some(cause) = source {
            let kind = cause.downcast_ref::<io::Error>().map(io::Error::kind);
            if matches!(kind, Some(io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)) {
                return Self::Full(error.to_string());
            }
            source = cause.source();
        }
        match error.kind() {
            opendal::ErrorKind::NotFound => Self::NotFound(error.to_string()),
            _ => Self::Backend(error.to_string()),
        }
    }
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full(error.to_string()),
            _ => Self::Backend(error.to_string()),
        }
    }
}

impl Coded for Error {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NotFound(_) => ErrorKind::NotFound,
            Self::TooLarge { .. } => ErrorKind::TooLarge,
            Self::Full(_) => ErrorKind::Unavailable,
            Self::Cut(_) => ErrorKind::Invalid,
            Self::Backend(_) => ErrorKind::Internal,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotFound(_) => "not_found",
            Self::TooLarge { .. } => "file_too_large",
            Self::Full(_) => "disk_full",
            Self::Cut(_) => "upload_cut",
            Self::Backend(_) => "internal",
        }
    }

    fn failure(&self) -> Option<Failure> {
        match self {
            Self::NotFound(_) => Some(Failure::not_found("file").because(self)),
            Self::Full(_) => {
                let message = "The disk is full: nothing was saved. Free some space and try again.";
                Some(Failure::new(self.kind(), self.code(), message).because(self))
            }
            Self::Cut(cause) => Some(
                Failure::new(self.kind(), self.code(), "The upload ended before its end; nothing was saved. Send it again.").because(cause),
            ),
            Self::Backend(_) => Some(Failure::internal(self)),
            Self::TooLarge { .. } => None,
        }
    }
}

types::coded!(Error);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_told_as_such() {
        let io = io::Error::from_raw_os_error(28);
        let error = opendal::Error::new(opendal::ErrorKind::Unexpected, "storage full").set_source(io);
        let failure = Failure::from(Error::from(error));
        assert_eq!((failure.kind, failure.code.as_ref()), (ErrorKind::Unavailable, "disk_full"));
        assert!(!failure.message.contains("os error"), "{}", failure.message);
    }
}
