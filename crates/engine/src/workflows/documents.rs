//! Documents by the hash of their JSON: written once, shared by all runs that were started with them.
//!
//! Each run notes which it needs ([`uses`]); what no run needs any more is removed some time after it was last
//! stored (see `journal::retention`), so that a start which has just stored it finds it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use db::{Backend, statement};
use flow::run::{Program, RunSpec, WorkflowRun};
use flow::workflow::{Document, FrozenDocument, StoredDocument};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, Statement};
use types::Timestamp;

use crate::journal::entity::document as rows;

/// Its JSON and hash.
pub(super) fn stored(document: &FrozenDocument) -> Result<&StoredDocument, db::Error> {
    document.stored().map_err(|error| db::Error::Other(format!("a document cannot be written as JSON: {error}")))
}

/// The statements that write those that are not there yet; the others are as good as new.
pub(super) fn store(backend: Backend, documents: &[Arc<FrozenDocument>], at: Timestamp) -> Result<Vec<Statement>, db::Error> {
    let again = match backend {
        Backend::MySql => "ON DUPLICATE KEY UPDATE created_at = VALUES(created_at)",
        _ => "ON CONFLICT (hash) DO UPDATE SET created_at = excluded.created_at",
    };
    let sql = &format!("INSERT INTO run_documents (hash, document, created_at) VALUES (?, ?, ?) {again}");
    let row = |document: &Arc<FrozenDocument>| {
        let StoredDocument { hash, json } = stored(document)?;
        Ok(statement(backend, sql, [hash.as_str().into(), json.as_str().into(), at.millis().into()]))
    };
    documents.iter().map(row).collect()
}

/// The statement by which a run notes the documents it needs; `None`: it needs none.
pub(crate) fn uses(backend: Backend, spec: &RunSpec) -> Option<Statement> {
    let runs: Vec<&WorkflowRun> = match &spec.program {
        Program::Workflow(run) => vec![&**run],
        Program::Agent(turn) => turn.workflows.iter().map(|tool| &*tool.run).collect(),
    };
    let hashes: BTreeSet<&str> = runs.into_iter().flat_map(hashes).collect();
    if hashes.is_empty() {
        return None;
    }
    let rows = vec!["(?, ?)"; hashes.len()].join(", ");
    let sql = match backend {
        Backend::MySql => format!("INSERT IGNORE INTO run_document_uses (run_id, hash) VALUES {rows}"),
        _ => format!("INSERT INTO run_document_uses (run_id, hash) VALUES {rows} ON CONFLICT (run_id, hash) DO NOTHING"),
    };
    let values = hashes.into_iter().flat_map(|hash| [spec.id.get().into(), hash.into()]);
    Some(statement(backend, &sql, values.collect::<Vec<sea_orm::Value>>()))
}

fn hashes(run: &WorkflowRun) -> impl Iterator<Item = &str> {
    std::iter::once(&*run.document).chain(run.callees.values().map(|callee| &*callee.document))
}

/// The documents of a run, by hash.
pub(crate) async fn load(db: &db::Db, run: &WorkflowRun) -> Result<BTreeMap<String, Arc<FrozenDocument>>, db::Error> {
    let mut documents = BTreeMap::new();
    for row in rows::Entity::find().filter(rows::Column::Hash.is_in(hashes(run))).all(db.read()).await.map_err(db::Error::from)? {
        let document: Document = serde_json::from_str(&row.document)
            .map_err(|error| db::Error::Other(format!("the stored document {} cannot be read: {error}", row.hash)))?;
        documents.insert(row.hash, Arc::new(document.into()));
    }
    Ok(documents)
}
