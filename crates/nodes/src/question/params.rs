//! What the question node asks for.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How people answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// In words.
    #[default]
    Text,
    /// By options.
    Options,
}

const fn three() -> u32 {
    3
}

model_params! {
    /// The question, how it is answered, and the model that reads the answers.
    pub struct Params {
        /// The question, with `{{input}}`.
        pub question: String,
        /// How people answer.
        #[serde(default)]
        pub answer: Answer,
        /// What people can choose, 26 at most; each has its own way out.
        #[serde(default)]
        pub options: Vec<String>,
        /// An input with a list of texts, instead of `options`.
        #[serde(default)]
        pub options_from: Option<String>,
        /// Answers that are asked for before the node gives up (`extract`).
        #[serde(default = "three")]
        pub max_rounds: u32,
        /// A model takes the declared outputs out of the answers, and asks for what is missing.
        #[serde(default)]
        pub extract: bool,
    }
}
