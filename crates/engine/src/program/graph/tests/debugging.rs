//! Breakpoints, stepping, pins.

use std::sync::Arc;

use flow::run::{Debugging, Event, PendingKind, Pin, ToolSubmission};
use serde_json::{Value, json};

use super::super::super::{Program as _, Rest};
use super::super::{DebugError, check};
use super::world::{World, document, every_cut, plan, spec};
use super::{input, literal};

fn values(json: &Value) -> flow::value::Values {
    json.as_object().cloned().unwrap()
}

fn stops(at: &[&str]) -> Debugging {
    Debugging { breakpoints: at.iter().map(|name| (*name).to_owned()).collect(), ..Debugging::default() }
}

fn world(document: &flow::workflow::Document, inputs: &Value, debugging: Debugging) -> World {
    World::with(plan(document, &[], None), spec(inputs, |run| run.debugging = Some(Box::new(debugging))))
}

fn leave(call_id: &str) -> ToolSubmission {
    ToolSubmission { call_id: call_id.to_owned(), approve: Some(true), ..ToolSubmission::default() }
}

/// What it waits before, and with which inputs.
fn waits(world: &World) -> Vec<(String, Value)> {
    assert_eq!(world.state.rest(), Rest::Parked);
    world
        .pending()
        .into_iter()
        .map(|call| {
            assert_eq!(call.kind, PendingKind::Breakpoint);
            let node = call.node.unwrap();
            (format!("{}{}", node.path, node.id), call.arguments["inputs"].clone())
        })
        .collect()
}

fn line() -> flow::workflow::Document {
    document(json!({
        "nodes": {
            "start": { "kind": "start", "outputs": [{ "name": "v", "type": "integer" }] },
            "task": { "kind": "read", "inputs": [{ "name": "v", "type": "integer", "value": { "ref": { "node": "start", "path": ["v"] } } }], "outputs": [{ "name": "v", "type": "integer" }] },
            "after": { "kind": "text", "params": { "template": "got {{v}}" }, "inputs": [input("v", "task.v")] },
            "end": { "kind": "end", "inputs": [input("out", "after.output")] }
        },
        "edges": ["start>task", "task>after", "after>end"]
    }))
}

#[test]
fn a_run_waits_before_a_node_and_goes_on_with_other_inputs() {
    let mut one = world(&line(), &json!({ "v": 1 }), stops(&["task"]));
    one.go();
    assert_eq!(waits(&one), [("task".into(), json!({ "v": 1 }))]);
    assert!(one.begun.is_empty(), "nothing of it began");
    let call = one.pending()[0].call_id.clone();
    let given = |output: &str| ToolSubmission { output: Some(output.to_owned()), ..leave(&call) };
    assert!(one.state.refuses(&[given("no")]).is_some_and(|why| why.contains("JSON object")));
    assert!(one.state.refuses(&[given("{\"v\": \"x\"}")]).is_some());
    assert_eq!(one.state.refuses(&[given("{\"v\": 7}")]), None);
    one.submit_all(vec![given("{\"v\": 7}")]);
    one.go();
    assert_eq!(one.result(), json!({ "out": "got 7" }));
    every_cut(&one, |cut, other| {
        other.go();
        match other.state.rest() {
            Rest::Parked => assert_eq!(waits(other), [("task".into(), json!({ "v": 1 }))], "cut at {cut}"),
            _ => assert_eq!(other.result(), one.result(), "cut at {cut}"),
        }
    });
}

#[test]
fn refusing_to_go_on_cancels() {
    let mut one = world(&line(), &json!({ "v": 1 }), stops(&["after"]));
    one.go();
    let call_id = one.pending()[0].call_id.clone();
    one.submit_all(vec![ToolSubmission { call_id, approve: Some(false), ..ToolSubmission::default() }]);
    one.go();
    assert_eq!(one.journal.last().unwrap().event, Event::Cancelled);
    assert_eq!(one.ran(), ["start", "task"]);
}

#[test]
fn stepping_stops_at_every_node_until_told_to_go_on() {
    let mut one = world(&line(), &json!({ "v": 1 }), Debugging { step: true, ..Debugging::default() });
    one.go();
    let mut seen = Vec::new();
    while one.state.rest() == Rest::Parked {
        let calls = one.pending();
        seen.push(waits(&one)[0].0.clone());
        one.submit_all(vec![ToolSubmission { step: seen.len() < 2, ..leave(&calls[0].call_id) }]);
        one.go();
    }
    assert_eq!(seen, ["task", "after"], "the third time it was told to go on");
    assert_eq!(one.result(), json!({ "out": "got 1" }));
}

