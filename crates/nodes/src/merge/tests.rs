//! What counts as there.

use serde_json::json;

use super::*;
use crate::testkit::{NOW, inputs, node, pure, wrong};

#[test]
fn the_first_that_is_neither_skipped_nor_null_is_taken() {
    let params = json!({ "groups": [{ "name": "g1", "inputs": ["a", "b"] }, { "name": "g2", "inputs": ["b", "c"] }, { "name": "g3", "inputs": ["a"] }] });
    let merge = pure(&Merge, &node(params, json!({ "a": "string", "b": "string", "c": "integer" }), json!({})));
    let mut given = inputs(json!({ "a": "skipped, filled by nobody", "b": null, "c": 0 }));
    given.absent = vec!["a".into()];
    let output = merge.run(&given, NOW).unwrap();
    assert_eq!(serde_json::Value::Object(output.values), json!({ "g1": null, "g2": 0, "g3": null }));
    assert_eq!(output.raw, Some(json!({ "taken": { "g1": null, "g2": "c", "g3": null } })));
    given.absent.clear();
    given.values.insert("b".into(), json!(""));
    let output = merge.run(&given, NOW).unwrap();
    assert_eq!(
        serde_json::Value::Object(output.values),
        json!({ "g1": "skipped, filled by nobody", "g2": "", "g3": "skipped, filled by nobody" })
    );
}

#[test]
fn groups_have_names_of_their_own_and_inputs_that_exist() {
    let params = json!({ "groups": [{ "name": "g", "inputs": ["a"] }, { "name": "g", "inputs": [] }, { "name": "", "inputs": [] }] });
    assert_eq!(
        wrong(&Merge, &node(params, json!({}), json!({}))),
        [
            ("duplicate_name".into(), "/params/groups/1/name".into()),
            ("missing_param".into(), "/params/groups/2/name".into()),
            ("unknown_input".into(), "/params/groups/0/inputs/0".into())
        ]
    );
}
