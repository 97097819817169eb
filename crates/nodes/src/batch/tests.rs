//! What this kind says and reads.

use serde_json::json;

use super::*;
use crate::testkit::{control, node, wrong};

#[test]
fn it_has_cozes_limits_unless_others_are_named() {
    let inputs = json!({ "items": { "list": "string" } });
    assert_eq!(
        control(&Batch, &node(json!({}), inputs.clone(), json!({}))),
        Control::Batch { size: 100, concurrency: 10, collect: vec![] }
    );
    assert_eq!(
        control(&Batch, &node(json!({ "size": 3, "concurrency": 1 }), inputs, json!({}))),
        Control::Batch { size: 3, concurrency: 1, collect: vec![] }
    );
    assert_eq!(
        wrong(&Batch, &node(json!({ "size": 0 }), json!({ "size": "integer" }), json!({}))),
        [("invalid_params".into(), "/params/size".into()), ("list_missing".into(), "/inputs".into())]
    );
    assert_eq!(wrong(&Batch, &node(json!({ "size": -1 }), json!({}), json!({}))), [("invalid_params".into(), "/params/size".into())]);
}
