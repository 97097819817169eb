//! The offline model follows its rules.

use futures::StreamExt;
use model::chat::{Event, FinishReason, JsonSchema, Message, Params, Request, Response, ResponseFormat, Role, ToolSpec};
use serde_json::{Value, json};

use super::{Offline, events, find, words};
use crate::tests::endpoint;
use model::Vendor as _;

fn tool(name: &str, field: &str) -> ToolSpec {
    let parameters = json!({ "type": "object", "properties": { field: { "type": "string" } }, "required": [field] });
    ToolSpec { name: name.into(), description: String::new(), parameters }
}

fn clock() -> ToolSpec {
    ToolSpec {
        name: "current_time".into(),
        description: String::new(),
        parameters: json!({ "type": "object", "properties": { "timezone": { "type": "string" } } }),
    }
}

fn tools() -> Vec<ToolSpec> {
    vec![clock(), tool("calculator", "expression"), tool("fetch_web_page", "url"), tool("send_mail", "to")]
}

fn ask(question: &str) -> Request {
    Request {
        messages: vec![Message::text(Role::System, "12*34 几点"), Message::text(Role::User, question)],
        tools: tools(),
        ..Request::default()
    }
}

fn answer(request: &Request) -> Response {
    let mut response = Response::default();
    for event in events(request) {
        response.absorb(event);
    }
    response
}

fn called(question: &str) -> Vec<(String, Value)> {
    let calls = answer(&ask(question)).tool_calls;
    calls.into_iter().map(|call| (call.name, serde_json::from_str(&call.arguments).unwrap())).collect()
}

#[test]
fn sums_are_found_and_other_numbers_are_not() {
    for (text, found) in [
        ("What is 17 * 23?", Some("17 * 23")),
        ("1+1等于几", Some("1+1")),
        ("算一下（3＋4）×２ 好吗", Some("(3+4)*2")),
        ("compute (2 + 3.5) / 7.", Some("(2 + 3.5) / 7")),
        ("is -5+8 positive (roughly)?", Some("-5+8")),
        ("2^10 please", Some("2^10")),
        ("on 2024-01-31", None),
        ("call 010-1234-5678", None),
        ("31/01/2024", None),
        ("room 12, floor 3", None),
        ("3 4", None),
        ("gpt-4 - really", None),
        ("((((", None),
    ] {
        assert_eq!(find::expression(text).as_deref(), found, "{text}");
    }
}

#[test]
fn urls_end_where_the_sentence_goes_on() {
    for (text, found) in [
        ("see https://example.com/a?b=1.", Some("https://example.com/a?b=1")),
        ("打开http://例子.中国/页，谢谢", Some("http://例子.中国/页")),
        ("(http://x.y/z)", Some("http://x.y/z")),
        ("http://", None),
        ("no url", None),
    ] {
        assert_eq!(find::url(text).as_deref(), found, "{text}");
    }
}

#[test]
fn tools_are_called_when_they_fit() {
    assert_eq!(called("What is 17*23?"), [("calculator".to_owned(), json!({ "expression": "17*23" }))]);
    assert_eq!(called("现在几点？"), [("current_time".to_owned(), json!({}))]);
    assert_eq!(called("Read https://example.com/ please"), [("fetch_web_page".to_owned(), json!({ "url": "https://example.com/" }))]);
    assert_eq!(called("use send_mail {\"to\": \"a@b.c\"} now"), [("send_mail".to_owned(), json!({ "to": "a@b.c" }))]);
    assert_eq!(called("what time is it and what is 2+2").len(), 2);
    assert!(called("hello").is_empty());
}

#[test]
fn results_are_told_in_the_language_of_the_question() {
    for (question, phrase) in [("What is 17*23?", "offline model"), ("17*23 等于几", "离线模型")] {
        let mut request = ask(question);
        let asked = answer(&request);
        assert_eq!(asked.finish, Some(FinishReason::ToolCalls));
        let id = asked.tool_calls[0].id.clone();
        request.messages.push(asked.into_message());
        request.messages.push(Message::tool_result(id, "391"));
        let told = answer(&request);
        assert!(told.text.contains("calculator: 391") && told.text.contains(phrase), "{}", told.text);
        assert_eq!((told.tool_calls.len(), told.finish.clone()), (0, Some(FinishReason::Stop)));
        // The next question starts anew.
        request.messages.push(told.into_message());
        request.messages.push(Message::text(Role::User, "2+2?"));
        assert_eq!(answer(&request).tool_calls.len(), 1);
    }
}

