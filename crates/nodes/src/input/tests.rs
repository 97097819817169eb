//! Forms and their answers.

use flow::node::InterruptKind;
use flow::workflow::Node;
use serde_json::{Value, json};

use super::*;
use crate::talk::testkit::Play;
use crate::testkit::{node, wrong};

fn form_of(outputs: Value) -> Node {
    node(json!({}), json!({}), outputs)
}

#[track_caller]
fn check(outputs: Value, answer: impl Into<Value>, expected: Value) {
    let mut play = Play::of(&Input, &form_of(outputs), json!({}));
    assert_eq!(Value::Object(play.answer(answer).done().values), expected);
}

#[test]
fn it_shows_its_outputs_as_a_form() {
    let mut play = Play::of(&Input, &form_of(json!({ "a": "string", "n": { "list": "number" } })), json!({}));
    let interrupt = play.waits();
    assert_eq!(interrupt.kind, InterruptKind::Input);
    assert_eq!(interrupt.data, json!({ "fields": [{ "name": "a", "type": "string" }, { "name": "n", "type": { "list": "number" } }] }));
}

#[test]
fn values_are_brought_to_their_types() {
    // The two canvases of the conformance suite.
    let fields =
        json!({ "input": "string", "obj": { "object": [{ "name": "field1", "type": "string" }] }, "inputArr": { "list": "number" } });
    let expected = json!({ "input": "user input", "obj": { "field1": "[\"1\",\"2\"]" }, "inputArr": null });
    check(fields.clone(), json!({ "input": "user input", "obj": { "field1": ["1", "2"] } }), expected.clone());
    check(fields, json!({ "input": "user input", "obj": { "field1": ["1", "2"] } }).to_string(), expected);

    let user = json!({ "object": [{ "name": "name", "type": "string" }, { "name": "age", "type": "integer" }] });
    check(
        json!({ "input": user, "input_list": { "list": user } }),
        json!({ "input": "{\"name\": \"eino\", \"age\": 1}", "input_list": "[{\"name\":\"user_1\"},{\"age\":2}]" }),
        json!({ "input": { "name": "eino", "age": 1 }, "input_list": [{ "name": "user_1", "age": null }, { "name": null, "age": 2 }] }),
    );
}

#[test]
fn lines_of_names_and_values_are_read() {
    let fields = json!({ "name": "string", "age": "integer" });
    check(fields.clone(), "name: Ann\nage：30", json!({ "name": "Ann", "age": 30 }));
    check(fields, "name: a: b\nsecond line\nother: x\nage:7", json!({ "name": "a: b\nsecond line\nother: x", "age": 7 }));
    check(json!({ "only": "string" }), " just words ", json!({ "only": "just words" }));
}

#[test]
fn what_nobody_asked_for_is_left_out_and_what_does_not_fit_is_told() {
    let mut play = Play::of(&Input, &form_of(json!({ "n": "integer" })), json!({}));
    let output = play.answer(json!({ "n": "many", "x": 1 })).done();
    assert_eq!(Value::Object(output.values), json!({ "n": null }));
    assert_eq!(output.warnings.len(), 1);
}

#[test]
fn an_answer_that_cannot_be_read_is_asked_for_again() {
    let mut form = form_of(json!({ "a": "string", "b": "string" }));
    form.outputs[0].required = true;
    let mut play = Play::of(&Input, &form, json!({}));
    for unreadable in [json!("words"), json!([1]), json!(true), json!(null), json!("[1]")] {
        assert_eq!(play.answer(unreadable).waits().data["error"]["code"], "invalid_answer");
    }
    assert_eq!(play.answer(json!({ "b": "x" })).waits().data["error"]["code"], "missing_required");
    assert_eq!(Value::Object(play.answer("a: x").done().values), json!({ "a": "x", "b": null }));
}

#[test]
fn defaults_stand_for_what_is_empty() {
    let mut form = form_of(json!({ "a": "integer" }));
    form.outputs[0].default = Some(json!(5));
    let mut play = Play::of(&Input, &form, json!({}));
    assert_eq!(Value::Object(play.answer(json!({ "a": "" })).done().values), json!({ "a": 5 }));
}

#[test]
fn it_takes_no_parameters() {
    let node = node(json!({ "x": 1 }), json!({}), json!({}));
    assert_eq!(wrong(&Input, &node), [("unknown_param".to_owned(), "/params/x".to_owned())]);
}
