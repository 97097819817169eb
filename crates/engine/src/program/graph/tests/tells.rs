//! Answers: whole, streamed, in turn, withdrawn.

use flow::run::Event;
use serde_json::{Value, json};

use super::super::super::{Input, Program as _, Rest};
use super::input;
use super::world::{Does, World, document, every_cut};

/// Two answers that quote one model, one after the other or side by side.
fn quoting(edges: &Value, policy: &Value) -> flow::workflow::Document {
    document(json!({
        "nodes": {
            "start": { "kind": "start" },
            "model": { "kind": "model", "params": { "tools": ["look"] }, "policy": policy },
            "say": { "kind": "output", "params": { "message": "emitter: {{x}}", "streaming": true }, "inputs": [{ "name": "x", "type": "string", "value": { "ref": { "node": "model", "path": ["output"] } } }] },
            "end": { "kind": "end", "params": { "answer": "exit: {{x}}!", "streaming": true }, "inputs": [{ "name": "x", "type": "string", "value": { "ref": { "node": "model", "path": ["output"] } } }] }
        },
        "edges": edges
    }))
}

fn pieces(world: &World) -> Vec<Vec<String>> {
    world.shown.values().cloned().collect()
}

fn answers(world: &World) -> Vec<String> {
    let answer = |event: &Event| if let Event::Answer { text, .. } = event { Some(text.clone()) } else { None };
    world.journal.iter().filter_map(|recorded| answer(&recorded.event)).collect()
}

#[test]
fn an_answer_begins_before_the_model_ends_and_the_next_repeats_its_pieces() {
    for edges in [json!(["start>model", "model>say", "say>end"]), json!(["start>model", "model>say", "model>end", "say>end"])] {
        let document = quoting(&edges, &json!({}));
        let mut world = World::new(&document, &json!({})).script("model", vec![Does::Says(vec!["I ", "don't know."])]);
        world.input(Input::Start);
        world.commit();
        let step = world.flying[0].step();
        assert_eq!(pieces(&world), [["emitter: "]], "it has begun");
        world.input(Input::Piece { step, text: "I ".into(), reasoning: String::new() });
        assert_eq!(pieces(&world), [["emitter: ", "I "]]);
        let mut world = World::new(&document, &json!({})).script("model", vec![Does::Says(vec!["I ", "don't know."])]);
        world.go();
        assert_eq!(pieces(&world), [vec!["emitter: ", "I ", "don't know."], vec!["exit: ", "I ", "don't know.", "!"]]);
        assert_eq!(answers(&world), ["emitter: I don't know.", "exit: I don't know.!"]);
        assert_eq!(world.result(), json!("exit: I don't know.!"));
        every_cut(&world, |cut, other| {
            other.script.insert("model".into(), vec![Does::Says(vec!["I ", "don't know."])].into());
            other.go();
            assert_eq!(answers(other), answers(&world), "cut at {cut}");
        });
    }
}

#[test]
fn what_was_shown_is_withdrawn_when_the_model_turns_to_tools() {
    let document = quoting(&json!(["start>model", "model>say", "say>end"]), &json!({}));
    let script = vec![Does::Calls("let me see", vec![("c1", "look", json!({}))]), Does::Says(vec!["found"])];
    let mut world = World::new(&document, &json!({})).script("model", script);
    world.go();
    assert_eq!(pieces(&world)[0], ["emitter: ", "let me see", "emitter: ", "found"]);
    assert_eq!(world.lines().iter().filter(|line| line.starts_with("Reset")).count(), 1);
    assert_eq!(answers(&world), ["emitter: found", "exit: found!"]);
}

