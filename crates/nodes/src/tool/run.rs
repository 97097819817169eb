//! Checks the arguments, calls the tool, spreads what it gave over the outputs.

use async_trait::async_trait;
use flow::node::{Inputs, NodeError, Output, Task, TaskCx};
use flow::tool::{ToolContext, ToolError, Toolbox};
use flow::value::Values;
use jsonschema::PatternOptions;
use serde_json::Value;

/// A call.
pub struct Call {
    pub(super) tools: Toolbox,
    pub(super) tool: String,
    /// The plugin it belongs to.
    pub(super) plugin: Option<String>,
    /// Names of the declared outputs.
    pub(super) outputs: Vec<String>,
}

#[async_trait]
impl Task for Call {
    async fn run(&self, cx: &TaskCx, inputs: Inputs) -> Result<Output, NodeError> {
        let (Some(tool), Some(info)) = (self.tools.get(&self.tool), self.tools.info(&self.tool)) else {
            return Err(self.missing());
        };
        let arguments = arguments(inputs, &info.parameters);
        check(&info.parameters, &arguments)?;
        let context = ToolContext {
            run: cx.run,
            workspace: cx.workspace,
            user: cx.user,
            idempotency_key: cx.idempotency_key.clone(),
            time_zone: cx.time_zone.clone(),
        };
        let given = tool.call(&context, arguments).await.map_err(failed)?;
        Ok(Output { raw: Some(given.clone()), ..Output::of(self.spread(given)) })
    }
}

impl Call {
    fn missing(&self) -> NodeError {
        match &self.plugin {
            Some(plugin) => NodeError::unavailable(&format!("The tool `{}` of the plugin {plugin}", self.tool)),
            None => NodeError::lasting("unknown_tool", format!("there is no tool `{}`", self.tool)),
        }
    }

    /// An object is the outputs; anything else is the only one, or `output`.
    fn spread(&self, given: Value) -> Values {
        match given {
            Value::Object(values) => values,
            other => {
                let name = match self.outputs.as_slice() {
                    [only] => only.clone(),
                    _ => "output".to_owned(),
                };
                Values::from_iter([(name, other)])
            }
        }
    }
}

/// The inputs. Zero values that stand for nothing are left out where the tool can do without.
fn arguments(inputs: Inputs, schema: &Value) -> Value {
    let required: Vec<&str> = schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    let Inputs { mut values, absent } = inputs;
    values.retain(|name, _| required.contains(&name.as_str()) || !absent.contains(name));
    Value::Object(values)
}

/// Patterns of schemas are matched in linear time. A schema that cannot be used checks nothing: the tool does.
fn check(schema: &Value, arguments: &Value) -> Result<(), NodeError> {
    let Ok(validator) = jsonschema::options().with_pattern_options(PatternOptions::regex()).build(schema) else {
        return Ok(());
    };
    match validator.iter_errors(arguments).next() {
        None => Ok(()),
        Some(error) => {
            let place = error.instance_path().as_str();
            let place = if place.is_empty() { "the arguments" } else { place };
            Err(NodeError::lasting("invalid_arguments", format!("{place}: {}", error.masked())))
        }
    }
}

fn failed(error: ToolError) -> NodeError {
    let lasting = matches!(error.code.as_str(), "invalid_arguments" | "egress_refused" | "unsupported_content" | "not_available");
    if lasting { NodeError::lasting(error.code, error.message) } else { NodeError::new(error.code, error.message) }
}
