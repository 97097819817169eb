//! The call.

use std::sync::Arc;

use async_trait::async_trait;
use flow::node::{Inputs, NodeError, Output, Task, TaskCx};
use serde_json::{Value, json};

use super::params::Params;
use crate::ports::{CodeCall, CodeOutcome, CodeRunner, present};

/// Runs `main`.
pub struct Run {
    /// The code.
    pub params: Params,
    /// The sandbox.
    pub runner: Option<Arc<dyn CodeRunner>>,
}

#[async_trait]
impl Task for Run {
    async fn run(&self, cx: &TaskCx, inputs: Inputs) -> Result<Output, NodeError> {
        let runner = present(self.runner.as_ref(), "the code sandbox")?;
        let Params { language, code, network } = self.params.clone();
        let CodeOutcome { output, console, console_cut } =
            runner.run(cx, CodeCall { language, code, params: inputs.values, network }).await?;
        let raw = Some(json!({ "output": output, "console": console, "console_cut": console_cut }));
        match output {
            Value::Object(values) => Ok(Output { raw, ..Output::of(values) }),
            // A function that returns nothing has done its work.
            Value::Null => Ok(Output { raw, ..Output::default() }),
            _ => Err(NodeError::lasting("code_failed", "`main` must return an object with the declared outputs")),
        }
    }
}
