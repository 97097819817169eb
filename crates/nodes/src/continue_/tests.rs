//! What this kind says and reads.

use serde_json::json;

use super::*;
use crate::testkit::{control, node, wrong};

#[test]
fn it_belongs_inside_a_loop() {
    let mut one = node(json!({}), json!({}), json!({}));
    assert_eq!(wrong(&Continue, &one), [("outside_loop".into(), "/parent".into())]);
    one.parent = Some(NodeId::from("loop"));
    assert_eq!(control(&Continue, &one), Control::Continue);
    assert!(Continue.ports(&one).is_empty());
}
