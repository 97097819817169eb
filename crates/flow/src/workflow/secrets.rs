//! The secrets of a document, by the forms of its nodes' kinds: finding them, and putting other texts in their places.
//!
//! What a text in such a place may be says [`crate::node::secret`].

use serde_json::Value;

use super::{Document, Node, NodeId};
use crate::node::Registry;

/// The place of a secret.
#[derive(Clone)]
pub struct Place<'d> {
    /// Of which node.
    pub node: &'d NodeId,
    /// JSON pointer into the node: `/params/auth/token`.
    pub path: String,
    /// What stands there.
    pub text: &'d str,
}

/// All places of secrets, in the order of node ids.
pub fn of<'d>(document: &'d Document, registry: &Registry) -> Vec<Place<'d>> {
    let of = |(id, node): (&'d NodeId, &'d Node)| {
        let found = registry.secrets(&node.kind, node.version).map(|places| places.within(&node.params)).unwrap_or_default();
        found.into_iter().map(move |(path, text)| Place { node: id, path: format!("/params{path}"), text })
    };
    document.nodes.iter().flat_map(of).collect()
}

/// Puts other texts in the places of secrets: `with` gets the node, the place and what stands there; `None` leaves it.
pub fn replace<E>(
    document: &mut Document,
    registry: &Registry,
    mut with: impl FnMut(&NodeId, &str, &str) -> Result<Option<String>, E>,
) -> Result<(), E> {
    for (id, node) in &mut document.nodes {
        let Some(places) = registry.secrets(&node.kind, node.version) else { continue };
        let mut changes = Vec::new();
        for (path, text) in places.within(&node.params) {
            if let Some(other) = with(id, &format!("/params{path}"), text)? {
                changes.push((path, other));
            }
        }
        if changes.is_empty() {
            continue;
        }
        let mut params = Value::Object(std::mem::take(&mut node.params));
        for (path, other) in changes {
            if let Some(place) = params.pointer_mut(&path) {
                *place = Value::String(other);
            }
        }
        if let Value::Object(params) = params {
            node.params = params;
        }
    }
    Ok(())
}
