//! Models, tools, people, waits.

use flow::run::{Event, PendingKind};
use serde_json::{Value, json};

use super::super::super::{Input, Program as _, Rest};
use super::world::{Does, World, document, every_cut, plan, spec};
use super::{input, literal};

fn model(params: &Value, policy: &Value) -> flow::workflow::Document {
    document(json!({
        "nodes": {
            "start": { "kind": "start" },
            "model": { "kind": "model", "params": params, "policy": policy, "inputs": [literal("prompt", &json!("hello"))] },
            "end": { "kind": "end", "inputs": [input("out", "model.output"), input("ok", "model.isSuccess")] }
        },
        "edges": ["start>model", "model>end"]
    }))
}

#[test]
fn a_model_calls_tools_and_hears_of_them_in_order() {
    let calls = vec![
        ("c1", "look", json!({ "n": 1 })),
        ("c2", "send", json!({ "n": 2 })),
        ("c3", "gone", json!({})),
        ("c4", "look", json!({ "n": "x" })),
    ];
    let script = vec![Does::Calls("wait", calls), Does::Says(vec!["done"])];
    let mut world = World::new(&model(&json!({ "tools": ["look", "send"] }), &json!({})), &json!({})).script("model", script);
    world.go_with(|flying| flying - 1);
    assert_eq!(world.result()["out"], "done");
    let lines = world.lines();
    let failed: Vec<&String> = lines.iter().filter(|line| line.contains("failed")).collect();
    assert_eq!(failed.len(), 2, "{lines:#?}");
    assert!(failed[0].contains("unknown_tool") && failed[1].contains("invalid_arguments"));
    every_cut(&world, |_, other| {
        other.script.insert("model".into(), vec![Does::Says(vec!["other"])].into());
        other.go();
        assert!(matches!(other.journal.last().unwrap().event, Event::Completed { .. }));
        let sends: u32 = other.begun.values().filter(|(name, _)| name == "send").map(|(_, times)| times).sum();
        assert!(sends <= 1);
    });
}

#[test]
fn a_writing_tool_that_a_crash_interrupted_is_not_called_again() {
    let script = vec![Does::Calls("", vec![("c1", "send", json!({ "n": 1 })), ("c2", "look", json!({ "n": 1 }))])];
    let mut world = World::new(&model(&json!({ "tools": ["look", "send"] }), &json!({})), &json!({})).script("model", script);
    world.input(Input::Start);
    world.commit();
    world.land(0);
    world.commit();
    assert_eq!(world.flying.len(), 2);
    world.crash();
    world.go();
    assert!(world.result()["out"].as_str().is_some());
    assert!(world.lines().iter().any(|line| line.contains("outcome_unknown")));
    let steps: Vec<u32> = world.begun.values().map(|(_, times)| *times).collect();
    assert_eq!(steps, [1, 1, 2, 1], "the model, the writing tool, the reading one, the model: {:?}", world.begun);
}

#[test]
fn a_failing_model_is_tried_again_and_then_has_a_default() {
    let policy = json!({ "retries": 1, "on_error": "default", "default": { "output": "sorry" } });
    let mut world = World::new(&model(&json!({}), &policy), &json!({})).script("model", vec![Does::Fails, Does::Says(vec!["fine"])]);
    world.go();
    assert_eq!(world.result(), json!({ "out": "fine", "ok": true }));
    let mut world = World::new(&model(&json!({}), &policy), &json!({})).script("model", vec![Does::Fails, Does::Fails]);
    world.go();
    assert_eq!(world.result(), json!({ "out": "sorry", "ok": false }));
}

#[test]
fn a_policy_decides_alone_what_follows_a_failure() {
    let once = |policy: Value| {
        let mut world = World::new(&model(&json!({}), &policy), &json!({}));
        world.input(Input::Start);
        world.commit();
        match &world.flying[0] {
            super::world::Flying::Model(call) => call.request.once,
            other => panic!("{other:?}"),
        }
    };
    assert!(!once(json!({})), "the vendor may be asked again");
    for policy in [json!({ "retries": 1 }), json!({ "timeout_ms": 300 }), json!({ "on_error": "default" })] {
        assert!(once(policy.clone()), "{policy}");
    }
}

