//! How a run is tried out, as it is asked for: pins, breakpoints, stepping.

use std::collections::{BTreeMap, BTreeSet};

use flow::run::{Debugging, Pin, WorkflowRun};
use flow::value::Values;
use serde::Deserialize;
use types::Failure;
use utoipa::ToSchema;

use crate::program::graph::{self, DebugError, Plan};

/// How a run is tried out. Nodes are named by their id; a node of the workflow that the node `call` calls is `call/id`.
/// A node inside a loop or batch is meant in every iteration.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Tries {
    /// Outputs of nodes that are not run, by node: they are taken as given, and the node's step is marked `pinned`. They must fit
    /// the node's declared types.
    #[schema(value_type = Object, default = json!({}))]
    pub(super) pins: BTreeMap<String, Values>,
    /// The ways out that pinned nodes take, by node, where that is not `out` (`branch_0`, `else`, …).
    #[schema(default = json!({}))]
    pub(super) pin_ports: BTreeMap<String, String>,
    /// The run waits before each of these nodes begins, with a call of kind `breakpoint`.
    #[schema(default = json!([]))]
    pub(super) breakpoints: BTreeSet<String>,
    /// The run waits before every node.
    #[schema(default = false)]
    pub(super) step: bool,
}

impl Tries {
    /// What the run is given.
    pub(super) fn read(self) -> Result<Debugging, Failure> {
        let Self { pins, mut pin_ports, breakpoints, step } = self;
        let pin = |(node, outputs): (String, Values)| {
            let port = pin_ports.remove(&node);
            (node, Pin { outputs, port })
        };
        let pins = pins.into_iter().map(pin).collect();
        match pin_ports.keys().next() {
            Some(node) => Err(Failure::invalid("pin_ports", format!("`{node}` has a way out here and no outputs in `pins`."))),
            None => Ok(Debugging { pins, breakpoints, step }),
        }
    }
}

/// Whether a run can be tried out like that.
pub(super) fn check(run: &WorkflowRun, plan: &Plan) -> Result<(), Failure> {
    let Some(debugging) = &run.debugging else { return Ok(()) };
    graph::check(plan, debugging).map_err(|error| match &error {
        DebugError::Pin(_) => Failure::invalid("pins", format!("{error}.")),
        DebugError::Breakpoint(_) => Failure::invalid("breakpoints", format!("{error}.")),
    })
}
