//! How a run is tried out: what is given instead of being run, and where it waits.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::value::Values;

/// For runs of people who build. Nodes are named by their id; a node of the workflow that the node `call` calls is
/// `call/id`. A node inside a loop or batch is meant in every iteration.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Debugging {
    /// Nodes that are not run.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub pins: BTreeMap<String, Pin>,
    /// The run waits before each of these begins.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub breakpoints: BTreeSet<String>,
    /// It waits before every node, until it is told to go on.
    pub step: bool,
}

impl Debugging {
    /// Whether it changes nothing.
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// What stands for a node that is not run.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Pin {
    /// Its outputs.
    pub outputs: Values,
    /// The way out it takes; `None`: `out`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<String>,
}
