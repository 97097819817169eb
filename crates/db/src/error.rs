//! What can go wrong with the database.

use sea_orm::{DbErr, RuntimeErr, SqlErr};
use types::{Coded, ErrorKind, Failure};

/// A database error; the driver's text is for the log only.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// A row with this unique value exists already.
    #[error("unique constraint: {0}")]
    Duplicate(String),
    /// A row that is referred to does not exist, or is still referred to.
    #[error("foreign key: {0}")]
    Reference(String),
    /// The database is locked or a connection could not be had in time.
    #[error("database busy: {0}")]
    Busy(String),
    /// The disk is full.
    #[error("disk full: {0}")]
    Full(String),
    /// The server is gone.
    #[error("database unreachable: {0}")]
    Unreachable(String),
    /// Anything else.
    #[error("database: {0}")]
    Other(String),
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        match error.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(text)) => return Self::Duplicate(text),
            Some(SqlErr::ForeignKeyConstraintViolation(text)) => return Self::Reference(text),
            _ => {}
        }
        let text = error.to_string();
        let low = text.to_lowercase();
        if low.contains("database or disk is full")
            || low.contains("no space left")
            || low.contains("error 28")
            || low.contains("disk full")
        {
            return Self::Full(text);
        }
        if low.contains("database is locked") || low.contains("deadlock") || low.contains("lock wait timeout") {
            return Self::Busy(text);
        }
        match error {
            DbErr::ConnectionAcquire(_) => Self::Busy(text),
            DbErr::Conn(_) => Self::Unreachable(text),
            DbErr::Exec(RuntimeErr::SqlxError(_)) | DbErr::Query(RuntimeErr::SqlxError(_))
                if low.contains("connection") || low.contains("broken pipe") || low.contains("pool timed out") =>
            {
                Self::Unreachable(text)
            }
            _ => Self::Other(text),
        }
    }
}

impl Coded for Error {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Duplicate(_) | Self::Reference(_) => ErrorKind::Conflict,
            Self::Busy(_) | Self::Full(_) | Self::Unreachable(_) => ErrorKind::Unavailable,
            Self::Other(_) => ErrorKind::Internal,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Duplicate(_) => "already_exists",
            Self::Reference(_) => "still_referenced",
            Self::Busy(_) => "database_busy",
            Self::Full(_) => "disk_full",
            Self::Unreachable(_) => "database_unreachable",
            Self::Other(_) => "internal",
        }
    }

    fn failure(&self) -> Option<Failure> {
        let message = match self {
            Self::Duplicate(_) => "This exists already.",
            Self::Reference(_) => "Something else still refers to this, or what it refers to is gone.",
            Self::Busy(_) => "The database is busy. Try again in a moment.",
            Self::Full(_) => "The disk is full: nothing was saved. Free some space and try again.",
            Self::Unreachable(_) => "The database cannot be reached. Try again in a moment.",
            Self::Other(_) => return Some(Failure::internal(self)),
        };
        Some(Failure::new(self.kind(), self.code(), message).because(self))
    }
}

types::coded!(Error);
