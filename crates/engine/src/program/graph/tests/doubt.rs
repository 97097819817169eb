//! Nodes that were interrupted while they changed something, and ask.

use flow::run::{Event, PendingKind, ToolSubmission};
use serde_json::{Value, json};

use super::super::super::{Input, Program as _, Rest};
use super::input;
use super::world::{Does, World, document};

/// `start → task → end`; the task begins, and a crash interrupts it.
fn interrupted(policy: &Value) -> World {
    let document = document(json!({
        "nodes": {
            "start": { "kind": "start" },
            "task": { "kind": "write", "policy": policy, "inputs": [{ "name": "v", "value": { "literal": 1 } }] },
            "end": { "kind": "end", "inputs": [input("v", "task.v")] }
        },
        "edges": ["start>task", "task>end"]
    }));
    let mut world = World::new(&document, &json!({}));
    world.input(Input::Start);
    world.commit();
    world.crash();
    world
}

fn said(world: &World, approve: bool, output: Option<&str>) -> ToolSubmission {
    let call = world.pending().pop().unwrap();
    ToolSubmission { call_id: call.call_id, approve: Some(approve), output: output.map(str::to_owned), ..ToolSubmission::default() }
}

fn asking() -> World {
    let mut world = interrupted(&json!({ "on_interrupt": "ask", "timeout_ms": 5000 }));
    world.go();
    assert_eq!(world.state.rest(), Rest::Parked);
    world
}

/// How often the task began.
fn begun(world: &World) -> usize {
    let task = |event: &Event| matches!(event, Event::StepStarted { node: Some(node), .. } if node.id.as_str() == "task");
    world.journal.iter().filter(|recorded| task(&recorded.event)).count()
}

#[test]
fn somebody_is_asked_what_came_of_it() {
    let world = asking();
    let [call] = &world.pending()[..] else { panic!("{:?}", world.pending()) };
    assert_eq!(call.kind, PendingKind::Interrupted);
    assert_eq!(call.arguments["inputs"], json!({ "v": 1 }));
    assert_eq!(call.node.as_ref().map(|node| node.id.as_str()), Some("task"));
    assert_eq!(begun(&world), 1);
}

#[test]
fn it_is_done_again_counts_as_done_or_as_failed() {
    let answered = |approve, output| {
        let mut world = asking();
        let said = said(&world, approve, output);
        world.submit_all(vec![said]);
        world.go();
        world
    };
    let again = answered(true, None);
    assert_eq!((again.result(), begun(&again)), (json!({ "v": 1 }), 2));
    let done = answered(false, Some("{\"v\": 7}"));
    assert_eq!((done.result(), begun(&done)), (json!({ "v": 7 }), 1));
    let failed = answered(false, Some("nobody knows"));
    assert_eq!((failed.failure(), begun(&failed)), ("outcome_unknown".to_owned(), 1));
}

#[test]
fn a_crash_before_the_question_or_after_the_answer_changes_nothing() {
    let mut world = interrupted(&json!({ "on_interrupt": "ask" }));
    world.crash();
    world.go();
    assert_eq!((world.pending().len(), begun(&world)), (1, 1));
    let said = said(&world, false, Some("{\"v\": 3}"));
    world.submit_all(vec![said]);
    world.crash();
    world.go();
    assert_eq!((world.result(), begun(&world)), (json!({ "v": 3 }), 1));
}

#[test]
fn interrupted_again_it_asks_again() {
    let mut world = asking();
    let first = world.pending().pop().unwrap().call_id;
    let again = said(&world, true, None);
    world.submit_all(vec![again]);
    world.commit();
    assert_eq!(begun(&world), 2);
    world.crash();
    world.go();
    let call = world.pending().pop().unwrap();
    assert_eq!(call.kind, PendingKind::Interrupted);
    assert_ne!(call.call_id, first);
    let done = said(&world, false, Some("{\"v\": 9}"));
    world.submit_all(vec![done]);
    world.go();
    assert_eq!(world.result(), json!({ "v": 9 }));
}

#[test]
fn a_branch_beside_it_goes_on_first_and_a_failed_round_takes_the_question_back() {
    let document = document(json!({
        "nodes": {
            "start": { "kind": "start" },
            "batch": { "kind": "batch", "params": { "concurrency": 2 }, "inputs": [{ "name": "items", "type": { "list": "any" }, "value": { "literal": [1, 2] } }],
                "policy": { "on_error": "default" } },
            "task": { "kind": "write", "parent": "batch", "policy": { "on_interrupt": "ask" }, "inputs": [input("v", "batch.items")] },
            "look": { "kind": "read", "parent": "batch", "inputs": [input("v", "batch.items")] },
            "end": { "kind": "end", "inputs": [{ "name": "v", "value": { "literal": "over" } }] }
        },
        "edges": ["start>batch", "batch.body>task", "batch.body>look", "task>batch", "look>batch", "batch>end"]
    }));
    let mut world = World::new(&document, &json!({})).script("look", vec![Does::Fails]);
    world.input(Input::Start);
    world.commit();
    world.crash();
    world.go();
    assert_eq!(world.result(), json!({ "v": "over" }));
    assert!(!world.journal.iter().any(|recorded| matches!(recorded.event, Event::RequiresAction { .. })));
}
