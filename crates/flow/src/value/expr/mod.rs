//! CEL, the Common Expression Language (<https://cel.dev>), for conditions and computed inputs.
//!
//! Expressions come from outside, so everything about them is bounded: the length and nesting of the
//! source, and the work of a run, which is paid from a purse of [`FUEL`]: a step costs one, texts and
//! lists cost by their size before they are made. The largest bill is a fraction of a second.
//! That, the borrowing of inputs instead of copying them, and numbers that mix are why this is an
//! evaluator of our own; `docs/decisions/0005-expressions.md` says more. Tests hold it against the
//! `cel` crate.
//!
//! Names are the node's inputs, and `now`. An input whose source was skipped is `null`.
//! Beyond the standard: integers and doubles mix in arithmetic (the result is a double); unsigned
//! integers are integers; whole numbers beyond 64 bits are doubles; `timestamp` reads
//! `YYYY-MM-DD HH:MM:SS` too. Bytes and messages do not exist here.
//!
//! Reading order: `lex` → `parse` → `node` (what is parsed) → `eval` with `ops`, `calls`, `time`.

mod calls;
mod eval;
mod lex;
mod node;
mod ops;
mod parse;
#[cfg(test)]
mod tests;
mod time;
mod val;

use serde_json::Value;
use types::Timestamp;

use super::Values;
use crate::node::NodeError;

/// Bytes of source.
pub const MAX_SOURCE: usize = 16 * 1024;
/// What a run may spend.
pub const FUEL: u64 = 2_000_000;

/// Parentheses, lists and calls inside each other.
const MAX_NESTING: usize = 32;
/// Operations inside each other, `a + b + c` being two.
const MAX_DEPTH: usize = 160;
/// `map`, `filter`, `all`, … inside each other.
const MAX_LOOPS: usize = 4;

/// A parsed expression.
#[derive(Debug, Clone)]
pub struct Expression {
    root: node::Node,
    names: Vec<String>,
}

/// Why a source is no expression.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{line}:{column}: {message}")]
pub struct SyntaxError {
    /// One sentence without its place.
    pub message: String,
    /// 1, 2, ….
    pub line: usize,
    /// 1, 2, … in characters.
    pub column: usize,
}

impl Expression {
    /// Parses a source. Unknown functions, wrong numbers of arguments and patterns that cannot be
    /// compiled are found here, not in a run.
    pub fn parse(source: &str) -> Result<Self, SyntaxError> {
        parse::parse(source).map_err(|fault| fault.in_source(source))
    }

    /// The inputs that it uses, each once, in order; without `now` and the names of types.
    pub fn names(&self) -> Vec<&str> {
        self.names.iter().map(String::as_str).collect()
    }

    /// Computes it. Fails with `expression_failed` (no such key, types that do not go together, …) or
    /// `expression_limit` (it would take too long).
    pub fn run(&self, values: &Values, now: Timestamp) -> Result<Value, NodeError> {
        self.run_within(values, now, FUEL)
    }

    /// Computes it with this much fuel.
    pub fn run_within(&self, values: &Values, now: Timestamp, mut fuel: u64) -> Result<Value, NodeError> {
        self.run_from(values, now, &mut fuel)
    }

    /// Computes it and pays from a purse that several runs share.
    pub fn run_from(&self, values: &Values, now: Timestamp, purse: &mut u64) -> Result<Value, NodeError> {
        let mut run = eval::Run::new(values, now, *purse);
        let result = run.whole(&self.root);
        *purse = run.left();
        result.map_err(NodeError::from)
    }
}

/// Why a run of an expression failed.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Fault {
    /// Something that another branch of `||` and `&&` can make up for.
    Wrong(String),
    /// No fuel.
    Spent,
}

impl From<Fault> for NodeError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Wrong(message) => Self::lasting("expression_failed", message),
            Fault::Spent => Self::lasting("expression_limit", "the expression does more than it may; use a code node"),
        }
    }
}

fn wrong<T>(message: impl Into<String>) -> Result<T, Fault> {
    Err(Fault::Wrong(message.into()))
}
