//! What this kind says and reads.

use serde_json::json;

use super::*;
use crate::testkit::{control, node, wrong};

#[test]
fn it_begins_and_asks_for_nothing() {
    assert_eq!(control(&Start, &node(json!({}), json!({}), json!({ "input": "string" }))), Control::Start);
    assert_eq!(
        wrong(&Start, &node(json!({ "extra/": 1, "more": 2 }), json!({}), json!({}))),
        [("unknown_param".into(), "/params/extra~1".into()), ("unknown_param".into(), "/params/more".into())]
    );
}
