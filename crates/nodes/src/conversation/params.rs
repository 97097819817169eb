//! What the conversation nodes ask for: nothing; everything is an input.

use serde::Deserialize;
use utoipa::ToSchema;

/// No parameters.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Params {}
