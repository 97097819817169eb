//! How a feature declares its errors.

/// Declares `Error` of a feature. Each variant has its kind, its stable code, the request field it is `about` if there is one,
/// and its message, in which the variant's parts stand as in `format!`. `from` lists errors of other parts, which are told as
/// they are; one that is no [`Failure`](crate::Failure) yet becomes one by way of another: `from Theirs as Ours`.
///
/// Besides what is declared there is `Passed`: what other parts refuse, and by `Error::invalid` fields that cannot be right.
///
/// ```
/// mod store {
///     #[derive(Debug)]
///     pub struct Full;
///     impl From<Full> for types::Failure {
///         fn from(_: Full) -> Self { types::Failure::new(types::ErrorKind::Unavailable, "disk_full", "The disk is full.") }
///     }
/// }
/// types::errors! {
///     /// What can go wrong with agents.
///     #[derive(Debug, thiserror::Error)]
///     pub enum Error {
///         /// Nothing is published.
///         NotPublished => Conflict, "agent_not_published", "This agent is not published yet. Publish it first.";
///         /// No such template.
///         NoTemplate(String) => Invalid, "invalid_request" about "template_id", "There is no template `{0}`.";
///     }
///     from store::Full;
/// }
/// let told = |error: Error| types::Failure::from(error);
/// assert_eq!(told(Error::NotPublished).code, "agent_not_published");
/// let failure = told(Error::NoTemplate("x".into()));
/// assert_eq!((failure.field.as_deref(), failure.message.as_str()), (Some("template_id"), "There is no template `x`."));
/// assert_eq!(told(store::Full.into()).code, "disk_full");
/// ```
#[macro_export]
macro_rules! errors {
    (
        $(#[$enum_meta:meta])*
        $vis:vis enum Error {
            $(
                $(#[$meta:meta])*
                $variant:ident
                $(($($part:ty),* $(,)?))?
                $({ $($(#[$name_meta:meta])* $name:ident: $named:ty),* $(,)? })?
                => $kind:ident, $code:literal $(about $field:literal)?, $message:literal;
            )*
        }
        $(from $($source:ty $(as $way:ty)?),+ ;)?
    ) => {
        $(#[$enum_meta])*
        $vis enum Error {
            $(
                $(#[$meta])*
                #[error($message)]
                $variant $(($($part),*))? $({ $($(#[$name_meta])* $name: $named),* })?,
            )*
            /// What another part refuses, or a field that cannot be right.
            #[error(fmt = $crate::Failure::in_words)]
            Passed($crate::Failure),
        }

        impl Error {
            /// A field of the request that cannot be right.
            #[allow(dead_code, reason = "not every feature looks at fields")]
            pub(crate) fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
                Self::Passed($crate::Failure::invalid(field, message))
            }
        }

        impl From<$crate::Failure> for Error {
            fn from(failure: $crate::Failure) -> Self {
                Self::Passed(failure)
            }
        }

        $($(
            impl From<$source> for Error {
                fn from(error: $source) -> Self {
                    $(let error = <$way>::from(error);)?
                    Self::Passed(error.into())
                }
            }
        )+)?

        impl $crate::Coded for Error {
            fn kind(&self) -> $crate::ErrorKind {
                match self {
                    $(Self::$variant { .. } => $crate::ErrorKind::$kind,)*
                    Self::Passed(failure) => failure.kind,
                }
            }

            fn code(&self) -> &'static str {
                match self {
                    $(Self::$variant { .. } => $code,)*
                    Self::Passed(_) => "refused",
                }
            }

            fn field(&self) -> Option<String> {
                match self {
                    $($(Self::$variant { .. } => Some($field.to_owned()),)?)*
                    _ => None,
                }
            }

            fn failure(&self) -> Option<$crate::Failure> {
                if let Self::Passed(failure) = self { Some(failure.clone()) } else { None }
            }
        }

        $crate::coded!(Error);
    };
}
