//! What is found in documents that are wrong in one way each, and that nothing breaks the checks.

mod hostile;
mod kit;

use serde_json::json;

use super::*;
use kit::{Workflows, document, finds, registry, told};

#[test]
fn nothing_is_wrong_with_a_sound_document() {
    let sound = document(
        json!({
            "code": { "kind": "code", "inputs": [
                { "name": "text", "type": "string", "value": { "ref": { "node": "start", "path": ["s"] } } },
                { "name": "n", "type": "integer", "value": { "literal": 3 } },
                { "name": "sum", "type": "number", "value": { "expr": "n + size(text)" } },
                { "name": "o", "type": { "object": [] }, "value": { "object": [{ "name": "k", "type": "boolean", "value": { "ref": { "node": "start", "path": ["o", "k"] } } }] } },
                { "name": "first", "type": "string", "value": { "ref": { "node": "start", "path": ["l", "0"] } } },
                { "name": "deep", "value": { "ref": { "node": "start", "path": ["any", "x", "y"] } } },
                { "name": "app", "value": { "variable": { "scope": "app", "path": ["x"] } } },
                { "name": "__made_by_import", "value": null },
            ], "outputs": [{ "name": "r", "type": "integer" }] },
            "loop": { "kind": "loop", "params": { "variables": ["v"], "collect": [[{ "node": "inner", "path": ["x"] }, "xs"], [{ "node": "loop", "path": ["v"] }, "v"]] },
                "inputs": [
                    { "name": "items", "type": { "list": "string" }, "value": { "ref": { "node": "start", "path": ["l"] } } },
                    { "name": "v", "type": "integer", "value": { "literal": 0 } },
                ] },
            "inner": { "kind": "code", "parent": "loop", "outputs": [{ "name": "x", "type": "string" }], "inputs": [
                { "name": "item", "type": "string", "value": { "ref": { "node": "loop", "path": ["items"] } } },
                { "name": "index", "type": "integer", "value": { "ref": { "node": "loop", "path": ["index"] } } },
                { "name": "v", "type": "integer", "value": { "ref": { "node": "loop", "path": ["v"] } } },
                { "name": "outside", "type": "integer", "value": { "ref": { "node": "code", "path": ["r"] } } },
            ] },
            "set": { "kind": "set_variable", "parent": "loop", "params": { "set": [[{ "node": "loop", "path": ["v"] }, "n"]] },
                "inputs": [{ "name": "n", "type": "integer", "value": { "ref": { "node": "inner", "path": ["x", ] } } }] },
            "each": { "kind": "code", "batch": { "lists": [{ "name": "item", "type": { "list": "string" }, "value": { "ref": { "node": "start", "path": ["l"] } } }] },
                "inputs": [{ "name": "one", "type": "string", "value": { "ref": { "node": "each", "path": ["item"] } } }],
                "outputs": [{ "name": "y", "type": "string" }],
                "policy": { "on_error": "branch" } },
            "note": { "kind": "comment" },
            "end": { "kind": "end", "params": { "answer": "{{xs}} {{ys.0.y}}" }, "inputs": [
                { "name": "xs", "type": { "list": "any" }, "value": { "ref": { "node": "loop", "path": ["xs"] } } },
                { "name": "ys", "type": "any", "value": { "ref": { "node": "each", "path": ["outputList", "0", "y"] } } },
            ] },
        }),
        &["start code", "code loop", "loop:body inner", "inner set", "set loop", "loop each", "each end", "each:error end"],
    );
    // A string may not be an integer: the only thing to say.
    finds(&sound, &["W type_mismatch set /inputs/0/value/ref"]);
}

#[test]
fn ids_kinds_and_formats() {
    let mut wrong = document(
        json!({ "a b": { "kind": "code" }, "k": { "kind": "teleport" }, "v": { "kind": "code", "version": 7 }, "p": { "kind": "picky" } }),
        &["k end", "v end", "p end"],
    );
    finds(
        &wrong,
        &[
            "E bad_id a b ",
            "E unknown_kind k /kind",
            "E unknown_version v /version",
            "W unreachable a b ",
            "E end_not_reached end ",
            "W unreachable k ",
            "W unreachable p ",
            "W unreachable v ",
            "W not_connected start ",
        ],
    );
    wrong.format = 2;
    finds(&wrong, &["E unknown_format - /format"]);
}

#[test]
fn what_kinds_find_is_told_of_nodes_that_run() {
    finds(&document(json!({ "p": { "kind": "picky" } }), &["start p", "p end"]), &["E picky p /params/x"]);
}

