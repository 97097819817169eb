//! Yes and no.

use flow::node::InterruptKind;
use serde_json::{Value, json};

use super::*;
use crate::talk::testkit::Play;
use crate::testkit::{node, wrong};

fn play() -> Play {
    let params = json!({ "message": "Send {{n}} letters?", "approve_label": "Send", "reject_label": "No way" });
    Play::of(&Approval, &node(params, json!({ "n": "integer" }), json!({})), json!({ "n": 3 }))
}

#[test]
fn it_shows_what_is_to_be_decided() {
    let interrupt = play().waits();
    assert_eq!(interrupt.kind, InterruptKind::Approval);
    let options = json!([{ "id": "approve", "name": "Send" }, { "id": "reject", "name": "No way" }]);
    assert_eq!(interrupt.data, json!({ "message": "Send 3 letters?", "options": options }));
}

#[test]
fn decisions_are_read_in_every_form() {
    let check = |answer: Value, approved: bool, comment: &str| {
        let output = play().answer(answer).done();
        assert_eq!(output.port.as_deref(), Some(if approved { "approved" } else { "rejected" }));
        assert_eq!(Value::Object(output.values), json!({ "approved": approved, "comment": comment }));
    };
    check(json!(true), true, "");
    check(json!(false), false, "");
    check(json!({ "approved": false, "comment": "too many" }), false, "too many");
    check(json!({ "approved": "approve" }), true, "");
    check(json!({ "approve": true, "output": "looks good" }), true, "looks good");
    check(json!({ "approve": false, "output": "{\"comment\":\"too many\"}" }), false, "too many");
    check(json!({ "approve": true, "output": "yes" }), true, "");
    check(json!({ "approve": true, "output": null }), true, "");
    check(json!(" send "), true, "");
    check(json!("NO WAY"), false, "");
    check(json!("同意"), true, "");
    check(json!("reject"), false, "");
}

#[test]
fn what_is_no_decision_is_asked_again() {
    let mut play = play();
    for unclear in [json!("perhaps"), json!(1), json!(null), json!({}), json!({ "comment": "yes" }), json!([true])] {
        assert_eq!(play.answer(unclear).waits().data["error"]["code"], "invalid_answer");
    }
    assert_eq!(play.answer("yes").done().port.as_deref(), Some("approved"));
}

#[test]
fn an_own_label_comes_before_the_usual_words() {
    let params = json!({ "message": "Stop?", "approve_label": "no", "reject_label": "yes" });
    let mut play = Play::of(&Approval, &node(params, json!({}), json!({})), json!({}));
    assert_eq!(play.answer("no").done().port.as_deref(), Some("approved"));
}

#[test]
fn a_message_is_needed() {
    let empty = node(json!({ "message": " " }), json!({}), json!({}));
    assert_eq!(wrong(&Approval, &empty), [("missing_param".to_owned(), "/params/message".to_owned())]);
    assert_eq!(Approval.ports(&empty), ["approved", "rejected"]);
}
