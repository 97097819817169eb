//! What code asks for.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::ports::CodeLanguage;

/// The code.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// In which language it is written.
    pub language: CodeLanguage,
    /// The text. Its function `main` gets the inputs as `args.params` and returns the outputs.
    pub code: String,
    /// Hosts it may reach: `api.example.com`, `*.example.com`, perhaps with `:port`. None by default.
    #[serde(default)]
    #[schema(default = json!([]))]
    pub network: Vec<String>,
}
