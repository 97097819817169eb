//! Turns: streaming, reconnecting, order, cancelling, approval.

use std::time::Duration;

use hearth_tests::{Frame, Hearth, Member, hearth::text};
use reqwest::Method;
use serde_json::{Value, json};

async fn ready() -> Option<(Hearth, Member, String)> {
    let hearth = Hearth::start().await?;
    let owner = hearth.owner().await;
    owner.add_model(&hearth).await;
    let agent = owner.add_agent(json!({ "prompt": "Be brief." })).await;
    let conversation = owner.add_conversation(&agent).await;
    Some((hearth, owner, conversation))
}

fn turns(conversation: &str) -> String {
    format!("/api/v1/conversations/{conversation}/turns")
}

/// The answer as a client shows it: of each delta what lies beyond the text it has, resets obeyed.
fn shown(frames: &[Frame]) -> String {
    frames.iter().fold(String::new(), |mut shown, frame| {
        match frame.event.as_str() {
            "message.delta" => {
                let (text, offset) = (frame.data["text"].as_str().unwrap_or(""), frame.data["offset"].as_u64().unwrap_or(0) as usize);
                let have = shown.chars().count();
                assert!(offset <= have, "a hole before {offset}, {have} characters are there");
                shown.extend(text.chars().skip(have - offset));
            }
            "message.reset" => shown.clear(),
            _ => {}
        }
        shown
    })
}

fn last(frames: &[Frame]) -> &str {
    &frames.last().unwrap().event
}

