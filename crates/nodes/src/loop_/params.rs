//! What a loop asks for.

use flow::node::LoopOver;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::reading::Collected;

/// How often the body runs, and what comes out.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// How often: once for each element of the lists among the inputs, as often as the input `count` says, or until a break.
    #[serde(default)]
    #[schema(default = "lists")]
    pub over: Over,
    /// Inputs that are variables of the loop: an iteration reads them and may set them.
    #[serde(default)]
    #[schema(default = json!([]))]
    pub variables: Vec<String>,
    /// The outputs.
    #[serde(default)]
    #[schema(default = json!([]))]
    pub collect: Vec<Collected>,
}

/// How often.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Over {
    /// Once for each element.
    #[default]
    Lists,
    /// So many times.
    Count,
    /// Until a break.
    Forever,
}

impl From<Over> for LoopOver {
    fn from(over: Over) -> Self {
        match over {
            Over::Lists => Self::Lists,
            Over::Count => Self::Count,
            Over::Forever => Self::Forever,
        }
    }
}
