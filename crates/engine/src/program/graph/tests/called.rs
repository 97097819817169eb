//! Workflows in workflows, seen as runs of their own.

use flow::run::{Event, Recorded, Run, RunStatus};
use flow::workflow::Document;
use serde_json::{Value, json};
use types::{RunId, Timestamp, WorkflowId};

use super::super::super::{Input, Program as _, Rest};
use super::ledger::read;
use super::world::{Does, World, document, every_cut, plan, spec};
use super::{input, literal};
use crate::journal::create::blank;
use crate::view::{Part, View};

/// `task` between a start with `n` and an end.
fn inner(task: &Value) -> Document {
    document(json!({
        "nodes": {
            "start": { "kind": "start", "outputs": [{ "name": "n", "type": "any" }] },
            "task": task,
            "end": { "kind": "end", "inputs": [input("n", "task.n")] }
        },
        "edges": ["start>task", "task>end"]
    }))
}

fn reads() -> Value {
    json!({ "kind": "read", "inputs": [input("n", "start.n")] })
}

/// A call of workflow 7 between start and end; `change` may change the call.
fn caller(change: &Value) -> Document {
    let mut call = json!({ "kind": "call", "params": { "workflow": "7" }, "inputs": [literal("n", &json!(5))] });
    for (name, value) in change.as_object().unwrap() {
        call[name] = value.clone();
    }
    document(json!({
        "nodes": { "start": { "kind": "start" }, "call": call, "end": { "kind": "end", "inputs": [input("n", "call.n")] } },
        "edges": ["start>call", "call>end"]
    }))
}

fn world(outer: &Document, callees: &[(&str, Document)]) -> World {
    World::with(plan(outer, callees, None), spec(&json!({}), |_| {}))
}

/// The rows, oldest first.
fn rows(world: &World) -> Vec<Run> {
    world.ledger.agrees(&world.spec, &world.journal);
    let mut rows: Vec<Run> = world.ledger.rows.values().cloned().collect();
    rows.sort_by_key(|run| run.id.get());
    rows
}

/// The same at the end; and there are as many after a crash at every place.
fn ended(world: &World) -> Vec<Run> {
    let found = rows(world);
    every_cut(world, |cut, other| {
        other.go();
        assert_eq!(other.result(), world.result(), "cut at {cut}");
        assert_eq!(rows(other).len(), found.len(), "cut at {cut}");
    });
    found
}

#[test]
fn a_call_is_shown_as_a_run_of_its_own() {
    let mut world = world(&caller(&json!({})), &[("7", inner(&reads()))]);
    world.go();
    assert_eq!(world.result(), json!({ "n": 5 }));
    let rows = ended(&world);
    let [row] = &rows[..] else { panic!("{rows:#?}") };
    assert_eq!((row.root_run_id, row.parent_run_id, row.root_step), (Some(RunId(1)), Some(RunId(1)), Some(2)));
    assert_eq!((row.workflow_id, &*row.workflow_name, &row.workflow_version), (Some(WorkflowId(7)), "7", &None));
    assert_eq!((row.status, &row.output, &row.program), (RunStatus::Completed, &Some(json!({ "n": 5 })), &"workflow".to_owned()));
    assert_eq!((row.conversation_id, row.forked_from, row.resumed), (None, None, 0));
    assert_eq!(world.ledger.written, 2, "its beginning and its end");
    // What is read of it: its own steps, with paths that begin in it and the numbers of the run that executes it.
    let (_, steps) = read(&world.spec, &world.journal, row);
    let told: Vec<(u32, String)> =
        steps.iter().map(|step| (step.seq, step.node.as_ref().map(|n| format!("{}{}", n.path, n.id)).unwrap())).collect();
    assert_eq!(told, [(3, "start".to_owned()), (4, "task".to_owned()), (5, "end".to_owned())]);
    assert_eq!(steps[0].input, json!({ "n": 5 }));
    // The caller's step leads to it.
    let mut view = View::new(blank(&world.spec, Timestamp(1000)));
    for recorded in &world.journal {
        view.apply(recorded.clone());
    }
    assert_eq!(view.steps()[1].run_id, Some(row.id));
    let seqs: Vec<u64> = {
        let mut part = Part::new(blank(&world.spec, Timestamp(1000)), row.clone());
        world.journal.iter().filter_map(|recorded| part.take(recorded)).filter_map(|live| live.seq()).collect()
    };
    let first = world.journal.iter().find(|one| matches!(one.event, Event::StepStarted { called: Some(_), .. })).unwrap().seq;
    assert_eq!(seqs.first(), Some(&first));
    assert!(seqs.is_sorted() && seqs.len() == 6, "begins, three steps (one of two events), ends: {seqs:?}");
}

