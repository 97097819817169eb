//! Old runs go, and nothing else does.

use async_trait::async_trait;
use db::{Db, statement};
use flow::run::{Program, RunSpec, RunStatus};
use flow::workflow::Document;
use model::scripted::{calls, says};
use sea_orm::ConnectionTrait as _;
use serde_json::json;
use types::{RunId, Timestamp, WorkspaceId};

use super::{House, MINE, OTHERS, actor, scope, spec};
use crate::error::Error;
use crate::ports::{Keep, Kept, Retention};
use crate::program::graph::tests::world;
use crate::runtime::Removed;

struct Says(Kept);

#[async_trait]
impl Retention for Says {
    async fn kept(&self) -> Result<Kept, db::Error> {
        Ok(self.0.clone())
    }
}

const fn days(days: u64) -> Keep {
    Keep { days: Some(days), runs: None }
}

fn everywhere(everywhere: Keep) -> Says {
    Says(Kept { everywhere, workspaces: Vec::new() })
}

/// So many days from now.
fn later(days: i64) -> Timestamp {
    Timestamp(Timestamp::now().millis() + days * 24 * 60 * 60 * 1000 + 60_000)
}

async fn count(db: &Db, table: &str) -> i64 {
    let query = statement(db.backend(), &format!("SELECT COUNT(*) AS n FROM {table}"), []);
    db.read().query_one_raw(query).await.unwrap().unwrap().try_get("", "n").unwrap()
}

async fn ended(house: &House) -> RunId {
    house.model.says(says("done"));
    let id = house.start(spec()).await;
    house.until(id, RunStatus::Completed).await;
    id
}

async fn waiting(house: &House) -> RunId {
    house.model.says(calls(&[("c", "page", "{}")]));
    let id = house.start(spec()).await;
    house.until(id, RunStatus::RequiresAction).await;
    id
}

/// A run of a workflow with a document that is stored under this hash.
async fn workflow(house: &House, hash: &str) -> RunId {
    let document: Document = world::document(json!({
        "nodes": { "start": { "kind": "start", "outputs": [] }, "end": { "kind": "end" } },
        "edges": ["start>end"]
    }));
    let plan = std::sync::Arc::new(world::plan(&document, &[], None));
    let mut spec = RunSpec::clone(&world::spec(&json!({}), |run| run.document = hash.to_owned()));
    spec.id = RunId::generate();
    let id = spec.id;
    let sql = match house.db.backend() {
        db::Backend::MySql => "INSERT IGNORE INTO run_documents (hash, document, created_at) VALUES (?, '{}', ?)",
        _ => "INSERT INTO run_documents (hash, document, created_at) VALUES (?, '{}', ?) ON CONFLICT (hash) DO NOTHING",
    };
    let stored = statement(house.db.backend(), sql, [hash.into(), Timestamp::now().millis().into()]);
    house.runs.open(spec, Some(Ok(plan)), vec![stored]).await.unwrap();
    house.until(id, RunStatus::Completed).await;
    id
}

/// What every engine must do; the same on all of them.
pub(super) async fn old_runs_go(house: &House) {
    let neighbour = house.neighbour();
    let (old, waits) = (ended(house).await, waiting(house).await);
    let (mine, shared) = (workflow(house, "only-mine").await, workflow(house, "shared").await);
    let queued = RunSpec { id: RunId::generate(), ..spec() };
    house.create(&queued, true).await;

    // Nothing is too old yet, and 0 days are no setting.
    let keep = async |says: &Says, now| house.runs.remove_old(says, now).await.unwrap();
    assert_eq!(keep(&everywhere(Keep::default()), later(10_000)).await.unwrap().runs, 0);
    assert_eq!(keep(&everywhere(days(7)), later(6)).await.unwrap().runs, 0);
    assert_eq!(keep(&Says(Kept { workspaces: vec![(OTHERS, days(1))], ..Kept::default() }), later(6)).await.unwrap().runs, 0);

    // One process at a time has this duty.
    let week = everywhere(days(7));
    assert_eq!(neighbour.runs.remove_old(&week, later(8)).await.unwrap(), None, "the other process has it");

    // What ended goes, with all that belongs to it; what waits for somebody or for its turn stays.
    assert_eq!(keep(&week, later(8)).await, Some(Removed { runs: 3, documents: 2 }));
    for id in [old, mine, shared] {
        assert!(matches!(house.runs.get(&scope(MINE), id).await, Err(Error::NotFound)), "{id} is still there");
        assert!(matches!(house.runs.detail(&scope(MINE), id).await, Err(Error::NotFound)));
    }
    let left = [count(&house.db, "runs").await, count(&house.db, "run_specs").await];
    assert_eq!(left, [2, 2]);
    assert_eq!((count(&house.db, "run_documents").await, count(&house.db, "run_document_uses").await), (0, 0));
    assert_eq!(house.run(waits).await.status, RunStatus::RequiresAction);
    house.model.says(says("done"));
    let output = flow::run::ToolSubmission { call_id: "c".into(), output: Some("42".into()), approve: None, step: false };
    house.runs.submit(&actor(MINE), waits, vec![output]).await.unwrap();
    house.until(waits, RunStatus::Completed).await;
    assert_eq!(house.runs.queued().await.unwrap().len(), 1);

    latest_stay(house).await;
}

