//! Which answers count as which intent.

use ::model::Role;
use flow::workflow::Node;
use serde_json::{Value, json};

use super::*;
use crate::talk::testkit::Play;
use crate::testkit::{node, wrong};

fn intent(mode: &str) -> Node {
    let params = json!({ "mode": mode, "intents": ["buy", "complain"], "system_prompt": "Shop of {{query}}.", "temperature": 0.5 });
    node(params, json!({ "query": "string" }), json!({ "classificationId": "integer", "reason": "string" }))
}

fn play(mode: &str) -> Play {
    Play::of(&Intent, &intent(mode), json!({ "query": "it broke" }))
}

#[test]
fn the_model_is_told_the_intents_and_the_text() {
    let request = play("full").request();
    assert_eq!(request.messages.len(), 2);
    let system = request.messages[0].joined_text();
    assert!(system.contains(r#"{"classificationId":2,"content":"complain"}"#) && system.ends_with("Shop of it broke."), "{system}");
    assert_eq!((request.messages[1].role, request.messages[1].joined_text().as_str()), (Role::User, "it broke"));
    assert_eq!(request.params.temperature, Some(0.5));
    assert_eq!(play("full").asks().streams, None);
}

#[track_caller]
fn check(mode: &str, said: &str, port: &str, values: Value) {
    let output = play(mode).says(said).done();
    assert_eq!(output.port.as_deref(), Some(port));
    assert_eq!(Value::Object(output.values), values);
}

#[test]
fn full_answers_are_objects_somewhere_in_the_text() {
    check("full", r#"{"classificationId":1,"reason":"wants it"}"#, "branch_0", json!({ "classificationId": 1, "reason": "wants it" }));
    check("full", "Sure:\n```json\n{\"classificationId\": 2}\n```", "branch_1", json!({ "classificationId": 2, "reason": "" }));
    check("full", r#"{"classificationId":0,"reason":"no"} {"x"}"#, "else", json!({ "classificationId": 0, "reason": "no" }));
}

#[test]
fn fast_answers_are_numbers() {
    check("fast", "1", "branch_0", json!({ "classificationId": 1 }));
    check("fast", " 2\n", "branch_1", json!({ "classificationId": 2 }));
    check("fast", "0", "else", json!({ "classificationId": 0 }));
}

#[test]
fn everything_else_is_an_error_that_another_attempt_may_mend() {
    let unclear = |mode: &str, said: &str| {
        let error = play(mode).says(said).fails();
        assert_eq!((error.code.as_str(), error.transient), ("intent_unclear", true), "{said}");
    };
    for said in ["", "1.", "one", "3", "-1", "1 2", "{\"classificationId\":1}", "99999999999999999999", "\u{0}"] {
        unclear("fast", said);
    }
    for said in ["1", "}{", "{", "{}", r#"{"classificationId":"1"}"#, r#"{"classificationId":3}"#, r#"{"classificationId":-1}"#] {
        unclear("full", said);
    }
    // The first closing brace ends the object, even inside the reason.
    unclear("full", r#"{"classificationId":1,"reason":"a } b"}"#);
    unclear("full", &"{".repeat(1_000_000));
}

#[test]
fn what_is_missing_is_told_with_its_place() {
    let mut empty = intent("full");
    empty.inputs.clear();
    empty.params.insert("intents".into(), json!(["", "a"]));
    empty.params.insert("top_p".into(), json!(1.5));
    let wrong = wrong(&Intent, &empty);
    let at: Vec<&str> = wrong.iter().map(|(_, path)| path.as_str()).collect();
    assert_eq!(at, ["/params/top_p", "/params/intents/0", "/inputs"]);
    assert_eq!(Intent.ports(&intent("fast")), ["branch_0", "branch_1", "else"]);
}
