//! Why code did not run, or not to its end.

use types::{Coded, ErrorKind};

use crate::{ConsoleLine, Usage};

/// What kind of end it was; stable, in `docs/errors.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Code {
    /// The text is no code of this language.
    Syntax,
    /// There is no function of the wanted name.
    NoEntry,
    /// The code raised an exception and did not catch it.
    Exception,
    /// It did not answer within its time, or burnt its processor time.
    Timeout,
    /// It wanted more memory than allowed.
    Memory,
    /// Code and params are larger than the limit.
    InputTooLarge,
    /// The answer is larger than the limit.
    OutputTooLarge,
    /// The answer cannot be written as JSON.
    OutputInvalid,
    /// A module that is not there, or not for code here.
    ImportRefused,
    /// The process ended without an answer.
    Crashed,
    /// All workers are taken.
    Busy,
    /// No proven engine for this language on this host.
    Unavailable,
}

impl Code {
    /// Every code, for the reference and for reading.
    pub const ALL: [Self; 12] = [
        Self::Syntax,
        Self::NoEntry,
        Self::Exception,
        Self::Timeout,
        Self::Memory,
        Self::InputTooLarge,
        Self::OutputTooLarge,
        Self::OutputInvalid,
        Self::ImportRefused,
        Self::Crashed,
        Self::Busy,
        Self::Unavailable,
    ];

    /// The stable code.
    pub const fn as_code(self) -> &'static str {
        match self {
            Self::Syntax => "sandbox_syntax",
            Self::NoEntry => "sandbox_no_entry",
            Self::Exception => "sandbox_exception",
            Self::Timeout => "sandbox_timeout",
            Self::Memory => "sandbox_memory",
            Self::InputTooLarge => "sandbox_input_too_large",
            Self::OutputTooLarge => "sandbox_output_too_large",
            Self::OutputInvalid => "sandbox_output_invalid",
            Self::ImportRefused => "sandbox_import_refused",
            Self::Crashed => "sandbox_crashed",
            Self::Busy => "sandbox_busy",
            Self::Unavailable => "sandbox_unavailable",
        }
    }

    /// Reads the stable code.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|code| code.as_code() == text)
    }

    const fn kind(self) -> ErrorKind {
        match self {
            Self::Syntax | Self::NoEntry | Self::Exception | Self::OutputInvalid | Self::ImportRefused | Self::Memory | Self::Crashed => {
                ErrorKind::Invalid
            }
            Self::Timeout => ErrorKind::Timeout,
            Self::InputTooLarge | Self::OutputTooLarge => ErrorKind::TooLarge,
            Self::Busy => ErrorKind::RateLimited,
            Self::Unavailable => ErrorKind::Unavailable,
        }
    }
}

/// The end of an execution that gave no answer.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    /// What kind of end.
    pub code: Code,
    /// For people: the exception's own text, or what to do.
    pub message: String,
    /// Line of the user's code, from 1.
    pub line: Option<u32>,
    /// Column of the user's code, from 1.
    pub column: Option<u32>,
    /// What was written until then.
    pub console: Vec<ConsoleLine>,
    /// Whether more was written than the limit.
    pub console_truncated: bool,
    /// What was used until then.
    pub usage: Usage,
}

impl Error {
    /// Without place and console.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            line: None,
            column: None,
            console: Vec::new(),
            console_truncated: false,
            usage: Usage::default(),
        }
    }
}

impl Coded for Error {
    fn kind(&self) -> ErrorKind {
        self.code.kind()
    }

    fn code(&self) -> &'static str {
        self.code.as_code()
    }

    fn failure(&self) -> Option<types::Failure> {
        let place = self.line.map(|line| format!("Line {line}: ")).unwrap_or_default();
        Some(types::Failure::new(self.kind(), self.code.as_code(), format!("{place}{}", self.message)))
    }
}
types::coded!(Error);