#[test]
fn a_call_that_takes_one_commit_is_one_statement() {
    let text = json!({ "kind": "set", "inputs": [input("n", "start.n")] });
    let mut world = world(&caller(&json!({})), &[("7", inner(&text))]);
    world.go();
    assert_eq!((rows(&world).len(), world.ledger.written), (1, 1));
}

#[test]
fn runs_that_call_nothing_have_no_rows_and_their_events_say_nothing_of_it() {
    let mut world = World::new(&inner(&reads()), &json!({ "n": 1 }));
    world.go();
    assert_eq!((rows(&world).len(), world.ledger.written), (0, 0));
    let told = serde_json::to_string(&world.journal).unwrap();
    assert!(told.contains("step_started") && !told.contains("called"), "{told}");
}

#[test]
fn each_iteration_of_a_loop_or_batch_is_one_and_calls_nest() {
    for kind in ["loop", "batch"] {
        let middle = inner(&json!({ "kind": "call", "params": { "workflow": "8" }, "inputs": [input("n", "start.n")] }));
        let outer = document(json!({
            "nodes": {
                "start": { "kind": "start" },
                "each": { "kind": kind, "params": { "collect": [["all", "call", ["n"]]], "concurrency": 2 }, "inputs": [{ "name": "items", "type": { "list": "any" }, "value": { "literal": [1, 2, 3] } }] },
                "call": { "kind": "call", "parent": "each", "params": { "workflow": "7" }, "inputs": [input("n", "each.items")] },
                "end": { "kind": "end", "inputs": [input("all", "each.all")] }
            },
            "edges": ["start>each", "each.body>call", "each>end"]
        }));
        let mut world = world(&outer, &[("7", middle), ("8", inner(&reads()))]);
        world.go();
        assert_eq!(world.result(), json!({ "all": [1, 2, 3] }), "{kind}");
        let rows = ended(&world);
        let of = |workflow: i64| rows.iter().filter(move |run| run.workflow_id == Some(WorkflowId(workflow)));
        assert_eq!((of(7).count(), of(8).count()), (3, 3), "{kind}");
        let mut parents: Vec<RunId> = of(8).filter_map(|run| run.parent_run_id).collect();
        parents.sort_by_key(|id| id.get());
        let mut callers: Vec<RunId> = of(7).map(|run| run.id).collect();
        callers.sort_by_key(|id| id.get());
        assert_eq!(parents, callers, "each is called by the one around it");
        assert!(rows.iter().all(|run| run.root_run_id == Some(RunId(1)) && run.status == RunStatus::Completed));
        let one = of(7).next().unwrap();
        let (_, steps) = read(&world.spec, &world.journal, one);
        let paths: Vec<String> = steps.iter().map(|step| step.node.as_ref().unwrap().path.clone()).collect();
        assert_eq!(paths, ["", "", "task/", "task/", "task/", ""], "{kind}");
        assert!(steps[1].run_id.is_some(), "the call inside leads to its own run");
    }
}

#[test]
fn a_callee_that_fails_has_failed_whatever_its_caller_makes_of_it() {
    let outer = caller(&json!({ "policy": { "on_error": "branch" }, "outputs": [{ "name": "n", "type": "any" }] }));
    let mut world = world(&outer, &[("7", inner(&reads()))]).script("task", vec![Does::Fails]);
    world.go();
    assert!(matches!(world.journal.last().unwrap().event, Event::Completed { .. }), "{:#?}", world.lines());
    let rows = rows(&world);
    assert_eq!((rows.len(), rows[0].status, &rows[0].output), (1, RunStatus::Failed, &None));
    assert_eq!(rows[0].error.as_ref().unwrap().code, "task_failed");
}

#[test]
fn each_attempt_is_one() {
    let outer = caller(&json!({ "policy": { "retries": 1, "backoff_ms": 60000 } }));
    let mut world = world(&outer, &[("7", inner(&reads()))]).script("task", vec![Does::Fails]);
    world.go();
    assert_eq!(world.result(), json!({ "n": 5 }));
    let rows = rows(&world);
    let told: Vec<_> = rows.iter().map(|run| (run.root_step, run.status)).collect();
    assert_eq!(told, [(Some(2), RunStatus::Failed), (Some(2), RunStatus::Completed)]);
    let steps = |row: &Run| read(&world.spec, &world.journal, row).1.len();
    assert_eq!((steps(&rows[0]), steps(&rows[1])), (2, 3), "each has its own steps");
}

