//! Loops and batches.

use flow::workflow::Document;
use serde_json::{Value, json};

use super::super::super::{Input, Program as _};
use super::world::{Does, World, document, every_cut, plan, spec};
use super::{input, literal};

/// Sets a variable to each element; breaks from the fourth on, goes on without a text for "bb".
fn selecting() -> Value {
    json!({
        "nodes": {
            "start": { "kind": "start", "outputs": [{ "name": "input", "type": { "list": "string" } }] },
            "loop": {
                "kind": "loop",
                "params": { "variables": ["variable"], "collect": [["variable_out", "loop", ["variable"]], ["converted", "text", ["output"]]] },
                "inputs": [
                    { "name": "input", "type": { "list": "string" }, "value": { "ref": { "node": "start", "path": ["input"] } } },
                    { "name": "variable", "type": "string", "value": { "literal": "init" } }
                ]
            },
            "assign": { "kind": "set_variable", "parent": "loop", "params": { "set": [["loop", "variable", "v"]] }, "inputs": [input("v", "loop.input")] },
            "late": { "kind": "if", "parent": "loop", "inputs": [{ "name": "i", "type": "integer", "value": { "ref": { "node": "loop", "path": ["index"] } } }, { "name": "cond", "type": "boolean", "value": { "expr": "i >= 3" } }] },
            "bb": { "kind": "if", "parent": "loop", "inputs": [input("v", "loop.variable"), { "name": "cond", "type": "boolean", "value": { "expr": "v == 'bb'" } }] },
            "stop": { "kind": "break", "parent": "loop" },
            "skip": { "kind": "continue", "parent": "loop" },
            "text": { "kind": "text", "parent": "loop", "params": { "template": "new_{{v}}" }, "inputs": [input("v", "loop.variable")] },
            "end": { "kind": "end", "inputs": [input("out", "loop.variable_out"), input("converted", "loop.converted")] }
        },
        "edges": ["start>loop", "loop.body>assign", "assign>late", "late.true>stop", "late.false>bb", "bb.true>skip", "bb.false>text", "text>loop", "loop>end"]
    })
}

#[test]
fn loops_have_variables_and_can_be_left() {
    let mut world = World::new(&document(selecting()), &json!({ "input": ["a", "bb", "ccc", "dddd", "never"] }));
    world.go();
    assert_eq!(world.result(), json!({ "out": "dddd", "converted": ["new_a", "new_ccc"] }));
    assert!(world.ran().contains(&"loop[3]/stop".to_owned()));
    assert!(!world.ran().iter().any(|at| at.starts_with("loop[4]")));
    every_cut(&world, |cut, other| {
        other.go();
        assert_eq!(other.result(), world.result(), "cut at {cut}");
        assert_eq!(other.ran(), world.ran(), "cut at {cut}");
    });
}

#[test]
fn a_node_runs_alone_with_what_is_inside() {
    let document = document(selecting());
    let spec = spec(&json!({ "input": "[\"a\", \"bb\", \"ccc\", \"dddd\"]" }), |run| run.only = Some("loop".into()));
    let mut world = World::with(plan(&document, &[], Some("loop")), spec.clone());
    world.go();
    assert_eq!(world.result(), json!({ "converted": ["new_a", "new_ccc"], "variable_out": "dddd" }));
    let spec = super::world::spec(&json!({ "input": [] }), |run| run.only = Some("loop".into()));
    let mut world = World::with(plan(&document, &[], Some("loop")), spec);
    world.go();
    assert_eq!(world.result(), json!({ "converted": [], "variable_out": "init" }), "its own literals stand");
    let mut world = World::with(plan(&document, &[], Some("text")), spec_of_text());
    world.go();
    assert_eq!(world.result(), json!({ "output": "new_x" }));
}

fn spec_of_text() -> std::sync::Arc<flow::run::RunSpec> {
    spec(&json!({ "v": "x" }), |run| run.only = Some("text".into()))
}

