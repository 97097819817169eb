//! What a stream says.

use flow::run::{Event, NodeResult, NodeStep, PendingCall, PendingKind, Recorded, RunError, StepKind};
use serde_json::{Value, json};
use types::{MessageId, Timestamp};

use super::events::{Frame, Translator};
use super::interrupt;

fn told(events: Vec<Event>) -> Vec<String> {
    let mut translator = Translator::default();
    let mut lines = Vec::new();
    for (event, seq) in events.into_iter().zip(1..) {
        for frame in translator.translate(&Recorded { seq, at: Timestamp(0), event }) {
            lines.push(match frame {
                Frame::Message(m) => {
                    let last = if m.node_is_finish { "!" } else { "" };
                    format!("{}|{}|{}{last}|{}", m.node_type, m.node_title, m.node_seq_id, m.content)
                }
                Frame::Interrupt(i) => {
                    format!("Interrupt|{}|{}|{}|{}", i.node_title, i.interrupt_data.kind, i.interrupt_data.event_id, i.interrupt_data.data)
                }
                Frame::Error { code, message } => format!("Error|{code}|{message}"),
                Frame::Done => "Done".to_owned(),
            });
        }
    }
    lines
}

fn node(id: &str, kind: &str, path: &str) -> NodeStep {
    NodeStep { id: id.into(), kind: kind.into(), path: path.into(), parent: None }
}

fn speaks(step: u32, kind: &str, path: &str, title: &str, message: i64) -> Event {
    Event::StepStarted {
        step,
        kind: StepKind::Node,
        name: title.into(),
        input: Value::Null,
        attempt: 1,
        message: Some(MessageId(message)),
        call_id: None,
        node: Some(node(&step.to_string(), kind, path)),
        called: None,
    }
}

fn delta(message: i64, text: &str) -> Event {
    Event::Delta { step: 1, message: MessageId(message), text: text.into(), reasoning: String::new() }
}

fn answer(message: i64, text: &str) -> Event {
    Event::Answer { message: MessageId(message), text: text.into(), reasoning: String::new() }
}

#[test]
fn pieces_come_with_the_last_one_marked() {
    let lines = told(vec![
        Event::Created,
        speaks(2, "output", "", "Say", 10),
        delta(10, "emitter: "),
        delta(10, "I "),
        delta(10, "don't know."),
        answer(10, "emitter: I don't know."),
        speaks(3, "end", "", "End", 11),
        answer(11, "bye"),
        Event::Completed { output: Some(json!("bye")) },
    ]);
    assert_eq!(lines, ["Message|Say|0|emitter: ", "Message|Say|1|I ", "Message|Say|2!|don't know.", "End|End|0!|bye", "Done"]);
}

#[test]
fn outputs_are_the_end_nodes_word() {
    let result = NodeResult { output: json!({ "output": "v" }), ..NodeResult::default() };
    let end = Event::StepRan { step: 2, name: "End".into(), node: node("900001", "end", ""), input: Value::Null, result };
    let lines = told(vec![end, Event::Completed { output: Some(json!({ "b": 1, "a": "v" })) }]);
    assert_eq!(lines, [r#"End|End|0!|{"a":"v","b":1}"#, "Done"]);
}

#[test]
fn what_was_told_is_not_told_again_after_a_reset() {
    let lines = told(vec![
        speaks(2, "output", "", "Say", 10),
        delta(10, "one "),
        delta(10, "two "),
        Event::Reset { step: 2, message: MessageId(10) },
        delta(10, "one two"),
        delta(10, " three"),
        answer(10, "one two three"),
    ]);
    assert_eq!(lines, ["Message|Say|0|one ", "Message|Say|1|two ", "Message|Say|2!|three"]);
}

#[test]
fn tools_of_models_are_not_heard() {
    let lines = told(vec![speaks(2, "output", "llm#c1/", "Say", 10), delta(10, "x"), answer(10, "x"), Event::Completed { output: None }]);
    assert_eq!(lines, ["Done"]);
}

/// A question node that waits; the arguments as the node says them.
fn waiting(arguments: Value) -> PendingCall {
    PendingCall {
        call_id: "7".into(),
        name: "Ask".into(),
        arguments,
        kind: PendingKind::Question,
        node: Some(node("q1", "question", "")),
        run: None,
    }
}

#[test]
fn a_question_is_told_before_its_interrupt() {
    let said = json!([{ "type": "question", "content": "Name?" }]);
    let call = waiting(json!({ "question": "Name?", "options": [], "messages": said }));
    let data = r#"{"messages":[{"type":"question","content_type":"text","content":"Name?","id":"q1_0"}]}"#;
    let lines = told(vec![Event::RequiresAction { calls: vec![call] }]);
    assert_eq!(lines, [format!("Question|Ask|0!|{data}"), format!("Interrupt|Ask|2|7|{data}")]);
}

#[test]
fn a_question_comes_once_after_what_was_said() {
    let messages = |arguments: Value| {
        let data = interrupt::Frame::of(&waiting(arguments)).interrupt_data.data;
        serde_json::from_str::<Value>(&data).unwrap()["messages"].clone()
    };
    let text = |kind: &str, content: &str, id: &str| json!({ "type": kind, "content_type": "text", "content": content, "id": id });
    let said = json!([
        { "type": "question", "content": "Who?" },
        { "type": "answer", "content": "Ann" },
        { "type": "question", "content": "How old?" },
    ]);
    assert_eq!(
        messages(json!({ "question": "How old?", "options": [], "messages": said })),
        json!([text("question", "Who?", "q1_0"), text("answer", "Ann", "q1_1"), text("question", "How old?", "q1_2")])
    );
    let options = json!([{ "id": "A", "name": "here" }, { "id": "B", "name": "there" }]);
    let content = json!({ "question": "Where?", "options": [{ "name": "here" }, { "name": "there" }] });
    assert_eq!(
        messages(json!({ "question": "Where?", "options": options, "messages": [{ "type": "question", "content": "Where?" }] })),
        json!([{ "type": "question", "content_type": "option", "content": content, "id": "q1_0" }])
    );
    assert_eq!(messages(json!({ "question": "Name?" })), json!([text("question", "Name?", "q1_0")]));
}

#[test]
fn failures_have_numbers() {
    let error = RunError { code: "code_failed".into(), message: "no".into() };
    assert_eq!(told(vec![Event::Failed { error }]), ["Error|305000002|no"]);
    assert_eq!(told(vec![Event::Cancelled]), ["Error|777777777|The run was cancelled."]);
}