#[test]
fn start_and_end_are_there_once_at_the_top() {
    finds(&serde_json::from_value(json!({})).unwrap(), &["E no_start - /nodes", "E no_end - /nodes"]);
    let twice = document(
        json!({ "s2": { "kind": "start" }, "e2": { "kind": "end" }, "loop": { "kind": "loop" }, "e3": { "kind": "end", "parent": "loop" } }),
        &["start loop", "loop:body e3", "loop end", "loop e2", "s2 end"],
    );
    finds(&twice, &["E second_start start ", "E misplaced e3 /parent", "E second_end end "]);
}

#[test]
fn edges_lead_from_ways_out_to_nodes() {
    finds(
        &document(
            json!({ "c": { "kind": "condition" }, "x": { "kind": "code" } }),
            &["start c", "start c", "c:branch_0 x", "c:nowhere x", "c:error x", "x ghost", "ghost x", "x:out end", "x start", "end x"],
        ),
        &[
            "W duplicate_edge - /edges/1",
            "E unknown_port - /edges/3/port",
            "E unknown_port - /edges/4/port",
            "E missing_node - /edges/5/to",
            "E missing_node - /edges/6/from",
            "E edge_into_start - /edges/8/to",
            "E unknown_port - /edges/9/port",
            "W port_not_connected c /ports/else",
        ],
    );
}

#[test]
fn cycles_name_their_edges() {
    finds(
        &document(
            json!({ "a": { "kind": "code" }, "b": { "kind": "code" }, "c": { "kind": "code" }, "d": { "kind": "code" }, "e": { "kind": "code" } }),
            &["start a", "a b", "b c", "c a", "c d", "d e", "e e", "e end"],
        ),
        &["E cycle - /edges/1", "E cycle - /edges/2", "E cycle - /edges/3", "E cycle - /edges/6"],
    );
}

#[test]
fn lone_nodes_are_warned_of_and_not_looked_into() {
    finds(
        &document(
            json!({
                "lone": { "kind": "code", "inputs": [{ "name": "1", "value": { "ref": { "node": "ghost" } } }] },
                "after": { "kind": "picky" }, "box": { "kind": "loop" }, "inside": { "kind": "code", "parent": "box" },
                "live": { "kind": "code", "inputs": [{ "name": "a", "value": { "ref": { "node": "lone", "path": ["x"] } } }] },
            }),
            &["lone after", "after end", "start live", "live end", "box:body inside"],
        ),
        &["W unreachable after ", "W unreachable box ", "W unreachable lone ", "E missing_reference live /inputs/0/value/ref/node"],
    );
}

#[test]
fn what_leads_nowhere_is_warned_of() {
    finds(
        &document(
            json!({ "dead": { "kind": "code" }, "c": { "kind": "condition", "params": { "branches": 2 } }, "loop": { "kind": "loop" }, "in": { "kind": "code", "parent": "loop" } }),
            &["start dead", "start c", "c:branch_0 end", "start loop", "loop:body in", "loop end"],
        ),
        &["W port_not_connected c /ports/branch_1", "W port_not_connected c /ports/else", "W not_connected dead ", "W not_connected in "],
    );
}

#[test]
fn containers_hold_their_borders() {
    finds(
        &document(
            json!({
                "l": { "kind": "loop" }, "in": { "kind": "code", "parent": "l" }, "m": { "kind": "loop", "parent": "l" }, "deep": { "kind": "code", "parent": "m" },
                "out": { "kind": "code" }, "torn": { "kind": "code", "parent": "ghost" }, "odd": { "kind": "code", "parent": "out" },
                "p": { "kind": "loop", "parent": "q" }, "q": { "kind": "loop", "parent": "p" },
            }),
            &[
                "start l",
                "l:body in",
                "in m",
                "m:body deep",
                "deep m",
                "m l",
                "l out",
                "out end",
                "in out",
                "out in",
                "l deep",
                "l:body deep",
                "deep l",
                "l:body out",
            ],
        ),
        &[
            "E parent odd /parent",
            "E parent p /parent",
            "E parent q /parent",
            "E parent torn /parent",
            "E edge_crosses_border - /edges/8",
            "E edge_crosses_border - /edges/9",
            "E edge_crosses_border - /edges/10",
            "E edge_crosses_border - /edges/11",
            "E edge_crosses_border - /edges/12",
            "E edge_crosses_border - /edges/13",
        ],
    );
}

