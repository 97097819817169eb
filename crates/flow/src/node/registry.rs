//! Kinds of nodes by name.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{NodeSpec, NodeType};

/// A kind, and what it says of itself.
struct Known {
    spec: NodeSpec,
    kind: Arc<dyn NodeType>,
}

/// Kinds of nodes by name and version. Filled once by the binary.
#[derive(Clone, Default)]
pub struct Registry(Arc<BTreeMap<String, BTreeMap<u32, Known>>>);

impl Registry {
    /// Collects kinds; the last of a name and version counts.
    pub fn new(kinds: impl IntoIterator<Item = Arc<dyn NodeType>>) -> Self {
        let mut by_name: BTreeMap<String, BTreeMap<u32, Known>> = BTreeMap::new();
        for kind in kinds {
            let spec = kind.spec();
            by_name.entry(spec.kind.clone()).or_default().insert(spec.version, Known { spec, kind });
        }
        Self(Arc::new(by_name))
    }

    fn known(&self, kind: &str, version: u32) -> Option<&Known> {
        self.0.get(kind)?.get(&version)
    }

    /// The kind of this name and version.
    pub fn get(&self, kind: &str, version: u32) -> Option<&Arc<dyn NodeType>> {
        self.known(kind, version).map(|known| &known.kind)
    }

    /// What it says of itself.
    pub fn spec(&self, kind: &str, version: u32) -> Option<&NodeSpec> {
        self.known(kind, version).map(|known| &known.spec)
    }

    /// All, by name.
    pub fn specs(&self) -> impl Iterator<Item = &NodeSpec> {
        self.0.values().flat_map(BTreeMap::values).map(|known| &known.spec)
    }
}
