//! What becomes of the model's text.

use ::model::Response;
use ::model::scripted::says;
use flow::node::{Heard, NodeError};
use serde_json::{Value, json};

use super::{Model, ask, asking};
use crate::talk::testkit::Play;

#[test]
fn a_text_is_the_output() {
    let mut play = Play::of(&Model, &ask(json!({ "prompt": "{{input}}" })), json!({ "input": "hi" })).answers([says("I don't know.")]);
    let output = play.model().done();
    assert_eq!(Value::Object(output.values), json!({ "output": "I don't know." }));
    assert_eq!(play.model.requests().len(), 1);
}

#[test]
fn reasoning_is_an_output_where_it_is_declared() {
    let response = || Heard::Model(Ok(Box::new(Response { text: "b".into(), reasoning: "a".into(), ..Response::default() })));
    let with = asking(json!({ "prompt": "x" }), json!({ "output": "string", "reasoning_content": "string" }));
    let output = Play::of(&Model, &with, json!({})).hear(response()).done();
    assert_eq!(Value::Object(output.values), json!({ "output": "b", "reasoning_content": "a" }));
    let output = Play::of(&Model, &ask(json!({ "prompt": "x" })), json!({})).hear(response()).done();
    assert_eq!(Value::Object(output.values), json!({ "output": "b" }));
}

#[test]
fn reasoning_beside_json_is_an_output_at_the_end() {
    let node = asking(json!({ "prompt": "x", "response_format": "json" }), json!({ "a": "integer", "reasoning_content": "string" }));
    let mut play = Play::of(&Model, &node, json!({}));
    let asks = play.asks();
    assert_eq!((asks.streams, asks.streams_reasoning), (None, None));
    let response = Response { text: "{\"a\":1}".into(), reasoning: "why".into(), ..Response::default() };
    let output = play.hear(Heard::Model(Ok(Box::new(response)))).done();
    assert_eq!(Value::Object(output.values), json!({ "a": 1, "reasoning_content": "why" }));
}

fn json_answer(text: &str) -> flow::node::Output {
    let node = asking(json!({ "prompt": "x", "response_format": "json" }), json!({ "name": "string", "age": "integer" }));
    Play::of(&Model, &node, json!({})).says(text).done()
}

#[test]
fn json_becomes_the_declared_outputs() {
    for text in ["{\"name\":\"eino\",\"age\":1}", "```json\n{\"name\":\"eino\",\"age\":1}\n```"] {
        let output = json_answer(text);
        assert_eq!(Value::Object(output.values), json!({ "name": "eino", "age": 1 }));
        assert!(output.warnings.is_empty());
        assert_eq!(output.raw, Some(json!(text)));
    }
    let mended = json_answer("Well: {name: 'eino', age: 1,}");
    assert_eq!((Value::Object(mended.values), mended.warnings.len()), (json!({ "name": "eino", "age": 1 }), 1));
}

#[test]
fn what_is_no_object_gives_nothing_and_a_warning() {
    for text in ["", "no", "[1]", "12", "\"x\""] {
        let output = json_answer(text);
        assert!(output.values.is_empty() && output.warnings.len() == 1, "{text}");
    }
    let huge = json_answer(&"[".repeat(2_000_000));
    assert_eq!(huge.warnings.len(), 1);
}

#[test]
fn a_single_output_may_come_without_its_object() {
    let node = asking(json!({ "prompt": "x", "response_format": "json" }), json!({ "list": { "list": "string" } }));
    let output = Play::of(&Model, &node, json!({})).says("[\"a\"]").done();
    assert_eq!(Value::Object(output.values), json!({ "list": ["a"] }));
}

#[test]
fn the_error_of_a_model_is_the_node_s() {
    let error = NodeError::new("model_timeout", "too slow");
    let mut play = Play::of(&Model, &ask(json!({ "prompt": "x" })), json!({}));
    play.asks();
    assert_eq!(play.hear(Heard::Model(Err(error.clone()))).fails(), error);
}

#[test]
fn what_nobody_asked_for_is_a_fault() {
    let mut play = Play::of(&Model, &ask(json!({ "prompt": "x" })), json!({}));
    assert_eq!(play.hear(Heard::Answer(json!("hello"))).fails().code, "internal");
    let mut play = Play::of(&Model, &ask(json!({ "prompt": "x" })), json!({}));
    assert_eq!(play.hear(Heard::Tools(Vec::new())).fails().code, "internal");
}
