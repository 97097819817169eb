//! How the features declare their errors.

/// Declares `Error` of a feature: its own refusals as `Variant => Kind, "code", "message";`, plus
/// database errors and ready failures.
macro_rules! feature_errors {
    ($($variant:ident => $kind:ident, $code:literal, $message:literal;)*) => {
        #[derive(Debug, thiserror::Error)]
        pub enum Error {
            $(#[error($message)] $variant,)*
            #[error(transparent)]
            Db(#[from] db::Error),
            #[error(transparent)]
            Refused(#[from] types::Failure),
        }

        impl From<sea_orm::DbErr> for Error {
            fn from(error: sea_orm::DbErr) -> Self {
                Self::Db(error.into())
            }
        }

        impl types::Coded for Error {
            fn kind(&self) -> types::ErrorKind {
                match self {
                    $(Self::$variant => types::ErrorKind::$kind,)*
                    Self::Db(error) => error.kind(),
                    Self::Refused(failure) => failure.kind,
                }
            }

            fn code(&self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)*
                    Self::Db(error) => error.code(),
                    Self::Refused(_) => "refused",
                }
            }

            fn failure(&self) -> Option<types::Failure> {
                match self {
                    Self::Db(error) => Some(error.clone().into()),
                    Self::Refused(failure) => Some(failure.clone()),
                    #[allow(unreachable_patterns, reason = "a feature may have no refusals of its own")]
                    _ => None,
                }
            }
        }

        types::coded!(Error);
    };
}

pub(crate) use feature_errors;
