//! What is run, within which limits, and what came of it.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::Hosts;

/// The language of a snippet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CodeLanguage)]
pub enum Language {
    /// JavaScript (ES2023), or TypeScript whose types can be erased.
    Javascript,
    /// Python 3.
    Python,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Javascript, Self::Python];

    /// The wire name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Javascript => "javascript",
            Self::Python => "python",
        }
    }
}

/// What an execution may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// From the moment the code starts until it must have answered.
    pub wall: Duration,
    /// Processor time; a loop that burns more ends before `wall`.
    pub cpu: Duration,
    /// Memory of the code and its data, beyond the bare interpreter.
    pub memory_bytes: u64,
    /// The answer as JSON.
    pub output_bytes: u64,
    /// Text written to the console; what is beyond is dropped, not an error.
    pub console_bytes: u64,
}

impl Default for Limits {
    /// Coze Studio's: 60 s and 100 MB.
    fn default() -> Self {
        Self {
            wall: Duration::from_mins(1),
            cpu: Duration::from_mins(1),
            memory_bytes: 100_000_000,
            output_bytes: 4 << 20,
            console_bytes: 64 << 10,
        }
    }
}

/// Code to run. [`Request::new`] fills what is usual.
#[derive(Debug, Clone)]
pub struct Request {
    /// In which language `code` is written.
    pub language: Language,
    /// The user's text.
    pub code: String,
    /// The function to call. `main` gets an `Args` with `params`; any other function gets the params themselves.
    pub entry: String,
    /// An object.
    pub params: serde_json::Value,
    /// What may be used.
    pub limits: Limits,
    /// Hosts that `fetch` may reach; nothing by default.
    pub network: Hosts,
    /// On whose behalf (a workspace): one owner never holds more than half of the workers.
    pub owner: Option<i64>,
}

impl Request {
    /// `main` of this code with default limits and no network.
    pub fn new(language: Language, code: impl Into<String>, params: serde_json::Value) -> Self {
        Self {
            language,
            code: code.into(),
            entry: "main".to_owned(),
            params,
            limits: Limits::default(),
            network: Hosts::default(),
            owner: None,
        }
    }
}

/// How a console line was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ConsoleLevel)]
pub enum Level {
    /// `print`, `console.log`, `console.info`, `console.debug`.
    Log,
    /// `console.warn`.
    Warn,
    /// `sys.stderr`, `console.error`.
    Error,
}

/// A line of the console.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ConsoleLine {
    /// How it was written.
    pub level: Level,
    /// Without the line's end.
    pub text: String,
}

/// What was used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = SandboxUsage)]
pub struct Usage {
    /// Milliseconds from handing the code over to its answer, without waiting for a worker.
    pub wall_ms: u64,
    /// Milliseconds of processor time.
    pub cpu_ms: u64,
    /// Bytes that the code and its data took at their height; 0 when it did not live to tell.
    pub memory_bytes: u64,
}

/// The code ran to its end.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// What the function returned.
    pub output: serde_json::Value,
    /// What was written, in order.
    pub console: Vec<ConsoleLine>,
    /// Whether more was written than `console_bytes`.
    pub console_truncated: bool,
    /// What was used.
    pub usage: Usage,
}
