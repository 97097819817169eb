//! What the approval node asks for.

use serde::Deserialize;
use utoipa::ToSchema;

/// The question, and what the two answers are called.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// What is to be decided, with `{{input}}`.
    pub message: String,
    /// What the yes is called; absent: in the reader's language.
    #[serde(default)]
    pub approve_label: Option<String>,
    /// What the no is called; absent: in the reader's language.
    #[serde(default)]
    pub reject_label: Option<String>,
}
