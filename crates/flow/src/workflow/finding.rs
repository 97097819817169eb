//! What is wrong with a document, for people and programs.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::NodeId;
use crate::tool::Localized;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// It can run; somebody should look.
    Warning,
    /// It cannot be published or run.
    Error,
}

/// One thing that is wrong, at one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Finding {
    /// How bad.
    pub severity: Severity,
    /// Stable: `unknown_kind`, `missing_reference`, `cycle`, `not_connected`, ….
    pub code: String,
    /// Which node; `null`: the document.
    #[schema(required)]
    pub node: Option<NodeId>,
    /// JSON pointer into the node (or the document, without a node): `/inputs/0/value`.
    pub path: String,
    /// For people, in both languages.
    pub message: Localized,
}

impl Finding {
    /// An error at a place of a node.
    pub fn error(code: &str, node: Option<&NodeId>, path: impl Into<String>, message: Localized) -> Self {
        Self { severity: Severity::Error, code: code.to_owned(), node: node.cloned(), path: path.into(), message }
    }

    /// A warning at a place of a node.
    pub fn warning(code: &str, node: Option<&NodeId>, path: impl Into<String>, message: Localized) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, node, path, message) }
    }
}
