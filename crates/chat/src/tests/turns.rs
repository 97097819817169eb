//! Asking: storage, order, history, regeneration.

use flow::run::{Event, PendingCall, PendingKind, RunStatus};
use serde_json::{Value, json};
use types::{MessageId, RunId};

use super::house::{House, actor};
use crate::messages::{ContentPart, MessageRole, Window};
use crate::turns::{ContextMessage, NewTurn};

#[tokio::test]
async fn a_question_is_stored_with_its_run_before_the_answer_and_then_launched() {
    let house = House::new().await;
    let thread = house.conversation().await;
    let turn = house.alice("POST", &format!("{thread}/turns"), json!({ "content": "Where is the\nlibrary?" })).await;
    assert_eq!(turn["status"], "running");
    assert_eq!(turn["question"]["type"], "question");
    assert_eq!(turn["question"]["run_id"], turn["run_id"]);
    assert_eq!(house.messages(&thread).await, ["question:completed:Where is the\nlibrary?"]);
    let run: RunId = turn["run_id"].as_str().unwrap().parse().unwrap();
    assert_eq!(house.launched(), [run]);
    let stored = house.alice("GET", &thread, Value::Null).await;
    assert_eq!((&stored["name"], &stored["active_run_id"]), (&json!("Where is the"), &turn["run_id"]));
    house.answer(run, "There.").await;
    assert_eq!(house.alice("GET", &thread, Value::Null).await["active_run_id"], Value::Null);
}

#[tokio::test]
async fn when_the_run_cannot_be_stored_nothing_is() {
    let house = House::new().await;
    let thread = house.conversation().await;
    house.engine.state.lock().unwrap().refuse = true;
    let (status, body) = house.call("alice", "POST", &format!("{thread}/turns"), json!({ "content": "hi" })).await;
    assert_eq!((status, &body["error"]["code"]), (503, &json!("disk_full")));
    assert!(house.messages(&thread).await.is_empty());
    assert!(house.launched().is_empty());
    assert_eq!(house.alice("GET", &thread, Value::Null).await["active_run_id"], Value::Null);
}

#[tokio::test]
async fn bad_questions_are_refused() {
    let house = House::new().await;
    let path = format!("{}/turns", house.conversation().await);
    for (body, code) in [
        (json!({}), "invalid_request"),
        (json!({ "content": 7 }), "invalid_request"),
        (json!({ "content": "x", "more": 1 }), "invalid_request"),
        (json!({ "content": "x", "on_busy": "wait" }), "invalid_request"),
        (json!({ "content": "  " }), "empty_message"),
        (json!({ "content": [] }), "empty_message"),
        (json!({ "content": [{ "type": "image" }] }), "invalid_request"),
        (json!({ "content": [{ "type": "image", "url": "file:///etc/passwd" }] }), "invalid_request"),
    ] {
        let (status, answer) = house.call("alice", "POST", &path, body.clone()).await;
        assert_eq!((status, answer["error"]["code"].as_str()), (400, Some(code)), "{body}: {answer}");
    }
    assert!(house.launched().is_empty());
}

#[tokio::test]
async fn turns_of_a_conversation_run_in_order_and_see_what_was_answered_before() {
    let house = House::new().await;
    let thread = house.conversation().await;
    let [a, b, c] = [house.ask(&thread, "q1").await, house.ask(&thread, "q2").await, house.ask(&thread, "q3").await];
    assert_eq!(house.launched(), [a], "the others wait");
    let status = |run: RunId| house.engine.state.lock().unwrap().status[&run.get()];
    assert_eq!((status(b), status(c)), (RunStatus::Queued, RunStatus::Queued));
    let (refused, body) = house.call("alice", "POST", &format!("{thread}/turns"), json!({ "content": "q4" })).await;
    assert_eq!((refused, &body["error"]["code"]), (409, &json!("conversation_queue_full")));

    house.answer(a, "a1").await;
    assert_eq!(house.launched(), [a, b]);
    assert_eq!(house.given(b), ["user:q1", "assistant:a1", "user:q2"]);
    // The last one is cancelled while it waits.
    house.record(c, 2, vec![Event::Cancelled]).await;
    let d = house.ask(&thread, "q4").await;
    house.answer(b, "a2").await;
    assert_eq!(house.launched(), [a, b, d]);
    assert_eq!(house.given(d), ["user:q1", "assistant:a1", "user:q2", "assistant:a2", "user:q3", "user:q4"]);
}

