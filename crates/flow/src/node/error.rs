//! How nodes fail.

use crate::run::RunError;

/// Why a node failed, as people, models and `errorBody` are told. Never a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct NodeError {
    /// Stable code: `node_timeout`, `code_failed`, `http_status`, `model_failed`, ….
    pub code: String,
    /// One sentence.
    pub message: String,
    /// Another attempt may succeed; retries are spent on these only.
    pub transient: bool,
}

impl NodeError {
    /// Another attempt may succeed.
    pub fn new(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self { code: code.into(), message: message.into(), transient: true }
    }

    /// Another attempt would fail the same way: wrong input, missing service.
    pub fn lasting(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self { transient: false, ..Self::new(code, message) }
    }

    /// The number in `errorBody.errorCode`, by which branches of imported canvases tell failures apart.
    pub fn number(&self) -> i64 {
        Self::number_of(&self.code).unwrap_or(777_777_775)
    }

    /// The number that a code has in Coze; `None`: it has none of its own.
    pub fn number_of(code: &str) -> Option<i64> {
        Some(match code {
            "missing_required" => 720_702_002,
            "type_mismatch" => 720_702_001,
            "template_index" => 720_712_014,
            "template_null" => 777_777_774,
            "question_without_options" => 720_712_049,
            "node_timeout" => 777_777_776,
            "run_cancelled" => 777_777_777,
            "conversation_not_found" => 777_777_762,
            "conversation_needs_app" => 702_093_204,
            "conversation_default_only" => 720_712_033,
            "conversation_fixed" => 720_702_250,
            code if code == "code_failed" || code.starts_with("sandbox_") => 305_000_002,
            _ => return None,
        })
    }

    /// A service this node needs is not there.
    pub fn unavailable(what: &str) -> Self {
        Self::lasting("not_available", format!("{what} is not available on this instance"))
    }
}

impl From<NodeError> for RunError {
    fn from(error: NodeError) -> Self {
        Self { code: error.code, message: error.message }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn branches_of_canvases_find_the_numbers_of_coze() {
        let number = |code: &str| NodeError::new(code, "x").number();
        assert_eq!(number("template_index"), 720_712_014);
        assert_eq!(number("template_null"), 777_777_774);
        assert_eq!(number("question_without_options"), 720_712_049);
        assert_eq!(number("missing_required"), 720_702_002);
        assert_eq!(number("type_mismatch"), 720_702_001);
        assert_eq!((number("code_failed"), number("sandbox_memory")), (305_000_002, 305_000_002));
        assert_eq!(number("model_failed"), 777_777_775);
    }
}
