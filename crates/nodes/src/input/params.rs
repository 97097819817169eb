//! What the input node asks for: nothing; its form are its declared outputs.

use serde::Deserialize;
use utoipa::ToSchema;

/// No parameters.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Params {}