#[test]
fn without_a_fitting_tool_it_says_what_it_is() {
    let english = answer(&ask("hello there")).text;
    assert!(english.contains("hello there") && english.contains("offline model") && english.contains("Settings"), "{english}");
    let chinese = answer(&ask("你好")).text;
    assert!(chinese.contains("你好") && chinese.contains("离线模型") && chinese.contains("设置"), "{chinese}");
    assert!(answer(&Request::default()).text.contains("offline"));
}

#[test]
fn json_is_honoured() {
    let schema = json!({ "type": "object", "properties": {
        "title": { "type": "string" }, "n": { "type": "integer", "minimum": 3 }, "tags": { "type": "array", "minItems": 2, "items": { "$ref": "#/$defs/tag" } } },
        "$defs": { "tag": { "enum": ["x", "y"] } } });
    let wanted = Some(JsonSchema { name: "x".into(), schema });
    let text = answer(&Request { json_schema: wanted, ..ask("topic") }).text;
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), json!({ "title": "topic", "n": 3, "tags": ["x", "x"] }));
    let params = Params { response_format: Some(ResponseFormat::Json), ..Params::default() };
    let text = answer(&Request { params, tools: Vec::new(), ..ask("topic") }).text;
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap()["answer"], "topic");
    let endless = json!({ "$ref": "#" });
    assert_eq!(super::schema::instance(&endless, "x"), Value::Null);
}

#[test]
fn json_waits_for_the_tools() {
    let params = Params { response_format: Some(ResponseFormat::Json), ..Params::default() };
    let mut request = Request { params, ..ask("What is 17*23?") };
    let asked = answer(&request);
    let id = asked.tool_calls[0].id.clone();
    request.messages.push(asked.into_message());
    request.messages.push(Message::tool_result(id, "391"));
    let told: Value = serde_json::from_str(&answer(&request).text).unwrap();
    assert_eq!(told["answer"], "calculator: 391");
}

#[test]
fn suggestions_are_questions_in_the_language_of_the_conversation() {
    let mut request = Request { tools: Vec::new(), ..ask("你好") };
    request.messages.push(Message::text(Role::Assistant, "hello"));
    request.messages.push(Message::text(Role::User, "Suggest up to 3 short questions, one per line."));
    let text = answer(&request).text;
    assert_eq!(text.lines().count(), 3);
    assert!(words::is_chinese(&text), "{text}");
}

#[test]
fn limits_are_honoured_and_the_same_question_gets_the_same_answer() {
    let request = Request { params: Params { max_tokens: Some(5), ..Params::default() }, ..ask("hello") };
    let short = answer(&request);
    assert_eq!(short.finish, Some(FinishReason::Length));
    assert!(short.usage.unwrap().output_tokens <= 5);
    assert_eq!(short, answer(&request));
}

#[test]
fn words_join_to_the_text() {
    let text = "你好，world!  How  are\nyou？好";
    let pieces = words::split(text);
    assert_eq!(pieces.concat(), text);
    assert!(pieces.len() >= 7, "{pieces:?}");
}

#[tokio::test(start_paused = true)]
async fn it_streams_word_by_word() {
    let mut slow = endpoint("", "offline");
    slow.extra.insert("delay_ms".into(), "100".into());
    let started = tokio::time::Instant::now();
    let mut stream = Offline.chat(&slow).unwrap().stream(ask("hello")).await.unwrap();
    let first = stream.next().await.unwrap().unwrap();
    assert_eq!(first, Event::Text("You ".into()));
    assert_eq!(started.elapsed().as_millis(), 100);
    let rest: Vec<_> = stream.collect().await;
    assert!(rest.len() > 20);
    assert_eq!(*rest.last().unwrap().as_ref().unwrap(), Event::Finish(FinishReason::Stop));
}
