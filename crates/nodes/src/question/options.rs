//! Options of a question, and which of them an answer is.

use flow::node::{Inputs, NodeError};
use flow::value::template::render_value;
use serde_json::{Value, json};

/// One for each letter.
pub const MAX_OPTIONS: usize = 26;

/// Letters.
const IDS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// The options of an input.
pub fn dynamic(inputs: &Inputs, name: &str) -> Result<Vec<String>, NodeError> {
    let options: Vec<String> = match inputs.get(name) {
        Some(Value::Array(items)) => items.iter().map(render_value).filter(|option| !option.trim().is_empty()).collect(),
        _ => Vec::new(),
    };
    if options.is_empty() {
        return Err(NodeError::lasting("question_without_options", format!("the input `{name}` gives no options to choose from")));
    }
    if options.len() > MAX_OPTIONS {
        let message = format!("the input `{name}` gives {} options; people can be shown {MAX_OPTIONS}", options.len());
        return Err(NodeError::lasting("question_too_many_options", message));
    }
    Ok(options)
}

/// The id of the option at this place.
pub fn id(at: usize) -> &'static str {
    IDS.get(at..=at).unwrap_or("other")
}

/// As people and programs are told.
pub fn shown(options: &[String]) -> Value {
    options.iter().enumerate().map(|(at, name)| json!({ "id": id(at), "name": name })).collect()
}

/// Which option an answer is: its text before its letter.
pub fn chosen(options: &[String], answer: &str) -> Option<usize> {
    let answer = answer.trim();
    let named = options.iter().position(|option| option.trim() == answer);
    named.or_else(|| (0..options.len()).find(|at| id(*at).eq_ignore_ascii_case(answer)))
}