#[tokio::test]
async fn a_queue_survives_a_restart() {
    let house = House::new().await;
    let thread = house.conversation().await;
    let (a, b) = (house.ask(&thread, "q1").await, house.ask(&thread, "q2").await);
    // The final event is in the journal, and the process dies before the next turn starts.
    let answer = Event::Answer { message: MessageId::generate(), text: "a1".into(), reasoning: String::new() };
    let last = [answer, Event::Completed { output: None }].into_iter().zip(2..);
    let events: Vec<_> = last.map(|(event, seq)| flow::run::Recorded { seq, at: types::Timestamp::now(), event }).collect();
    let statements = crate::Recorder.record(house.db.backend(), a, &events);
    house.db.write_batch(db::Urgency::Urgent, db::Batch::new(statements)).await.unwrap();
    assert_eq!(house.launched(), [a]);
    house.chat.turns.resume().await.unwrap();
    assert_eq!(house.launched(), [a, b]);
    house.chat.turns.resume().await.unwrap();
    assert_eq!(house.launched(), [a, b], "once");
}

#[tokio::test]
async fn a_busy_or_waiting_conversation_says_so() {
    let house = House::new().await;
    let thread = house.conversation().await;
    let run = house.ask(&thread, "q1").await;
    let path = format!("{thread}/turns");
    let (status, body) = house.call("alice", "POST", &path, json!({ "content": "q2", "on_busy": "reject" })).await;
    assert_eq!((status, &body["error"]["code"]), (409, &json!("conversation_busy")));
    let call =
        PendingCall { call_id: "c".into(), name: "ask".into(), arguments: json!({}), kind: PendingKind::Client, node: None, run: None };
    house.record(run, 2, vec![Event::RequiresAction { calls: vec![call] }]).await;
    for on_busy in ["queue", "reject"] {
        let (status, body) = house.call("alice", "POST", &path, json!({ "content": "q2", "on_busy": on_busy })).await;
        assert_eq!((status, &body["error"]["code"]), (409, &json!("conversation_waiting")));
    }
    house.record(run, 3, vec![Event::Submitted { outputs: vec![] }]).await;
    house.ask(&thread, "q2").await;
    assert_eq!(house.messages(&thread).await.len(), 2);
}

#[tokio::test]
async fn the_model_sees_the_section_only_and_so_many_rounds() {
    let house = House::new().await;
    house.agents.0.lock().unwrap().history_rounds = 1;
    house.agents.0.lock().unwrap().prompt = "You help in {{city}}.".into();
    let thread = house.conversation().await;
    for text in ["q1", "q2"] {
        let run = house.ask(&thread, text).await;
        house.answer(run, &text.replace('q', "a")).await;
    }
    let turn = house.alice("POST", &format!("{thread}/turns"), json!({ "content": "q3", "variables": { "city": "Ulm" } })).await;
    let run: RunId = turn["run_id"].as_str().unwrap().parse().unwrap();
    assert_eq!(house.given(run), ["system:You help in Ulm.", "user:q2", "assistant:a2", "user:q3"]);
    house.answer(run, "a3").await;
    let cleared = house.alice("POST", &format!("{thread}/clear"), Value::Null).await;
    let run = house.ask(&thread, "q4").await;
    assert_eq!(house.given(run), ["system:You help in {{city}}.", "user:q4"]);
    assert_eq!(house.alice("GET", &thread, Value::Null).await["section_id"], cleared["section_id"]);
    assert_eq!(house.messages(&thread).await.len(), 7, "what was said before is still listed");
}

#[tokio::test]
async fn tool_rounds_come_back_as_a_valid_sequence() {
    let house = House::new().await;
    let thread = house.conversation().await;
    let run = house.ask(&thread, "q1").await;
    let id = MessageId::generate;
    let call = |name: &str| Event::FunctionCall {
        message: id(),
        call: model::ToolCall { id: name.into(), name: "add".into(), arguments: "{\"a\":1}".into() },
        run: None,
    };
    let response =
        |name: &str| Event::ToolResponse { message: id(), call_id: name.into(), name: "add".into(), output: "2".into(), is_error: false };
    let said = |text: &str| Event::Answer { message: id(), text: text.into(), reasoning: String::new() };
    let ask = |text: &str| Event::FollowUp { message: id(), text: text.into() };
    let events = vec![call("x"), call("y"), response("y"), response("x"), said("2"), ask("And 3?"), Event::Completed { output: None }];
    house.record(run, 2, events).await;
    let next = house.ask(&thread, "q2").await;
    assert_eq!(house.given(next), ["user:q1", "assistant:[x,y]", "tool:2", "tool:2", "assistant:2", "user:q2"]);
    let kinds: Vec<String> = house.messages(&thread).await.iter().map(|m| m.split(':').next().unwrap().to_owned()).collect();
    assert_eq!(kinds, ["question", "function_call", "function_call", "tool_response", "tool_response", "answer", "follow_up", "question"]);
}

