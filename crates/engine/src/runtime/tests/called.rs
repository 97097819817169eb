//! Workflows that a run calls, on disk.

use std::collections::BTreeMap;
use std::sync::Arc;

use flow::run::{Callee, Event, Run, RunSpec, RunStatus, ToolSubmission};
use flow::workflow::Document;
use futures::StreamExt as _;
use serde_json::{Value, json};
use types::{PageRequest, RunId, Timestamp, WorkflowId};

use super::{House, MINE, OTHERS, actor, scope, soon};
use crate::error::Error;
use crate::program::graph::tests::world;

fn inner(task: &Value) -> Document {
    world::document(json!({
        "nodes": {
            "start": { "kind": "start", "outputs": [{ "name": "n", "type": "any" }] },
            "task": task,
            "end": { "kind": "end", "inputs": [{ "name": "n", "type": "any", "value": { "ref": { "node": "task", "path": ["n"] } } }] }
        },
        "edges": ["start>task", "task>end"]
    }))
}

fn task(kind: &str, params: &Value) -> Value {
    let n = json!({ "name": "n", "type": "any", "value": { "ref": { "node": "start", "path": ["n"] } } });
    json!({ "kind": kind, "params": params, "inputs": [n] })
}

/// Starts a run that calls workflow 7, which is this.
pub(super) async fn calling(house: &House, inner: &Document) -> RunId {
    let outer = world::document(json!({
        "nodes": {
            "start": { "kind": "start" },
            "call": { "kind": "call", "params": { "workflow": "7" }, "inputs": [{ "name": "n", "type": "any", "value": { "literal": 5 } }] },
            "end": { "kind": "end", "inputs": [{ "name": "n", "type": "any", "value": { "ref": { "node": "call", "path": ["n"] } } }] }
        },
        "edges": ["start>call", "call>end"]
    }));
    let plan = Arc::new(world::plan(&outer, &[("7", inner.clone())], None));
    let id = RunId::generate();
    let (outside, inside) = (format!("outer-{id}"), format!("inner-{id}"));
    let mut spec = RunSpec::clone(&world::spec(&json!({}), |run| {
        run.document.clone_from(&outside);
        let callee = Callee { name: "Inner".into(), description: String::new(), document: inside.clone() };
        run.callees = BTreeMap::from([("7@".to_owned(), callee)]);
    }));
    spec.id = id;
    let stored = [(outside, &outer), (inside, inner)].map(|(hash, document)| {
        let values = [hash.into(), serde_json::to_string(document).unwrap().into(), Timestamp::now().millis().into()];
        db::statement(house.db.backend(), "INSERT INTO run_documents (hash, document, created_at) VALUES (?, ?, ?)", values)
    });
    house.runs.open(spec, Some(Ok(plan)), stored.to_vec()).await.unwrap();
    id
}

async fn list(house: &House, filter: crate::Filter) -> Vec<Run> {
    house.runs.list(&actor(MINE), MINE, filter, &PageRequest::default()).await.unwrap().items
}

async fn calls_of(house: &House, root: RunId) -> Vec<Run> {
    let all = list(house, crate::Filter { called: Some(true), ..crate::Filter::default() }).await;
    all.into_iter().filter(|run| run.root_run_id == Some(root)).collect()
}

