//! What this kind says and reads.

use serde_json::json;

use super::*;
use crate::testkit::{control, node, wrong};

#[test]
fn it_gives_variables_or_a_text() {
    assert_eq!(control(&End, &node(json!({}), json!({}), json!({}))), Control::End { answer: None, streaming: false });
    let answer = Some(Template::parse("{{a}}!"));
    assert_eq!(
        control(&End, &node(json!({ "mode": "answer", "answer": "{{a}}!", "streaming": true }), json!({ "a": "string" }), json!({}))),
        Control::End { answer, streaming: true }
    );
    // The text of an end that gives variables is kept, not used.
    assert_eq!(
        control(&End, &node(json!({ "mode": "variables", "answer": "{{a}}!" }), json!({}), json!({}))),
        Control::End { answer: None, streaming: false }
    );
    assert!(End.ports(&node(json!({}), json!({}), json!({}))).is_empty());
}

#[test]
fn every_fault_is_told_at_its_place() {
    assert_eq!(
        wrong(&End, &node(json!({ "mode": "later", "answer": 3, "stream": true }), json!({}), json!({}))),
        [
            ("invalid_params".into(), "/params/mode".into()),
            ("invalid_params".into(), "/params/answer".into()),
            ("unknown_param".into(), "/params/stream".into())
        ]
    );
}
