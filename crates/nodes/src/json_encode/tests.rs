//! Values as JSON.

use serde_json::json;

use super::*;
use crate::testkit::{node, pure, run, wrong};

#[test]
fn keys_are_sorted_and_nothing_is_null() {
    let encode = pure(&JsonEncode, &node(json!({}), json!({ "input": "any" }), json!({})));
    let text = |value| run(&encode, value).unwrap().values["output"].clone();
    assert_eq!(text(json!({ "input": { "b": [1.0, "x\"y", null], "a": true } })), json!(r#"{"a":true,"b":[1,"x\"y",null]}"#));
    assert_eq!(text(json!({ "input": "text" })), json!("\"text\""));
    assert_eq!(text(json!({})), json!("null"));
    assert_eq!(wrong(&JsonEncode, &node(json!({}), json!({}), json!({}))), [("unknown_input".into(), "/inputs".into())]);
}
