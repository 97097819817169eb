//! It asks for nothing.

use serde::Deserialize;
use utoipa::ToSchema;

/// Nothing.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Params {}
