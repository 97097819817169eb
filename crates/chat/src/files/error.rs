//! What can go wrong with a file.

use types::{Coded, ErrorKind, Failure};

/// An error.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Unknown, or somebody else's.
    #[error("This file does not exist, or you have no access to it.")]
    NotFound,
    /// No part named `file`.
    #[error("Send the file as a multipart part named `file`.")]
    NoFile,
    /// More than one part.
    #[error("Send exactly one part, named `file`.")]
    ManyParts,
    /// The body is no multipart form, or is cut.
    #[error("The body is not a complete multipart form.")]
    NotMultipart,
    /// A file that is no picture where one is needed.
    #[error("The file `{0}` is not a PNG, JPEG, GIF or WebP picture. Attach it as a file.")]
    NotAnImage(String),
    /// A picture over the limit.
    #[error("The picture is larger than {0} bytes, more than is sent to a model.")]
    ImageTooLarge(u64),
    /// The blob store.
    #[error(transparent)]
    Store(#[from] store::Error),
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
            Self::NoFile | Self::ManyParts | Self::NotMultipart | Self::NotAnImage(_) => ErrorKind::Invalid,
            Self::ImageTooLarge(_) => ErrorKind::TooLarge,
            Self::Store(e) => e.kind(),
            Self::Db(e) => e.kind(),
            Self::Other(f) => f.kind,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::NoFile => "file_missing",
            Self::ManyParts => "too_many_files",
            Self::NotMultipart => "invalid_request",
            Self::NotAnImage(_) => "not_an_image",
            Self::ImageTooLarge(_) => "image_too_large",
            Self::Store(e) => e.code(),
            Self::Db(e) => e.code(),
            Self::Other(_) => "internal",
        }
    }

    fn failure(&self) -> Option<Failure> {
        match self {
            Self::Store(e) => {
                let plain = Failure::new(e.kind(), e.code(), e.to_string());
                Some(e.failure().unwrap_or(plain))
            }
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
