//! What this kind says and reads.

use serde_json::json;

use super::*;
use crate::testkit::{control, node, wrong};

#[test]
fn it_needs_its_time() {
    assert_eq!(control(&Wait, &node(json!({}), json!({ "milliseconds": "integer" }), json!({}))), Control::Wait);
    assert_eq!(wrong(&Wait, &node(json!({}), json!({ "seconds": "integer" }), json!({}))), [("unknown_input".into(), "/inputs".into())]);
}
