//! What a condition asks for.

use serde::Deserialize;
use utoipa::ToSchema;

/// The ways out; the first that holds is taken, else the way `else`.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// In order: `branch_0`, `branch_1`, ….
    pub branches: Vec<Branch>,
}

/// When a way out is taken: by comparisons, or by an expression.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum Branch {
    /// By an expression.
    Expression(ByExpression),
    /// By comparisons.
    Comparisons(ByComparisons),
}

/// By an expression.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ByExpression {
    /// CEL over the inputs that gives true or false.
    pub expr: String,
}

/// By comparisons.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ByComparisons {
    /// Whether all must hold, or one is enough.
    #[serde(default)]
    #[schema(default = "and")]
    pub logic: Logic,
    /// What is compared.
    pub conditions: Vec<Condition>,
}

/// How comparisons go together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Logic {
    /// All.
    #[default]
    And,
    /// One.
    Or,
}

/// A comparison.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// The input that is looked at.
    pub left: String,
    /// How.
    pub operator: Operator,
    /// The input that it is compared with.
    #[serde(default)]
    pub right: Option<String>,
}

/// How two values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Operator {
    /// The same; whole numbers and others are compared by value.
    Equal,
    /// Not the same.
    NotEqual,
    /// Longer than a number.
    Longer,
    /// At least as long as a number.
    LongerEqual,
    /// Shorter than a number.
    Shorter,
    /// At most as long as a number.
    ShorterEqual,
    /// A text within a text, an element of a list, a key of an object.
    Contains,
    /// Not within.
    NotContains,
    /// Nothing: `null`, an empty text, list or object, 0, false.
    Empty,
    /// Something.
    NotEmpty,
    /// True.
    IsTrue,
    /// False.
    IsFalse,
    /// Greater, later.
    Greater,
    /// Greater or equal.
    GreaterEqual,
    /// Less, earlier.
    Less,
    /// Less or equal.
    LessEqual,
}

impl Operator {
    /// Whether it looks at one value only.
    pub const fn is_unary(self) -> bool {
        matches!(self, Self::Empty | Self::NotEmpty | Self::IsTrue | Self::IsFalse)
    }
}