#[test]
fn a_node_inside_is_meant_in_every_iteration_and_every_call() {
    let inner = document(json!({
        "nodes": {
            "start": { "kind": "start", "outputs": [{ "name": "n", "type": "string" }] },
            "task": { "kind": "read", "inputs": [input("n", "start.n")] },
            "end": { "kind": "end", "inputs": [input("n", "task.n")] }
        },
        "edges": ["start>task", "task>end"]
    }));
    let outer = document(json!({
        "nodes": {
            "start": { "kind": "start", "outputs": [{ "name": "l", "type": { "list": "string" } }] },
            "batch": { "kind": "batch", "params": { "size": 5, "concurrency": 2, "collect": [["all", "call", ["n"]]] },
                       "inputs": [{ "name": "l", "type": { "list": "string" }, "value": { "ref": { "node": "start", "path": ["l"] } } }] },
            "call": { "kind": "call", "parent": "batch", "params": { "workflow": "7" }, "inputs": [input("n", "batch.l")], "outputs": [{ "name": "n", "type": "string" }] },
            "task": { "kind": "read", "inputs": [input("all", "batch.all")] },
            "end": { "kind": "end", "inputs": [input("all", "task.all")] }
        },
        "edges": ["start>batch", "batch.body>call", "call>batch", "batch>task", "task>end"]
    }));
    let made = || plan(&outer, &[("7", inner.clone())], None);
    let debugging = stops(&["call/task"]);
    assert_eq!(check(&made(), &debugging), Ok(()));
    assert!(matches!(check(&made(), &stops(&["call/none"])), Err(DebugError::Breakpoint(_))));
    assert!(matches!(check(&made(), &stops(&["task/task"])), Err(DebugError::Breakpoint(_))));
    let mut one = World::with(made(), spec(&json!({ "l": ["a", "b", "c"] }), |run| run.debugging = Some(Box::new(debugging))));
    one.go();
    assert_eq!(waits(&one), [("batch[0]/call/task".into(), json!({ "n": "a" })), ("batch[1]/call/task".into(), json!({ "n": "b" }))]);
    // One is answered, the other waits on.
    let calls = one.pending();
    one.submit_all(vec![leave(&calls[1].call_id)]);
    one.go();
    assert_eq!(waits(&one), [("batch[0]/call/task".into(), json!({ "n": "a" })), ("batch[2]/call/task".into(), json!({ "n": "c" }))]);
    one.crash();
    let calls = one.pending();
    one.state.rest();
    one.submit_all(calls.iter().map(|call| leave(&call.call_id)).collect());
    one.go();
    assert_eq!(one.result(), json!({ "all": ["a", "b", "c"] }));
}

#[test]
fn what_waits_in_a_frame_that_fails_waits_no_more() {
    let both = document(json!({
        "nodes": {
            "start": { "kind": "start", "outputs": [{ "name": "l", "type": { "list": "string" } }] },
            "batch": { "kind": "batch", "params": { "size": 5, "concurrency": 2 }, "policy": { "on_error": "default" },
                       "inputs": [{ "name": "l", "type": { "list": "string" }, "value": { "ref": { "node": "start", "path": ["l"] } } }] },
            "fails": { "kind": "fails", "parent": "batch", "inputs": [input("x", "held.l")] },
            "held": { "kind": "read", "parent": "batch", "inputs": [input("l", "batch.l")] },
            "end": { "kind": "end", "inputs": [input("ok", "batch.isSuccess")] }
        },
        "edges": ["start>batch", "batch.body>held", "held>fails", "fails>batch", "batch>end"]
    }));
    let mut one = world(&both, &json!({ "l": ["a", "b"] }), stops(&["held"]));
    one.go();
    let calls = one.pending();
    assert_eq!(calls.len(), 2);
    one.submit_all(vec![leave(&calls[0].call_id)]);
    one.go();
    assert_eq!(one.result(), json!({ "ok": false }));
}

#[test]
fn an_answer_that_is_waited_before_is_not_told_early() {
    let document = document(json!({
        "nodes": {
            "start": { "kind": "start" },
            "model": { "kind": "model", "inputs": [literal("prompt", &json!("hello"))] },
            "end": { "kind": "end", "params": { "answer": "{{a}}", "streaming": true }, "inputs": [input("a", "model.output")] }
        },
        "edges": ["start>model", "model>end"]
    }));
    let mut one = world(&document, &json!({}), stops(&["end"]));
    one.go();
    assert_eq!(waits(&one), [("end".into(), json!({ "a": "said hello" }))]);
    assert!(one.shown.is_empty());
    let call_id = one.pending()[0].call_id.clone();
    one.submit_all(vec![ToolSubmission { output: Some("{\"a\": \"other\"}".into()), ..leave(&call_id) }]);
    one.go();
    assert_eq!(one.result(), json!("other"));
}

