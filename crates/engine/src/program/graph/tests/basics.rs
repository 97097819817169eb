//! Order, branches, skipping, inputs, limits.

use serde_json::{Value, json};

use super::super::super::{Input, Program as _, Rest};
use super::input;
use super::world::{Does, World, document, every_cut, plan, spec};

fn branching() -> Value {
    json!({
        "nodes": {
            "start": { "kind": "start", "outputs": [{ "name": "x", "type": "integer" }, { "name": "yes", "type": "boolean" }] },
            "if": { "kind": "if", "inputs": [input("cond", "start.yes")] },
            "a": { "kind": "set", "inputs": [input("v", "start.x")] },
            "b": { "kind": "text", "params": { "template": "b{{v}}" }, "inputs": [input("v", "start.x")] },
            "merge": { "kind": "merge", "inputs": [input("one", "a.v"), input("two", "b.output")] },
            "end": { "kind": "end", "inputs": [input("out", "merge.output"), input("a", "a.v")] }
        },
        "edges": ["start>if", "if.true>a", "if.false>b", "a>merge", "b>merge", "merge>end"]
    })
}

#[test]
fn the_branch_that_is_taken_runs_and_the_other_is_skipped() {
    let document = document(branching());
    let mut world = World::new(&document, &json!({ "x": "7", "yes": true }));
    world.go();
    assert_eq!(world.ran(), ["start", "if", "a", "merge", "end"]);
    assert_eq!(world.result(), json!({ "out": 7, "a": 7 }));
    let mut world = World::new(&document, &json!({ "x": 7, "yes": false }));
    world.go();
    assert_eq!(world.ran(), ["start", "if", "b", "merge", "end"]);
    assert_eq!(world.result(), json!({ "out": "b7", "a": null }));
}

#[test]
fn a_journal_cut_off_anywhere_goes_on_to_the_same_end() {
    let mut world = World::new(&document(branching()), &json!({ "x": 7, "yes": true }));
    world.go();
    every_cut(&world, |cut, other| {
        other.go();
        assert_eq!(other.result(), world.result(), "cut at {cut}");
        assert_eq!(other.ran(), world.ran(), "cut at {cut}");
    });
}

#[test]
fn a_reference_is_waited_for_without_an_edge() {
    let nodes = json!({
        "nodes": {
            "start": { "kind": "start" },
            "slow": { "kind": "read", "inputs": [{ "name": "v", "value": { "literal": 1 } }] },
            "quick": { "kind": "set", "inputs": [input("v", "slow.v")] },
            "end": { "kind": "end", "inputs": [input("v", "quick.v")] }
        },
        "edges": ["start>slow", "start>quick", "slow>end", "quick>end"]
    });
    let mut world = World::new(&document(nodes), &json!({}));
    world.go();
    assert_eq!(world.ran(), ["start", "slow", "quick", "end"]);
    assert_eq!(world.result(), json!({ "v": 1 }));
}

#[test]
fn branches_run_side_by_side() {
    let nodes = json!({
        "nodes": {
            "start": { "kind": "start" },
            "a": { "kind": "read" }, "b": { "kind": "read" }, "c": { "kind": "write" },
            "lonely": { "kind": "fails" },
            "end": { "kind": "end" }
        },
        "edges": ["start>a", "start>b", "start>c", "a>end", "b>end", "c>end"]
    });
    let mut world = World::new(&document(nodes), &json!({}));
    world.input(Input::Start);
    world.commit();
    assert_eq!(world.flying.len(), 3);
    assert_eq!(world.state.rest(), Rest::Working);
    world.go_with(|flying| flying - 1);
    assert_eq!(world.ran(), ["start", "c", "b", "a", "end"], "the lone node never runs");
}