#[tokio::test]
async fn what_is_not_to_be_remembered_is_not() {
    let house = House::new().await;
    let (thread, alice) = (house.conversation().await, actor("alice").unwrap());
    let id = thread.rsplit('/').next().unwrap().parse().unwrap();
    let secret = NewTurn { content: vec![ContentPart::text("secret")], ephemeral: true, ..NewTurn::default() };
    let turn = house.chat.turns.start(&alice, id, secret).await.unwrap();
    house.answer(turn.run_id, "forgotten").await;
    assert!(house.messages(&thread).await.is_empty());
    let run = house.ask(&thread, "q").await;
    assert_eq!(house.given(run), ["user:q"]);
    let window = Window { run: Some(turn.run_id), ephemeral: true, limit: 10, ..Window::default() };
    assert_eq!(house.chat.messages.window(&alice, id, &window).await.unwrap().items.len(), 2, "its caller can still fetch them");
}

#[tokio::test]
async fn context_comes_before_the_question_and_stays_in_its_round() {
    let house = House::new().await;
    let (thread, alice) = (house.conversation().await, actor("alice").unwrap());
    let id = thread.rsplit('/').next().unwrap().parse().unwrap();
    let said = |role, text: &str| ContextMessage { role, content: vec![ContentPart::text(text)], meta: serde_json::Map::new() };
    let context = vec![said(MessageRole::User, "x"), said(MessageRole::Assistant, "y")];
    let new = NewTurn { content: vec![ContentPart::text("q")], context, system_info: Some("It is noon.".into()), ..NewTurn::default() };
    let turn = house.chat.turns.start(&alice, id, new).await.unwrap();
    assert_eq!(house.given(turn.run_id), ["system:It is noon.", "user:x", "assistant:y", "user:q"]);
    house.answer(turn.run_id, "a").await;
    let next = house.ask(&thread, "q2").await;
    assert_eq!(house.given(next), ["user:x", "assistant:y", "user:q", "assistant:a", "user:q2"]);
}

#[tokio::test]
async fn a_message_added_by_hand_can_be_the_question() {
    let house = House::new().await;
    let (thread, alice) = (house.conversation().await, actor("alice").unwrap());
    let id = thread.rsplit('/').next().unwrap().parse().unwrap();
    let none = house.chat.turns.start(&alice, id, NewTurn::default()).await;
    assert!(matches!(none, Err(crate::turns::Error::Empty)));
    let new = crate::messages::NewMessage {
        role: MessageRole::User,
        kind: None,
        content: vec![ContentPart::text("by hand")],
        meta: serde_json::Map::new(),
    };
    let added = house.chat.messages.create(&alice, id, new).await.unwrap();
    let turn = house.chat.turns.start(&alice, id, NewTurn::default()).await.unwrap();
    assert_eq!((turn.question.id, turn.question.run_id), (added.id, Some(turn.run_id)));
    assert_eq!(house.given(turn.run_id), ["user:by hand"]);
}