async fn finished(owner: &Member, run: &str) -> Value {
    for _ in 0..200 {
        let now = owner.browser.get(&format!("/api/v1/runs/{run}")).await.ok();
        if ["completed", "failed", "cancelled"].contains(&now["status"].as_str().unwrap()) {
            return now;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("run {run} did not end");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_stream_is_picked_up_exactly() {
    let Some((hearth, owner, conversation)) = ready().await else { return };
    let words: Vec<String> = (0..60).map(|i| format!("w{i}")).collect();
    let sentence = words.join(" ");
    let request = owner.browser.request(Method::POST, &turns(&conversation)).header("accept", "text/event-stream");
    let request = request.json(&json!({ "content": format!("slow 20\nsay {sentence}") }));
    // The connection is dropped after some text came with an id.
    let mut seen =
        owner.browser.frames(request, |f| f.event == "message.delta" && f.id.is_some() && f.data["text"].as_str().is_some()).await;
    let run = text(&seen[0].data, "/run/id");
    let id = seen.iter().rev().find_map(|f| f.id.clone()).unwrap();
    let kept = seen.iter().rposition(|f| f.id.is_some()).unwrap();
    seen.truncate(kept + 1);
    let again = owner.browser.request(Method::GET, &format!("/api/v1/runs/{run}/events")).header("last-event-id", id);
    seen.extend(owner.browser.frames(again, |_| false).await);
    assert_eq!(last(&seen), "run.completed");
    assert_eq!(shown(&seen), sentence, "nothing lost, nothing doubled");
    let ids: Vec<u64> = seen.iter().filter_map(|f| f.id.as_ref()?.parse().ok()).collect();
    assert!(ids.windows(2).all(|w| w[0] < w[1]), "{ids:?}");
    hearth.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn turns_of_a_conversation_take_their_turn() {
    let Some((hearth, owner, conversation)) = ready().await else { return };
    let path = turns(&conversation);
    let first = owner.browser.post(&path, json!({ "content": "slow 400\nsay one two three four" })).await.ok();
    let busy = owner.browser.post(&path, json!({ "content": "say no", "on_busy": "reject" })).await;
    assert_eq!(busy.refusal(), (409, "conversation_busy"));
    let second = owner.browser.post(&path, json!({ "content": "say five" })).await.ok();
    assert_eq!(second["status"], "queued");
    let first = finished(&owner, &text(&first, "/run_id")).await;
    let second = finished(&owner, &text(&second, "/run_id")).await;
    assert!(second["started_at"].as_str() >= first["finished_at"].as_str(), "{second}");
    // The second saw the answer to the first.
    let heard = hearth.model.requests().last().unwrap()["messages"].to_string();
    assert!(heard.contains("one two three four"), "{heard}");
    hearth.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_keeps_the_part_answer() {
    let Some((hearth, owner, conversation)) = ready().await else { return };
    let request = owner.browser.request(Method::POST, &turns(&conversation)).header("accept", "text/event-stream");
    let request = request.json(&json!({ "content": "slow 100\nsay one two three four five six seven eight nine" }));
    let seen = owner.browser.frames(request, |f| f.event == "message.delta").await;
    let run = text(&seen[0].data, "/run/id");
    assert_eq!(owner.browser.post(&format!("/api/v1/runs/{run}/cancel"), json!({})).await.ok()["status"], "cancelled");
    assert_eq!(owner.browser.post(&format!("/api/v1/runs/{run}/cancel"), json!({})).await.refusal(), (409, "run_finished"));
    let messages = owner.browser.get(&format!("/api/v1/conversations/{conversation}/messages")).await.ok();
    let answer = messages["items"].as_array().unwrap().iter().find(|m| m["type"] == "answer").unwrap().clone();
    assert_eq!(answer["status"], "interrupted");
    assert!(answer.to_string().contains("one"), "{answer}");
    let after = owner.browser.stream(&turns(&conversation), json!({ "content": "say fine" })).await;
    assert_eq!(shown(&after), "fine");
    hearth.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn approval_pauses_the_run_and_survives_a_restart() {
    let Some((mut hearth, owner, _)) = ready().await else { return };
    let tools = json!([{ "kind": "builtin", "name": "calculator", "approval": "always" }]);
    let agent = owner.add_agent(json!({ "tools": tools })).await;
    let conversation = owner.add_conversation(&agent).await;
    let seen = owner.browser.stream(&turns(&conversation), json!({ "content": "tool calculator {\"expression\":\"2+3\"}" })).await;
    assert_eq!(last(&seen), "run.requires_action");
    let action = &seen.last().unwrap().data["run"]["required_action"]["calls"][0];
    assert_eq!((action["kind"].as_str(), action["name"].as_str()), (Some("approval"), Some("calculator")));
    let run = text(&seen[0].data, "/run/id");
    hearth.restart().await;
    let api = hearth.visitor().with_token(&owner.token);
    let outputs = json!({ "outputs": [{ "call_id": action["call_id"], "approve": true }] });
    let rest = api.stream(&format!("/api/v1/runs/{run}/tool-outputs"), outputs.clone()).await;
    assert_eq!(last(&rest), "run.completed");
    assert!(shown(&rest).contains('5'), "{rest:?}");
    let late = api.post(&format!("/api/v1/runs/{run}/tool-outputs"), outputs).await;
    assert_eq!(late.refusal(), (409, "run_not_waiting"));
    hearth.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn clear_regenerate_and_feedback() {
    let Some((hearth, owner, conversation)) = ready().await else { return };
    owner.browser.stream(&turns(&conversation), json!({ "content": "say secret-word" })).await;
    let list = format!("/api/v1/conversations/{conversation}/messages");
    let messages = owner.browser.get(&list).await.ok();
    let answer = text(messages["items"].as_array().unwrap().iter().find(|m| m["type"] == "answer").unwrap(), "/id");
    let up = owner.browser.put(&format!("/api/v1/messages/{answer}/feedback"), json!({ "rating": "up", "comment": "good" })).await.ok();
    assert_eq!(up["feedback"]["rating"], "up");
    let again = owner.browser.stream(&format!("/api/v1/messages/{answer}/regenerate"), json!({})).await;
    assert_eq!((last(&again), shown(&again).as_str()), ("run.completed", "secret-word"));
    let items = owner.browser.get(&list).await.ok()["items"].as_array().unwrap().clone();
    let superseded: Vec<_> = items.iter().filter(|m| m["meta"]["superseded"] == true).map(|m| m["id"].as_str().unwrap()).collect();
    assert_eq!(superseded, [answer.as_str()]);
    owner.browser.post(&format!("/api/v1/conversations/{conversation}/clear"), json!({})).await.ok();
    owner.browser.stream(&turns(&conversation), json!({ "content": "hello" })).await;
    let heard = hearth.model.requests().last().unwrap()["messages"].to_string();
    assert!(!heard.contains("secret-word"), "a cleared section is forgotten: {heard}");
    hearth.stop().await;
}

/// Models that break in every way end the run in words; the conversation goes on.
#[tokio::test(flavor = "multi_thread")]
async fn broken_models() {
    let Some((hearth, owner, conversation)) = ready().await else { return };
    for (script, code) in [
        ("fail 400", "model_refused"),
        ("fail 401", "model_unauthorized"),
        ("cut\nslow 30\nsay a b c d", "model_stream_cut"),
        ("half\nsay a b c d", "model_stream_cut"),
        ("garbage\nsay a b c d", "model_bad_answer"),
        ("latin1\nsay a b c d", "model_bad_answer"),
    ] {
        let seen = owner.browser.stream(&turns(&conversation), json!({ "content": script })).await;
        assert_eq!(last(&seen), "run.failed", "{script}");
        let error = &seen.last().unwrap().data["run"]["error"];
        assert_eq!(error["code"], code, "{script}: {error}");
        assert!(!error["message"].as_str().unwrap().contains("sk-test-key"));
    }
    let seen = owner.browser.stream(&turns(&conversation), json!({ "content": "tool calculator {broken\nsay x" })).await;
    assert_eq!(last(&seen), "run.completed", "a broken tool call is told to the model, not to the person");
    hearth.stop().await;
}
