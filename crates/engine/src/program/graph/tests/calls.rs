//! Workflows in workflows, variables.

use serde_json::json;

use super::input;
use super::world::{Does, World, document, every_cut, plan, spec};

#[test]
fn a_workflow_runs_inside_another_and_shares_its_variables() {
    let inner = document(json!({
        "nodes": {
            "start": { "kind": "start", "outputs": [{ "name": "n", "type": "integer" }] },
            "note": { "kind": "assign", "params": { "set": [[{ "scope": "app", "path": ["seen"] }, "n"], [{ "scope": "user", "path": ["deep", "n"] }, "n"]] }, "inputs": [input("n", "start.n")] },
            "task": { "kind": "read", "inputs": [input("n", "start.n")] },
            "end": { "kind": "end", "inputs": [input("n", "task.n"), input("noted", "note.isSuccess")] }
        },
        "edges": ["start>note", "note>task", "task>end"]
    }));
    let outer = document(json!({
        "nodes": {
            "start": { "kind": "start" },
            "call": { "kind": "call", "params": { "workflow": "7" }, "inputs": [{ "name": "n", "value": { "literal": "5" } }], "outputs": [{ "name": "n", "type": "string" }] },
            "after": { "kind": "set", "inputs": [{ "name": "seen", "value": { "variable": { "scope": "app", "path": ["seen"] } } }, { "name": "n", "value": { "variable": { "scope": "user", "path": ["deep", "n"] } } }] },
            "end": { "kind": "end", "inputs": [input("n", "call.n"), input("seen", "after.seen"), input("user", "after.n")] }
        },
        "edges": ["start>call", "call>after", "after>end"]
    }));
    let mut world = World::with(plan(&outer, &[("7", inner)], None), spec(&json!({}), |_| {}));
    world.go();
    assert_eq!(world.result(), json!({ "n": "5", "seen": 5, "user": 5 }));
    assert_eq!(world.ran(), ["start", "call/start", "call/note", "call/task", "call/end", "call", "after", "end"]);
    let set = world.lines().iter().filter(|line| line.starts_with("VariableSet")).count();
    assert_eq!(set, 2);
    every_cut(&world, |cut, other| {
        other.go();
        assert_eq!(other.result(), world.result(), "cut at {cut}");
        assert_eq!(other.lines().iter().filter(|line| line.starts_with("VariableSet")).count(), 2, "cut at {cut}");
    });
}

#[test]
fn workflows_that_call_themselves_meet_a_limit() {
    let own = document(json!({
        "nodes": {
            "start": { "kind": "start" },
            "call": { "kind": "call", "params": { "workflow": "7" } },
            "end": { "kind": "end" }
        },
        "edges": ["start>call", "call>end"]
    }));
    let limited = spec(&json!({}), |run| run.limits.max_depth = Some(5));
    let mut world = World::with(plan(&own, &[("7", own.clone())], None), limited);
    world.go();
    assert_eq!(world.failure(), "limit_depth");
    let deepest = "call/call/call/call/call/start".to_owned();
    assert_eq!(world.ran().iter().max_by_key(|at| at.len()), Some(&deepest));
}

#[test]
fn a_missing_workflow_is_a_failure_of_its_node() {
    let outer = document(json!({
        "nodes": {
            "start": { "kind": "start" },
            "call": { "kind": "call", "params": { "workflow": "8" }, "policy": { "on_error": "branch" } },
            "caught": { "kind": "set", "inputs": [input("why", "call.errorBody.errorMessage")] },
            "end": { "kind": "end", "inputs": [input("why", "caught.why")] }
        },
        "edges": ["start>call", "call.error>caught", "caught>end"]
    }));
    let mut world = World::new(&outer, &json!({}));
    world.go();
    assert_eq!(world.result(), json!({ "why": "The workflow that is called here did not exist in this version when the run began." }));
}

#[test]
fn a_failed_workflow_is_called_again() {
    let inner = document(json!({
        "nodes": { "start": { "kind": "start" }, "task": { "kind": "read", "inputs": [] }, "end": { "kind": "end", "inputs": [input("n", "task.n")] } },
        "edges": ["start>task", "task>end"]
    }));
    let outer = document(json!({
        "nodes": {
            "start": { "kind": "start" },
            "call": { "kind": "call", "params": { "workflow": "7" }, "policy": { "retries": 1, "backoff_ms": 60000 } },
            "end": { "kind": "end", "inputs": [input("n", "call.n")] }
        },
        "edges": ["start>call", "call>end"]
    }));
    let plan = plan(&outer, &[("7", inner)], None);
    let mut world = World::with(plan, spec(&json!({}), |_| {})).script("task", vec![Does::Fails, Does::Gives(json!({ "n": 1 }))]);
    world.go();
    assert_eq!(world.result(), json!({ "n": 1 }));
    assert_eq!(world.lines().iter().filter(|line| line.contains("call/task Node starts")).count(), 2);
}
