//! Runs that take over from others.

use std::sync::Arc;

use flow::run::{Event, Fork, Recorded};
use serde_json::{Value, json};
use types::{MessageId, RunId};

use super::super::super::{Input, Program as _, Rest};
use super::super::{ForkError, fork};
use super::world::{Does, World, document, toolbox};
use super::{input, literal};

/// The run that takes this one over, except for a step.
pub(super) fn forked(world: &World, step: u32, inputs: Option<Value>) -> Result<World, ForkError> {
    let inputs = inputs.map(|inputs| inputs.as_object().unwrap().clone());
    let fork_of = Fork { run: RunId(1), step, inputs };
    let mut next = 5000;
    let mut ids = || {
        next += 1;
        MessageId(next)
    };
    let events = fork(&world.spec, &world.plan, &toolbox(), &world.journal, &fork_of, &mut ids)?;
    let created = world.journal[0].clone();
    let taken = events.into_iter().enumerate().map(|(index, (at, event))| Recorded { seq: index as u64 + 2, at, event });
    let journal = std::iter::once(created).chain(taken).collect();
    let mut other = World::from_journal(Arc::clone(&world.plan), Arc::clone(&world.spec), journal);
    other.clock += 1_000_000;
    let begun = other.journal.len();
    other.input(Input::Start);
    other.commit();
    assert!(!other.journal[begun..].iter().any(|recorded| matches!(recorded.event, Event::Started { .. })), "a fork is no crash");
    Ok(other)
}

pub(super) fn step_of(world: &World, wanted: &str) -> u32 {
    let found = world.journal.iter().find_map(|recorded| match &recorded.event {
        Event::StepRan { step, node, .. } | Event::StepStarted { step, node: Some(node), .. }
            if format!("{}{}", node.path, node.id) == wanted =>
        {
            Some(*step)
        }
        _ => None,
    });
    found.unwrap()
}

fn branches() -> flow::workflow::Document {
    document(json!({
        "nodes": {
            "start": { "kind": "start", "outputs": [{ "name": "v", "type": "integer" }] },
            "left": { "kind": "write", "inputs": [input("v", "start.v")] },
            "after": { "kind": "set", "inputs": [input("v", "left.v")] },
            "right": { "kind": "write", "inputs": [literal("v", &json!(2))] },
            "say": { "kind": "output", "params": { "message": "right {{v}}" }, "inputs": [input("v", "right.v")] },
            "end": { "kind": "end", "inputs": [input("left", "after.v"), input("right", "right.v")] }
        },
        "edges": ["start>left", "left>after", "start>right", "right>say", "after>end", "say>end"]
    }))
}

#[test]
fn what_does_not_depend_on_the_step_is_taken_over() {
    let mut world = World::new(&branches(), &json!({ "v": 1 }));
    world.go();
    assert_eq!(world.result(), json!({ "left": 1, "right": 2 }));
    let mut other = forked(&world, step_of(&world, "left"), Some(json!({ "v": 10 }))).unwrap();
    let flying: Vec<String> = other.flying.iter().map(|flying| other.name_of(flying.step())).collect();
    assert_eq!(flying, ["left"], "only that is done again");
    other.go();
    assert_eq!(other.result(), json!({ "left": 10, "right": 2 }));
    assert_eq!(other.ran(), ["start", "right", "say", "left", "after", "end"]);
    let told = |world: &World| -> Vec<MessageId> {
        world.journal.iter().filter_map(|one| if let Event::Answer { message, .. } = &one.event { Some(*message) } else { None }).collect()
    };
    assert_eq!(told(&other).len(), 1);
    assert_ne!(told(&other), told(&world), "messages are of one run only");
    assert_eq!(forked(&world, 99, None).err(), Some(ForkError::NoStep(99)));
}

#[test]
fn a_failed_run_goes_on_from_its_failure() {
    let mut world = World::new(&branches(), &json!({ "v": 1 })).script("left", vec![Does::Fails]);
    world.input(Input::Start);
    world.commit();
    world.land(1);
    world.commit();
    world.go();
    assert_eq!(world.failure(), "task_failed");
    let mut other = forked(&world, step_of(&world, "say"), None).unwrap();
    other.go();
    assert_eq!(other.result(), json!({ "left": 1, "right": 2 }), "what had failed is taken again as well");
}

#[test]
fn a_loop_goes_on_in_the_middle() {
    let nodes = json!({
        "nodes": {
            "start": { "kind": "start" },
            "loop": { "kind": "loop", "params": { "over": "count", "collect": [["out", "text", ["output"]]] }, "inputs": [literal("count", &json!(4))] },
            "ask": { "kind": "ask", "parent": "loop" },
            "task": { "kind": "write", "parent": "loop", "inputs": [input("v", "ask.answer")] },
            "text": { "kind": "text", "parent": "loop", "params": { "template": "<{{v}}>" }, "inputs": [input("v", "task.v")] },
            "end": { "kind": "end", "inputs": [input("out", "loop.out")] }
        },
        "edges": ["start>loop", "loop.body>ask", "ask>task", "task>text", "text>loop", "loop>end"]
    });
    let mut world = World::new(&document(nodes), &json!({}));
    let answers = |world: &mut World, word: &str| {
        world.go();
        while world.state.rest() == Rest::Parked {
            let call = world.pending()[0].clone();
            world.submit(&call.call_id, &format!("{word}{}", call.node.unwrap().path));
            world.go();
        }
    };
    answers(&mut world, "a");
    assert_eq!(world.result()["out"][3], "<aloop[3]/>");
    let mut other = forked(&world, step_of(&world, "loop[2]/task"), Some(json!({ "v": "new" }))).unwrap();
    assert_eq!(other.flying.len(), 1);
    answers(&mut other, "b");
    assert_eq!(other.result(), json!({ "out": ["<aloop[0]/>", "<aloop[1]/>", "<new>", "<bloop[3]/>"] }));
    let tasks = other.begun.values().filter(|(name, _)| name == "task").count();
    assert_eq!(tasks, 2, "the tasks before it are not run again");
}

#[test]
fn a_start_takes_other_inputs_and_a_model_step_stands_for_its_node() {
    let mut world = World::new(&branches(), &json!({ "v": 1 }));
    world.go();
    let mut other = forked(&world, 1, Some(json!({ "v": "3" }))).unwrap();
    other.go();
    assert_eq!(other.result(), json!({ "left": 3, "right": 2 }));

    let nodes = json!({
        "nodes": {
            "start": { "kind": "start" },
            "model": { "kind": "model", "inputs": [literal("prompt", &json!("x"))] },
            "end": { "kind": "end", "params": { "answer": "{{o}}", "streaming": true }, "inputs": [{ "name": "o", "type": "string", "value": { "ref": { "node": "model", "path": ["output"] } } }] }
        },
        "edges": ["start>model", "model>end"]
    });
    let mut world = World::new(&document(nodes), &json!({})).script("model", vec![Does::Says(vec!["one"])]);
    world.go();
    let mut other = forked(&world, 3, None).unwrap();
    other.script.insert("model".into(), vec![Does::Says(vec!["two"])].into());
    other.go();
    assert_eq!(other.result(), json!("two"));
    let mut other = forked(&world, step_of(&world, "end"), None).unwrap();
    other.go();
    assert_eq!(other.result(), json!("one"));
    assert!(other.begun.is_empty(), "the model is not asked again");
}
