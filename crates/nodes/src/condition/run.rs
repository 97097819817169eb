//! Which way.
//!
//! | operator | `null` on the left | `null` on the right |
//! |---|---|---|
//! | equal, not_equal | equal to `null` only | the same |
//! | longer / longer_equal | no / if the right is 0 | counts as 0 |
//! | shorter / shorter_equal | if the right is not 0 / yes | counts as 0 |
//! | contains, not_contains | no | no / yes |
//! | greater / greater_equal | no / if the right is `null` | yes |
//! | less / less_equal | unless the right is `null` / yes | no |

use flow::node::{Inputs, NodeError, Output, Pure};
use flow::value::expr::Expression;
use serde_json::Value;
use types::Timestamp;

use super::params::{Condition, Logic, Operator};
use super::{ELSE, compare};

/// Branches in order.
pub struct Run {
    /// Each with its test.
    pub branches: Vec<Test>,
}

/// When a branch holds.
pub enum Test {
    /// CEL.
    Expression(Expression),
    /// Comparisons.
    Comparisons(Logic, Vec<Condition>),
}

impl Pure for Run {
    fn run(&self, inputs: &Inputs, now: Timestamp) -> Result<Output, NodeError> {
        for (at, test) in self.branches.iter().enumerate() {
            if test.holds(inputs, now)? {
                let taken = Output::one("result", format!("pass to condition {} branch", at + 1));
                return Ok(Output { port: Some(format!("branch_{at}")), ..taken });
            }
        }
        Ok(Output { port: Some(ELSE.to_owned()), ..Output::one("result", "pass to else branch") })
    }
}

impl Test {
    fn holds(&self, inputs: &Inputs, now: Timestamp) -> Result<bool, NodeError> {
        match self {
            Self::Expression(expression) => match expression.run(&inputs.values, now)? {
                Value::Bool(holds) => Ok(holds),
                Value::Null => Ok(false),
                _ => Err(NodeError::lasting("expression_failed", "the expression of a branch must give true or false")),
            },
            Self::Comparisons(logic, conditions) => {
                for condition in conditions {
                    if holds(condition, inputs)? == (*logic == Logic::Or) {
                        return Ok(*logic == Logic::Or);
                    }
                }
                Ok(*logic == Logic::And)
            }
        }
    }
}

fn holds(condition: &Condition, inputs: &Inputs) -> Result<bool, NodeError> {
    let value = |name: &str| {
        if inputs.absent.iter().any(|absent| absent == name) { &Value::Null } else { inputs.get(name).unwrap_or(&Value::Null) }
    };
    let left = value(&condition.left);
    let right = condition.right.as_deref().map_or(&Value::Null, value);
    decide(condition.operator, left, right)
}

/// Whether a comparison holds.
pub fn decide(operator: Operator, left: &Value, right: &Value) -> Result<bool, NodeError> {
    use Operator as Op;
    let (nothing, against_nothing) = (left.is_null(), right.is_null());
    Ok(match operator {
        Op::Equal => compare::equal(left, right),
        Op::NotEqual => !compare::equal(left, right),
        Op::Longer | Op::Greater if nothing => false,
        Op::LongerEqual if nothing => compare::wanted(right)? == 0.0,
        Op::Shorter if nothing => compare::wanted(right)? != 0.0,
        Op::ShorterEqual | Op::LessEqual if nothing => true,
        Op::Longer => compare::length(left)? > compare::wanted(right)?,
        Op::LongerEqual => compare::length(left)? >= compare::wanted(right)?,
        Op::Shorter => compare::length(left)? < compare::wanted(right)?,
        Op::ShorterEqual => compare::length(left)? <= compare::wanted(right)?,
        Op::Contains => !nothing && compare::contains(left, right)?,
        Op::NotContains => !nothing && !compare::contains(left, right)?,
        Op::Empty => compare::is_empty(left),
        Op::NotEmpty => !compare::is_empty(left),
        Op::IsTrue => *left == Value::Bool(true),
        Op::IsFalse => nothing || *left == Value::Bool(false),
        Op::GreaterEqual if nothing => against_nothing,
        Op::Less if nothing => !against_nothing,
        Op::Greater | Op::GreaterEqual if against_nothing => true,
        Op::Less | Op::LessEqual if against_nothing => false,
        Op::Greater => compare::order(left, right)?.is_gt(),
        Op::GreaterEqual => compare::order(left, right)?.is_ge(),
        Op::Less => compare::order(left, right)?.is_lt(),
        Op::LessEqual => compare::order(left, right)?.is_le(),
    })
}
