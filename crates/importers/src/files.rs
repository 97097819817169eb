//! All formats behind one port.

use flow::workflow::import::{Imported, Importers};
use serde_json::Value;
use types::{ErrorKind, Failure};

use crate::{MAX_BYTES, MAX_DEPTH, MAX_EDGES, MAX_NODES, MAX_VALUES, dify, n8n, text};

/// Readers of files of n8n and Dify.
#[derive(Debug, Default, Clone, Copy)]
pub struct Files;

impl Importers for Files {
    fn parse(&self, text: &str) -> Result<Value, Failure> {
        text::parse(text)
    }

    fn detect(&self, file: &Value) -> Option<&'static str> {
        if n8n::recognises(file) {
            Some("n8n")
        } else if dify::recognises(file) {
            Some("dify")
        } else {
            None
        }
    }

    fn import(&self, format: &str, file: &Value) -> Result<Imported, Failure> {
        bounded(file)?;
        match format {
            "n8n" => n8n::import(file),
            "dify" => dify::import(file),
            _ => Err(invalid(format!("no reader for the format `{format}`"))),
        }
    }
}

/// A file that is no workflow.
pub fn invalid(why: impl std::fmt::Display) -> Failure {
    let why = why.to_string();
    let shown: String = why.chars().take(300).collect();
    Failure::new(ErrorKind::Invalid, "workflow_file_invalid", format!("This file is no workflow that can be read: {shown}."))
        .about("document")
}

/// A file over a limit.
pub fn too_large() -> Failure {
    let message = format!(
        "The file is too large: at most {MAX_NODES} nodes, {MAX_EDGES} edges, {} MiB, {MAX_VALUES} values and {MAX_DEPTH} levels.",
        MAX_BYTES >> 20
    );
    Failure::new(ErrorKind::TooLarge, "workflow_file_too_large", message).about("document")
}

/// Refuses what is larger or deeper than any reader should walk.
fn bounded(file: &Value) -> Result<(), Failure> {
    let mut left = MAX_VALUES;
    let mut bytes = MAX_BYTES;
    let mut level: Vec<(&Value, usize)> = vec![(file, 0)];
    while let Some((value, depth)) = level.pop() {
        left = left.checked_sub(1).filter(|_| depth <= MAX_DEPTH).ok_or_else(too_large)?;
        match value {
            Value::Array(items) => level.extend(items.iter().map(|item| (item, depth + 1))),
            Value::Object(map) => {
                for (key, item) in map {
                    bytes = bytes.checked_sub(key.len()).ok_or_else(too_large)?;
                    level.push((item, depth + 1));
                }
            }
            Value::String(text) => bytes = bytes.checked_sub(text.len()).ok_or_else(too_large)?,
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    Ok(())
}
