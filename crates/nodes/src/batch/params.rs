//! What a batch asks for.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::reading::Collected;

/// How many elements, and what comes out.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// Elements at most; an input `size` overrides it.
    #[serde(default = "size")]
    #[schema(default = 100, minimum = 1)]
    pub size: u32,
    /// How many at once; an input `concurrency` overrides it.
    #[serde(default = "concurrency")]
    #[schema(default = 10, minimum = 1)]
    pub concurrency: u32,
    /// The outputs.
    #[serde(default)]
    #[schema(default = json!([]))]
    pub collect: Vec<Collected>,
}

const fn size() -> u32 {
    100
}

const fn concurrency() -> u32 {
    10
}
