//! Runs people's code: the sandbox, behind an adapter.

use async_trait::async_trait;
use flow::node::{NodeError, TaskCx};
use flow::value::Values;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// In which language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CodeLanguage {
    /// Python 3.
    Python,
    /// JavaScript, or TypeScript whose types can be erased.
    Javascript,
}

/// Code to run.
#[derive(Debug, Clone, PartialEq)]
pub struct CodeCall {
    /// In which language.
    pub language: CodeLanguage,
    /// The text; its function `main` gets `args.params`.
    pub code: String,
    /// What it gets.
    pub params: Values,
    /// Hosts it may reach (`api.example.com`, `*.example.com`, perhaps with `:port`); empty: none.
    pub network: Vec<String>,
}

/// The code ran to its end.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CodeOutcome {
    /// What `main` returned.
    pub output: Value,
    /// What it wrote, in order.
    pub console: Vec<ConsoleLine>,
    /// More was written than is kept.
    pub console_cut: bool,
}

/// A line of the console.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConsoleLine {
    /// How it was written.
    pub level: ConsoleLevel,
    /// Without the line's end.
    pub text: String,
}

/// How a console line was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsoleLevel {
    /// `print`, `console.log`.
    Log,
    /// `console.warn`.
    Warn,
    /// `sys.stderr`, `console.error`.
    Error,
}

/// Runs code in a sandbox with limits of its own.
#[async_trait]
pub trait CodeRunner: Send + Sync {
    /// Runs `main`. Dropping the future ends the code. Fails with the sandbox's code (`code_failed`, `code_timeout`,
    /// `code_memory`, …) and the user's own line; lasting unless the sandbox itself was the reason.
    async fn run(&self, cx: &TaskCx, call: CodeCall) -> Result<CodeOutcome, NodeError>;

    /// What is wrong with a text before anything runs, for the person who writes it.
    fn check(&self, _language: CodeLanguage, _code: &str) -> Result<(), String> {
        Ok(())
    }

    /// Whether the operator lets code reach these hosts; if not, why, for the person who names them. `run` holds to it too.
    fn check_network(&self, network: &[String]) -> Result<(), String>;
}