/// By number: the latest stay, and nothing goes that has just ended.
async fn latest_stay(house: &House) {
    let mut ids = Vec::new();
    for _ in 0..5 {
        ids.push(ended(house).await);
    }
    let before = count(&house.db, "runs").await;
    let two = || Keep { days: None, runs: Some(2) };
    let hour = |minutes: i64| Timestamp(Timestamp::now().millis() + minutes * 60_000);
    let own = |workspace: WorkspaceId| Says(Kept { workspaces: vec![(workspace, two())], ..Kept::default() });
    assert_eq!(house.runs.remove_old(&own(MINE), hour(50)).await.unwrap().unwrap().runs, 0, "whoever waits for the end has an hour");
    assert_eq!(house.runs.remove_old(&own(OTHERS), hour(70)).await.unwrap().unwrap().runs, 0);
    assert_eq!(house.runs.remove_old(&own(MINE), hour(70)).await.unwrap().unwrap().runs, 4, "three of these, and the one before them");
    assert_eq!(count(&house.db, "runs").await, before - 4);
    for (index, id) in ids.iter().enumerate() {
        assert_eq!(house.runs.get(&scope(MINE), *id).await.is_ok(), index >= 3, "{index}");
    }
    let one = everywhere(Keep { days: None, runs: Some(1) });
    assert_eq!(house.runs.remove_old(&one, hour(70)).await.unwrap().unwrap().runs, 1, "the setting of the instance counts too");
    assert_eq!(house.runs.remove_old(&everywhere(days(1)), later(2)).await.unwrap().unwrap().runs, 1);
}

#[tokio::test]
async fn on_sqlite() {
    old_runs_go(&House::new().await).await;
}

#[tokio::test]
async fn a_document_stays_while_a_run_needs_it_or_a_start_may() {
    let house = House::new().await;
    let first = workflow(&house, "doc").await;
    let says = everywhere(days(2));
    // Runs are counted by their own age: the second one is made later.
    let second = workflow(&house, "doc").await;
    let moved = statement(
        house.db.backend(),
        "UPDATE runs SET finished_at = finished_at + ? WHERE id = ?",
        [(10_i64 * 24 * 60 * 60 * 1000).into(), second.get().into()],
    );
    assert!(house.db.write_batch(db::Urgency::Urgent, db::Batch::new(vec![moved])).await.unwrap());
    assert_eq!(house.runs.remove_old(&says, later(3)).await.unwrap(), Some(Removed { runs: 1, documents: 0 }));
    assert!(matches!(house.runs.get(&scope(MINE), first).await, Err(Error::NotFound)));
    assert_eq!(house.runs.remove_old(&says, later(13)).await.unwrap(), Some(Removed { runs: 1, documents: 1 }));
    // Stored a moment ago, and no run needs it yet.
    let fresh = statement(
        house.db.backend(),
        "INSERT INTO run_documents (hash, document, created_at) VALUES ('new', '{}', ?)",
        [Timestamp::now().millis().into()],
    );
    house.db.write_batch(db::Urgency::Urgent, db::Batch::new(vec![fresh])).await.unwrap();
    let now = Timestamp(Timestamp::now().millis() + 23 * 60 * 60 * 1000);
    assert_eq!(house.runs.remove_old(&says, now).await.unwrap(), Some(Removed::default()));
    assert_eq!(house.runs.remove_old(&says, later(1)).await.unwrap(), Some(Removed { runs: 0, documents: 1 }));
}

#[tokio::test]
async fn runs_note_the_documents_they_need() {
    let house = House::new().await;
    let id = workflow(&house, "root").await;
    let query = statement(house.db.backend(), "SELECT hash FROM run_document_uses WHERE run_id = ?", [id.get().into()]);
    let rows = house.db.read().query_all_raw(query).await.unwrap();
    let hashes: Vec<String> = rows.into_iter().map(|row| row.try_get("", "hash").unwrap()).collect();
    assert_eq!(hashes, ["root"]);
    let stored = house.runs.spec(id).await.unwrap();
    assert!(matches!(stored.program, Program::Workflow(_)));
}