#[test]
fn a_model_that_takes_too_long_is_dropped() {
    let mut world = World::new(&model(&json!({}), &json!({ "timeout_ms": 300, "retries": 2 })), &json!({}));
    world.input(Input::Start);
    world.commit();
    assert_eq!((world.flying.len(), world.wakes.len()), (1, 1));
    world.wake();
    assert!(world.flying.is_empty(), "the call is aborted");
    world.commit();
    assert_eq!(world.failure(), "node_timeout");
}

#[test]
fn a_workflow_is_a_tool_and_its_answer_can_be_the_answer() {
    let tool = |end: Value| {
        document(json!({
            "nodes": {
                "start": { "kind": "start", "outputs": [{ "name": "n", "type": "integer" }] },
                "ask": { "kind": "ask" },
                "end": end
            },
            "edges": ["start>ask", "ask>end"]
        }))
    };
    let run = |end: Value| {
        let plan = plan(&model(&json!({ "workflow": "7" }), &json!({})), &[("7", tool(end))], None);
        let calls = vec![("c/1", "7", json!({ "n": 1 }))];
        let mut world = World::with(plan, spec(&json!({}), |_| {})).script("model", vec![Does::Calls("", calls), Does::Says(vec!["done"])]);
        world.go();
        assert_eq!(world.state.rest(), Rest::Parked);
        let pending = world.pending();
        assert_eq!(pending[0].node.as_ref().unwrap().path, "model#c/1/");
        world.submit(&pending[0].call_id, "yes");
        world.go();
        world
    };
    let world = run(json!({ "kind": "end", "inputs": [input("a", "ask.answer")] }));
    assert_eq!(world.result()["out"], "done");
    let world = run(json!({ "kind": "end", "params": { "answer": "You said {{a}}." }, "inputs": [input("a", "ask.answer")] }));
    assert_eq!(world.result()["out"], "You said yes.");
    assert!(!world.lines().iter().any(|line| line.starts_with("Answer")), "the end of a workflow that is called tells nobody");
    every_cut(&world, |_, other| {
        if other.state.rest() == Rest::Working {
            other.go();
        }
        assert_ne!(other.state.rest(), Rest::Working);
    });
}

/// Two branches: a person is asked twice in one; in the other, too, and a task runs.
fn asking() -> flow::workflow::Document {
    document(json!({
        "nodes": {
            "start": { "kind": "start" },
            "a": { "kind": "ask", "params": { "times": 2 }, "inputs": [literal("question", &json!("a?"))] },
            "b": { "kind": "ask", "inputs": [literal("question", &json!("b?"))] },
            "task": { "kind": "write" },
            "end": { "kind": "end", "inputs": [input("a", "a.answer"), input("b", "b.answer")] }
        },
        "edges": ["start>a", "start>b", "start>task", "a>end", "b>end", "task>end"]
    }))
}

#[test]
fn people_are_asked_when_nothing_else_runs_and_in_the_order_of_the_questions() {
    let mut world = World::new(&asking(), &json!({}));
    world.input(Input::Start);
    world.commit();
    assert_eq!(world.state.rest(), Rest::Working, "a task is under way");
    world.go();
    assert_eq!(world.state.rest(), Rest::Parked);
    let asked = |world: &World| -> Vec<String> {
        world.pending().iter().map(|call| format!("{} {}", call.node.as_ref().unwrap().id, call.call_id)).collect()
    };
    assert_eq!(asked(&world), ["a 2.1", "b 3.1"]);
    assert_eq!(world.pending()[0].kind, PendingKind::Question);
    assert_eq!(world.pending()[0].arguments, json!({ "question": "a?", "asked": 0 }));
    world.submit("2.1", "first");
    world.go();
    assert_eq!(asked(&world), ["a 2.2", "b 3.1"], "who asks again asks first");
    world.submit("2.2", "second");
    world.go();
    assert_eq!(asked(&world), ["b 3.1"]);
    world.submit("3.1", "third");
    world.go();
    assert_eq!(world.result(), json!({ "a": "second", "b": "third" }));
    assert!(world.lines().iter().filter(|line| line.starts_with("Started")).count() == 1, "answers are no crashes");
    every_cut(&world, |_, other| {
        if other.state.rest() == Rest::Working {
            other.go();
        }
        assert!(matches!(other.state.rest(), Rest::Parked | Rest::Ended));
    });
}

