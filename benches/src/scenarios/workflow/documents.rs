//! The workflows that are run.

use serde_json::{Map, Value, json};

/// Outputs of a start node.
fn start(fields: &Value) -> Value {
    json!({ "kind": "start", "title": "Start", "outputs": fields })
}

/// An end node that gives one value.
fn end(from: &str, key: &str, kind: &str) -> Value {
    json!({
        "kind": "end", "title": "End", "params": { "mode": "variables" },
        "inputs": [{ "name": "result", "type": kind, "value": from_node(from, key) }],
    })
}

fn from_node(node: &str, key: &str) -> Value {
    json!({ "ref": { "node": node, "path": [key] } })
}

fn text(template: &str, from: &str, key: &str) -> Value {
    json!({
        "kind": "text", "title": "Text", "params": { "method": "concat", "template": template },
        "inputs": [{ "name": "x", "type": "string", "value": from_node(from, key) }],
        "outputs": [{ "name": "output", "type": "string" }],
    })
}

/// Longer than eight letters, or not.
fn condition(from: &str) -> Value {
    json!({
        "kind": "condition", "title": "Condition",
        "params": { "branches": [{ "conditions": [{ "left": "a", "operator": "longer", "right": "b" }] }] },
        "inputs": [
            { "name": "a", "type": "string", "value": from_node(from, "output") },
            { "name": "b", "type": "integer", "value": { "literal": 8 } },
        ],
    })
}

fn merge(first: &str, second: &str) -> Value {
    json!({
        "kind": "merge", "title": "Merge", "params": { "groups": [{ "name": "output", "inputs": ["a", "b"] }] },
        "inputs": [
            { "name": "a", "type": "string", "value": from_node(first, "output") },
            { "name": "b", "type": "string", "value": from_node(second, "output") },
        ],
        "outputs": [{ "name": "output", "type": "string" }],
    })
}

fn edge(from: &str, to: &str) -> Value {
    json!({ "from": from, "to": to })
}

fn port(from: &str, port: &str, to: &str) -> Value {
    json!({ "from": from, "port": port, "to": to })
}

/// Start, text, end.
pub fn three_steps() -> Value {
    json!({
        "nodes": { "s": start(&json!([{ "name": "name", "type": "string" }])), "t": text("Hello {{x}}!", "s", "name"), "e": end("t", "output", "string") },
        "edges": [edge("s", "t"), edge("t", "e")],
    })
}

/// Start, set, condition, code, end: the code sees what was set.
pub fn automation() -> Value {
    let code = "async function main({ params }) { return { result: params.doubled + 1, name: params.name.toUpperCase() }; }";
    let number = [json!({ "name": "n", "type": "integer", "value": from_node("s", "n") })];
    json!({
        "nodes": {
            "s": start(&json!([{ "name": "name", "type": "string" }, { "name": "n", "type": "integer" }])),
            "set": {
                "kind": "assign_variable", "title": "Set",
                "params": { "set": [{ "scope": "app", "path": ["doubled"], "input": "doubled" }] },
                "inputs": [number[0], { "name": "doubled", "type": "integer", "value": { "expr": "n * 2" } }],
                "outputs": [{ "name": "isSuccess", "type": "boolean" }],
            },
            "if": {
                "kind": "condition", "title": "Condition",
                "params": { "branches": [{ "conditions": [{ "left": "a", "operator": "greater", "right": "b" }] }] },
                "inputs": [
                    { "name": "a", "type": "integer", "value": { "variable": { "scope": "app", "path": ["doubled"] } } },
                    { "name": "b", "type": "integer", "value": { "literal": 10 } },
                ],
            },
            "code": {
                "kind": "code", "title": "Code", "params": { "language": "javascript", "code": code },
                "inputs": [
                    { "name": "doubled", "type": "integer", "value": { "variable": { "scope": "app", "path": ["doubled"] } } },
                    { "name": "name", "type": "string", "value": from_node("s", "name") },
                ],
                "outputs": [{ "name": "result", "type": "integer" }, { "name": "name", "type": "string" }],
            },
            "e": end("code", "result", "integer"),
        },
        "edges": [edge("s", "set"), edge("set", "if"), port("if", "branch_0", "code"), port("if", "else", "e"), edge("code", "e")],
    })
}

