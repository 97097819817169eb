//! Code nodes run in the sandbox.

use async_trait::async_trait;
use flow::node::{NodeError, TaskCx};
use nodes::ports::{CodeCall, CodeLanguage, CodeOutcome, CodeRunner, ConsoleLevel, ConsoleLine};
use sandbox::{Hosts, Language, Level, Request, Sandbox};
use serde_json::Value;
use types::Coded as _;

/// The port `nodes::ports::CodeRunner`.
pub struct Code(pub Sandbox);

#[async_trait]
impl CodeRunner for Code {
    fn check(&self, _: CodeLanguage, _: &str, network: &[String]) -> Result<(), String> {
        Hosts::new(network).map(drop)
    }

    async fn run(&self, cx: &TaskCx, call: CodeCall) -> Result<CodeOutcome, NodeError> {
        let language = match call.language {
            CodeLanguage::Python => Language::Python,
            CodeLanguage::Javascript => Language::Javascript,
        };
        let network = Hosts::new(&call.network).map_err(|error| NodeError::lasting("invalid_params", error))?;
        let request = Request { network, owner: Some(cx.workspace.get()), ..Request::new(language, call.code, Value::Object(call.params)) };
        match self.0.run(request).await {
            Ok(outcome) => Ok(CodeOutcome {
                output: outcome.output,
                console: outcome.console.into_iter().map(line).collect(),
                console_cut: outcome.console_truncated,
            }),
            Err(error) => {
                let at = error.line.map(|line| format!(" (line {line})")).unwrap_or_default();
                let message = format!("{}{at}", error.message);
                // Only a sandbox that had no time or place for it may have more of both later.
                let transient = matches!(error.kind(), types::ErrorKind::RateLimited | types::ErrorKind::Unavailable);
                Err(NodeError { transient, ..NodeError::new(error.code(), message) })
            }
        }
    }
}

fn line(line: sandbox::ConsoleLine) -> ConsoleLine {
    let level = match line.level {
        Level::Log => ConsoleLevel::Log,
        Level::Warn => ConsoleLevel::Warn,
        Level::Error => ConsoleLevel::Error,
    };
    ConsoleLine { level, text: line.text }
}
