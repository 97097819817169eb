//! What calling a workflow asks for.

use serde::Deserialize;
use utoipa::ToSchema;

/// Which workflow.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// Its id.
    pub workflow_id: String,
    /// Its published version; nothing: the draft.
    #[serde(default)]
    pub version: Option<String>,
    /// It ends with a text, not with variables. Kept for people: what counts is how the workflow ends.
    #[serde(default)]
    #[schema(default = false)]
    #[allow(dead_code, reason = "read by the canvas, not by the engine")]
    pub answer: bool,
}
