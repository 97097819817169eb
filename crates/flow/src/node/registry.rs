//! Kinds of nodes by name.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::secret::Places;
use super::{NodeSpec, NodeType};

/// A kind, and what it says of itself.
struct Known {
    spec: NodeSpec,
    secrets: Places,
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
            let secrets = Places::of(&spec.params);
            by_name.entry(spec.kind.clone()).or_default().insert(spec.version, Known { spec, secrets, kind });
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

    /// Where secrets lie in its params; of a version that is not known, as in the latest one.
    pub fn secrets(&self, kind: &str, version: u32) -> Option<&Places> {
        let versions = self.0.get(kind)?;
        let known = versions.get(&version).or_else(|| versions.last_key_value().map(|(_, known)| known));
        known.map(|known| &known.secrets).filter(|places| !places.is_empty())
    }

    /// All, by name.
    pub fn specs(&self) -> impl Iterator<Item = &NodeSpec> {
        self.0.values().flat_map(BTreeMap::values).map(|known| &known.spec)
    }
}
