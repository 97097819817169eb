//! Models that a canvas names: an id of the other instance may be one of this instance by chance.

use std::collections::BTreeSet;

use flow::workflow::Document;
use serde_json::Value;
use studio::models::{Configured, OFFLINE};
use types::ModelId;

use super::report::{self, Reason, Report};

/// Ids that somebody chose here: those of the workspace, and those that the operator gave. The model that there always is has a
/// small one, which means another model in Coze.
pub fn known(available: &[Configured]) -> BTreeSet<String> {
    available.iter().filter(|model| model.id != OFFLINE).map(|model| model.id.to_string()).collect()
}

/// Takes out what is no model here; the report says that one must be chosen. What is one needs no choice.
pub fn settle(document: &mut Document, report: &mut Report, known: &BTreeSet<String>) {
    let foreign = |id: &Value| id.as_str().is_some_and(|id| id.parse::<ModelId>().is_ok() && !known.contains(id));
    for told in &mut report.nodes {
        let Some(node) = document.nodes.get_mut(&told.node) else { continue };
        let Some(id) = node.params.get("model_id") else { continue };
        if foreign(id) {
            node.params.shift_remove("model_id");
        } else {
            told.notes.retain(|note| note.code != Reason::Model.name());
            told.outcome = report::outcome(&told.notes);
        }
    }
    for told in &report.nodes {
        let backup = document.nodes.get_mut(&told.node).and_then(|node| node.policy.backup.as_mut());
        if let Some(backup) = backup.filter(|backup| backup.get("model_id").is_some_and(foreign)) {
            backup.shift_remove("model_id");
        }
    }
}
