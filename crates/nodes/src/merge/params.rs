//! What a merge asks for.

use serde::Deserialize;
use utoipa::ToSchema;

/// What is merged.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// One output each.
    pub groups: Vec<Group>,
}

/// Values of which one is taken.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Name of the output.
    pub name: String,
    /// The first of these that is there is the output.
    pub inputs: Vec<String>,
}
