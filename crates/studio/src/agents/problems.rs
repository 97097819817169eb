//! What is wrong with a document. Pure: what exists is handed in.

use std::collections::{BTreeMap, HashSet};

use flow::agent::{AgentConfig, AgentTool, Variable};
use flow::tool::Toolbox;
use serde_json::Value;
use types::WorkflowId;

use super::model::Problem;
use crate::models::{Configured, Kind};
use crate::workflows::as_tools::Named;

/// What the workflows among the tools are, by id and version.
type Workflows = BTreeMap<(WorkflowId, Option<String>), Named>;

/// Most tools of an agent; vendors end at 64 or 128.
const TOOLS: usize = 64;
/// Longest prompt, in characters.
const PROMPT: usize = 100_000;
/// Longest of the other texts, in characters.
const TEXT: usize = 20_000;
/// Most variables.
const VARIABLES: usize = 100;
/// Most suggested questions.
const QUESTIONS: usize = 20;
/// Most rounds of history.
const HISTORY: u32 = 100;
/// Largest JSON schema of a client tool, in bytes.
const SCHEMA: usize = 32 * 1024;

/// All problems, in the order of the document. `models` are those the workspace can use.
/// `workflows`: what the workflows among the tools are.
pub fn find(config: &AgentConfig, models: &[Configured], toolbox: &Toolbox, workflows: &Workflows) -> Vec<Problem> {
    let mut problems = Problems(Vec::new());
    texts(config, &mut problems);
    variables(config, &mut problems);
    model(config, models, &mut problems);
    tools(config, models, toolbox, workflows, &mut problems);
    limits(config, &mut problems);
    problems.0
}

struct Problems(Vec<Problem>);

impl Problems {
    fn blocking(&mut self, field: impl Into<String>, code: &'static str, message: impl Into<String>) {
        self.0.push(Problem { field: field.into(), code, message: message.into(), blocking: true });
    }

    fn warning(&mut self, field: impl Into<String>, code: &'static str, message: impl Into<String>) {
        self.0.push(Problem { field: field.into(), code, message: message.into(), blocking: false });
    }
}

fn texts(config: &AgentConfig, problems: &mut Problems) {
    let mut bounded = |field: String, text: &str, most: usize| {
        if text.chars().count() > most {
            problems.blocking(field, "too_long", format!("This text is longer than {most} characters."));
        }
    };
    bounded("prompt".into(), &config.prompt, PROMPT);
    bounded("opening.message".into(), &config.opening.message, TEXT);
    bounded("follow_up.prompt".into(), config.follow_up.prompt.as_deref().unwrap_or_default(), TEXT);
    for (i, question) in config.opening.suggested_questions.iter().enumerate() {
        bounded(format!("opening.suggested_questions[{i}]"), question, 1000);
    }
    if config.opening.suggested_questions.len() > QUESTIONS {
        let message = format!("An agent has at most {QUESTIONS} suggested questions.");
        problems.blocking("opening.suggested_questions", "too_many", message);
    }
}

fn variables(config: &AgentConfig, problems: &mut Problems) {
    if config.variables.len() > VARIABLES {
        problems.blocking("variables", "too_many", format!("An agent has at most {VARIABLES} variables."));
    }
    let mut seen = HashSet::new();
    for (i, Variable { name, description, default }) in config.variables.iter().enumerate() {
        let field = format!("variables[{i}]");
        if !is_variable_name(name) {
            let message = "The name of a variable has 1 to 64 letters, digits and `_`, and does not begin with a digit.";
            problems.blocking(format!("{field}.name"), "variable_name_invalid", message);
        } else if !seen.insert(name.as_str()) {
            problems.blocking(format!("{field}.name"), "variable_duplicate", format!("There are two variables `{name}`."));
        }
        if description.chars().count() > TEXT || default.chars().count() > TEXT {
            problems.blocking(field, "too_long", format!("This text is longer than {TEXT} characters."));
        }
    }
    let mut told = HashSet::new();
    for name in references(&config.prompt) {
        if !seen.contains(name) && told.insert(name) {
            let message =
                format!("The prompt uses `{{{{{name}}}}}`, but there is no variable `{name}`: it stays empty unless the caller gives it.");
            problems.warning("prompt", "variable_undeclared", message);
        }
    }
}