/// Start, a question to a person, end.
pub fn question() -> Value {
    let question = json!({
        "kind": "question", "title": "Question", "params": { "question": "What shall it be, {{x}}?", "answer": "text" },
        "inputs": [{ "name": "x", "type": "string", "value": from_node("s", "name") }],
        "outputs": [{ "name": "USER_RESPONSE", "type": "string" }],
    });
    json!({
        "nodes": { "s": start(&json!([{ "name": "name", "type": "string" }])), "q": question, "e": end("q", "USER_RESPONSE", "string") },
        "edges": [edge("s", "q"), edge("q", "e")],
    })
}

/// Start, a model, end.
pub fn model() -> Value {
    let model = json!({
        "kind": "model", "title": "Model", "params": { "prompt": "Greet {{x}}.", "response_format": "text" },
        "inputs": [{ "name": "x", "type": "string", "value": from_node("s", "name") }],
        "outputs": [{ "name": "output", "type": "string" }],
    });
    json!({
        "nodes": { "s": start(&json!([{ "name": "name", "type": "string" }])), "m": model, "e": end("m", "output", "string") },
        "edges": [edge("s", "m"), edge("m", "e")],
    })
}

/// So many steps one after the other: groups of a condition, one of two texts, and a merge.
pub fn chain(steps: usize) -> Value {
    let mut nodes = Map::new();
    let mut edges = Vec::new();
    nodes.insert("s".into(), start(&json!([{ "name": "output", "type": "string" }])));
    let mut last = "s".to_owned();
    for group in 0..steps.saturating_sub(2) / 3 {
        let [one, yes, no, join] = ["c", "y", "n", "m"].map(|name| format!("{name}{group}"));
        nodes.insert(one.clone(), condition(&last));
        nodes.insert(yes.clone(), text("short", &last, "output"));
        nodes.insert(no.clone(), text("{{x}} is longer", &last, "output"));
        nodes.insert(join.clone(), merge(&yes, &no));
        edges.extend([edge(&last, &one), port(&one, "branch_0", &yes), port(&one, "else", &no), edge(&yes, &join), edge(&no, &join)]);
        last = join;
    }
    nodes.insert("e".into(), end(&last, "output", "string"));
    edges.push(edge(&last, "e"));
    json!({ "nodes": nodes, "edges": edges })
}

/// So many steps in a loop that counts: each iteration is a text, a condition and a setting of the loop's variable.
pub fn repeated(steps: usize) -> Value {
    let rounds = steps.saturating_sub(3) / 3;
    let inside = |mut node: Value| {
        node["parent"] = json!("l");
        node
    };
    let set = json!({
        "kind": "set_variable", "title": "Set",
        "params": { "set": [{ "variable": { "node": "l", "path": ["total"] }, "input": "total" }] },
        "inputs": [
            { "name": "before", "type": "integer", "value": from_node("l", "total") },
            { "name": "total", "type": "integer", "value": { "expr": "before + 1" } },
        ],
    });
    let repeat = json!({
        "kind": "loop", "title": "Loop",
        "params": { "over": "count", "variables": ["total"], "collect": [{ "name": "total", "from": { "node": "l", "path": ["total"] } }] },
        "inputs": [
            { "name": "count", "type": "integer", "value": { "literal": rounds } },
            { "name": "total", "type": "integer", "value": { "literal": 0 } },
        ],
        "outputs": [{ "name": "total", "type": "integer" }],
    });
    json!({
        "nodes": {
            "s": start(&json!([{ "name": "output", "type": "string" }])),
            "l": repeat,
            "t": inside(text("{{x}} and again", "s", "output")),
            "c": inside(condition("t")),
            "v": inside(set),
            "e": end("l", "total", "integer"),
        },
        "edges": [
            edge("s", "l"), port("l", "body", "t"), edge("t", "c"), port("c", "branch_0", "v"), port("c", "else", "v"), edge("v", "l"), edge("l", "e"),
        ],
    })
}
