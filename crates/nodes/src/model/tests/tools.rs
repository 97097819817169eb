//! Tools, workflows and knowledge on the way to the answer.

use ::model::Role;
use ::model::scripted::{calls, says};
use flow::node::{Act, Heard, NodeError, ToolResult, ToolTarget};
use serde_json::{Value, json};

use super::{Model, ask, asking};
use crate::talk::testkit::{Play, Shop};

fn shop() -> Shop {
    let search = json!({
        "type": "object",
        "properties": { "title": { "type": "string" }, "limit": { "type": "integer" }, "key": { "type": "string" } },
        "required": ["title", "limit", "key"],
    });
    Shop::default().with("search", "search", search).with("other", "other", json!({ "type": "object" })).with(
        "900",
        "ts_test_wf_test_wf",
        json!({ "type": "object", "properties": { "a": { "type": "string" } } }),
    )
}

fn play(skills: Value) -> Play {
    let node = ask(json!({ "prompt": "{{input}}", "skills": skills, "max_rounds": 3 }));
    let mut play = Play::of(&Model, &node, json!({ "input": "what?" }));
    play.shop = shop();
    play
}

fn search() -> Value {
    json!({ "tools": [{ "tool": "search", "hidden": ["key"], "defaults": { "key": "k", "limit": 5 } }] })
}

/// Text of the last message of the next question.
fn told(play: &mut Play) -> Value {
    let last = play.request().messages.pop().unwrap();
    assert_eq!(last.role, Role::Tool);
    serde_json::from_str(&last.joined_text()).unwrap_or_else(|_| json!(last.joined_text()))
}

#[test]
fn a_tool_is_offered_called_and_told() {
    let mut play = play(search()).answers([calls(&[("1", "search", "{\"title\":\"snake\",\"key\":\"mine\"}")]), says("final")]);
    let request = play.request();
    assert_eq!(request.tools[0].name, "search");
    let offered = &request.tools[0].parameters;
    assert_eq!((&offered["properties"]["key"], &offered["required"]), (&Value::Null, &json!(["title"])));

    let asks = play.model().tools();
    assert_eq!(asks.len(), 1);
    assert_eq!((asks[0].target.clone(), asks[0].name.as_str()), (ToolTarget::Tool("search".into()), "search"));
    assert_eq!(asks[0].arguments, json!({ "title": "snake", "key": "k", "limit": 5 }));

    let request = play.returns([Ok(json!({ "data": "ok" }))]).request();
    let [.., call, result] = request.messages.as_slice() else { panic!("call and result") };
    assert_eq!((call.role, call.tool_calls[0].id.as_str()), (Role::Assistant, "1"));
    assert_eq!((result.role, result.tool_call_id.as_deref()), (Role::Tool, Some("1")));
    assert_eq!(serde_json::from_str::<Value>(&result.joined_text()).unwrap()["data"], "ok");
    assert_eq!(play.model().done().values["output"], "final");
}

#[test]
fn hidden_outputs_are_not_told() {
    let given = json!({ "a": 1, "o": { "b": 2, "c": 3 }, "l": [{ "x": 1, "y": 2 }, { "x": 3 }, 4], "t": "text" });
    let check = |hidden: Value, expected: Value| {
        let mut play = play(json!({ "tools": [{ "tool": "search" }], "workflows": [{ "workflow_id": "900", "hidden_outputs": hidden }] }))
            .answers([calls(&[("1", "search", "{}"), ("2", "ts_test_wf_test_wf", "{}")])]);
        let request = play.model().returns([Ok(given.clone()), Ok(given.clone())]).request();
        let [.., tool, workflow] = request.messages.as_slice() else { panic!("two results") };
        let read = |message: &::model::Message| serde_json::from_str::<Value>(&message.joined_text()).unwrap();
        assert_eq!((read(tool), read(workflow)), (given.clone(), expected));
    };
    check(json!([]), given.clone());
    let left = json!({ "o": { "c": 3 }, "l": [{ "y": 2 }, {}, 4], "t": "text" });
    check(json!(["a", "o.b", "l.[].x"]), left.clone());
    check(json!(["a", "o.b", "l.x", "gone", "t.x", "o.c.d", ""]), left);
    check(json!(["a", "o", "l.[]", "t"]), json!({}));
}

#[test]
fn a_workflow_is_a_tool_by_the_name_of_its_offer() {
    let mut play = play(json!({ "workflows": [{ "workflow_id": "900", "version": "v0.0.1" }] }))
        .answers([calls(&[("1", "ts_test_wf_test_wf", "{}")]), says("final_answer")]);
    let asks = play.model().tools();
    assert_eq!(asks[0].target, ToolTarget::Workflow { workflow: "900".into(), version: Some("v0.0.1".into()) });
    assert_eq!(asks[0].arguments, json!({}));
    assert_eq!(play.returns([Ok(json!({ "output": 1 }))]).model().done().values["output"], "final_answer");
}