/// The names in `{{name}}`, in order. One pass, no regular expression.
pub fn references(prompt: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = prompt;
    while let Some(begin) = rest.find("{{") {
        rest = &rest[begin + 2..];
        let Some(end) = rest.find("}}") else { break };
        let name = rest[..end].trim();
        if is_variable_name(name) {
            found.push(name);
            rest = &rest[end + 2..];
        }
    }
    found
}

fn is_variable_name(name: &str) -> bool {
    let mut chars = name.chars();
    let first = chars.next().is_some_and(|c| c.is_alphabetic() || c == '_');
    first && name.chars().count() <= 64 && chars.all(|c| c.is_alphanumeric() || c == '_')
}

fn model(config: &AgentConfig, models: &[Configured], problems: &mut Problems) {
    let chosen = config.model.model_id.map(|id| (id, models.iter().find(|m| m.id == id)));
    match chosen {
        Some((id, None)) => {
            let message = format!("The model {id} does not exist (any more) or cannot be used in this workspace. Choose another one.");
            problems.blocking("model.model_id", "model_unavailable", message);
        }
        Some((_, Some(m))) if m.settings.kind != Kind::Chat => {
            let message = format!("The model “{}” makes vectors and cannot answer. Choose another one.", m.settings.name);
            problems.blocking("model.model_id", "model_unavailable", message);
        }
        _ => {}
    }
    if let Some((field, message)) = crate::models::wrong_params(&config.model.params) {
        problems.blocking(format!("model.params.{field}"), "parameter_invalid", format!("`{field}` {message}."));
    }
    let most = chosen.and_then(|(_, m)| m).and_then(|m| m.settings.max_output_tokens);
    if let (Some(asked), Some(most)) = (config.model.params.max_tokens, most)
        && asked > most
    {
        let message = format!("This model writes at most {most} tokens.");
        problems.blocking("model.params.max_tokens", "parameter_invalid", message);
    }
}

fn tools(config: &AgentConfig, models: &[Configured], toolbox: &Toolbox, workflows: &Workflows, problems: &mut Problems) {
    if config.tools.len() > TOOLS {
        problems.blocking("tools", "too_many", format!("An agent has at most {TOOLS} tools."));
        return;
    }
    let (mut seen, mut called) = (HashSet::new(), HashSet::new());
    for (i, tool) in config.tools.iter().enumerate() {
        let field = format!("tools[{i}]");
        if let Some(name) = tool.name().filter(|name| !seen.insert(*name)) {
            problems.blocking(format!("{field}.name"), "tool_duplicate", format!("There are two tools `{name}`."));
        }
        match tool {
            AgentTool::Builtin { name, .. } => {
                if toolbox.info(name).is_none() {
                    problems.blocking(format!("{field}.name"), "tool_unknown", format!("There is no tool `{name}`."));
                }
            }
            AgentTool::Client { name, description, parameters } => {
                if !is_tool_name(name) {
                    let message = "The name of a tool has 1 to 64 letters (a–z), digits, `_` and `-`.";
                    problems.blocking(format!("{field}.name"), "tool_name_invalid", message);
                } else if toolbox.info(name).is_some() {
                    let message = format!("`{name}` is the name of a built-in tool. Give the client's tool another one.");
                    problems.blocking(format!("{field}.name"), "tool_name_taken", message);
                }
                if description.chars().count() > TEXT {
                    problems.blocking(format!("{field}.description"), "too_long", format!("This text is longer than {TEXT} characters."));
                }
                if let Err(message) = check_schema(parameters) {
                    problems.blocking(format!("{field}.parameters"), "schema_invalid", message);
                }
            }
            AgentTool::Workflow { workflow, version } => {
                if !called.insert(workflow) {
                    problems.blocking(format!("{field}.workflow"), "tool_duplicate", format!("The workflow {workflow} is there twice."));
                }
                let named = workflows.get(&(*workflow, version.clone())).unwrap_or(&Named::Nothing);
                if let Some((at, code, message)) = wrong(*workflow, named) {
                    problems.blocking(format!("{field}.{at}"), code, message);
                }
            }
        }
    }
    let chosen = config.model.model_id.and_then(|id| models.iter().find(|m| m.id == id));
    if let Some(m) = chosen.filter(|m| !config.tools.is_empty() && !m.settings.capabilities.tools) {
        let message = format!("The model “{}” is set up as one that cannot call tools.", m.settings.name);
        problems.warning("tools", "model_without_tools", message);
    }
}

