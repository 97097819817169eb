//! What this kind says and reads.

use serde_json::json;

use super::*;
use crate::testkit::{control, node, wrong};
use flow::node::{Collect, LoopOver};
use flow::workflow::Ref;

#[test]
fn what_it_walks_keeps_and_collects() {
    let params = json!({
        "over": "lists",
        "variables": ["sum"],
        "collect": [
            { "name": "sums", "from": { "node": "inner", "path": ["output"] } },
            { "name": "last", "from": { "node": "n", "path": ["sum"] } },
        ],
    });
    let one = node(
        params,
        json!({ "items": { "list": "string" }, "sum": "integer" }),
        json!({ "sums": { "list": "integer" }, "last": "integer" }),
    );
    let Control::Loop { over, variables, collect } = control(&Loop, &one) else { panic!("a loop") };
    assert_eq!((over, variables), (LoopOver::Lists, vec!["sum".to_owned()]));
    let from = |node: &str, key: &str| Ref { node: NodeId::from(node), path: vec![key.to_owned()] };
    assert_eq!(
        collect,
        [
            Collect { name: "sums".into(), ty: Type::List(Box::new(Type::Integer)), from: from("inner", "output") },
            Collect { name: "last".into(), ty: Type::Integer, from: from("n", "sum") }
        ]
    );
    assert!(collect[1].is_variable_of(&NodeId::from("n")));
}

#[test]
fn all_that_is_missing_is_told() {
    let params = json!({
        "variables": ["no", "list", "list"],
        "collect": [{ "name": "x", "from": { "node": "a" } }, { "name": "x", "from": { "node": "a" } }],
    });
    let one = node(params, json!({ "list": { "list": "string" } }), json!({}));
    assert_eq!(
        wrong(&Loop, &one),
        [
            ("duplicate_name".into(), "/params/variables/2".into()),
            ("unknown_input".into(), "/params/variables/0".into()),
            ("list_missing".into(), "/inputs".into()),
            ("duplicate_name".into(), "/params/collect/1/name".into()),
            ("unknown_output".into(), "/params/collect/0/name".into()),
            ("unknown_output".into(), "/params/collect/1/name".into()),
        ]
    );
    assert_eq!(wrong(&Loop, &node(json!({ "over": "count" }), json!({}), json!({}))), [("unknown_input".into(), "/params/over".into())]);
    assert!(matches!(
        control(&Loop, &node(json!({ "over": "forever" }), json!({}), json!({}))),
        Control::Loop { over: LoopOver::Forever, .. }
    ));
}
