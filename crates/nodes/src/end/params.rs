//! What the end asks for.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How the run ends.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// What the result is: the inputs as they are, or a text made of them.
    pub mode: Mode,
    /// The text; `{{name}}` stands for an input.
    pub answer: String,
    /// The text is shown while it is being written.
    pub streaming: bool,
}

/// What the result is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// The inputs.
    #[default]
    Variables,
    /// A text.
    Answer,
}
