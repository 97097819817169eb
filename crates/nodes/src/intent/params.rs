//! What the intent node asks for.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How thoroughly.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// The model answers with a number, without a reason.
    Fast,
    /// The model says why.
    #[default]
    Full,
}

model_params! {
    /// The intents, and the model that tells them apart.
    pub struct Params {
        /// How thoroughly.
        #[serde(default)]
        pub mode: Mode,
        /// What each intent means, in words; the first has the number 1.
        pub intents: Vec<String>,
    }
}
