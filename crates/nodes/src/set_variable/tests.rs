//! What this kind says and reads.

use serde_json::json;

use super::*;
use crate::testkit::{control, node, wrong};
use flow::workflow::Ref;

#[test]
fn variables_of_the_loop_get_values_of_inputs() {
    let mut one =
        node(json!({ "set": [{ "variable": { "node": "loop", "path": ["v", "k"] }, "input": "a" }] }), json!({ "a": "string" }), json!({}));
    one.parent = Some(NodeId::from("loop"));
    let variable = Ref { node: NodeId::from("loop"), path: vec!["v".into(), "k".into()] };
    assert_eq!(control(&SetVariable, &one), Control::SetVariable { set: vec![(variable, "a".into())] });
}

#[test]
fn all_that_is_missing_is_told() {
    let one = node(json!({ "set": [{ "variable": { "node": "loop" }, "input": "a" }] }), json!({}), json!({}));
    assert_eq!(
        wrong(&SetVariable, &one),
        [
            ("outside_loop".into(), "/parent".into()),
            ("missing_param".into(), "/params/set/0/variable/path".into()),
            ("unknown_input".into(), "/params/set/0/input".into())
        ]
    );
    assert_eq!(wrong(&SetVariable, &node(json!({}), json!({}), json!({}))), [("missing_param".into(), "/params/set".into())]);
}
