//! What a run says becomes messages, once.

use flow::run::{Event, RunError};
use serde_json::Value;
use types::MessageId;

use super::house::House;

fn delta(message: MessageId, text: &str) -> Event {
    Event::Delta { step: 1, message, text: text.into(), reasoning: "r".into() }
}

#[tokio::test]
async fn the_answer_grows_and_is_completed() {
    let house = House::new().await;
    let thread = house.conversation().await;
    let run = house.ask(&thread, "q").await;
    let m = MessageId::generate();
    house.record(run, 3, vec![delta(m, "Hel"), delta(m, "lo ")]).await;
    assert_eq!(house.messages(&thread).await[1], "answer:streaming:Hello ");
    house.record(run, 5, vec![delta(m, "wor")]).await;
    assert_eq!(house.messages(&thread).await[1], "answer:streaming:Hello wor");
    let answer = Event::Answer { message: m, text: "Hello world".into(), reasoning: "rrrr".into() };
    house.record(run, 6, vec![delta(m, "ld"), answer, Event::Completed { output: None }]).await;
    assert_eq!(house.messages(&thread).await, ["question:completed:q", "answer:completed:Hello world"]);
    let list = house.alice("GET", &format!("{thread}/messages"), Value::Null).await;
    assert_eq!(list["items"][1]["reasoning"], "rrrr");
}

#[tokio::test]
async fn seeing_events_twice_changes_nothing() {
    let house = House::new().await;
    let thread = house.conversation().await;
    let run = house.ask(&thread, "q").await;
    let (m, f) = (MessageId::generate(), MessageId::generate());
    let batches = [
        (3, vec![delta(m, "a"), delta(m, "b")]),
        (5, vec![delta(m, "c")]),
        (6, vec![Event::Answer { message: m, text: "abc".into(), reasoning: String::new() }]),
        (7, vec![Event::FollowUp { message: f, text: "more?".into() }]),
        (8, vec![Event::Completed { output: None }]),
    ];
    for (first, events) in &batches {
        for _ in 0..2 {
            house.record(run, *first, events.clone()).await;
        }
    }
    for (first, events) in batches {
        house.record(run, first, events).await;
    }
    assert_eq!(house.messages(&thread).await, ["question:completed:q", "answer:completed:abc", "follow_up:completed:more?"]);
}

#[tokio::test]
async fn a_step_taken_again_begins_with_nothing() {
    let house = House::new().await;
    let thread = house.conversation().await;
    let run = house.ask(&thread, "q").await;
    let m = MessageId::generate();
    house.record(run, 3, vec![delta(m, "half a th")]).await;
    house.record(run, 4, vec![Event::Reset { step: 1, message: m }]).await;
    assert_eq!(house.messages(&thread).await[1], "answer:streaming:");
    house.record(run, 5, vec![delta(m, "whole")]).await;
    house.record(run, 6, vec![delta(m, "x"), Event::Reset { step: 1, message: m }, delta(m, "new")]).await;
    assert_eq!(house.messages(&thread).await[1], "answer:streaming:new");
}

#[tokio::test]
async fn what_was_said_before_the_end_is_kept() {
    let house = House::new().await;
    let error = || RunError { code: "model_stream_cut".into(), message: "Cut off.".into() };
    for (end, status) in [(Event::Cancelled, "interrupted"), (Event::Failed { error: error() }, "failed")] {
        let thread = house.conversation().await;
        let run = house.ask(&thread, "q").await;
        let m = MessageId::generate();
        house.record(run, 3, vec![delta(m, "part"), end]).await;
        assert_eq!(house.messages(&thread).await, ["question:completed:q".to_owned(), format!("answer:{status}:part")]);
        let next = house.ask(&thread, "q2").await;
        assert_eq!(house.given(next), ["user:q", "assistant:part", "user:q2"]);
    }
    // Cancelled before a word: no empty answer.
    let thread = house.conversation().await;
    let run = house.ask(&thread, "q").await;
    house.record(run, 3, vec![Event::Cancelled]).await;
    assert_eq!(house.messages(&thread).await, ["question:completed:q"]);
}

#[tokio::test]
async fn runs_without_a_conversation_leave_nothing() {
    let house = House::new().await;
    let thread = house.conversation().await;
    let m = MessageId::generate();
    house
        .record(
            types::RunId(77),
            2,
            vec![
                delta(m, "x"),
                Event::Answer { message: m, text: "x".into(), reasoning: String::new() },
                Event::Completed { output: None },
            ],
        )
        .await;
    assert!(house.messages(&thread).await.is_empty());
}

#[tokio::test]
async fn broken_arguments_are_kept_as_text() {
    let house = House::new().await;
    let thread = house.conversation().await;
    let run = house.ask(&thread, "q").await;
    let call = model::ToolCall { id: "c".into(), name: "add".into(), arguments: "{\"a\":".into() };
    house.record(run, 2, vec![Event::FunctionCall { message: MessageId::generate(), call, run: None }]).await;
    let text = house.messages(&thread).await[1].replace("function_call:completed:", "");
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap()["arguments"], "{\"a\":");
}
