//! Documents of any shape and size: the checks end, soon, without a panic.

use std::time::{Duration, Instant};

use proptest::prelude::*;
use serde_json::{Value, json};

use super::kit::{KINDS, document, finds, registry, told};
use crate::value::Type;
use crate::value::arbitrary;
use crate::workflow::check::{Bounds, check, check_within};
use crate::workflow::{Document, Input, Severity};

#[test]
fn bounds_are_kept() {
    let small = document(json!({ "a": { "kind": "code", "title": "x".repeat(1000) } }), &["start a", "a end"]);
    let within = |bounds: Bounds| told(&check_within(&small, &registry(), &(), &bounds));
    let bounds = Bounds::default();
    assert_eq!(within(bounds), Vec::<String>::new());
    assert_eq!(within(Bounds { nodes: 2, edges: 1, ..bounds }), ["E too_many_nodes - /nodes", "E too_many_edges - /edges"]);
    let bytes = serde_json::to_vec(&small).unwrap().len();
    assert_eq!(within(Bounds { bytes, ..bounds }), Vec::<String>::new());
    assert_eq!(within(Bounds { bytes: bytes - 1, ..bounds }), ["E document_too_large - "]);
}

#[test]
fn what_is_too_deep_or_wide_is_told_and_not_looked_into() {
    let nested = |levels: usize, value: &str| format!("{}{value}{}", "{\"list\":".repeat(levels), "}".repeat(levels));
    let ty = |levels: usize| serde_json::from_str::<Value>(&nested(levels, "\"string\"")).unwrap();
    let object =
        |levels: usize| (0..levels).fold(json!({ "literal": 1 }), |inner, _| json!({ "object": [{ "name": "k", "value": inner }] }));
    let code = |node: Value| document(json!({ "c": node }), &["start c", "c end"]);
    finds(&code(json!({ "kind": "code", "inputs": [{ "name": "a", "type": ty(31) }] })), &[]);
    for (node, path) in [
        (json!({ "inputs": [{ "name": "a", "type": ty(32) }] }), "/inputs"),
        (json!({ "outputs": [{ "name": "a", "type": ty(32) }] }), "/outputs"),
        (json!({ "batch": { "lists": [{ "name": "a", "type": ty(32) }] } }), "/batch/lists"),
        (json!({ "inputs": [{ "name": "a", "value": object(32) }] }), "/inputs"),
        (
            json!({ "params": { "x": serde_json::from_str::<Value>(&format!("{}{}", "[".repeat(101), "]".repeat(101))).unwrap() } }),
            "/params",
        ),
    ] {
        let mut node = node;
        node["kind"] = json!("picky");
        finds(&code(node), &[&format!("E too_deep c {path}")]);
    }
    let many: Vec<_> = (0..1001).map(|n| json!({ "name": format!("n{n}") })).collect();
    finds(&code(json!({ "kind": "code", "outputs": many })), &["E too_many_fields c /outputs"]);
}

/// Made by a program, a document can be deeper than any parser lets pass.
#[test]
fn depth_that_no_parser_lets_pass_is_no_danger() {
    let mut deep = document(json!({ "c": { "kind": "code" } }), &["start c", "c end"]);
    let ty = (0..5_000).fold(Type::String, |inner, _| Type::List(Box::new(inner)));
    deep.nodes.get_mut("c").unwrap().inputs = vec![Input { name: "a".into(), ty, value: None }];
    let found =
        std::thread::Builder::new().stack_size(64 << 20).spawn(move || told(&check(&deep, &registry(), &()))).unwrap().join().unwrap();
    assert_eq!(found, ["E too_deep c /inputs"]);
}

#[test]
fn containers_nest_to_the_bound() {
    let nested = |levels: usize| {
        let mut nodes = json!({});
        let mut edges = vec!["start l0".to_owned(), "l0 end".to_owned()];
        for level in 0..levels {
            nodes[format!("l{level}")] = json!({ "kind": "loop" });
            if level > 0 {
                nodes[format!("l{level}")]["parent"] = json!(format!("l{}", level - 1));
                edges.push(format!("l{}:body l{level}", level - 1));
                edges.push(format!("l{level} l{}", level - 1));
            }
        }
        document(nodes, &edges.iter().map(String::as_str).collect::<Vec<_>>())
    };
    finds(&nested(33), &["W port_not_connected l32 /ports/body"]);
    assert!(told(&check(&nested(34), &registry(), &())).contains(&"E parent l33 /parent".to_owned()));
}

/// 10,000 nodes in layers with 50,000 edges, each node referring to the start and to a node far before it.
#[test]
fn ten_thousand_nodes_are_checked_at_once() {
    const NODES: usize = 9_990;
    let mut nodes = serde_json::Map::new();
    let mut edges = vec!["start n0".to_owned()];
    for n in 0..NODES {
        let inputs = json!([
            { "name": "a", "type": "string", "value": { "ref": { "node": "start", "path": ["s"] } } },
            { "name": "b", "type": "integer", "value": { "ref": { "node": format!("n{}", n / 2), "path": ["x"] } } },
            { "name": "c", "value": { "expr": "size(a) + b * 2 > 10 ? 'yes' : 'no'" } },
        ]);
        let inputs = if n == 0 { json!([]) } else { inputs };
        nodes.insert(format!("n{n}"), json!({ "kind": "code", "inputs": inputs, "outputs": [{ "name": "x", "type": "integer" }] }));
        edges.extend((1..=5).filter(|step| n + step < NODES).map(|step| format!("n{n} n{}", n + step)));
    }
    edges.push(format!("n{} end", NODES - 1));
    let large = document(Value::Object(nodes), &edges.iter().map(String::as_str).collect::<Vec<_>>());
    assert!(large.edges.len() > 49_000);
    let registry = registry();
    let began = Instant::now();
    let found = told(&check(&large, &registry, &()));
    let took = began.elapsed();
    assert_eq!(found, Vec::<String>::new());
    // Half a second in a debug build; the rest is for busy machines.
    assert!(took < Duration::from_secs(20), "{took:?}");
}

