//! Workflows from files of other products: what became of them, and the port that readers of such files implement.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use types::Failure;
use utoipa::ToSchema;

use super::{Document, NodeId};
use crate::tool::Localized;

/// What became of a file or a document.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Report {
    /// Node by node.
    pub nodes: Vec<NodeReport>,
    /// About the whole.
    pub notes: Vec<Note>,
}

impl Report {
    /// Whether nothing was left out.
    pub fn is_complete(&self) -> bool {
        !self.nodes.iter().flat_map(|node| &node.notes).chain(&self.notes).any(|note| note.level == Level::NotSupported)
    }
}

/// What became of a node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NodeReport {
    /// Its id in the document.
    pub node: NodeId,
    /// Its title.
    pub title: String,
    /// Its type in the other product; of Coze a number as text; empty: there is none.
    pub source_type: String,
    /// Its kind in Hearth.
    pub kind: String,
    /// In one word.
    pub outcome: Outcome,
    /// What somebody should know.
    pub notes: Vec<Note>,
}

/// What became of a node, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It does what it did.
    CarriedOver,
    /// Some of it is different; the notes say what.
    Changed,
    /// The other side has no such node.
    NotSupported,
}

/// How much a note matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// It was carried over, but a value looks wrong.
    Warning,
    /// It names something of the other instance; choose what it is here.
    NeedsMapping,
    /// It is different now.
    Changed,
    /// It was left out.
    NotSupported,
}

/// One thing somebody should know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Note {
    /// How much it matters.
    pub level: Level,
    /// Stable; listed in `docs/reference/coze-compatibility.md` and `docs/reference/imports.md`.
    pub code: String,
    /// Of which part: a name, a port, an id; empty: the whole.
    pub subject: String,
    /// For people.
    pub message: Localized,
}

/// A file as a document.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// What it is called there; may be empty.
    pub name: String,
    /// What is said of it there; may be empty.
    pub description: String,
    /// The document. It may still be wrong in itself, as the file may be: [`super::check()`] says.
    pub document: Document,
    /// What became of each node.
    pub report: Report,
}

/// Readers of files of other products. They translate only: nothing is executed, fetched or looked up.
pub trait Importers: Send + Sync {
    /// What a text holds that is no JSON. Fails with `workflow_file_invalid`, `workflow_file_too_large`.
    fn parse(&self, text: &str) -> Result<Value, Failure>;

    /// The format that a file looks like; `None`: no one of these.
    fn detect(&self, file: &Value) -> Option<&'static str>;

    /// Reads a file of this format. Whatever can be read is; the report says what is different. Fails with
    /// `workflow_file_invalid`, `workflow_file_too_large`.
    fn import(&self, format: &str, file: &Value) -> Result<Imported, Failure>;
}