#[test]
fn references_lead_to_outputs_of_nodes_before() {
    let input = |name: &str, node: &str, path: &[&str]| json!({ "name": name, "value": { "ref": { "node": node, "path": path } } });
    finds(
        &document(
            json!({
                "l": { "kind": "loop", "inputs": [{ "name": "items", "type": { "list": "string" } }] },
                "in": { "kind": "code", "parent": "l", "outputs": [{ "name": "x" }], "inputs": [
                    input("a", "l", &["items"]), input("b", "l", &["nothing"]), input("c", "later", &["x"]), input("d", "start", &["s"]), input("e", "in", &["x"]),
                ] },
                "side": { "kind": "code", "outputs": [{ "name": "x" }] },
                "later": { "kind": "code", "outputs": [{ "name": "x" }], "inputs": [
                    input("a", "", &[]), input("b", "ghost", &["x"]), input("c", "in", &["x"]), input("d", "side", &["x"]), input("e", "later", &["x"]),
                    input("f", "start", &["nothing"]), input("g", "start", &["o", "other"]), input("h", "start", &["s", "x"]), input("i", "start", &["l", "x"]),
                    input("j", "start", &[]), input("k", "l", &["index"]),
                ] },
            }),
            &["start l", "l:body in", "in l", "l later", "later end", "start side", "side end"],
        ),
        &[
            "W unknown_output in /inputs/1/value/ref/path/0",
            "E not_upstream in /inputs/2/value/ref/node",
            "E self_reference in /inputs/4/value/ref/node",
            "E empty_reference later /inputs/0/value/ref",
            "E missing_reference later /inputs/1/value/ref/node",
            "E reference_scope later /inputs/2/value/ref/node",
            "W not_upstream later /inputs/3/value/ref/node",
            "E self_reference later /inputs/4/value/ref/node",
            "W unknown_output later /inputs/5/value/ref/path/0",
            "W unknown_path later /inputs/6/value/ref/path/1",
            "W unknown_path later /inputs/7/value/ref/path/1",
            "W unknown_path later /inputs/8/value/ref/path/1",
            "W unknown_output later /inputs/10/value/ref/path/0",
        ],
    );
}

#[test]
fn types_that_do_not_go_together_are_warned_of() {
    let input = |ty: serde_json::Value, path: &str| json!({ "name": format!("{path}{}", ty.to_string().replace(|c: char| !c.is_ascii_alphabetic(), "")), "type": ty, "value": { "ref": { "node": "start", "path": [path] } } });
    finds(
        &document(
            json!({ "c": { "kind": "code", "inputs": [
                input(json!("boolean"), "i"), input(json!({ "list": "integer" }), "s"), input(json!("time"), "l"), input(json!({ "list": "boolean" }), "l"), input(json!({ "file": "image" }), "s"),
            ], "outputs": [{ "name": "d", "type": "integer", "default": "x" }] },
            "lit": { "kind": "code", "inputs": [{ "name": "a", "type": "integer", "value": { "literal": "x" } }, { "name": "b", "type": "integer", "value": { "literal": "7" } }] } }),
            &["start c", "c lit", "lit end"],
        ),
        &[
            "W type_mismatch c /outputs/0/default",
            "W type_mismatch c /inputs/0/value/ref",
            "W type_mismatch c /inputs/1/value/ref",
            "W type_mismatch c /inputs/3/value/ref",
            "W type_mismatch lit /inputs/0/value/literal",
        ],
    );
}

#[test]
fn names_expressions_and_policies() {
    finds(
        &document(
            json!({ "c": { "kind": "code", "inputs": [
                { "name": "123" }, { "name": "a" }, { "name": "a" }, { "name": "é" }, { "name": "" }, { "name": "__made-by-import" },
                { "name": "e", "value": { "expr": "a + later + l.map(x, x)[0]" } }, { "name": "f", "value": { "expr": "a +" } }, { "name": "later" },
                { "name": "v", "value": { "variable": { "scope": "app", "path": [] } } },
                { "name": "o", "value": { "object": [{ "name": "k", "value": { "expr": "zzz" } }] } },
            ] },
            "t": { "kind": "text", "policy": { "on_error": "default" }, "batch": { "lists": [{ "name": "x", "type": "string" }] } } }),
            &["start c", "c t", "t end"],
        ),
        &[
            "E bad_name c /inputs/0/name",
            "E duplicate_name c /inputs/2/name",
            "E bad_name c /inputs/3/name",
            "E bad_name c /inputs/4/name",
            "E bad_name c /inputs/5/name",
            "E unknown_name c /inputs/6/value/expr",
            "E bad_expression c /inputs/7/value/expr",
            "E empty_reference c /inputs/9/value/variable",
            "E unknown_name c /inputs/10/value/object/0/value/expr",
            "E type_mismatch t /batch/lists/0/type",
            "E not_batchable t /batch",
            "W not_fallible t /policy/on_error",
        ],
    );
}