#[test]
fn so_many_findings_are_told_and_errors_are_not_crowded_out() {
    let mut nodes = serde_json::Map::new();
    for n in 0..3_000 {
        nodes.insert(format!("n{n}"), json!({ "kind": "nothing" }));
    }
    let found = check(&document(Value::Object(nodes), &["start end"]), &registry(), &());
    assert_eq!(found.iter().filter(|finding| finding.severity == Severity::Error).count(), 1_001);
    assert_eq!(found.iter().filter(|finding| finding.severity == Severity::Warning).count(), 1_001);
    assert_eq!(told(&found)[2_000..], ["E more_findings - ", "W more_findings - "]);
    assert!(found[2_000].message.en.starts_with("2000 more"));
}

fn id() -> impl Strategy<Value = String> {
    prop_oneof![8 => "n[0-9]", 1 => Just("start".to_owned()), 1 => Just("end".to_owned()), 1 => ".{0,3}"]
}

fn binding() -> impl Strategy<Value = Value> {
    let path = prop::collection::vec(prop_oneof!["[a-d]", Just("0".to_owned()), Just("index".to_owned())], 0..3);
    prop_oneof![
        4 => (id(), path.clone()).prop_map(|(node, path)| json!({ "ref": { "node": node, "path": path } })),
        1 => arbitrary::value().prop_map(|value| json!({ "literal": value })),
        1 => path.prop_map(|path| json!({ "variable": { "scope": "app", "path": path } })),
        1 => "[a-d]( [+] [a-d])?".prop_map(|source| json!({ "expr": source })),
    ]
}

fn node() -> impl Strategy<Value = Value> {
    let kind = prop_oneof![12 => prop::sample::select(&KINDS[2..]), 1 => Just("start"), 1 => Just("unknown")];
    let input = ("[a-d]", arbitrary::ty(), prop::option::of(binding()));
    let inputs = prop::collection::vec(input.prop_map(|(name, ty, value)| json!({ "name": name, "type": ty, "value": value })), 0..4);
    let outputs = prop::collection::vec(("[a-d]", arbitrary::ty()).prop_map(|(name, ty)| json!({ "name": name, "type": ty })), 0..3);
    let collect = prop::collection::vec((id(), "[a-d]").prop_map(|(node, name)| json!([{ "node": node, "path": [name] }, name])), 0..3);
    let params = (collect, "[{}a-d]{0,8}").prop_map(|(collect, text)| {
        json!({ "collect": collect, "set": collect, "variables": ["a", "b"], "branches": 2, "answer": text, "message": text, "workflow": "w" })
    });
    (kind, prop::option::weighted(0.4, id()), inputs, outputs, params, any::<bool>()).prop_map(|(kind, parent, inputs, outputs, params, branch)| {
        let on_error = if branch { "branch" } else { "fail" };
        json!({ "kind": kind, "parent": parent, "inputs": inputs, "outputs": outputs, "params": params, "policy": { "on_error": on_error } })
    })
}

fn any_document() -> impl Strategy<Value = Document> {
    let nodes = prop::collection::vec((id(), node()), 0..10);
    let port = prop_oneof![4 => Just("out"), 2 => Just("body"), 1 => Just("error"), 1 => Just("else"), 1 => Just("branch_0")];
    let edges = prop::collection::vec((id(), port, id()), 0..30);
    (nodes, edges).prop_map(|(nodes, edges)| {
        let nodes: serde_json::Map<_, _> = nodes.into_iter().collect();
        let edges: Vec<_> = edges.iter().map(|(from, port, to)| format!("{}:{port} {to}", from.replace([' ', ':'], "_"))).collect();
        document(Value::Object(nodes), &edges.iter().map(String::as_str).collect::<Vec<_>>())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases.max(500)))]

    #[test]
    fn any_graph_is_checked_and_always_the_same(document in any_document()) {
        let findings = check(&document, &registry(), &());
        told(&findings);
        for finding in &findings {
            prop_assert!(finding.path.is_empty() || finding.path.starts_with('/'), "{finding:?}");
            prop_assert!(finding.node.as_ref().is_none_or(|id| document.nodes.contains_key(id)), "{finding:?}");
        }
        prop_assert_eq!(&findings, &check(&document, &registry(), &()));
    }

    #[test]
    fn any_json_is_no_document_or_is_checked(value in arbitrary::value(), field in "nodes|edges|limits|mode|format") {
        if let Ok(document) = serde_json::from_value::<Document>(json!({ field: value })) {
            told(&check(&document, &registry(), &()));
        }
    }
}