/// What every engine must do; the same on all of them.
pub(super) async fn calls_have_rows(house: &House) {
    let root = calling(house, &inner(&task("set", &json!({})))).await;
    house.until(root, RunStatus::Completed).await;
    let rows = calls_of(house, root).await;
    let [row] = &rows[..] else { panic!("{rows:?}") };
    assert_eq!((row.status, &row.output, row.parent_run_id), (RunStatus::Completed, &Some(json!({ "n": 5 })), Some(root)));
    assert_eq!((row.workflow_id, &*row.workflow_name, row.root_step), (Some(WorkflowId(7)), "7", Some(2)));
    let of_seven = crate::Filter { workflow: Some(WorkflowId(7)), called: Some(false), ..crate::Filter::default() };
    assert!(list(house, of_seven).await.is_empty());
    let (run, steps) = house.runs.detail(&scope(MINE), row.id).await.unwrap();
    assert_eq!((&run, steps.len()), (row, 3), "the page says what the list says");
    let lives: Vec<_> = soon(house.runs.subscribe(&scope(MINE), row.id, None).await.unwrap().collect()).await;
    assert_eq!((lives.len(), lives.last().unwrap().is_last()), (5, true));
    let later: Vec<_> = soon(house.runs.subscribe(&scope(MINE), row.id, lives[1].seq()).await.unwrap().collect()).await;
    assert_eq!(later.len(), 3);

    let cancelled = house.runs.cancel(&actor(MINE), row.id).await;
    assert!(matches!(cancelled, Err(Error::Called(by)) if by == root), "{cancelled:?}");
    let submitted = house.runs.submit(&actor(MINE), row.id, vec![ToolSubmission::default()]).await;
    assert!(matches!(submitted, Err(Error::Called(_))));
    assert!(matches!(house.runs.get(&scope(OTHERS), row.id).await, Err(Error::NotFound)));
    assert!(matches!(house.runs.detail(&scope(OTHERS), row.id).await, Err(Error::NotFound)));
    assert!(house.runs.subscribe(&scope(OTHERS), row.id, None).await.is_err());
    let given = house.runs.given(row).await.unwrap().unwrap();
    assert_eq!((given.workflow, Value::Object(given.inputs)), (WorkflowId(7), json!({ "n": 5 })));

    while_it_waits(house).await;
}

async fn while_it_waits(house: &House) {
    let root = calling(house, &inner(&task("ask", &json!({})))).await;
    let waits = house.until(root, RunStatus::RequiresAction).await;
    let rows = calls_of(house, root).await;
    assert_eq!((rows.len(), rows[0].status), (1, RunStatus::RequiresAction));
    // Nobody takes up what is not executed: neither who starts nor who looks for orphans.
    assert_eq!(house.runs.engine.journal.take_orphans(true).await.unwrap(), []);
    assert_eq!(house.runs.engine.journal.take_woken().await.unwrap(), []);
    let call_id = waits.required_action.unwrap().calls[0].call_id.clone();
    let outputs = vec![ToolSubmission { call_id, output: Some("yes".into()), ..ToolSubmission::default() }];
    if house.db.backend() == db::Backend::Sqlite {
        house.runs.submit(&actor(MINE), root, outputs).await.unwrap();
        house.until(root, RunStatus::Completed).await;
        assert_eq!(calls_of(house, root).await[0].status, RunStatus::Completed);
    } else {
        house.runs.cancel(&actor(MINE), root).await.unwrap();
        assert_eq!(calls_of(house, root).await[0].status, RunStatus::Cancelled);
    }
}

#[tokio::test]
async fn on_sqlite() {
    calls_have_rows(&House::new().await).await;
}

#[tokio::test]
async fn a_call_that_a_crash_interrupted_goes_on_in_its_row() {
    let house = House::new().await;
    let root = calling(&house, &inner(&task("compute", &json!({ "hangs": 1 })))).await;
    let before = soon(async {
        loop {
            if let [row] = &calls_of(&house, root).await[..] {
                return row.clone();
            }
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    })
    .await;
    assert_eq!((before.status, before.finished_at), (RunStatus::Running, None));
    let house = house.restarted();
    assert_eq!(house.runs.resume_all().await.unwrap(), 1, "the run that calls, and not what it calls");
    let ended = house.until(root, RunStatus::Completed).await;
    assert_eq!(ended.resumed, 1);
    let rows = calls_of(&house, root).await;
    assert_eq!((rows.len(), rows[0].id, rows[0].status), (1, before.id, RunStatus::Completed));
    let called = |one: &flow::run::Recorded| matches!(one.event, Event::StepStarted { called: Some(_), .. });
    assert_eq!(house.journal(root).await.iter().filter(|one| called(one)).count(), 1);
}
