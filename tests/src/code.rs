//! Code of the tests' own, run by the interpreters of this machine: the sandbox needs Hearth's binary for its workers.

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::sync::Arc;

use async_trait::async_trait;
use flow::node::{NodeError, TaskCx};
use nodes::ports::{CodeCall, CodeLanguage, CodeOutcome, CodeRunner, Services};

/// Services with such a runner.
pub fn services() -> Services {
    Services { code: Some(Arc::new(Interpreters)), ..Services::default() }
}

/// `node` and `python3`.
struct Interpreters;

const JAVASCRIPT: &str = "
import { readFileSync } from 'node:fs';
const given = JSON.parse(readFileSync(0, 'utf8'));
console.log(JSON.stringify((await main({ params: given })) ?? null));
";

const PYTHON: &str = "
import inspect, asyncio, json, sys, types
_made = main(types.SimpleNamespace(params=json.load(sys.stdin)))
print(json.dumps(asyncio.run(_made) if inspect.iscoroutine(_made) else _made))
";

#[async_trait]
impl CodeRunner for Interpreters {
    fn check_network(&self, _: &[String]) -> Result<(), String> {
        Ok(())
    }

    async fn run(&self, _: &TaskCx, call: CodeCall) -> Result<CodeOutcome, NodeError> {
        let CodeCall { language, code, params, .. } = call;
        let ran = tokio::task::spawn_blocking(move || {
            let mut command = match language {
                CodeLanguage::Python => Command::new("python3"),
                CodeLanguage::Javascript => Command::new("node"),
            };
            match language {
                CodeLanguage::Python => command.arg("-c").arg(format!("Args = Output = object\n{code}\n{PYTHON}")),
                CodeLanguage::Javascript => command.args(["--input-type=module", "-e"]).arg(format!("{code}\n{JAVASCRIPT}")),
            };
            let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
            if let Some(mut stdin) = child.stdin.take() {
                stdin.write_all(serde_json::Value::Object(params).to_string().as_bytes())?;
            }
            child.wait_with_output()
        });
        let failed = |why: String| NodeError::lasting("code_failed", why);
        let output = ran.await.map_err(|error| failed(error.to_string()))?.map_err(|error| failed(error.to_string()))?;
        if !output.status.success() {
            return Err(failed(String::from_utf8_lossy(&output.stderr).into_owned()));
        }
        let output = serde_json::from_slice(&output.stdout).map_err(|error| failed(error.to_string()))?;
        Ok(CodeOutcome { output, console: Vec::new(), console_cut: false })
    }
}
