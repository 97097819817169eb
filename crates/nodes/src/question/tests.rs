//! Questions in words, by options, and until everything is known.

use ::model::Role;
use flow::node::{Heard, InterruptKind, NodeError};
use flow::workflow::Node;
use serde_json::{Value, json};

use super::*;
use crate::talk::testkit::Play;
use crate::testkit::{node, wrong};

fn asked(params: Value, outputs: Value) -> Node {
    node(params, json!({ "input": "string", "list": { "list": "string" } }), outputs)
}

fn extracting(rounds: u32) -> Node {
    let params = json!({ "question": "{{input}}", "extract": true, "max_rounds": rounds, "system_prompt": "be kind" });
    let mut node = asked(params, json!({ "USER_RESPONSE": "string", "name": "string", "age": "integer" }));
    node.outputs.iter_mut().for_each(|field| field.required = true);
    node
}

#[test]
fn an_answer_in_words_is_the_output() {
    let mut play = Play::of(&Question, &asked(json!({ "question": "Who is {{input}}?" }), json!({})), json!({ "input": "Ann" }));
    let interrupt = play.waits();
    assert_eq!(interrupt.kind, InterruptKind::Question);
    let messages = json!([{ "type": "question", "content": "Who is Ann?" }]);
    assert_eq!(interrupt.data, json!({ "question": "Who is Ann?", "options": [], "messages": messages }));
    let output = play.answer("a friend").done();
    assert_eq!(output.port, None);
    assert_eq!(Value::Object(output.values), json!({ "USER_RESPONSE": "a friend" }));
}

#[test]
fn values_are_asked_for_until_they_are_there() {
    // The canvas `qa_with_structured_output` of the conformance suite.
    let mut play = Play::of(&Question, &extracting(3), json!({ "input": "what's your name and age?" }));
    assert_eq!(play.waits().data["question"], "what's your name and age?");
    let request = play.answer("my name is eino").request();
    let system = request.messages[0].joined_text();
    assert!(system.contains("\"required\":[\"name\",\"age\"]") && system.ends_with("be kind"), "{system}");
    assert!(!system.contains("USER_RESPONSE"));
    let said: Vec<(Role, String)> = request.messages[1..].iter().map(|message| (message.role, message.joined_text())).collect();
    assert_eq!(said, [(Role::Assistant, "what's your name and age?".to_owned()), (Role::User, "my name is eino".to_owned())]);

    let data = play.says("{\"question\": \"what's your age?\"}").waits().data;
    assert_eq!(data["question"], "what's your age?");
    assert_eq!(data["messages"].as_array().unwrap().len(), 3);
    let output = play.answer("1 year old").says("{\"fields\": {\"name\": \"eino\", \"age\": 1, \"extra\": 2}}").done();
    assert_eq!(Value::Object(output.values), json!({ "USER_RESPONSE": "1 year old", "name": "eino", "age": 1 }));
}

#[test]
fn it_gives_up_after_the_last_round() {
    let mut play = Play::of(&Question, &extracting(2), json!({ "input": "?" }));
    play.answer("a").says("{\"question\":\"b?\"}").answer("c").says("{\"question\":\"d?\"}");
    let error = play.fails();
    assert_eq!((error.code.as_str(), error.transient), ("question_rounds", false));
}

#[test]
fn hostile_answers_of_the_model_are_errors_or_mended() {
    let hear = |said: &str| {
        let mut play = Play::of(&Question, &extracting(3), json!({ "input": "?" }));
        play.answer("x").says(said);
        play
    };
    for said in ["", "no idea", "[]", "[{\"fields\":{}}]", "{}", "{\"fields\":\"x\"}", "{\"question\":\"\"}", "{\"question\":1}"] {
        assert_eq!(hear(said).fails().code, "model_answer_unreadable", "{said}");
    }
    assert_eq!(hear(&"{\"fields\":".repeat(100_000)).fails().code, "model_answer_unreadable");
    for said in [
        "```json\n{\"fields\": {\"name\": \"eino\", \"age\": 1}}\n```",
        "{'fields': {'name': 'eino', 'age': 1,},",
        "{\"name\":\"eino\",\"age\":1}",
    ] {
        let values = hear(said).done().values;
        assert_eq!(Value::Object(values), json!({ "USER_RESPONSE": "x", "name": "eino", "age": 1 }), "{said}");
    }
}

