//! What this kind says and reads.

use serde_json::json;

use super::*;
use crate::testkit::{control, node};

#[test]
fn it_tells_its_message() {
    assert_eq!(
        control(&Output, &node(json!({ "message": "a {{b}}", "streaming": true }), json!({ "b": "string" }), json!({}))),
        Control::Output { message: Template::parse("a {{b}}"), streaming: true }
    );
}
