//! The translation of run events, and the shapes of chats.

use flow::run::{Event, PendingCall, PendingKind, Recorded, RequiredAction, Run, RunError, RunStatus};
use model::chat::ToolCall;
use serde_json::{Value, json};
use types::{AgentId, ConversationId, MessageId, RunId, SectionId, Timestamp, TokenUsage, UserId, WorkspaceId};

use super::events::{Frame, Translator};
use super::wire::{ChatObject, Shown};
use crate::messages::wire::Place;

fn place() -> Place {
    Place { conversation: ConversationId(2), bot: Some(AgentId(3)), chat: Some(RunId(1)), section: Some(SectionId(4)) }
}

/// `event|type|content` for messages, `event` for chats; the prefix `conversation.` cut off.
fn told(events: Vec<Event>) -> Vec<String> {
    let mut translator = Translator::new(place());
    let recorded = events.into_iter().enumerate().map(|(i, event)| Recorded { seq: i as u64 + 1, at: Timestamp(1_700_000_000_000), event });
    let frames = recorded.flat_map(|r| translator.translate(&r)).collect::<Vec<_>>();
    let line = |frame: &Frame| match frame {
        Frame::Message(event, m) => format!("{}|{}|{}", &event["conversation.".len()..], m.r#type, m.content),
        Frame::Chat(event, _) => event["conversation.".len()..].to_owned(),
    };
    frames.iter().map(line).collect()
}

fn delta(text: &str) -> Event {
    Event::Delta { step: 1, message: MessageId(10), text: text.into(), reasoning: String::new() }
}

fn answer(text: &str) -> Event {
    Event::Answer { message: MessageId(10), text: text.into(), reasoning: String::new() }
}

const FINISH: &str = r#"message.completed|verbose|{"msg_type":"generate_answer_finish","data":"{\"finish_reason\":0,\"FinData\":\"\"}","from_module":null,"from_unit":null}"#;

#[test]
fn a_plain_turn() {
    let follow_up = Event::FollowUp { message: MessageId(11), text: "And?".into() };
    let last = Event::StepCompleted { step: 1, output: json!({ "tool_calls": [] }), usage: None, cost: None, node: None };
    let lines = told(vec![
        Event::Created,
        Event::Started { resumed: 0 },
        delta("al"),
        delta("pha"),
        answer("alpha"),
        last,
        follow_up,
        Event::Completed { output: None },
    ]);
    let expected = [
        "chat.created",
        "chat.in_progress",
        "message.delta|answer|al",
        "message.delta|answer|pha",
        "message.completed|answer|alpha",
        FINISH,
        "message.completed|follow_up|And?",
        "chat.completed",
    ];
    assert_eq!(lines, expected);
}

#[test]
fn a_tool_turn() {
    let call = ToolCall { id: "c1".into(), name: "calculator".into(), arguments: r#"{"expression":"6*7"}"#.into() };
    let response = Event::ToolResponse {
        message: MessageId(9),
        call_id: "c1".into(),
        name: "calculator".into(),
        output: "42".into(),
        is_error: false,
    };
    let lines = told(vec![
        Event::FunctionCall { message: MessageId(8), call, run: None },
        response,
        answer("It is 42."),
        Event::Completed { output: None },
    ]);
    let expected = [
        r#"message.completed|function_call|{"name":"calculator","arguments":{"expression":"6*7"},"call_id":"c1"}"#,
        "message.completed|tool_response|42",
        "message.delta|answer|It is 42.",
        "message.completed|answer|It is 42.",
        FINISH,
        "chat.completed",
    ];
    assert_eq!(lines, expected);
}

#[test]
fn after_a_reset_nothing_is_said_twice() {
    let reset = || Event::Reset { step: 1, message: MessageId(10) };
    let same = told(vec![delta("one"), delta(" t"), reset(), delta("one "), delta("two"), answer("one two")]);
    assert_eq!(
        same,
        ["message.delta|answer|one", "message.delta|answer| t", "message.delta|answer|wo", "message.completed|answer|one two"]
    );
    let other = told(vec![delta("one"), reset(), delta("uno"), delta(" due"), answer("uno due")]);
    assert_eq!(other, ["message.delta|answer|one", "message.completed|answer|uno due"]);
}

#[test]
fn what_is_told_again_is_not_sent_again() {
    let mut translator = Translator::new(place());
    let mut tell = |event| translator.translate(&Recorded { seq: 0, at: Timestamp(0), event }).len();
    assert_eq!((tell(delta("one ")), tell(delta("two"))), (1, 1));
    translator.again();
    let mut tell = |event| match translator.translate(&Recorded { seq: 0, at: Timestamp(0), event }).as_slice() {
        [Frame::Message(_, message)] => message.content.clone(),
        other => format!("{} frames", other.len()),
    };
    assert_eq!(tell(delta("one twoth")), "th");
    assert_eq!(tell(answer("one twoth")), "one twoth");
    assert_eq!(tell(delta("one twoth")), "0 frames");
}

#[test]
fn a_resumed_chat_begins_with_in_progress_once() {
    let lines = told(vec![Event::Submitted { outputs: vec![] }, Event::Started { resumed: 1 }, Event::Cancelled]);
    assert_eq!(lines, ["chat.in_progress", "chat.canceled"]);
}

fn run(status: RunStatus) -> Run {
    Run {
        id: RunId(1),
        workspace_id: WorkspaceId(5),
        program: "agent".into(),
        agent_id: Some(AgentId(3)),
        agent_name: "A".into(),
        agent_version: Some(1),
        workflow_id: None,
        workflow_name: String::new(),
        workflow_version: None,
        forked_from: None,
        parent_run_id: None,
        root_run_id: None,
        root_step: None,
        conversation_id: Some(ConversationId(2)),
        section_id: Some(SectionId(4)),
        status,
        error: None,
        usage: TokenUsage { total_tokens: 99, reasoning_tokens: 5, ..TokenUsage::new(11, 7) },
        cost: None,
        required_action: None,
        output: None,
        meta: json!({ "trace": "t1", "inner": { "not": "text" } }).as_object().cloned().unwrap_or_default(),
        created_by: UserId(6),
        created_at: Timestamp(1_700_000_000_000),
        started_at: None,
        finished_at: Some(Timestamp(1_700_000_009_900)),
        resumed: 0,
    }
}

fn shown(run: &Run, shown: Shown) -> Value {
    serde_json::to_value(ChatObject::of(run, shown)).unwrap()
}

#[test]
fn before_the_end_a_chat_has_no_usage_and_no_error() {
    let expected = json!({ "id": "1", "conversation_id": "2", "bot_id": "3", "section_id": "4", "created_at": 1_700_000_000,
        "last_error": { "code": 0, "msg": "" }, "meta_data": { "trace": "t1" }, "status": "created",
        "usage": { "token_count": 0, "output_count": 0, "input_count": 0 } });
    assert_eq!(shown(&run(RunStatus::Completed), Shown::Created), expected);
}

#[test]
fn at_the_end_a_chat_says_how_it_ended() {
    let done = shown(&run(RunStatus::Completed), Shown::AsIs);
    assert_eq!((&done["status"], &done["completed_at"]), (&json!("completed"), &json!(1_700_000_009)));
    assert_eq!(done["usage"], json!({ "token_count": 18, "output_count": 7, "input_count": 11 }));

    let error = Some(RunError { code: "model_vendor_error".into(), message: "broken".into() });
    let failed = shown(&Run { error, ..run(RunStatus::Failed) }, Shown::AsIs);
    assert_eq!((&failed["status"], &failed["failed_at"]), (&json!("failed"), &json!(1_700_000_009)));
    assert_eq!(failed["last_error"], json!({ "code": 5000, "msg": "broken" }));

    assert_eq!(shown(&run(RunStatus::Cancelled), Shown::AsIs)["status"], "canceled");
    assert_eq!(shown(&run(RunStatus::Queued), Shown::AsIs)["status"], "in_progress");
}

#[test]
fn a_waiting_chat_names_its_calls() {
    let call = PendingCall {
        call_id: "c1".into(),
        name: "local_tool".into(),
        arguments: json!({ "x": 1 }),
        kind: PendingKind::Client,
        node: None,
        run: None,
    };
    let waiting = Run { required_action: Some(RequiredAction { calls: vec![call] }), ..run(RunStatus::RequiresAction) };
    let expected = json!({ "type": "submit_tool_outputs", "submit_tool_outputs": { "tool_calls": [
        { "id": "c1", "type": "function", "function": { "name": "local_tool", "arguments": "{\"x\":1}" } } ] } });
    assert_eq!(shown(&waiting, Shown::AsIs)["required_action"], expected);
}