#[test]
fn an_answer_of_a_workflow_is_the_answer() {
    for (given, expected) in [(json!({ "output": "hello" }), "hello"), (json!("hello"), "hello"), (json!({ "x": 1 }), "{\"x\":1}")] {
        let mut play = play(json!({ "workflows": [{ "workflow_id": "900" }], "tools": [{ "tool": "other" }] }))
            .answers([calls(&[("1", "other", "{}"), ("2", "ts_test_wf_test_wf", "{}")])]);
        let asks = play.model().tools();
        let result = |at: usize, output: Value| ToolResult { call_id: asks[at].call_id.clone(), output: Ok(output), is_answer: at == 1 };
        let results = vec![result(0, json!(1)), result(1, given)];
        assert_eq!(play.hear(Heard::Tools(results)).done().values["output"], expected);
    }
}

#[test]
fn errors_of_tools_are_told_to_the_model() {
    let mut play = play(search()).answers([calls(&[("1", "search", "{}")])]);
    play.model().returns([Err(NodeError::lasting("http_status", "it said 500"))]);
    assert_eq!(told(&mut play), json!({ "error": { "code": "http_status", "message": "it said 500" } }));
}

#[test]
fn hostile_calls_are_refused_in_words() {
    let check = |name: &str, arguments: &str, code: &str| {
        let mut play = play(search()).answers([calls(&[("1", name, arguments)])]);
        play.model();
        assert_eq!(told(&mut play)["error"]["code"], code, "{name}");
    };
    check("nothing", "{}", "unknown_tool");
    check("", "{}", "unknown_tool");
    check("search\u{0}", "{}", "unknown_tool");
    check("search", "not json", "invalid_arguments");
    check("search", "[1]", "invalid_arguments");
    check("search", "12", "invalid_arguments");
    check("search", &format!("\"{}\"", "x".repeat(2 << 20)), "invalid_arguments");
    check("search", &format!("{{\"a\":{}1{}}}", "[".repeat(110), "]".repeat(110)), "invalid_arguments");
}

#[test]
fn arguments_are_mended_where_it_is_clear_what_was_meant() {
    for text in ["{'title': 'a',}", "```json\n{\"title\": \"a\"}\n```", "{\"title\": \"a\""] {
        let mut play = play(search()).answers([calls(&[("1", "search", text)])]);
        assert_eq!(play.model().tools()[0].arguments["title"], "a", "{text}");
    }
    for text in ["", " ", "null"] {
        let mut play = play(search()).answers([calls(&[("1", "search", text)])]);
        assert_eq!(play.model().tools()[0].arguments, json!({ "key": "k", "limit": 5 }), "{text}");
    }
}

#[test]
fn calls_keep_their_order_whatever_is_refused() {
    let mut play = play(json!({ "tools": [{ "tool": "search" }, { "tool": "other" }] }))
        .answers([calls(&[("x", "other", "{}"), ("x", "gone", "{}"), ("", "search", "{}")]), calls(&[("x", "other", "{}")])]);
    let asks = play.model().tools();
    assert_eq!(asks.iter().map(|ask| ask.name.as_str()).collect::<Vec<_>>(), ["other", "search"]);
    let request = play.returns([Ok(json!("one")), Ok(json!("three"))]).request();
    let results: Vec<(String, String)> =
        request.messages.iter().filter_map(|m| m.tool_call_id.clone().map(|id| (id, m.joined_text()))).collect();
    assert_eq!((results[0].1.as_str(), results[2].1.as_str()), ("one", "three"));
    assert!(results[1].1.contains("unknown_tool"));
    let mut ids: Vec<&String> = results.iter().map(|(id, _)| id).collect();
    ids.dedup();
    assert_eq!(ids.len(), 3, "results are told apart: {results:?}");
    // The engine's ids are new each time, though the model repeats its own.
    assert_ne!(play.model().tools()[0].call_id, asks[0].call_id);
}

#[test]
fn too_many_calls_at_once_are_refused() {
    let many = vec![("", "other", "{}"); 100];
    let mut play = play(json!({ "tools": [{ "tool": "other" }] })).answers([calls(&many)]);
    let asks = play.model().tools();
    assert_eq!(asks.len(), 32);
    let request = play.returns(asks.iter().map(|_| Ok(json!(1)))).request();
    assert_eq!(request.messages.iter().filter(|message| message.role == Role::Tool).count(), 100);
}

