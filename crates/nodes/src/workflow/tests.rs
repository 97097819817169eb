//! What this kind says and reads.

use serde_json::json;

use super::*;
use crate::testkit::{control, node, wrong};

#[test]
fn an_empty_version_is_the_draft() {
    let called = |params| control(&Workflow, &node(params, json!({}), json!({})));
    assert_eq!(called(json!({ "workflow_id": "7", "version": "" })), Control::Workflow { workflow: "7".into(), version: None });
    assert_eq!(
        called(json!({ "workflow_id": "7", "version": "v1.0.0", "answer": true })),
        Control::Workflow { workflow: "7".into(), version: Some("v1.0.0".into()) }
    );
    assert_eq!(
        wrong(&Workflow, &node(json!({ "workflow_id": " " }), json!({}), json!({}))),
        [("missing_param".into(), "/params/workflow_id".into())]
    );
}
