//! What assigning a variable asks for.

use flow::workflow::VariableScope;
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
    /// Whose variable. Those of the system are read only.
    pub scope: Scope,
    /// Its name, then keys into it.
    pub path: Vec<String>,
    /// The input whose value it gets.
    pub input: String,
}

/// Whose variables can be set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Of the run and its sub-workflows.
    App,
    /// Of the user; kept.
    User,
}

impl From<Scope> for VariableScope {
    fn from(scope: Scope) -> Self {
        match scope {
            Scope::App => Self::App,
            Scope::User => Self::User,
        }
    }
}
