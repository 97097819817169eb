//! Runs of workflows: starting, waiting for the end, trying one node, taking a run again from a step.
//!
//! What a run needs is frozen at its start: its document and those it may call are stored by hash
//! ([`documents`]), so that edits and deletions do not touch it. Following, submitting and cancelling
//! are those of every run ([`crate::runtime`]).
//!
//! * [`start`]: from a request to a run; [`fork`]: from an earlier run to a new one; [`debug`]: how both are tried out;
//! * [`files`]: files among the inputs; [`tools`]: workflows that agents call;
//! * [`variables`]: what workflows keep for a person; [`http`]: the routes.

mod debug;
mod documents;
mod files;
mod fork;
pub mod http;
mod start;
mod tools;
pub(crate) mod variables;

use std::sync::Arc;

use flow::workflow::{AppVariables, Limits, WorkflowSource};

pub(crate) use documents::{load, uses};
pub use start::{Prepared, Start, Started, Thread};
pub(crate) use tools::spec as spec_of_call;

use crate::runtime::Runs;

/// Runs of workflows. Cheap to clone.
#[derive(Clone)]
pub struct Workflows {
    pub(crate) runs: Runs,
    source: Arc<dyn WorkflowSource>,
    limits: Limits,
    apps: Option<Arc<dyn AppVariables>>,
}

impl Workflows {
    /// Works on nothing by itself. `limits` are the instance's.
    pub fn new(runs: Runs, source: Arc<dyn WorkflowSource>, limits: Limits) -> Self {
        Self { runs, source, limits, apps: None }
    }

    /// With variables of apps; without it they are not set when a run begins.
    #[must_use]
    pub fn with_apps(self, apps: Option<Arc<dyn AppVariables>>) -> Self {
        Self { apps, ..self }
    }

    /// Runs of every kind.
    pub fn runs(&self) -> &Runs {
        &self.runs
    }
}