#[test]
fn failing_models_fail_the_node() {
    let mut play = Play::of(&Question, &extracting(3), json!({ "input": "?" }));
    play.answer("x").asks();
    assert_eq!(play.hear(Heard::Model(Err(NodeError::new("model_timeout", "…")))).fails().code, "model_timeout");
}

#[test]
fn options_are_chosen_by_text_or_letter() {
    let node = asked(json!({ "question": "Where?", "answer": "options", "options": ["beijing", "shanghai", "A"] }), json!({}));
    assert_eq!(Question.ports(&node), ["branch_0", "branch_1", "branch_2", "else"]);
    let check = |answer: Value, id: &str, content: &str, port: &str| {
        let mut play = Play::of(&Question, &node, json!({}));
        let options = json!([{ "id": "A", "name": "beijing" }, { "id": "B", "name": "shanghai" }, { "id": "C", "name": "A" }]);
        assert_eq!(play.waits().data["options"], options);
        let output = play.answer(answer).done();
        assert_eq!(output.port.as_deref(), Some(port));
        assert_eq!(Value::Object(output.values), json!({ "optionId": id, "optionContent": content }));
    };
    check(json!("shanghai"), "B", "shanghai", "branch_1");
    check(json!(" b "), "B", "shanghai", "branch_1");
    check(json!("A"), "C", "A", "branch_2");
    check(json!({ "optionId": "B", "optionContent": "shanghai" }), "B", "shanghai", "branch_1");
    check(json!("nowhere"), "other", "nowhere", "else");
    check(json!("D"), "other", "D", "else");
    check(json!(""), "other", "", "else");
}

#[test]
fn options_of_an_input_share_one_way_out() {
    let node = asked(json!({ "question": "Which?", "answer": "options", "options": ["x"], "options_from": "list" }), json!({}));
    assert_eq!(Question.ports(&node), ["branch_0", "else"]);
    let mut play = Play::of(&Question, &node, json!({ "list": ["one", "two"] }));
    let output = play.answer("two").done();
    assert_eq!((output.port.as_deref(), &output.values["optionId"]), (Some("branch_0"), &json!("B")));
    assert_eq!(Play::of(&Question, &node, json!({ "list": [] })).fails().code, "question_without_options");
    assert_eq!(Play::of(&Question, &node, json!({})).fails().code, "question_without_options");
    assert_eq!(Play::of(&Question, &node, json!({ "list": vec!["x"; 27] })).fails().code, "question_too_many_options");
}

#[test]
fn what_is_missing_is_told_with_its_place() {
    let check = |params: Value, expected: &[&str]| {
        let found: Vec<String> =
            wrong(&Question, &asked(params, json!({ "USER_RESPONSE": "string" }))).into_iter().map(|(_, path)| path).collect();
        assert_eq!(found, expected);
    };
    check(json!({ "question": "", "max_rounds": 0 }), &["/params/question", "/params/max_rounds"]);
    check(json!({ "question": "?", "extract": true }), &["/outputs"]);
    check(json!({ "question": "?", "answer": "options" }), &["/params/options"]);
    check(json!({ "question": "?", "answer": "options", "options": vec!["x"; 27] }), &["/params/options"]);
    check(json!({ "question": "?", "answer": "options", "options_from": "gone" }), &["/params/options_from"]);
    check(json!({ "question": "?", "answer": "shout" }), &["/params/answer"]);
}