#[test]
fn what_is_refused_is_no_run() {
    let own = caller(&json!({}));
    let limited = spec(&json!({}), |run| run.limits.max_depth = Some(3));
    let mut world = World::with(plan(&own, &[("7", own.clone())], None), limited);
    world.go();
    assert_eq!(world.failure(), "limit_depth");
    let rows = rows(&world);
    assert_eq!(rows.len(), 3, "three levels ran, the fourth did not");
    assert!(rows.iter().all(|run| run.status == RunStatus::Failed && run.error.as_ref().unwrap().code == "limit_depth"));
    let mut world = World::new(&caller(&json!({ "params": { "workflow": "8" } })), &json!({}));
    world.go();
    assert_eq!((world.failure(), world.ledger.rows.len()), ("workflow_missing".to_owned(), 0));
}

#[test]
fn a_root_that_ends_ends_its_open_calls() {
    let begun = || {
        let mut world = world(&caller(&json!({})), &[("7", inner(&reads()))]);
        world.input(Input::Start);
        world.commit();
        assert_eq!(rows(&world)[0].status, RunStatus::Running);
        world
    };
    let mut cancelled = begun();
    cancelled.input(Input::Cancel);
    cancelled.commit();
    assert_eq!((rows(&cancelled)[0].status, &rows(&cancelled)[0].error), (RunStatus::Cancelled, &None));
    let mut failed = begun();
    failed.input(Input::OutOfTime);
    failed.commit();
    let row = &rows(&failed)[0];
    assert_eq!((row.status, &*row.error.as_ref().unwrap().code), (RunStatus::Failed, "limit_seconds"));
    assert!(row.finished_at.is_some());
}

#[test]
fn an_iteration_that_fails_cancels_the_calls_beside_it() {
    let outer = document(json!({
        "nodes": {
            "start": { "kind": "start" },
            "each": { "kind": "batch", "params": { "concurrency": 3 }, "inputs": [{ "name": "items", "type": { "list": "any" }, "value": { "literal": [1, 2, 3] } }] },
            "call": { "kind": "call", "parent": "each", "params": { "workflow": "7" }, "inputs": [input("n", "each.items")] },
            "end": { "kind": "end" }
        },
        "edges": ["start>each", "each.body>call", "each>end"]
    }));
    let mut world = world(&outer, &[("7", inner(&reads()))]).script("task", vec![Does::Fails]);
    world.go();
    assert_eq!(world.failure(), "task_failed");
    let mut told: Vec<&str> = rows(&world).iter().map(|run| run.status.as_str()).collect();
    told.sort_unstable();
    assert_eq!(told, ["cancelled", "cancelled", "failed"]);
}

#[test]
fn what_waits_inside_waits_in_its_row_and_is_answered_through_the_root() {
    let asks = json!({ "kind": "ask", "inputs": [literal("question", &json!("Sure?"))] });
    let callee = document(json!({
        "nodes": { "start": { "kind": "start" }, "ask": asks, "end": { "kind": "end", "inputs": [input("n", "ask.answer")] } },
        "edges": ["start>ask", "ask>end"]
    }));
    let outer = document(json!({
        "nodes": {
            "start": { "kind": "start" },
            "call": { "kind": "call", "params": { "workflow": "7" } },
            "other": { "kind": "ask" },
            "end": { "kind": "end", "inputs": [input("n", "call.n")] }
        },
        "edges": ["start>call", "start>other", "call>end", "other>end"]
    }));
    let mut world = world(&outer, &[("7", callee)]);
    world.go();
    assert_eq!(world.state.rest(), Rest::Parked);
    let calls = world.pending();
    assert_eq!(calls.len(), 2);
    let row = rows(&world).remove(0);
    let waits = row.required_action.clone().unwrap().calls;
    assert_eq!((row.status, waits.len(), &*waits[0].node.as_ref().unwrap().path), (RunStatus::RequiresAction, 1, ""));
    let (inside, outside): (Vec<_>, Vec<_>) = calls.iter().partition(|call| call.call_id == waits[0].call_id);
    world.submit(&outside[0].call_id, "no");
    world.go();
    assert_eq!(rows(&world)[0], row, "it waits as before");
    let written = world.ledger.written;
    world.submit(&inside[0].call_id, "yes");
    assert_eq!(rows(&world)[0].status, RunStatus::Running);
    world.go();
    assert_eq!((rows(&world)[0].status, &rows(&world)[0].required_action), (RunStatus::Completed, &None));
    assert_eq!(world.ledger.written, written + 2, "it goes on, and ends");
    let told: Vec<&str> = {
        let mut part = Part::new(blank(&world.spec, Timestamp(1000)), row);
        let lives: Vec<_> = world.journal.iter().filter_map(|recorded| part.take(recorded)).collect();
        lives.iter().map(crate::wire::frame).map(|frame| frame.event).filter(|name| name.starts_with("run.")).collect()
    };
    assert_eq!(told, ["run.started", "run.requires_action", "run.started", "run.completed"]);
}

