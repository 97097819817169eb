//! `calculator`: arithmetic that models get wrong.
//!
//! The language is total: no variables, no loops, bounded length and depth (rule R16). Decimal
//! arithmetic is exact as long as the result is a decimal of at most 38 digits ([`number`]);
//! everything else is a 64-bit float, shown with 12 significant digits.

mod number;
mod parse;
#[cfg(test)]
mod tests;

use async_trait::async_trait;
use flow::tool::{Effect, Localized, Tool, ToolContext, ToolError, ToolInfo};
use serde::Deserialize;
use serde_json::{Value, json};

pub use number::Number;
pub use parse::evaluate;

/// Longest expression, in characters.
const LENGTH: usize = 1000;

/// The tool.
pub struct Calculator;

/// Why there is no result. The text is for the model, which can then correct itself.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Not an expression.
    #[error("At character {at}: {message}.")]
    Syntax {
        /// 1, 2, ….
        at: usize,
        /// What is wrong.
        message: String,
    },
    /// Longer or deeper than allowed.
    #[error("{0}")]
    TooLarge(String),
    /// `1/0`, `5 % 0`, `0^-1`.
    #[error("Division by zero.")]
    DivisionByZero,
    /// `sqrt(-1)`, `ln(0)`, `(-8)^(1/3)`.
    #[error("{0} has no real result.")]
    Undefined(String),
    /// Beyond 1.8e308.
    #[error("The result is too large to be calculated.")]
    Overflow,
}

impl Error {
    fn code(&self) -> &'static str {
        match self {
            Self::Syntax { .. } | Self::TooLarge(_) => "invalid_expression",
            Self::DivisionByZero => "division_by_zero",
            Self::Undefined(_) => "undefined",
            Self::Overflow => "overflow",
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Arguments {
    expression: String,
}

#[async_trait]
impl Tool for Calculator {
    fn info(&self) -> ToolInfo {
        ToolInfo {
            name: "calculator".to_owned(),
            title: Localized { zh: "计算器".to_owned(), en: "Calculator".to_owned() },
            description: "Evaluates an arithmetic expression. Use it for every calculation instead of doing it yourself. Operators: \
                          + - * / ^ (power), % (remainder, not per cent), parentheses. Functions: sqrt abs round floor ceil min max ln \
                          log10 log2 exp sin cos tan (angles in radians); round takes an optional number of digits. Constants: pi, e. \
                          Write numbers without thousands separators and write * explicitly: 2*pi, not 2pi."
                .to_owned(),
            parameters: json!({
                "type": "object",
                "properties": {
                    "expression": {
                        "type": "string",
                        "minLength": 1,
                        "maxLength": LENGTH,
                        "description": "For example (268.5 * 1.1) / 3 or round(sqrt(2), 4)."
                    }
                },
                "required": ["expression"],
                "additionalProperties": false
            }),
            effect: Effect::Pure,
        }
    }

    async fn call(&self, _: &ToolContext, arguments: Value) -> Result<Value, ToolError> {
        let Arguments { expression } = crate::arguments(arguments)?;
        match evaluate(&expression) {
            Ok(number) => Ok(json!({ "result": number.to_string() })),
            Err(error) => Err(ToolError::new(error.code(), error.to_string())),
        }
    }
}