#[test]
fn rounds_are_limited() {
    let again = || calls(&[("1", "other", "{}")]);
    let mut play = play(json!({ "tools": [{ "tool": "other" }] })).answers([again(), again(), again()]);
    for _ in 0..3 {
        play.model().returns([Ok(json!(1))]);
    }
    let error = play.fails();
    assert_eq!((error.code.as_str(), error.transient), ("model_rounds", false));
    // Refused calls are rounds too.
    let wrong = || calls(&[("1", "gone", "{}")]);
    let mut play = super::tools::play(search()).answers([wrong(), wrong(), wrong()]);
    assert_eq!(play.model().model().model().fails().code, "model_rounds");
}

#[test]
fn a_skill_that_is_gone_fails_at_once() {
    assert_eq!(play(json!({ "tools": [{ "tool": "gone" }] })).fails().code, "unknown_tool");
    assert_eq!(play(json!({ "workflows": [{ "workflow_id": "1" }] })).fails().code, "unknown_tool");
}

#[test]
fn offers_of_one_name_are_told_apart() {
    let mut play = play(json!({ "tools": [{ "tool": "search" }], "workflows": [{ "workflow_id": "900" }, { "workflow_id": "901" }] }));
    play.shop = shop().with("901", "search", json!({ "type": "object" })).with("900", "search", json!({ "type": "object" }));
    let names: Vec<String> = play.request().tools.into_iter().map(|tool| tool.name).collect();
    assert_eq!(names, ["search", "search_2", "search_3"]);
    let mut play = play.answers([calls(&[("1", "search_3", "{}")])]);
    assert_eq!(play.model().tools()[0].target, ToolTarget::Workflow { workflow: "901".into(), version: None });
}

fn knowledge(more: Value) -> Value {
    let mut skill = json!({ "knowledge_ids": ["k1"], "top_k": 2, "strategy": "hybrid" });
    skill.as_object_mut().unwrap().extend(crate::testkit::values(more));
    json!({ "knowledge": skill })
}

#[test]
fn knowledge_is_looked_up_before_the_model_is_asked() {
    let mut play = play(knowledge(json!({}))).answers([says("answer")]);
    let asks = play.tools();
    assert_eq!(asks[0].target, ToolTarget::Tool("knowledge_retrieve".into()));
    assert_eq!((&asks[0].arguments["query"], &asks[0].arguments["strategy"]), (&json!("what?"), &json!("hybrid")));
    let found = json!({ "outputList": [{ "documentId": "1", "output": "one" }, { "documentId": "2", "output": "two" }] });
    let text = play.returns([Ok(found)]).request().messages[0].joined_text();
    assert!(text.starts_with("what?\n\n") && text.ends_with("recall slice 1: one\n\nrecall slice 2: two"), "{text}");
    assert_eq!(play.model().done().values["output"], "answer");
}

#[test]
fn nothing_found_is_answered_as_the_author_wants() {
    let empty = || [Ok(json!({ "outputList": [] }))];
    let mut play = play(knowledge(json!({ "no_recall_reply": "I have nothing on that." })));
    assert_eq!(play.returns(empty()).done().values["output"], "I have nothing on that.");
    let mut play = super::tools::play(knowledge(json!({})));
    assert_eq!(play.returns(empty()).request().messages[0].joined_text(), "what?");
    let mut play = super::tools::play(knowledge(json!({})));
    let gone = NodeError::unavailable("Knowledge");
    assert_eq!(play.returns([Err(gone.clone())]).fails(), gone);
}

#[test]
fn knowledge_on_demand_is_a_tool_of_one_argument() {
    let mut play = play(knowledge(json!({ "on_demand": true }))).answers([calls(&[(
        "1",
        "search_knowledge",
        "{\"query\":\"q\",\"top_k\":99,\"x\":1}",
    )])]);
    let offered = play.request().tools.remove(0);
    assert_eq!(offered.parameters["properties"].as_object().unwrap().len(), 1);
    let ask = play.model().tools().remove(0);
    assert_eq!(ask.target, ToolTarget::Tool("knowledge_retrieve".into()));
    assert_eq!(
        (&ask.arguments["query"], &ask.arguments["top_k"], &ask.arguments["knowledge_ids"]),
        (&json!("q"), &json!(2), &json!(["k1"]))
    );
}

#[test]
fn json_is_read_after_tools_too() {
    let node = asking(
        json!({ "prompt": "x", "response_format": "json", "skills": { "tools": [{ "tool": "other" }] } }),
        json!({ "a": "integer", "b": "string" }),
    );
    let mut play = Play::of(&Model, &node, json!({})).answers([calls(&[("1", "other", "{}")]), says("{\"a\": 1, \"b\": \"x\"}")]);
    play.shop = shop();
    let output = play.model().returns([Ok(json!("fine"))]).model().done();
    assert_eq!(Value::Object(output.values), json!({ "a": 1, "b": "x" }));
    assert!(matches!(play.act(), Act::Done(_)));
}
