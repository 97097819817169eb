//! Why a canvas cannot be read at all.

use super::{MAX_BYTES, MAX_DEPTH, MAX_EDGES, MAX_NODES};

/// Why a canvas cannot be read. Whatever can be read is; what is odd in it stands in the report.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// No nodes anywhere in it.
    #[error("this is not a Coze canvas: {0}")]
    NotACanvas(String),
    /// Over a limit.
    #[error("the canvas is too large: at most {MAX_NODES} nodes, {MAX_EDGES} edges, {} MiB and {MAX_DEPTH} levels of JSON", MAX_BYTES >> 20)]
    TooLarge,
    /// References to this node would be ambiguous.
    #[error("two nodes of the canvas have the id {0}")]
    DuplicateNode(String),
}

impl ImportError {
    /// Stable code, as in `docs/errors.md`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotACanvas(_) => "canvas_invalid",
            Self::TooLarge => "canvas_too_large",
            Self::DuplicateNode(_) => "canvas_duplicate_node",
        }
    }
}
