//! Workflow documents, compiled once and kept for the runs that share them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use flow::node::Registry;
use flow::run::WorkflowRun;
use flow::workflow::{Finding, FrozenDocument};
use moka::future::Cache;

use crate::program::graph::plan::{Callee, Graph, Plan};

/// Compiled documents at most.
const GRAPHS: u64 = 1024;
/// Hashes remembered as stored at most.
const STORED: u64 = 16_384;
/// How long a document counts as stored. Shorter than `journal::retention` leaves one that no run needs.
const STORED_FOR: Duration = Duration::from_hours(12);

/// Compiled documents by hash (and node, when only one of them is run).
#[derive(Clone)]
pub(crate) struct Plans {
    registry: Registry,
    graphs: Cache<String, Arc<Graph>>,
    stored: Cache<String, ()>,
}

impl Plans {
    pub(crate) fn new(registry: Registry) -> Self {
        Self { registry, graphs: Cache::new(GRAPHS), stored: Cache::builder().max_capacity(STORED).time_to_live(STORED_FOR).build() }
    }

    /// The plan of a run, if all its documents are compiled.
    pub(crate) async fn ready(&self, run: &WorkflowRun) -> Option<Arc<Plan>> {
        let root = self.graphs.get(&key(run)).await?;
        let mut callees = BTreeMap::new();
        for (name, callee) in &run.callees {
            let graph = self.graphs.get(&callee.document).await?;
            callees.insert(name.clone(), Callee { name: callee.name.clone(), description: callee.description.clone(), graph });
        }
        Some(Arc::new(Plan::new(root, callees)))
    }

    /// The plan of a run whose documents are at hand, by hash.
    pub(crate) async fn of(&self, run: &WorkflowRun, documents: &BTreeMap<String, Arc<FrozenDocument>>) -> Result<Arc<Plan>, Vec<Finding>> {
        let mut findings = Vec::new();
        let root = self.graph(key(run), &run.document, run, documents, &mut findings).await;
        let mut callees = BTreeMap::new();
        for (name, callee) in &run.callees {
            if let Some(graph) = self.graph(callee.document.clone(), &callee.document, run, documents, &mut findings).await {
                callees.insert(name.clone(), Callee { name: callee.name.clone(), description: callee.description.clone(), graph });
            }
        }
        match root {
            Some(root) if findings.is_empty() => Ok(Arc::new(Plan::new(root, callees))),
            _ => Err(findings),
        }
    }

    async fn graph(
        &self,
        key: String,
        hash: &str,
        run: &WorkflowRun,
        documents: &BTreeMap<String, Arc<FrozenDocument>>,
        findings: &mut Vec<Finding>,
    ) -> Option<Arc<Graph>> {
        if let Some(graph) = self.graphs.get(&key).await {
            return Some(graph);
        }
        let document = documents.get(hash)?.document();
        let only = run.only.as_ref().filter(|_| key != hash);
        match Graph::compile(document, only, &self.registry) {
            Ok(graph) => {
                let graph = Arc::new(graph);
                self.graphs.insert(key, Arc::clone(&graph)).await;
                Some(graph)
            }
            Err(found) => {
                findings.extend(found);
                None
            }
        }
    }

    /// Those that this process has not stored yet.
    pub(crate) async fn unstored(&self, documents: BTreeMap<String, Arc<FrozenDocument>>) -> Vec<Arc<FrozenDocument>> {
        let mut left = Vec::new();
        for (hash, document) in documents {
            if self.stored.get(&hash).await.is_none() {
                left.push(document);
            }
        }
        left
    }

    /// These are stored.
    pub(crate) async fn are_stored(&self, documents: &[Arc<FrozenDocument>]) {
        for stored in documents.iter().filter_map(|document| document.stored().ok()) {
            self.stored.insert(stored.hash.clone(), ()).await;
        }
    }
}

/// A document of which only one node is run is another graph.
fn key(run: &WorkflowRun) -> String {
    match &run.only {
        None => run.document.clone(),
        Some(node) => format!("{}#{node}", run.document),
    }
}
