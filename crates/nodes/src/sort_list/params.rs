//! What sorting asks for.

use serde::Deserialize;
use utoipa::ToSchema;

/// By what the list is sorted.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// The list.
    pub input: String,
    /// What decides, in order; the next where the one before is equal. None: the elements themselves.
    #[serde(default)]
    #[schema(default = json!([]))]
    pub by: Vec<Key>,
    /// So many of the first stay.
    #[serde(default)]
    pub limit: Option<u32>,
}

/// What decides.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Key {
    /// Keys into the element. Empty: the element itself.
    pub path: Vec<String>,
    /// The greatest first. Elements that have nothing there stay last.
    pub descending: bool,
}
