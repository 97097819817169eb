//! The port of knowledge bases: finding slices, adding and removing documents.

use async_trait::async_trait;
use flow::node::NodeError;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Caller;

/// Knowledge bases.
///
/// Errors: `knowledge_not_found` (lasting) for a knowledge base that is not the workspace's, or none
/// at all; `knowledge_failed` for what may pass.
#[async_trait]
pub trait Knowledge: Send + Sync {
    /// The slices that answer the query best, the best first, at most `top_k`.
    async fn retrieve(&self, caller: &Caller, query: Query) -> Result<Vec<Slice>, NodeError>;

    /// Fetches a file, and adds it as a document. It is found by queries once it is indexed, which may be later.
    async fn write(&self, caller: &Caller, document: NewDocument) -> Result<Written, NodeError>;

    /// Removes a document; `false`: there was none.
    async fn delete(&self, caller: &Caller, knowledge: &str, document: &str) -> Result<bool, NodeError>;
}

/// How slices are found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Strategy {
    /// By meaning.
    #[default]
    Semantic,
    /// By meaning and by words.
    Hybrid,
    /// By words.
    FullText,
}

/// What is looked for.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Query {
    /// In which knowledge bases.
    pub knowledge_ids: Vec<String>,
    /// In words.
    #[serde(rename = "query")]
    pub text: String,
    /// How.
    pub strategy: Strategy,
    /// Slices at most.
    pub top_k: u32,
    /// Slices below this (0 to 1) are left out.
    pub min_score: f64,
    /// Sort again by a model made for it.
    pub rerank: bool,
    /// Let a model make the query clearer first, with the conversation in view.
    pub rewrite: bool,
    /// Ask tables by SQL that a model writes.
    pub nl2sql: bool,
    /// Documents of the caller only.
    pub personal_only: bool,
    /// Rounds of the conversation that a rewrite sees; 0: none.
    pub history_rounds: u32,
}

/// A piece of a document.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Slice {
    /// Of which document.
    #[serde(rename = "documentId")]
    pub document_id: String,
    /// The text.
    pub output: String,
}

/// How a file is read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ParsingMode {
    /// Its text.
    #[default]
    Fast,
    /// Its structure too.
    Accurate,
}

/// How a file is read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Parsing {
    /// Quick or exact.
    pub mode: ParsingMode,
    /// Take out pictures.
    pub images: bool,
    /// Take out tables.
    pub tables: bool,
    /// Read the text in pictures.
    pub ocr: bool,
}

/// How the text is cut.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChunkingMode {
    /// As the knowledge base does it.
    #[default]
    Default,
    /// As said here.
    Custom,
}

/// How the text is cut.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Chunking {
    /// By whose rules.
    pub mode: ChunkingMode,
    /// A cut is made here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub separator: Option<String>,
    /// Tokens of a slice at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_tokens: Option<u32>,
    /// What a slice repeats of the one before it, 0 to 1 of its length.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overlap: Option<f64>,
}

/// A document to add.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NewDocument {
    /// To which knowledge base.
    pub knowledge: String,
    /// Where the file is.
    pub url: String,
    /// Its name; empty: from the address.
    pub name: String,
    /// How it is read.
    pub parsing: Parsing,
    /// How its text is cut.
    pub chunking: Chunking,
}

/// A document that was added.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    /// Its id.
    pub document_id: String,
    /// The file's name.
    pub file_name: String,
    /// Where the file is kept.
    pub file_url: String,
}