fn batch(concurrency: u32, inner: &str) -> Document {
    document(json!({
        "nodes": {
            "start": { "kind": "start", "outputs": [{ "name": "items", "type": { "list": "any" } }] },
            "batch": {
                "kind": "batch",
                "params": { "concurrency": concurrency, "collect": [["out", "inner", ["v"]], ["all", "inner", []]] },
                "inputs": [{ "name": "items", "type": { "list": "any" }, "value": { "ref": { "node": "start", "path": ["items"] } } }]
            },
            "inner": { "kind": inner, "parent": "batch", "inputs": [input("v", "batch.items"), input("i", "batch.index")] },
            "end": { "kind": "end", "inputs": [input("out", "batch.out"), input("all", "batch.all")] }
        },
        "edges": ["start>batch", "batch.body>inner", "inner>batch", "batch>end"]
    }))
}

#[test]
fn batches_run_so_many_at_once_and_keep_the_order() {
    let mut world = World::new(&batch(3, "read"), &json!({ "items": [5, 6, 7, 8, 9] }));
    world.input(Input::Start);
    world.commit();
    assert_eq!(world.flying.len(), 3);
    world.go_with(|flying| flying - 1);
    assert_eq!(world.result()["out"], json!([5, 6, 7, 8, 9]));
    assert_eq!(world.result()["all"][4], json!({ "v": 9, "i": 4 }));
    assert_eq!(world.ran()[1], "batch[2]/inner");
    every_cut(&world, |cut, other| {
        other.go();
        assert_eq!(other.result(), world.result(), "cut at {cut}");
    });
    let mut world = World::new(&batch(3, "read"), &json!({ "items": [] }));
    world.go();
    assert_eq!(world.result(), json!({ "out": [], "all": [] }));
}

#[test]
fn a_failure_inside_ends_the_others_and_is_one_of_the_container() {
    let mut world = World::new(&batch(3, "write"), &json!({ "items": [1, 2, 3, 4] })).script("inner", vec![Does::Fails]);
    world.input(Input::Start);
    world.commit();
    world.land(1);
    assert!(world.flying.is_empty(), "the others are dropped");
    world.commit();
    assert_eq!(world.failure(), "task_failed");
    let lines = world.lines();
    assert!(lines[lines.len() - 2].starts_with("2 failed task_failed"), "the container fails with it: {lines:#?}");
}

#[test]
fn a_node_with_a_batch_runs_for_each_element() {
    let nodes = json!({
        "nodes": {
            "start": { "kind": "start", "outputs": [{ "name": "names", "type": { "list": "string" } }, { "name": "hello", "type": "string" }] },
            "each": {
                "kind": "set",
                "inputs": [input("name", "each.names"), input("greeting", "start.hello")],
                "outputs": [{ "name": "name", "type": "string" }, { "name": "greeting", "type": "string" }],
                "batch": { "lists": [{ "name": "names", "type": { "list": "string" }, "value": { "ref": { "node": "start", "path": ["names"] } } }], "size": 2 }
            },
            "end": { "kind": "end", "inputs": [input("out", "each.outputList")] }
        },
        "edges": ["start>each", "each>end"]
    });
    let mut world = World::new(&document(nodes), &json!({ "names": ["a", "b", "c"], "hello": "hi" }));
    world.go();
    let one = |name: &str| json!({ "name": name, "greeting": "hi" });
    assert_eq!(world.result(), json!({ "out": [one("a"), one("b")] }));
    assert_eq!(world.ran(), ["start", "each[0]/each_inner", "each[1]/each_inner", "each", "end"]);
}