#[test]
fn waits_of_days_hold_nothing_and_do_not_count_as_work() {
    let nodes = json!({
        "nodes": {
            "start": { "kind": "start" },
            "wait": { "kind": "wait", "inputs": [literal("milliseconds", &json!(86_400_000))] },
            "ask": { "kind": "ask" },
            "end": { "kind": "end", "inputs": [input("a", "ask.answer")] }
        },
        "edges": ["start>wait", "start>ask", "wait>end", "ask>end"]
    });
    let document = document(nodes);
    let limited = || spec(&json!({}), |run| run.limits.max_seconds = Some(60));
    let mut world = World::with(plan(&document, &[], None), limited());
    world.go();
    assert_eq!(world.state.rest(), Rest::Parked);
    let due = world.state.wake_at().unwrap();
    assert!(due.0 > 86_400_000);
    // Out of memory, and taken up when it is due.
    world.crash();
    assert_eq!(world.state.rest(), Rest::Parked, "there was no crash in anything");
    world.clock = due.0;
    world.crash();
    world.commit();
    assert_eq!(world.state.wake_at(), None);
    assert_eq!(world.state.rest(), Rest::Parked);
    world.submit(&world.pending()[0].call_id.clone(), "x");
    world.go();
    assert_eq!(world.result(), json!({ "a": "x" }));
    assert!(world.state.clock.ran < 1000, "{:?}", world.state.clock);
    let started = world.lines().into_iter().filter(|line| line.starts_with("Started")).collect::<Vec<_>>();
    assert_eq!(started, ["Started { resumed: 0 }", "Started { resumed: 0 }"]);

    let mut world = World::with(plan(&document, &[], None), limited());
    world.go();
    world.submit(&world.pending()[0].call_id.clone(), "x");
    world.commit();
    assert_eq!(world.state.rest(), Rest::Asleep);
    world.go();
    assert_eq!(world.result(), json!({ "a": "x" }));
}

#[test]
fn questions_inside_a_batch_wait_side_by_side() {
    let nodes = json!({
        "nodes": {
            "start": { "kind": "start", "outputs": [{ "name": "items", "type": { "list": "string" } }] },
            "batch": { "kind": "batch", "params": { "concurrency": 2, "collect": [["out", "second", ["answer"]]] }, "inputs": [{ "name": "items", "type": { "list": "string" }, "value": { "ref": { "node": "start", "path": ["items"] } } }] },
            "first": { "kind": "ask", "parent": "batch" },
            "second": { "kind": "ask", "parent": "batch" },
            "end": { "kind": "end", "inputs": [input("out", "batch.out")] }
        },
        "edges": ["start>batch", "batch.body>first", "first>second", "second>batch", "batch>end"]
    });
    let mut world = World::new(&document(nodes), &json!({ "items": ["a", "b"] }));
    world.go();
    let paths = |world: &World| -> Vec<String> {
        world.pending().iter().map(|call| call.node.as_ref().map(|node| format!("{}{}", node.path, node.id)).unwrap()).collect()
    };
    let mut seen = Vec::new();
    let mut answer = 0;
    while world.state.rest() == Rest::Parked {
        seen.push(paths(&world));
        answer += 1;
        world.submit(&world.pending()[0].call_id.clone(), &format!("answer {answer}"));
        world.go();
    }
    let two = |a: &str, b: &str| vec![format!("batch[{a}"), format!("batch[{b}")];
    assert_eq!(seen[..3], [two("0]/first", "1]/first"), two("1]/first", "0]/second"), two("0]/second", "1]/second")]);
    assert_eq!(world.result(), json!({ "out": ["answer 3", "answer 4"] }));
}
