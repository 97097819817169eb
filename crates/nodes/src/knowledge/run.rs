//! From inputs to requests of the port, from its answers to outputs.

use async_trait::async_trait;
use flow::node::{Inputs, NodeError, Output, Task, TaskCx};
use flow::value::Values;
use serde_json::{Value, json};

use super::Port;
use crate::ports::knowledge::{Chunking, NewDocument, Parsing, Query, Slice};
use crate::ports::{Caller, present};

/// Slices as an output.
pub(super) fn list(slices: &[Slice]) -> Value {
    slices.iter().map(|slice| json!(slice)).collect()
}

/// Finds slices.
pub struct Retrieve {
    pub(super) port: Port,
    /// Without the words.
    pub(super) query: Query,
}

#[async_trait]
impl Task for Retrieve {
    async fn run(&self, cx: &TaskCx, inputs: Inputs) -> Result<Output, NodeError> {
        let query = Query { text: inputs.text("Query"), ..self.query.clone() };
        let slices = present(self.port.as_ref(), "Knowledge")?.retrieve(&Caller::from(cx), query).await?;
        Ok(Output::one("outputList", list(&slices)))
    }
}

/// Adds a document.
pub struct Write {
    pub(super) port: Port,
    pub(super) knowledge: String,
    pub(super) parsing: Parsing,
    pub(super) chunking: Chunking,
}

#[async_trait]
impl Task for Write {
    async fn run(&self, cx: &TaskCx, inputs: Inputs) -> Result<Output, NodeError> {
        let (url, name) = file(inputs.get("knowledge"));
        if url.trim().is_empty() {
            return Err(NodeError::lasting("invalid_input", "the input `knowledge` holds no file"));
        }
        let document =
            NewDocument { knowledge: self.knowledge.clone(), url, name, parsing: self.parsing.clone(), chunking: self.chunking.clone() };
        let written = present(self.port.as_ref(), "Knowledge")?.write(&Caller::from(cx), document).await?;
        let given = [("documentId", written.document_id), ("fileName", written.file_name), ("fileUrl", written.file_url)];
        Ok(Output::of(given.into_iter().map(|(name, text)| (name.to_owned(), Value::from(text))).collect::<Values>()))
    }
}

/// Address and name of a file.
fn file(value: Option<&Value>) -> (String, String) {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
    match value {
        Some(Value::Object(file)) => (text(file.get("url")), text(file.get("name"))),
        other => (text(other), String::new()),
    }
}

/// Removes a document.
pub struct Delete {
    pub(super) port: Port,
    pub(super) knowledge: String,
}

#[async_trait]
impl Task for Delete {
    async fn run(&self, cx: &TaskCx, inputs: Inputs) -> Result<Output, NodeError> {
        let deleted =
            present(self.port.as_ref(), "Knowledge")?.delete(&Caller::from(cx), &self.knowledge, &inputs.text("documentID")).await?;
        Ok(Output::one("isSuccess", deleted))
    }
}
