//! What this kind says and reads.

use serde_json::json;

use super::*;
use crate::testkit::{control, node, wrong};

#[test]
fn it_is_read_by_people_only() {
    let comment = node(json!({ "text": "why" }), json!({}), json!({}));
    assert_eq!(control(&Comment, &comment), Control::Comment);
    assert!(Comment.ports(&comment).is_empty());
    assert_eq!(
        wrong(&Comment, &node(json!({ "text": ["why"] }), json!({}), json!({}))),
        [("invalid_params".into(), "/params/text".into())]
    );
}
