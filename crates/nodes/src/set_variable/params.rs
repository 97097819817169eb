//! What setting a variable asks for.

use flow::workflow::Ref;
use serde::Deserialize;
use utoipa::ToSchema;

/// What is set to what.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// The variables, set in order.
    pub set: Vec<Set>,
}

/// A variable to set.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Set {
    /// A variable of a loop around this node, or a part of it.
    pub variable: Ref,
    /// The input whose value it gets.
    pub input: String,
}
