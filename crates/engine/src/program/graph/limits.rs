//! Limits of a run: the smaller of the document's and those it was started with (its workspace's and the instance's).

use flow::node::NodeError;
use flow::run::{NodeResult, RunError};
use flow::workflow::{Limits, least};

use super::output::bytes;
use super::state::{At, State};

/// Workflows in workflows when nobody says.
const MAX_DEPTH: u32 = 32;

impl State {
    fn limit<T: Ord>(&self, of: fn(&Limits) -> Option<T>) -> Option<T> {
        let own = self.plan.as_ref().ok().and_then(|plan| of(&plan.root.limits));
        let instance = self.run().and_then(|run| of(&run.limits));
        least(own, instance)
    }

    pub(super) fn max_seconds(&self) -> Option<u64> {
        self.limit(|limits| limits.max_seconds)
    }

    pub(super) fn max_depth(&self) -> u32 {
        self.limit(|limits| limits.max_depth).unwrap_or(MAX_DEPTH)
    }

    /// Why no further step may begin, if so.
    pub(super) fn exceeded(&self) -> Option<RunError> {
        let steps = self.limit(|limits| limits.max_steps);
        if let Some(limit) = steps.filter(|limit| u64::from(self.steps) >= *limit) {
            return Some(error("limit_steps", format!("The run took {limit} steps, which is its limit.")));
        }
        let bytes = self.limit(|limits| limits.max_bytes);
        if let Some(limit) = bytes.filter(|limit| self.held > *limit) {
            return Some(error("limit_bytes", format!("The values of the run take more than {limit} bytes, which is its limit.")));
        }
        None
    }

    /// What a node gave, unless it is more than it may give.
    pub(super) fn bounded(&self, at: At, result: NodeResult) -> Result<NodeResult, NodeError> {
        let limit = least(self.node(at).policy.max_output_bytes, self.limit(|limits| limits.max_output_bytes));
        match limit.filter(|limit| bytes(&result.output) > *limit) {
            None => Ok(result),
            Some(limit) => Err(NodeError::lasting("limit_output", format!("the node gives more than {limit} bytes, which is its limit"))),
        }
    }

    /// The error when time is up.
    pub(super) fn out_of_time(&self) -> RunError {
        let seconds = self.max_seconds().unwrap_or_default();
        error("limit_seconds", format!("The run worked longer than {seconds} seconds, which is its limit."))
    }
}

fn error(code: &str, message: String) -> RunError {
    RunError { code: code.to_owned(), message }
}
