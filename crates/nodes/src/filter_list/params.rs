//! What filtering asks for.

use serde::Deserialize;
use utoipa::ToSchema;

/// Which elements stay.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// The list.
    pub input: String,
    /// CEL that is true for elements that stay. Names: `item`, `index` (from 0), the inputs.
    pub expr: String,
    /// Elements for which it is false stay instead.
    #[serde(default)]
    #[schema(default = false)]
    pub negate: bool,
}
