//! Arguments of tools and their schemas.

use jsonschema::PatternOptions;
use serde_json::Value;

/// Problems that are told to the model at most.
const PROBLEMS: usize = 3;

/// What is wrong with the arguments by the schema. A schema that is none refuses nothing: the tool
/// itself still checks. Patterns run on the linear-time engine (rule R16); nothing is fetched.
pub(super) fn violation(schema: &Value, arguments: &Value) -> Option<String> {
    let validator = jsonschema::options().with_pattern_options(PatternOptions::regex()).build(schema).ok()?;
    let problems: Vec<String> = validator
        .iter_errors(arguments)
        .take(PROBLEMS)
        .map(|error| {
            let place = error.instance_path().to_string();
            if place.is_empty() { error.to_string() } else { format!("{place}: {error}") }
        })
        .collect();
    if problems.is_empty() { None } else { Some(format!("The arguments do not fit the tool's schema: {}.", problems.join("; "))) }
}
