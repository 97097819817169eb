//! How much a run and a node may hold.

use flow::run::Event;
use flow::workflow::{Document, Limits};
use serde_json::{Value, json};

use super::world::{World, document, every_cut, plan, spec};
use super::{input, literal};

/// Ten rounds, each of which sets five variables to 1000 characters.
fn growing() -> Document {
    let names = ["a", "b", "c", "d", "e"];
    let sets: Vec<Value> = names.iter().map(|name| json!(["loop", name, "v"])).collect();
    let mut inputs = vec![json!({ "name": "count", "type": "integer", "value": { "literal": 10 } })];
    inputs.extend(names.map(|name| literal(name, &json!(""))));
    document(json!({
        "nodes": {
            "start": { "kind": "start", "outputs": [] },
            "loop": { "kind": "loop", "params": { "over": "count", "variables": names, "collect": [] }, "inputs": inputs },
            "text": { "kind": "text", "parent": "loop", "params": { "template": "x".repeat(1000) } },
            "keep": { "kind": "set_variable", "parent": "loop", "params": { "set": sets }, "inputs": [input("v", "text.output")] },
            "last": { "kind": "set", "parent": "loop", "inputs": [literal("own", &json!(1))] },
            "end": { "kind": "end" }
        },
        "edges": ["start>loop", "loop.body>text", "text>keep", "keep>last", "last>loop", "loop>end"]
    }))
}

fn run(document: &Document, limits: Limits) -> World {
    let mut world = World::with(plan(document, &[], None), spec(&json!({}), |run| run.limits = limits));
    world.go();
    world
}

#[test]
fn variables_of_loops_count_and_what_they_held_before_does_not() {
    let bytes = |most| Limits { max_bytes: Some(most), ..Limits::default() };
    let small = run(&growing(), bytes(4000));
    assert_eq!(small.failure(), "limit_bytes", "five variables hold 5000 bytes");
    let world = run(&growing(), bytes(8000));
    assert_eq!(world.result(), json!({}), "ten rounds hold no more than one");
    assert!(world.state.held < 100, "what the loop held is given back: {}", world.state.held);
    every_cut(&small, |cut, other| {
        other.go();
        assert_eq!(other.failure(), "limit_bytes", "cut at {cut}");
    });
}

#[test]
fn variables_of_the_app_count() {
    let document = document(json!({
        "nodes": {
            "start": { "kind": "start", "outputs": [] },
            "text": { "kind": "text", "params": { "template": "x".repeat(1000) } },
            "keep": { "kind": "assign", "params": { "set": [[{ "scope": "app", "path": ["big"] }, "v"]] }, "inputs": [input("v", "text.output")] },
            "end": { "kind": "end" }
        },
        "edges": ["start>text", "text>keep", "keep>end"]
    }));
    assert_eq!(run(&document, Limits { max_bytes: Some(1500), ..Limits::default() }).failure(), "limit_bytes");
    assert_eq!(run(&document, Limits { max_bytes: Some(3000), ..Limits::default() }).result(), json!({}));
}

#[test]
fn a_node_gives_no_more_than_the_smallest_of_its_limits() {
    let of = |own: Option<u64>, on_error: &str, kind: &str| {
        let mut node = json!({ "kind": kind, "inputs": [literal("v", &json!("x".repeat(200)))] });
        node["policy"] = json!({ "on_error": on_error, "default": { "v": "instead" } });
        if let Some(own) = own {
            node["policy"]["max_output_bytes"] = json!(own);
        }
        document(json!({
            "nodes": { "start": { "kind": "start", "outputs": [] }, "node": node, "end": { "kind": "end", "inputs": [input("v", "node.v")] } },
            "edges": ["start>node", "node>end"]
        }))
    };
    let limits = |most| Limits { max_output_bytes: most, ..Limits::default() };
    for kind in ["set", "read"] {
        for (own, whole) in [(Some(100), None), (None, Some(100)), (Some(1000), Some(100)), (Some(100), Some(1000))] {
            let world = run(&of(own, "fail", kind), limits(whole));
            assert_eq!(world.failure(), "limit_output", "{kind} {own:?} {whole:?}");
        }
        assert_eq!(run(&of(Some(1000), "fail", kind), limits(Some(1000))).result()["v"], "x".repeat(200), "{kind}");
        let caught = run(&of(Some(100), "default", kind), limits(None));
        assert_eq!(caught.result()["v"], "instead", "{kind}: a policy catches it");
        let kept = caught.journal.iter().any(|recorded| match &recorded.event {
            Event::StepRan { result, .. } => result.output.to_string().contains("xxx"),
            Event::StepCompleted { output, .. } => output.to_string().contains("xxx"),
            _ => false,
        });
        assert!(!kept, "{kind}: what was too much is not stored");
    }
}

#[test]
fn of_limits_the_smaller_counts() {
    let one = Limits { max_steps: Some(5), max_seconds: Some(9), max_depth: None, max_bytes: None, max_output_bytes: Some(1) };
    let other = Limits { max_steps: Some(7), max_seconds: Some(3), max_depth: Some(2), max_bytes: None, max_output_bytes: None };
    let least = Limits { max_steps: Some(5), max_seconds: Some(3), max_depth: Some(2), max_bytes: None, max_output_bytes: Some(1) };
    assert_eq!((one.least(&other), other.least(&one)), (least.clone(), least));
}
