//! How fast a run may go, and how long: a journal that is slow, time in which nothing works, commits it can do without.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use db::{Db, Options, statement};
use flow::run::{Program, Recorded, Run, RunStatus};
use flow::tool::Toolbox;
use flow::workflow::{Document, FrozenDocument, Limits, StoredDocument};
use sea_orm::{ConnectionTrait as _, Statement};
use serde_json::{Value, json};
use types::RunId;

use super::{MINE, Puppets, actor, scope, settings, soon};
use crate::ports::{Recorder, RunInfo};
use crate::program::graph::tests::{kinds, world};
use crate::runtime::{Deps, Runs};

/// Makes every commit slow, counts them, and remembers how much the largest held.
#[derive(Default)]
struct Slow {
    commits: AtomicUsize,
    largest: AtomicUsize,
    bytes: AtomicUsize,
}

impl Recorder for Slow {
    fn record(&self, backend: db::Backend, _: &RunInfo, events: &[Recorded]) -> Result<Vec<Statement>, db::Error> {
        self.commits.fetch_add(1, Ordering::Relaxed);
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
    db: Db,
    dir: tempfile::TempDir,
}

impl Place {
    async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let db = Db::connect(&Options::new(format!("sqlite:{}", dir.path().join("t.db").display()))).await.unwrap();
        db::migrate::run(&db, crate::migrations()).await.unwrap();
        Self::on(db, dir)
    }

    fn on(db: Db, dir: tempfile::TempDir) -> Self {
        let recorder = Arc::new(Slow::default());
        let runs = Runs::new(Deps {
            db: db.clone(),
            catalog: Arc::new(Puppets(std::collections::HashMap::new())),
            tools: Toolbox::default(),
            nodes: kinds::registry(),
            recorder: recorder.clone(),
            settings: settings(),
        });
        Self { runs, recorder, db, dir }
    }

    /// The process is killed and started again on the same data.
    fn restarted(self) -> Self {
        self.runs.crash();
        Self::on(self.db, self.dir)
    }

    /// A run that is stored.
    async fn open(&self, document: &Document, limits: Limits) -> RunId {
        let frozen = FrozenDocument::from(document.clone());
        let StoredDocument { hash, json } = frozen.stored().unwrap();
        let plan = Arc::new(world::plan(document, &[], None));
        let mut spec = flow::run::RunSpec::clone(&world::spec(&json!({}), |run| run.limits = limits));
        let Program::Workflow(run) = &mut spec.program else { unreachable!() };
        run.document.clone_from(hash);
        spec.id = RunId::generate();
        let id = spec.id;
        let sql = "INSERT INTO run_documents (hash, document, created_at) VALUES (?, ?, 0) ON CONFLICT DO NOTHING";
        let row = statement(self.db.backend(), sql, [hash.as_str().into(), json.as_str().into()]);
        self.runs.open(spec, Some(Ok(plan)), vec![row]).await.unwrap();
        id
    }

    async fn rested(&self, id: RunId) -> Run {
        self.runs.rested(&scope(MINE), id, Duration::from_mins(1)).await.unwrap()
    }

    /// The run once it has ended.
    async fn run(&self, document: &Document, limits: Limits) -> Run {
        let id = self.open(document, limits).await;
        self.rested(id).await
    }

    fn commits(&self) -> usize {
        self.recorder.commits.load(Ordering::Relaxed)
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_sleeps_can_be_cancelled() {
    let place = Place::new().await;
    let id = soon(place.open(&sleeping(86_400_000), Limits::default())).await;
    let asleep = || async {
        let sql = "SELECT id FROM runs WHERE id = ? AND wake_at IS NOT NULL AND lease_owner = 0";
        place.db.read().query_one_raw(statement(place.db.backend(), sql, [id.get().into()])).await.unwrap().is_some()
    };
    soon(async {
        while !asleep().await {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
    let run = soon(place.runs.cancel(&actor(MINE), id)).await.unwrap();
    assert_eq!((run.status, run.finished_at.is_some()), (RunStatus::Cancelled, true));
    assert!(!asleep().await, "nothing wakes it any more");
    let stored = place.runs.get(&scope(MINE), id).await.unwrap();
    assert_eq!(stored.status, RunStatus::Cancelled);
    assert!(matches!(soon(place.runs.cancel(&actor(MINE), id)).await, Err(crate::Error::Finished)));
}

/// Two nodes of this kind one after the other, whose first attempts so often never end.
fn pair(kind: &str, hangs: u32) -> Document {
    world::document(json!({
        "nodes": {
            "start": { "kind": "start", "outputs": [] },
            "one": { "kind": kind, "params": if kind == "compute" { json!({ "hangs": hangs }) } else { json!({}) } },
            "two": { "kind": kind },
            "end": { "kind": "end" }
        },
        "edges": ["start>one", "one>two", "two>end"]
    }))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_only_computes_does_not_wait_for_the_disk() {
    for (kind, commits) in [("compute", 1), ("read", 3), ("write", 3)] {
        let place = Place::new().await;
        let run = soon(place.run(&pair(kind, 0), Limits::default())).await;
        assert_eq!((run.status, place.commits()), (RunStatus::Completed, commits), "{kind}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_computes_for_long_holds_no_commit_back_and_leaves_a_trace_of_each_attempt_after_a_crash() {
    let place = Place::new().await;
    let id = soon(place.open(&pair("compute", 1), Limits::default())).await;
    assert_eq!(place.commits(), 1, "it is stored while its first node computes");

    let place = place.restarted();
    assert_eq!(place.runs.resume_all().await.unwrap(), 1);
    let run = soon(place.rested(id)).await;
    assert_eq!((run.status, run.resumed), (RunStatus::Completed, 1));
    assert_eq!(place.commits(), 3, "each node began on disk before it began");
}
