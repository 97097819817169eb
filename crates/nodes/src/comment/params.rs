//! What a comment asks for.

use serde::Deserialize;
use utoipa::ToSchema;

/// A note.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// What people read on the canvas.
    #[allow(dead_code, reason = "read by people, not by the engine")]
    pub text: String,
}