#[test]
fn pinned_nodes_are_not_run() {
    let pinned = |outputs: Value| Debugging {
        pins: [("task".to_owned(), Pin { outputs: values(&outputs), port: None })].into(),
        ..stops(&["task", "after"])
    };
    let made = plan(&line(), &[], None);
    assert!(matches!(check(&made, &pinned(json!({ "v": "many" }))), Err(DebugError::Pin(_))));
    let nowhere = Pin { outputs: values(&json!({ "v": 1 })), port: Some("else".into()) };
    let wrong = Debugging { pins: [("task".to_owned(), nowhere)].into(), ..Debugging::default() };
    assert!(matches!(check(&made, &wrong), Err(DebugError::Pin(why)) if why.contains("out")));
    for refused in ["start", "end", "none"] {
        let wrong = Debugging { pins: [(refused.to_owned(), Pin::default())].into(), ..Debugging::default() };
        assert!(matches!(check(&made, &wrong), Err(DebugError::Pin(_))), "{refused}");
    }
    let debugging = pinned(json!({ "v": 42 }));
    assert_eq!(check(&made, &debugging), Ok(()));
    let mut one = world(&line(), &json!({ "v": 1 }), debugging);
    one.go();
    assert_eq!(waits(&one), [("after".into(), json!({ "v": 42 }))], "a pin wins over a breakpoint");
    let marked = one.journal.iter().any(|recorded| matches!(&recorded.event, Event::StepRan { node, result, input, .. } if node.id.as_str() == "task" && result.pinned && *input == json!({ "v": 1 })));
    assert!(marked && one.begun.is_empty());
    let calls = one.pending();
    one.submit_all(vec![leave(&calls[0].call_id)]);
    one.go();
    assert_eq!(one.result(), json!({ "out": "got 42" }));
    every_cut(&one, |_, other| {
        other.go();
        assert!(other.begun.is_empty(), "not after a crash either");
    });
}

#[test]
fn a_pinned_choice_takes_its_way() {
    let choice = document(json!({
        "nodes": {
            "start": { "kind": "start" },
            "if": { "kind": "if", "inputs": [literal("cond", &json!(true))] },
            "yes": { "kind": "set", "inputs": [literal("v", &json!("yes"))] },
            "no": { "kind": "set", "inputs": [literal("v", &json!("no"))] },
            "end": { "kind": "end", "inputs": [input("yes", "yes.v"), input("no", "no.v")] }
        },
        "edges": ["start>if", "if.true>yes", "if.false>no", "yes>end", "no>end"]
    }));
    let through = |port: Option<&str>| Debugging {
        pins: [("if".to_owned(), Pin { outputs: flow::value::Values::new(), port: port.map(str::to_owned) })].into(),
        ..Debugging::default()
    };
    let made = plan(&choice, &[], None);
    assert!(matches!(check(&made, &through(None)), Err(DebugError::Pin(why)) if why.contains("true, false")));
    let mut one = world(&choice, &json!({}), through(Some("false")));
    one.go();
    assert_eq!(one.result()["no"], "no");
}

#[test]
fn a_fork_takes_pins_and_breakpoints_of_its_own() {
    let mut one = World::new(&line(), &json!({ "v": 1 }));
    one.go();
    let debugging =
        Debugging { pins: [("task".to_owned(), Pin { outputs: values(&json!({ "v": 9 })), port: None })].into(), ..stops(&["end"]) };
    let spec = spec(&json!({ "v": 1 }), |run| run.debugging = Some(Box::new(debugging)));
    let fork_of = flow::run::Fork { run: types::RunId(1), step: 3, inputs: None };
    let mut ids = || types::MessageId(7000);
    let events = super::super::fork(&spec, &one.plan, &super::world::toolbox(), &one.journal, &fork_of, &mut ids).unwrap();
    let created = one.journal[0].clone();
    let taken = events.into_iter().zip(2..).map(|((at, event), seq)| flow::run::Recorded { seq, at, event });
    let mut other = World::from_journal(Arc::clone(&one.plan), spec, std::iter::once(created).chain(taken).collect());
    other.input(super::super::super::Input::Start);
    other.go();
    assert_eq!(waits(&other), [("end".into(), json!({ "out": "got 9" }))]);
}
