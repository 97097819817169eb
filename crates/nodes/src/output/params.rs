//! What an output asks for.

use serde::Deserialize;
use utoipa::ToSchema;

/// What is told.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// The message; `{{name}}` stands for an input.
    pub message: String,
    /// The message is shown while it is being written.
    pub streaming: bool,
}
