//! Code nodes run in the sandbox.

use async_trait::async_trait;
use flow::node::{NodeError, TaskCx};
use nodes::ports::{CodeCall, CodeLanguage, CodeOutcome, CodeRunner, ConsoleLevel, ConsoleLine};
use sandbox::{Hosts, Language, Level, Limits, Request, Sandbox};
use serde_json::Value;
use types::Coded as _;

/// The port `nodes::ports::CodeRunner`.
pub struct Code {
    /// Runs it.
    pub sandbox: Sandbox,
    /// The most that code may use.
    pub limits: Limits,
    /// What the operator lets code reach; a node names what it needs of it.
    pub granted: Hosts,
}

impl Code {
    fn grant(&self, wanted: &[String]) -> Result<Hosts, String> {
        let wanted = Hosts::new(wanted)?;
        let beyond = self.granted.beyond(&wanted);
        if beyond.is_empty() {
            return Ok(wanted);
        }
        Err(format!("{} (granted by the operator, CODE_RUNNER_ALLOW_NET: {})", beyond.join(", "), told(&self.granted)))
    }
}

#[async_trait]
impl CodeRunner for Code {
    fn check_network(&self, network: &[String]) -> Result<(), String> {
        self.grant(network).map(drop)
    }

    async fn run(&self, cx: &TaskCx, call: CodeCall) -> Result<CodeOutcome, NodeError> {
        let language = match call.language {
            CodeLanguage::Python => Language::Python,
            CodeLanguage::Javascript => Language::Javascript,
        };
        let network = self
            .grant(&call.network)
            .map_err(|why| NodeError::lasting("network_not_granted", format!("The code may not reach these hosts: {why}")))?;
        let params = Value::Object(call.params);
        let request =
            Request { network, limits: self.limits, owner: Some(cx.workspace.get()), ..Request::new(language, call.code, params) };
        match self.sandbox.run(request).await {
            Ok(outcome) => Ok(CodeOutcome {
                output: outcome.output,
                console: outcome.console.into_iter().map(line).collect(),
                console_cut: outcome.console_truncated,
            }),
            Err(error) => {
                let at = error.line.map(|line| format!(" (line {line})")).unwrap_or_default();
                let message = format!("{}{at}", error.message);
                let transient = !is_of_the_text(error.code);
                Err(NodeError { transient, ..NodeError::new(error.code(), message) })
            }
        }
    }
}

/// Whether the same text fails in the same way whenever it is run.
fn is_of_the_text(code: sandbox::Code) -> bool {
    use sandbox::Code::{ImportRefused, InputTooLarge, NoEntry, Syntax};
    matches!(code, Syntax | NoEntry | ImportRefused | InputTooLarge)
}

fn told(hosts: &Hosts) -> String {
    if hosts.is_empty() { "none".to_owned() } else { hosts.patterns().join(", ") }
}

fn line(line: sandbox::ConsoleLine) -> ConsoleLine {
    let level = match line.level {
        Level::Log => ConsoleLevel::Log,
        Level::Warn => ConsoleLevel::Warn,
        Level::Error => ConsoleLevel::Error,
    };
    ConsoleLine { level, text: line.text }
}