#[test]
fn default_outputs_lead_on_by_the_way_they_name() {
    let ran = |default: Value| {
        let nodes = json!({
            "nodes": {
                "start": { "kind": "start" },
                "task": { "kind": "read", "policy": { "on_error": "default", "default": default },
                    "outputs": [{ "name": "classificationId", "type": "integer" }, { "name": "optionId", "type": "string" }] },
                "one": { "kind": "set" }, "two": { "kind": "set" }, "other": { "kind": "set" }, "broken": { "kind": "set" },
                "end": { "kind": "end" }
            },
            "edges": ["start>task", "task.branch_0>one", "task.branch_1>two", "task.else>other", "task.error>broken",
                "one>end", "two>end", "other>end", "broken>end"]
        });
        let mut world = World::new(&document(nodes), &json!({})).script("task", vec![Does::Fails]);
        world.go();
        let ran = world.ran();
        assert_eq!(ran.last().unwrap(), "end");
        ran[2].clone()
    };
    assert_eq!(ran(json!({})), "other");
    assert_eq!(ran(json!({ "classificationId": 0 })), "other");
    assert_eq!(ran(json!({ "classificationId": 1 })), "one");
    assert_eq!(ran(json!({ "classificationId": 2 })), "two");
    assert_eq!(ran(json!({ "classificationId": 9 })), "other");
    assert_eq!(ran(json!({ "optionId": "B" })), "two");
    assert_eq!(ran(json!({ "optionId": "other" })), "other");
}

#[test]
fn failures_are_tried_again_then_caught_by_the_policy() {
    let nodes = |policy: Value| {
        document(json!({
            "nodes": {
                "start": { "kind": "start" },
                "task": { "kind": "read", "policy": policy, "outputs": [{ "name": "n", "type": "integer" }, { "name": "m", "type": "string" }] },
                "caught": { "kind": "set", "inputs": [input("why", "task.errorBody.errorMessage")] },
                "end": { "kind": "end", "inputs": [input("n", "task.n"), input("ok", "task.isSuccess"), input("why", "caught.why")] }
            },
            "edges": ["start>task", "task>end", "task.error>caught", "caught>end"]
        }))
    };
    let fails = |times| vec![Does::Fails; times];
    let gives = Does::Gives(json!({ "n": "3" }));

    let mut world = World::new(&nodes(json!({})), &json!({})).script("task", fails(1));
    world.go();
    assert_eq!(world.failure(), "task_failed");

    let mut script = fails(2);
    script.push(gives);
    let mut world =
        World::new(&nodes(json!({ "retries": 2, "backoff_ms": 500, "on_error": "default" })), &json!({})).script("task", script);
    world.go();
    assert_eq!(world.result(), json!({ "n": 3, "ok": true, "why": null }));
    assert!(world.clock > 1500 + 1000, "it waits longer each time");
    every_cut(&world, |cut, other| {
        other.go();
        assert_eq!(other.result()["ok"], json!(true), "cut at {cut}");
    });

    let policy = json!({ "retries": 1, "on_error": "branch", "default": { "n": 9 } });
    let mut world = World::new(&nodes(policy), &json!({})).script("task", fails(2));
    world.go();
    assert_eq!(world.result(), json!({ "n": 9, "ok": false, "why": "It failed." }));

    let mut world =
        World::new(&nodes(json!({ "retries": 3, "timeout_ms": 300, "on_error": "default" })), &json!({})).script("task", fails(9));
    world.input(Input::Start);
    world.commit();
    let timeout = |world: &World| match &world.flying[0] {
        super::world::Flying::Task(run) => run.timeout.unwrap().as_millis(),
        other => panic!("{other:?}"),
    };
    assert_eq!(timeout(&world), 300);
    world.land(0);
    world.commit();
    assert_eq!(timeout(&world), 293, "all attempts share one time");
}