#[test]
fn what_was_shown_is_withdrawn_when_the_model_fails() {
    let edges = json!(["start>model", "model>say", "say>end", "model.error>end"]);
    for (policy, script, expected) in [
        (json!({ "retries": 1 }), vec![Does::Fails, Does::Says(vec!["fine"])], vec!["emitter: fine", "exit: fine!"]),
        (json!({ "on_error": "default", "default": { "output": "sorry" } }), vec![Does::Fails], vec!["emitter: sorry", "exit: sorry!"]),
        (json!({ "on_error": "branch", "default": { "output": "sorry" } }), vec![Does::Fails], vec!["exit: sorry!"]),
    ] {
        let mut world = World::new(&quoting(&edges, &policy), &json!({})).script("model", script);
        world.go();
        assert_eq!(world.lines().iter().filter(|line| line.starts_with("Reset")).count(), 1, "{:#?}", world.lines());
        assert_eq!(answers(&world), expected, "{:#?}", world.lines());
        every_cut(&world, |cut, other| {
            other.script.insert("model".into(), vec![Does::Fails, Does::Fails].into());
            other.go();
            assert_eq!(other.state.rest(), Rest::Ended, "cut at {cut}");
        });
    }
}

#[test]
fn a_crash_in_mid_stream_withdraws_and_begins_again() {
    let document = quoting(&json!(["start>model", "model>say", "say>end"]), &json!({}));
    let mut world = World::new(&document, &json!({}));
    world.input(Input::Start);
    world.commit();
    let step = world.flying[0].step();
    world.input(Input::Piece { step, text: "half".into(), reasoning: String::new() });
    world.commit();
    world.crash();
    world.script.insert("model".into(), vec![Does::Says(vec!["whole"])].into());
    world.go();
    let lines = world.lines();
    let reset = lines.iter().position(|line| line.starts_with("Reset")).unwrap();
    let resumed = lines.iter().position(|line| line.starts_with("Started { resumed: 1 }")).unwrap();
    let told = lines.iter().rposition(|line| line.contains("say Node starts")).unwrap();
    assert!(resumed < reset && reset < told, "{lines:#?}");
    assert_eq!(answers(&world), ["emitter: whole", "exit: whole!"]);
    let messages = world.journal.iter().filter_map(|recorded| match &recorded.event {
        Event::StepStarted { message: Some(message), node: Some(node), .. } if node.id.as_str() == "say" => Some(*message),
        Event::Answer { message, text, .. } if text.starts_with("emitter") => Some(*message),
        _ => None,
    });
    assert_eq!(messages.collect::<std::collections::BTreeSet<_>>().len(), 1, "it stays one message");
}

#[test]
fn answers_of_branches_do_not_mix() {
    let said = |node: &str| json!({ "kind": "output", "params": { "message": format!("{node} {{{{x}}}}"), "streaming": true }, "inputs": [{ "name": "x", "type": "string", "value": { "ref": { "node": node, "path": ["output"] } } }] });
    let nodes = json!({
        "nodes": {
            "start": { "kind": "start" },
            "m1": { "kind": "model" }, "m2": { "kind": "model" },
            "s1": said("m1"), "s2": said("m2"),
            "plain": { "kind": "output", "params": { "message": "plain" } },
            "end": { "kind": "end" }
        },
        "edges": ["start>m1", "start>m2", "start>plain", "m1>s1", "m2>s2", "s1>end", "s2>end", "plain>end"]
    });
    let document = document(nodes);
    for first in 0..2 {
        let mut world =
            World::new(&document, &json!({})).script("m1", vec![Does::Says(vec!["a", "b"])]).script("m2", vec![Does::Says(vec!["c", "d"])]);
        world.input(Input::Start);
        world.commit();
        world.land(first);
        world.go();
        assert_eq!(answers(&world), ["plain", "m1 ab", "m2 cd"]);
        let mut told: Vec<Vec<String>> = pieces(&world);
        told.sort();
        assert_eq!(told, [vec!["m1 ", "a", "b"], vec!["m2 ", "c", "d"]]);
    }
}

#[test]
fn an_answer_that_cannot_be_written_fails_its_node() {
    let nodes = json!({
        "nodes": {
            "start": { "kind": "start" },
            "end": { "kind": "end", "params": { "answer": "{{list[3]}}", "streaming": true }, "inputs": [super::literal("list", &json!([1])), input("none", "start.none")] }
        },
        "edges": ["start>end"]
    });
    let mut world = World::new(&document(nodes), &json!({}));
    world.go();
    assert_eq!(world.failure(), "template_index");
}
