//! What text processing asks for.

use serde::Deserialize;
use utoipa::ToSchema;

/// What is done with texts.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(tag = "method", rename_all = "snake_case", deny_unknown_fields)]
pub enum Params {
    /// Puts texts together.
    Concat {
        /// The text; `{{name}}` stands for an input.
        template: String,
        /// Stands between the elements of a list.
        #[serde(default = "comma")]
        #[schema(default = ",")]
        separator: String,
    },
    /// Cuts a text.
    Split {
        /// The input that is cut.
        input: String,
        /// Where it is cut: at each of these. An empty one cuts between characters.
        delimiters: Vec<String>,
    },
}

fn comma() -> String {
    ",".to_owned()
}
