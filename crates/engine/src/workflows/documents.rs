//! Documents by the hash of their JSON: written once, shared by all runs that were started with them.

use std::collections::BTreeMap;

use db::{Backend, statement};
use flow::run::{Callee, WorkflowRun};
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

/// The statements that write those that are not there yet.
pub(super) fn store(backend: Backend, documents: Vec<Frozen>, at: Timestamp) -> Vec<Statement> {
    let sql = match backend {
        Backend::MySql => "INSERT IGNORE INTO run_documents (hash, document, created_at) VALUES (?, ?, ?)",
        _ => "INSERT INTO run_documents (hash, document, created_at) VALUES (?, ?, ?) ON CONFLICT (hash) DO NOTHING",
    };
    let row = |frozen: Frozen| statement(backend, sql, [frozen.hash.into(), frozen.json.into(), at.millis().into()]);
    documents.into_iter().map(row).collect()
}

/// The documents of a run, by hash.
pub(crate) async fn load(db: &db::Db, run: &WorkflowRun) -> Result<BTreeMap<String, Document>, db::Error> {
    let hashes = std::iter::once(&run.document).chain(run.callees.values().map(|callee| &callee.document));
    let mut documents = BTreeMap::new();
    for row in rows::Entity::find().filter(rows::Column::Hash.is_in(hashes)).all(db.read()).await.map_err(db::Error::from)? {
        let document = serde_json::from_str(&row.document)
            .map_err(|error| db::Error::Other(format!("the stored document {} cannot be read: {error}", row.hash)))?;
        documents.insert(row.hash, document);
    }
    Ok(documents)
}
