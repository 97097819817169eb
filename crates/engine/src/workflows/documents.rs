//! Documents by the hash of their JSON: written once, shared by all runs that were started with them.
//!
//! Each run notes which it needs ([`uses`]); what no run needs any more is removed some time after it was last
//! stored (see `journal::retention`), so that a start which has just stored it finds it.

use std::collections::{BTreeMap, BTreeSet};

use db::{Backend, statement};
use flow::run::{Callee, Program, RunSpec, WorkflowRun};
use flow::workflow::{CalleeSnapshot, Document};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, Statement};
use sha2::{Digest as _, Sha256};
use types::Timestamp;

use crate::journal::create::json;
use crate::journal::entity::document as rows;

/// A document as it is stored.
#[derive(Debug, Clone)]
pub(crate) struct Frozen {
    pub(crate) hash: String,
    pub(super) json: String,
}

/// Its JSON and hash.
pub(super) fn freeze(document: &Document) -> Result<Frozen, db::Error> {
    let json = json(document)?;
    let hash = hex::encode(Sha256::digest(json.as_bytes()));
    Ok(Frozen { hash, json })
}

/// What a run may call, frozen.
pub(super) fn freeze_callees(callees: &BTreeMap<String, CalleeSnapshot>) -> Result<(BTreeMap<String, Callee>, Vec<Frozen>), db::Error> {
    let mut named = BTreeMap::new();
    let mut all = Vec::with_capacity(callees.len());
    for (key, callee) in callees {
        let frozen = freeze(&callee.document)?;
        named.insert(
            key.clone(),
            Callee { name: callee.name.clone(), description: callee.description.clone(), document: frozen.hash.clone() },
        );
        all.push(frozen);
    }
    Ok((named, all))
}

/// The statements that write those that are not there yet; the others are as good as new.
pub(super) fn store(backend: Backend, documents: Vec<Frozen>, at: Timestamp) -> Vec<Statement> {
    let again = match backend {
        Backend::MySql => "ON DUPLICATE KEY UPDATE created_at = VALUES(created_at)",
        _ => "ON CONFLICT (hash) DO UPDATE SET created_at = excluded.created_at",
    };
    let sql = &format!("INSERT INTO run_documents (hash, document, created_at) VALUES (?, ?, ?) {again}");
    let row = |frozen: Frozen| statement(backend, sql, [frozen.hash.into(), frozen.json.into(), at.millis().into()]);
    documents.into_iter().map(row).collect()
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
pub(crate) async fn load(db: &db::Db, run: &WorkflowRun) -> Result<BTreeMap<String, Document>, db::Error> {
    let mut documents = BTreeMap::new();
    for row in rows::Entity::find().filter(rows::Column::Hash.is_in(hashes(run))).all(db.read()).await.map_err(db::Error::from)? {
        let document = serde_json::from_str(&row.document)
            .map_err(|error| db::Error::Other(format!("the stored document {} cannot be read: {error}", row.hash)))?;
        documents.insert(row.hash, document);
    }
    Ok(documents)
}