#[test]
fn a_workflow_that_is_a_tool_is_one_too() {
    let model = document(json!({
        "nodes": {
            "start": { "kind": "start" },
            "model": { "kind": "model", "params": { "workflow": "7" }, "inputs": [literal("prompt", &json!("go"))] },
            "end": { "kind": "end", "inputs": [input("said", "model.output")] }
        },
        "edges": ["start>model", "model>end"]
    }));
    let script =
        vec![Does::Calls("", vec![("c1", "ts_7_7", json!({ "n": 1 })), ("c2", "ts_7_7", json!({ "n": 2 }))]), Does::Says(vec!["done"])];
    let mut world = world(&model, &[("7", inner(&reads()))]).script("model", script).script("task", vec![Does::Fails]);
    world.go();
    assert_eq!(world.result(), json!({ "said": "done" }));
    let rows = rows(&world);
    let told: Vec<_> = rows.iter().map(|run| (run.status, run.output.clone())).collect();
    assert_eq!(told, [(RunStatus::Failed, None), (RunStatus::Completed, Some(json!({ "n": 2 })))]);
    let (_, steps) = read(&world.spec, &world.journal, &rows[1]);
    let paths: Vec<&str> = steps.iter().map(|step| &*step.node.as_ref().unwrap().path).collect();
    assert_eq!(paths, ["", "", ""]);
    assert!(steps.iter().all(|step| step.error.is_none()), "one tool that fails ends nothing inside the other");
}

#[test]
fn a_fork_shows_calls_that_it_took_over_as_what_they_were() {
    let callee = document(json!({
        "nodes": {
            "start": { "kind": "start", "outputs": [{ "name": "n", "type": "any" }] },
            "one": { "kind": "read", "inputs": [input("n", "start.n")] },
            "two": { "kind": "read", "inputs": [input("n", "one.n")] },
            "end": { "kind": "end", "inputs": [input("n", "two.n")] }
        },
        "edges": ["start>one", "one>two", "two>end"]
    }));
    let outer = document(json!({
        "nodes": {
            "start": { "kind": "start" },
            "first": { "kind": "call", "params": { "workflow": "7" }, "inputs": [literal("n", &json!(1))] },
            "second": { "kind": "call", "params": { "workflow": "7" }, "inputs": [input("n", "first.n")] },
            "end": { "kind": "end", "inputs": [input("n", "second.n")] }
        },
        "edges": ["start>first", "first>second", "second>end"]
    }));
    let mut world = world(&outer, &[("7", callee)]);
    world.go();
    let earlier = rows(&world);
    let step = super::forks::step_of(&world, "second/two");
    let mut other = super::forks::forked(&world, step, None).unwrap();
    let told = |journal: &[Recorded]| -> Vec<RunId> {
        let called =
            |one: &Recorded| if let Event::StepStarted { called: Some(called), .. } = &one.event { Some(called.run) } else { None };
        journal.iter().filter_map(called).collect()
    };
    let calls = told(&other.journal);
    assert_eq!(calls[0], earlier[0].id, "the first call ended: it is the run that it was");
    assert_ne!(calls[1], earlier[1].id, "the second goes on in the new run");
    other.go();
    assert_eq!(other.result(), json!({ "n": 1 }));
    assert_eq!(told(&other.journal), calls);
    let row = other.ledger.rows[&calls[1].get()].clone();
    assert_eq!((row.status, row.parent_run_id), (RunStatus::Completed, Some(RunId(1))));
    let (_, steps) = read(&other.spec, &other.journal, &row);
    assert_eq!(steps.len(), 4, "with the steps that it took over");

    // With other inputs for the call itself, it is called anew.
    let step = super::forks::step_of(&world, "second");
    let anew = super::forks::forked(&world, step, Some(json!({ "n": 9 }))).unwrap();
    let calls = told(&anew.journal);
    assert_eq!((calls.len(), calls[0]), (2, earlier[0].id));
    assert!(!earlier.iter().any(|run| run.id == calls[1]));
}