fn wrong(id: WorkflowId, named: &Named) -> Option<(&'static str, &'static str, String)> {
    match named {
        Named::Workflow(_) => None,
        Named::Nothing => {
            Some(("workflow", "workflow_missing", format!("The workflow {id} does not exist (any more) in this workspace. Remove it.")))
        }
        Named::Unpublished(name) => {
            Some(("workflow", "workflow_unpublished", format!("The workflow “{name}” is not published. Publish it first.")))
        }
        Named::NoVersion(name) => {
            Some(("version", "workflow_version_missing", format!("The workflow “{name}” has no such version. Choose another one.")))
        }
    }
}

fn is_tool_name(name: &str) -> bool {
    (1..=64).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

/// A JSON schema of an object that stands alone: no references to elsewhere.
fn check_schema(schema: &Value) -> Result<(), String> {
    let Some(object) = schema.as_object() else { return Err("The parameters are a JSON schema, a JSON object.".to_owned()) };
    if object.get("type").and_then(Value::as_str) != Some("object") {
        return Err("The JSON schema of the parameters must have `\"type\": \"object\"`.".to_owned());
    }
    if schema.to_string().len() > SCHEMA {
        return Err(format!("The JSON schema is larger than {SCHEMA} bytes."));
    }
    if has_outer_reference(schema) {
        return Err("The JSON schema must not refer to other documents (`$ref` begins with `#`).".to_owned());
    }
    jsonschema::validator_for(schema).map(drop).map_err(|e| {
        let text: String = e.to_string().chars().take(300).collect();
        format!("This is not a valid JSON schema: {text}.")
    })
}

fn has_outer_reference(value: &Value) -> bool {
    match value {
        Value::Object(map) => map.iter().any(|(key, value)| {
            let reference = matches!(key.as_str(), "$ref" | "$dynamicRef" | "$recursiveRef");
            (reference && value.as_str().is_some_and(|r| !r.starts_with('#'))) || has_outer_reference(value)
        }),
        Value::Array(items) => items.iter().any(has_outer_reference),
        _ => false,
    }
}

fn limits(config: &AgentConfig, problems: &mut Problems) {
    if config.history_rounds > HISTORY {
        problems.blocking("history_rounds", "out_of_range", format!("At most {HISTORY} rounds of history."));
    }
    if !(1..=100).contains(&config.budget.max_rounds) {
        problems.blocking("budget.max_rounds", "out_of_range", "Between 1 and 100 rounds.");
    }
    if !(1..=86_400).contains(&config.budget.max_seconds) {
        problems.blocking("budget.max_seconds", "out_of_range", "Between 1 second and 86400 seconds (a day).");
    }
    if config.budget.max_cost.is_some_and(|c| !c.is_finite() || c <= 0.0) {
        problems.blocking("budget.max_cost", "out_of_range", "A limit of cost is a number greater than 0; without one there is no limit.");
    }
}
