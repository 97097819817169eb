//! How fast a run may go, and how long: a journal that is slow, time in which nothing works.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use db::{Db, Options, statement};
use flow::run::{Recorded, Run, RunStatus};
use flow::tool::Toolbox;
use flow::workflow::{Document, Limits};
use sea_orm::Statement;
use serde_json::{Value, json};
use types::RunId;

use super::{MINE, Puppets, scope, settings, soon};
use crate::ports::{Recorder, RunInfo};
use crate::program::graph::tests::{kinds, world};
use crate::runtime::{Deps, Runs};

/// Makes every commit slow, and remembers how much the largest held.
struct Slow {
    largest: AtomicUsize,
    bytes: AtomicUsize,
}

impl Recorder for Slow {
    fn record(&self, backend: db::Backend, _: &RunInfo, events: &[Recorded]) -> Result<Vec<Statement>, db::Error> {
        self.largest.fetch_max(events.len(), Ordering::Relaxed);
        self.bytes.fetch_max(serde_json::to_string(events).map_or(0, |text| text.len()), Ordering::Relaxed);
        let counts = "(WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 300000) SELECT COUNT(*) FROM c)";
        Ok(vec![statement(backend, &format!("UPDATE runs SET meta = meta WHERE {counts} < 0"), [])])
    }

    fn finished(&self, _: &RunInfo) {}
}

struct Place {
    runs: Runs,
    recorder: Arc<Slow>,
    _dir: tempfile::TempDir,
}

impl Place {
    async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let db = Db::connect(&Options::new(format!("sqlite:{}", dir.path().join("t.db").display()))).await.unwrap();
        db::migrate::run(&db, crate::migrations()).await.unwrap();
        let recorder = Arc::new(Slow { largest: AtomicUsize::new(0), bytes: AtomicUsize::new(0) });
        let runs = Runs::new(Deps {
            db,
            catalog: Arc::new(Puppets(std::collections::HashMap::new())),
            tools: Toolbox::default(),
            nodes: kinds::registry(),
            recorder: recorder.clone(),
            settings: settings(),
        });
        Self { runs, recorder, _dir: dir }
    }

    /// The run once it has ended.
    async fn run(&self, document: &Document, limits: Limits) -> Run {
        let plan = Arc::new(world::plan(document, &[], None));
        let mut spec = flow::run::RunSpec::clone(&world::spec(&json!({}), |run| run.limits = limits));
        spec.id = RunId::generate();
        let id = spec.id;
        self.runs.open(spec, Some(Ok(plan)), Vec::new()).await.unwrap();
        self.runs.rested(&scope(MINE), id, Duration::from_mins(1)).await.unwrap()
    }
}

/// A loop without an end, whose rounds give this.
fn endless(given: &Value) -> Document {
    world::document(json!({
        "nodes": {
            "start": { "kind": "start", "outputs": [] },
            "loop": { "kind": "loop", "params": { "over": "forever", "collect": [] } },
            "set": { "kind": "set", "parent": "loop", "inputs": [{ "name": "v", "type": "any", "value": { "literal": given } }] },
            "end": { "kind": "end" }
        },
        "edges": ["start>loop", "loop.body>set", "set>loop", "loop>end"]
    }))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_does_not_run_away_from_a_slow_journal() {
    for (given, steps, events, bytes) in [(json!(1), 6000, 1400, 1 << 20), (json!("x".repeat(20_000)), 1500, 1400, 20 << 20)] {
        let place = Place::new().await;
        let run = soon(place.run(&endless(&given), Limits { max_steps: Some(steps), ..Limits::default() })).await;
        assert_eq!(run.error.unwrap().code, "limit_steps");
        let (largest, most) = (place.recorder.largest.load(Ordering::Relaxed), place.recorder.bytes.load(Ordering::Relaxed));
        assert!(largest <= events && most <= bytes, "{largest} events, {most} bytes waited for one commit");
    }
}

fn sleeping(milliseconds: u64) -> Document {
    let wait = |ms: u64| json!({ "kind": "wait", "inputs": [{ "name": "milliseconds", "type": "integer", "value": { "literal": ms } }] });
    world::document(json!({
        "nodes": { "start": { "kind": "start", "outputs": [] }, "one": wait(milliseconds), "two": wait(milliseconds / 2), "end": { "kind": "end" } },
        "edges": ["start>one", "start>two", "one>end", "two>end"]
    }))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sleeping_is_no_running_time_and_working_is() {
    let place = Place::new().await;
    let second = || Limits { max_seconds: Some(1), ..Limits::default() };
    let run = soon(place.run(&sleeping(1600), second())).await;
    assert_eq!((run.status, run.error), (RunStatus::Completed, None));
    let run = soon(place.run(&endless(&json!(1)), second())).await;
    assert_eq!(run.error.unwrap().code, "limit_seconds");
}
