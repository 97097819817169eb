//! What aggregation asks for.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What is computed over a list. Each function is an output of its name; with groups there is one output `groups`.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// The list.
    pub input: String,
    /// Keys into the elements. Empty: the elements themselves.
    #[serde(default)]
    #[schema(default = json!([]))]
    pub path: Vec<String>,
    /// What is computed.
    pub functions: Vec<Function>,
    /// Keys into the elements: those with the same value there are one group.
    #[serde(default)]
    #[schema(default = json!([]))]
    pub group_by: Vec<String>,
    /// Stands between joined elements.
    #[serde(default = "comma")]
    #[schema(default = ",")]
    pub separator: String,
}

fn comma() -> String {
    ",".to_owned()
}

/// What is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Function {
    /// How many there are.
    Count,
    /// The sum of the numbers.
    Sum,
    /// The mean of the numbers.
    Avg,
    /// The least.
    Min,
    /// The greatest.
    Max,
    /// The first.
    First,
    /// The last.
    Last,
    /// All as one text.
    Join,
    /// Each different one once.
    Distinct,
}

impl Function {
    /// Name of the output.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Sum => "sum",
            Self::Avg => "avg",
            Self::Min => "min",
            Self::Max => "max",
            Self::First => "first",
            Self::Last => "last",
            Self::Join => "join",
            Self::Distinct => "distinct",
        }
    }
}