#[test]
fn containers_nest_and_see_what_is_around_them() {
    let nodes = json!({
        "nodes": {
            "start": { "kind": "start", "outputs": [{ "name": "rows", "type": { "list": "any" } }] },
            "base": { "kind": "read", "inputs": [literal("n", &json!(100))] },
            "outer": { "kind": "loop", "params": { "collect": [["sums", "sum", ["v"]]] }, "inputs": [{ "name": "rows", "type": { "list": "any" }, "value": { "ref": { "node": "start", "path": ["rows"] } } }] },
            "inner": { "kind": "batch", "parent": "outer", "params": { "collect": [["cells", "cell", ["v"]]] }, "inputs": [{ "name": "row", "type": { "list": "any" }, "value": { "ref": { "node": "outer", "path": ["rows"] } } }] },
            "cell": { "kind": "set", "parent": "inner", "inputs": [input("cell", "inner.row"), input("base", "base.n"), input("r", "outer.index"), { "name": "v", "type": "integer", "value": { "expr": "cell + base + r * 1000" } }] },
            "sum": { "kind": "set", "parent": "outer", "inputs": [input("v", "inner.cells")] },
            "end": { "kind": "end", "inputs": [input("out", "outer.sums")] }
        },
        "edges": ["start>outer", "start>base", "base>end", "outer.body>inner", "inner.body>cell", "inner>sum", "sum>outer", "outer>end"]
    });
    let mut world = World::new(&document(nodes), &json!({ "rows": [[1, 2], [], [3]] }));
    world.go();
    assert_eq!(world.result(), json!({ "out": [[101, 102], [], [2103]] }));
    assert_eq!(world.ran()[..2], ["start", "base"], "the loop waits for what is read inside of it");
    assert!(world.ran().contains(&"outer[2]/inner[0]/cell".to_owned()));
    assert_eq!(world.state.held, held_by_result(&world), "what iterations held is given back");
}

/// Bytes that the outputs of the outermost nodes hold.
fn held_by_result(world: &World) -> u64 {
    world.state.frames[0].bytes
}

#[test]
fn a_loop_counts_or_goes_on_for_ever_until_a_limit() {
    let nodes = |over: &str| {
        document(json!({
            "nodes": {
                "start": { "kind": "start" },
                "loop": { "kind": "loop", "params": { "over": over, "collect": [["is", "set", ["i"]]] }, "inputs": [literal("count", &json!(3))] },
                "set": { "kind": "set", "parent": "loop", "inputs": [input("i", "loop.index")] },
                "end": { "kind": "end", "inputs": [input("is", "loop.is")] }
            },
            "edges": ["start>loop", "loop.body>set", "set>loop", "loop>end"]
        }))
    };
    let mut world = World::new(&nodes("count"), &json!({}));
    world.go();
    assert_eq!(world.result(), json!({ "is": [0, 1, 2] }));
    let spec = spec(&json!({}), |run| run.limits.max_steps = Some(500));
    let mut world = World::with(plan(&nodes("forever"), &[], None), spec);
    world.go();
    assert_eq!(world.failure(), "limit_steps");
}

#[test]
fn a_container_has_a_policy_too() {
    let nodes = json!({
        "nodes": {
            "start": { "kind": "start" },
            "loop": { "kind": "loop", "params": { "over": "count", "collect": [["is", "task", ["i"]]] }, "inputs": [literal("count", &json!(2))], "policy": { "retries": 1, "on_error": "default" } },
            "task": { "kind": "read", "parent": "loop", "inputs": [input("i", "loop.index")] },
            "end": { "kind": "end", "inputs": [input("is", "loop.is"), input("ok", "loop.isSuccess")] }
        },
        "edges": ["start>loop", "loop.body>task", "task>loop", "loop>end"]
    });
    let give = |n: i64| Does::Gives(json!({ "i": n }));
    let script = vec![give(7), Does::Fails, give(8), give(9)];
    let mut world = World::new(&document(nodes), &json!({})).script("task", script);
    world.go();
    assert_eq!(world.result(), json!({ "is": [8, 9], "ok": true }), "{:#?}", world.lines());
    assert_eq!(world.state.rest(), super::super::super::Rest::Ended);
}