#[test]
fn what_the_engine_does_itself() {
    finds(
        &document(
            json!({
                "b0": { "kind": "break" },
                "l": { "kind": "loop", "params": { "variables": ["v"], "collect": [[{ "node": "start", "path": [] }, "a"], [{ "node": "l", "path": ["w"] }, "a"], [{ "node": "s", "path": [] }, "c"]] } },
                "s": { "kind": "set_variable", "parent": "l", "params": { "set": [[{ "node": "l", "path": ["w"] }, "x"], [{ "node": "start", "path": ["v"] }, "y"]] }, "inputs": [{ "name": "x" }] },
                "ba": { "kind": "batch", "parent": "l" }, "b1": { "kind": "continue", "parent": "ba" },
                "as": { "kind": "assign_variable", "params": { "set": [[{ "scope": "system", "path": ["n"] }, "x"], [{ "scope": "app", "path": [] }, "y"]] }, "inputs": [{ "name": "x" }] },
                "out": { "kind": "output", "params": { "message": "{{a}} {{b.c}} {{ {{d}}" }, "inputs": [{ "name": "a" }] },
            }),
            &["start l", "l:body s", "s ba", "ba:body b1", "ba l", "l as", "as out", "out end", "start b0"],
        ),
        &[
            "E outside_loop b0 /parent",
            "E read_only_variable as /params/set/0/variable",
            "E empty_reference as /params/set/1/variable",
            "E unknown_name as /params/set/1/input",
            "E outside_loop b1 /parent",
            "E missing_reference l /params/collect/0/from",
            "E duplicate_name l /params/collect/1/name",
            "E unknown_variable l /params/collect/1/from",
            "W unknown_name out /params",
            "E unknown_variable s /params/set/0/variable",
            "E variable_scope s /params/set/1/variable",
            "E unknown_name s /params/set/1/input",
        ],
    );
}

#[test]
fn workflows_that_are_called() {
    let call = |id: &str, version: Option<&str>| {
        json!({ "kind": "workflow", "params": { "workflow": id, "version": version, "answer": false },
        "inputs": [{ "name": "i", "value": { "literal": 1 } }, { "name": "old" }], "outputs": [{ "name": "r", "type": "string" }, { "name": "gone" }] })
    };
    let callee = |nodes: serde_json::Value| {
        let mut callee = document(nodes, &["start end"]);
        callee.nodes.get_mut("start").unwrap().outputs[0].required = true;
        callee
    };
    let workflows = Workflows {
        documents: vec![
            ("w1@v1", callee(json!({ "end": { "kind": "end", "inputs": [{ "name": "r", "type": "integer" }] } }))),
            (
                "w2@",
                callee(
                    json!({ "end": { "kind": "end", "params": { "answer": "x" } }, "c": { "kind": "workflow", "params": { "workflow": "w3" } } }),
                ),
            ),
            ("w3@", callee(json!({ "c": { "kind": "workflow", "params": { "workflow": "me", "version": "v9" } } }))),
        ],
        caller: Some("me"),
    };
    let caller = document(
        json!({ "a": call("w1", Some("v1")), "b": call("w1", Some("v2")), "c": call("w2", None), "d": call("me", None) }),
        &["start a", "a b", "b c", "c d", "d end"],
    );
    assert_eq!(
        told(&check(&caller, &registry(), &workflows)),
        [
            "W workflow_recursion d /params",
            "E missing_callee d /params",
            "E missing_input a /inputs",
            "W callee_changed a /inputs/1/name",
            "W callee_changed a /outputs/0",
            "W callee_changed a /outputs/1",
            "E missing_callee b /params",
            "W workflow_recursion c /params",
            "E missing_input c /inputs",
            "W callee_changed c /inputs/1/name",
            "E callee_changed c /params",
            "W callee_changed c /outputs/0",
            "W callee_changed c /outputs/1",
        ]
    );
    assert_eq!(told(&check(&caller, &registry(), &())), Vec::<String>::new());
}
