//! What the model is sent.

use ::model::{Message, Part, Role};
use serde_json::{Value, json};
use types::ModelId;

use super::{Model, ask, asking};
use crate::talk::testkit::Play;
use crate::testkit::values;

fn texts(messages: &[Message]) -> Vec<(Role, String)> {
    messages.iter().map(|message| (message.role, message.joined_text())).collect()
}

#[test]
fn templates_become_system_and_user() {
    let params = json!({ "system_prompt": "You are {{input}}.", "prompt": "{{input}}? {{gone}}", "model_id": "7", "temperature": 0.25, "top_p": 0.5, "max_tokens": 9 });
    let ask = Play::of(&Model, &ask(params), json!({ "input": "Ann" })).asks();
    assert_eq!(texts(&ask.request.messages), [(Role::System, "You are Ann.".into()), (Role::User, "Ann? {{gone}}".into())]);
    assert_eq!(ask.model, Some(ModelId(7)));
    let sampling = &ask.request.params;
    assert_eq!((sampling.temperature, sampling.top_p, sampling.max_tokens), (Some(0.25), Some(0.5), Some(9)));
    assert_eq!((ask.streams.as_deref(), ask.streams_reasoning), (Some("output"), None));
    assert!(ask.request.tools.is_empty() && ask.request.json_schema.is_none());
}

#[test]
fn a_system_prompt_alone_is_the_question() {
    let mut play = Play::of(&Model, &ask(json!({ "system_prompt": "Say {{input}}." })), json!({ "input": "hi" }));
    assert_eq!(texts(&play.request().messages), [(Role::User, "Say hi.".into())]);
}

#[test]
fn nothing_may_be_asked() {
    let mut play = Play::of(&Model, &ask(json!({ "prompt": "{{input}}" })), json!({ "input": " " })).absent("input");
    assert_eq!(texts(&play.request().messages), [(Role::User, String::new())]);
    let mut play = Play::of(&Model, &ask(json!({})), json!({}));
    assert_eq!(texts(&play.request().messages), [(Role::User, String::new())]);
    let mut play = Play::of(&Model, &ask(json!({ "prompt": "{{input[3]}}" })), json!({ "input": [] }));
    assert_eq!(play.fails().code, "template_index");
}

#[test]
fn the_last_rounds_of_the_conversation_are_shown() {
    let said = |role, text: &str| Message::text(role, text);
    let history = vec![
        said(Role::User, "q1"),
        said(Role::Assistant, "a1"),
        said(Role::User, "q2"),
        said(Role::Assistant, "a2"),
        said(Role::Assistant, "a2, again"),
        said(Role::User, "q3"),
        said(Role::Assistant, "a3"),
    ];
    let check = |enabled: bool, rounds: u32, first: &str, count: usize| {
        let params = json!({ "prompt": "now", "history": { "enabled": enabled, "rounds": rounds } });
        let mut play = Play::of(&Model, &ask(params), json!({}));
        play.history = history.clone();
        let messages = play.request().messages;
        assert_eq!((messages[0].joined_text().as_str(), messages.len()), (first, count + 1));
    };
    check(true, 2, "q2", 5);
    check(true, 1, "q3", 2);
    check(true, 99, "q1", 7);
    check(true, 0, "now", 0);
    check(false, 3, "now", 0);
}

fn image(url: &str) -> Part {
    Part::Image { url: url.into() }
}

#[test]
fn pictures_stand_where_the_prompt_names_them() {
    let parts = |prompt: &str, pic: Value| {
        let params = json!({ "prompt": prompt, "images": ["pic"] });
        Play::of(&Model, &ask(params), json!({ "input": "x", "pic": pic })).request().messages[0].parts.clone()
    };
    let url = "https://a/b.png";
    assert_eq!(parts("Look {{pic}} at {{input}}", json!(url)), [Part::text("Look "), image(url), Part::text(" at x")]);
    assert_eq!(parts("Look", json!({ "url": url, "name": "b" })), [Part::text("Look"), image(url)]);
    let data = "data:image/png;base64,AA==";
    assert_eq!(parts("{{pic}}", json!([url, { "url": data }])), [image(url), image(data)]);
    // What nobody can fetch stays words.
    assert_eq!(parts("See {{pic}}", json!("file:///etc/passwd")), [Part::text("See file:///etc/passwd")]);
    assert_eq!(parts("See {{pic}}", json!(null)), [Part::text("See ")]);
}

#[test]
fn a_picture_alone_is_a_question() {
    let mut play = Play::of(&Model, &ask(json!({ "images": ["pic"] })), json!({ "pic": "https://a/b.png" }));
    assert_eq!(play.request().messages[0].parts, [image("https://a/b.png")]);
}

#[test]
fn formats_are_told_to_the_model_and_to_the_vendor() {
    let mut play = Play::of(&Model, &ask(json!({ "prompt": "x", "response_format": "markdown" })), json!({}));
    assert!(play.request().messages[0].joined_text().contains("Markdown"));

    let params = json!({ "prompt": "x", "response_format": "json" });
    let outputs = json!({ "name": "string", "tags": { "list": "string" }, "errorBody": { "object": [] }, "isSuccess": "boolean" });
    let ask_json = Play::of(&Model, &asking(params.clone(), outputs), json!({})).asks();
    let schema = ask_json.request.json_schema.unwrap().schema;
    assert_eq!(schema["required"], json!(["name", "tags"]));
    assert_eq!(schema["additionalProperties"], false);
    assert_eq!(schema["properties"]["name"], json!({ "type": ["string", "null"] }));
    assert!(ask_json.request.messages[0].joined_text().contains("JSON schema"));
    assert_eq!(ask_json.streams, None);

    // Without a fixed shape, vendors cannot be held to the schema.
    let free = Play::of(&Model, &asking(params.clone(), json!({ "a": { "object": [] }, "b": "string" })), json!({})).asks();
    assert!(free.request.json_schema.is_none() && free.request.params.response_format.is_some());

    // A single text is a text.
    let single = Play::of(&Model, &asking(params, json!({ "answer": "string", "reasoning_content": "string" })), json!({})).asks();
    assert_eq!((single.streams.as_deref(), single.streams_reasoning.as_deref()), (Some("answer"), Some("reasoning_content")));
    assert!(single.request.params.response_format.is_none());
}

#[test]
fn the_backup_counts_from_the_second_attempt_on() {
    let params = json!({ "prompt": "x", "model_id": "1", "temperature": 1.0, "max_tokens": 5, "system_prompt": "a" });
    let ask_at = |attempt: u32| {
        let mut play = Play::of(&Model, &ask(params.clone()), json!({}));
        play.attempt = attempt;
        play.backup = Some(values(json!({ "model_id": "2", "temperature": 0.5, "response_format": "json" })));
        play.asks()
    };
    let (first, second) = (ask_at(1), ask_at(2));
    assert_eq!((first.model, first.request.params.temperature), (Some(ModelId(1)), Some(1.0)));
    assert_eq!((second.model, second.request.params.temperature), (Some(ModelId(2)), Some(0.5)));
    assert_eq!((second.request.params.max_tokens, second.streams.as_deref()), (Some(5), Some("output")));
}