#[test]
fn what_may_have_changed_the_world_is_not_repeated() {
    let nodes = |kind: &str, policy: Value| {
        document(json!({
            "nodes": {
                "start": { "kind": "start" },
                "task": { "kind": kind, "policy": policy, "inputs": [{ "name": "v", "value": { "literal": 1 } }] },
                "end": { "kind": "end", "inputs": [input("v", "task.v")] }
            },
            "edges": ["start>task", "task>end"]
        }))
    };
    let after_crash = |kind, policy| {
        let mut world = World::new(&nodes(kind, policy), &json!({}));
        world.input(Input::Start);
        world.commit();
        world.crash();
        world.go();
        world
    };
    assert_eq!(after_crash("read", json!({})).result(), json!({ "v": 1 }));
    assert_eq!(after_crash("write", json!({})).failure(), "outcome_unknown");
    assert_eq!(after_crash("write", json!({ "retries": 1 })).result(), json!({ "v": 1 }));
    assert_eq!(after_crash("write", json!({ "on_error": "default", "default": { "v": 5 } })).result(), json!({ "v": 5 }));
    assert_eq!(after_crash("write", json!({ "on_interrupt": "retry" })).result(), json!({ "v": 1 }));
    assert_eq!(after_crash("write", json!({ "on_interrupt": "fail", "retries": 3 })).failure(), "outcome_unknown");
    assert_eq!(after_crash("read", json!({ "on_interrupt": "ask" })).result(), json!({ "v": 1 }));

    let mut world = World::new(&nodes("read", json!({})), &json!({}));
    world.input(Input::Start);
    world.commit();
    for _ in 0..3 {
        world.crash();
        world.commit();
    }
    world.go();
    assert_eq!(world.failure(), "interrupted");
}

#[test]
fn limits_end_a_run() {
    let document = document(branching());
    let limited = |change: fn(&mut flow::workflow::Limits)| {
        let spec = spec(&json!({ "x": 7, "yes": true }), |run| change(&mut run.limits));
        let mut world = World::with(plan(&document, &[], None), spec);
        world.go();
        world.failure()
    };
    assert_eq!(limited(|limits| limits.max_steps = Some(3)), "limit_steps");
    assert_eq!(limited(|limits| limits.max_bytes = Some(10)), "limit_bytes");
    let mut world = World::new(&document, &json!({}));
    world.input(Input::Start);
    let mut world = World::new(&document, &json!({}));
    world.input(Input::Cancel);
    world.commit();
    assert!(matches!(world.journal.last().unwrap().event, flow::run::Event::Cancelled));
}

#[test]
fn a_required_input_that_is_missing_fails_the_start() {
    let nodes = json!({
        "nodes": {
            "start": { "kind": "start", "outputs": [{ "name": "x", "type": "integer", "required": true }] },
            "end": { "kind": "end", "inputs": [input("x", "start.x")] }
        },
        "edges": ["start>end"]
    });
    let document = document(nodes);
    let mut world = World::new(&document, &json!({}));
    world.go();
    assert_eq!(world.failure(), "missing_required");
    let strict = spec(&json!({ "x": "seven" }), |run| run.strict = true);
    let mut world = World::with(plan(&document, &[], None), strict);
    world.go();
    assert_eq!(world.failure(), "type_mismatch");
}

#[test]
fn a_long_chain_is_left_to_others_now_and_then() {
    let mut nodes = json!({ "start": { "kind": "start" }, "end": { "kind": "end" } });
    let mut edges = vec!["start>n0".to_owned()];
    for index in 0..600 {
        nodes[format!("n{index}")] = json!({ "kind": "set" });
        edges.push(if index == 599 { format!("n{index}>end") } else { format!("n{index}>n{}", index + 1) });
    }
    let document = document(json!({ "nodes": nodes, "edges": edges }));
    let mut world = World::new(&document, &json!({}));
    let mut ids = || types::MessageId(1);
    let mut cx = super::super::super::Context { now: types::Timestamp(1), model: "", ids: &mut ids };
    let effects = super::super::step(&mut world.state, Input::Start, &mut cx);
    assert!(matches!(effects.last(), Some(super::super::super::Effect::Continue)));
    assert!(effects.len() < 300);
}