#[tokio::test]
async fn the_latest_answer_can_be_generated_again() {
    let house = House::new().await;
    let thread = house.conversation().await;
    let run = house.ask(&thread, "q1").await;
    let first = house.answer(run, "a1").await;
    let run = house.ask(&thread, "q2").await;
    let second = house.answer(run, "bad").await;
    let (status, body) = house.call("alice", "POST", &format!("/messages/{first}/regenerate"), Value::Null).await;
    assert_eq!((status, &body["error"]["code"]), (409, &json!("not_latest_answer")));

    let turn = house.alice("POST", &format!("/messages/{second}/regenerate"), Value::Null).await;
    let again: RunId = turn["run_id"].as_str().unwrap().parse().unwrap();
    assert_eq!(turn["question"]["content"][0]["text"], "q2");
    assert_eq!(house.given(again), ["user:q1", "assistant:a1", "user:q2"]);
    let (status, body) = house.call("alice", "POST", &format!("/messages/{second}/regenerate"), Value::Null).await;
    assert_eq!(status, 409, "{body}");
    house.answer(again, "good").await;
    let next = house.ask(&thread, "q3").await;
    assert_eq!(house.given(next), ["user:q1", "assistant:a1", "user:q2", "assistant:good", "user:q3"]);
    let list = house.alice("GET", &format!("{thread}/messages?limit=100"), Value::Null).await;
    let old = list["items"].as_array().unwrap().iter().find(|m| m["id"] == json!(second)).unwrap();
    assert_eq!(old["meta"]["superseded"], true);
}

#[tokio::test]
async fn a_failed_question_can_be_asked_again() {
    let house = House::new().await;
    let thread = house.conversation().await;
    let run = house.ask(&thread, "q1").await;
    let error = flow::run::RunError { code: "model_vendor_error".into(), message: "It broke.".into() };
    house.record(run, 2, vec![Event::Failed { error }]).await;
    let list = house.alice("GET", &format!("{thread}/messages"), Value::Null).await;
    let mark = &list["items"][1];
    assert_eq!((&mark["status"], &mark["meta"]["error"]["code"]), (&json!("failed"), &json!("model_vendor_error")));
    let turn = house.alice("POST", &format!("/messages/{}/regenerate", mark["id"].as_str().unwrap()), Value::Null).await;
    assert_eq!(house.given(turn["run_id"].as_str().unwrap().parse().unwrap()), ["user:q1"]);
}

#[tokio::test]
async fn the_stream_begins_with_the_stored_question() {
    let house = House::new().await;
    let path = format!("{}/turns", house.conversation().await);
    let request = http::Request::builder().method("POST").uri(&path).header("authorization", "Bearer alice");
    let request = request.header("accept", "text/event-stream").header("content-type", "application/json");
    let response = tower::ServiceExt::oneshot(
        house.router.clone(),
        request.body(axum::body::Body::from(json!({ "content": "hi" }).to_string())).unwrap(),
    );
    let response = response.await.unwrap();
    assert!(response.headers()["content-type"].to_str().unwrap().starts_with("text/event-stream"));
    let body = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
    let body = String::from_utf8(body.to_vec()).unwrap();
    let first = body.split("\n\n").next().unwrap();
    assert!(first.contains("event: run.created") && first.contains("\"question\":{") && first.contains("\"text\":\"hi\""), "{body}");
    assert_eq!(body.matches("\"question\"").count(), 2, "in the first frame only (as key and as type): {body}");
}

#[tokio::test]
async fn the_simple_surface_waits_for_the_answer() {
    let house = House::new().await;
    let ask = json!({ "message": "hi", "agent_id": super::house::DRAFT_ONLY });
    let (status, body) = house.call("alice", "POST", "/api/chat", ask.clone()).await;
    assert_eq!((status, &body["error"]["code"]), (504, &json!("answer_timeout")), "{body}");
    let run = house.launched()[0];
    assert!(body["error"]["message"].as_str().unwrap().contains(&run.to_string()));
    let spec = house.engine.state.lock().unwrap().specs[&run.get()].clone();
    let conversation = spec.conversation.unwrap();
    house.answer(run, "hello").await;

    let house = std::sync::Arc::new(house);
    let player = house.clone();
    let play = tokio::spawn(async move {
        while player.launched().len() < 2 {
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
        player.answer(player.launched()[1], "second").await;
    });
    let again = json!({ "message": "go on", "agent_id": super::house::DRAFT_ONLY, "conversation_id": conversation });
    let (status, body) = house.call("alice", "POST", "/api/chat", again).await;
    play.await.unwrap();
    assert_eq!((status, &body["message"], &body["conversation_id"]), (200, &json!("second"), &json!(conversation)), "{body}");
    assert_eq!(house.given(house.launched()[1]), ["user:hi", "assistant:hello", "user:go on"]);
    let foreign = json!({ "message": "hi", "agent_id": super::house::FOREIGN_AGENT });
    assert_eq!(house.call("alice", "POST", "/api/chat", foreign).await.0, 404);
}
