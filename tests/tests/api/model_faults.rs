//! Models that are silent, overloaded or broken: what is tried again, what is said, who steps in.

use std::time::{Duration, Instant};

use hearth_tests::{Frame, Hearth, Member};
use serde_json::{Value, json};

async fn ready(fields: Value) -> Option<(Hearth, Member, String)> {
    let hearth = Hearth::start().await?;
    let owner = hearth.owner().await;
    owner.add_model_with(&hearth, fields).await;
    let conversation = owner.add_conversation(&owner.add_agent(json!({})).await).await;
    Some((hearth, owner, conversation))
}

async fn ask(owner: &Member, conversation: &str, content: &str) -> Vec<Frame> {
    owner.browser.stream(&format!("/api/v1/conversations/{conversation}/turns"), json!({ "content": content })).await
}

fn end(frames: &[Frame]) -> (&str, Option<&str>) {
    let last = frames.last().unwrap();
    (&last.event, last.data["run"]["error"]["code"].as_str())
}

fn answer(messages: &[Value]) -> (&str, &str) {
    let answer = messages.iter().rfind(|m| m["type"] == "answer").unwrap();
    (answer["content"][0]["text"].as_str().unwrap_or(""), answer["status"].as_str().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn silence_has_an_end() {
    let Some((hearth, owner, conversation)) = ready(json!({ "timeout_seconds": 1 })).await else { return };
    let began = Instant::now();
    assert_eq!(end(&ask(&owner, &conversation, "hang").await), ("run.failed", Some("model_timeout")));
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    assert_eq!(hearth.model.requests().len(), 1, "silence is not paid for twice");
    // Silence in the middle: the words that came are kept.
    assert_eq!(end(&ask(&owner, &conversation, "stall\nsay one two three four").await), ("run.failed", Some("model_timeout")));
    let messages = owner.messages(&conversation).await;
    let (text, status) = answer(&messages);
    assert_eq!((text.trim(), status), ("one two", "failed"), "{messages:?}");
    assert_eq!(end(&ask(&owner, &conversation, "say fine").await).0, "run.completed", "the conversation goes on");
    hearth.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn overload_is_waited_for() {
    let Some((hearth, owner, conversation)) = ready(json!({})).await else { return };
    let began = Instant::now();
    assert_eq!(end(&ask(&owner, &conversation, "first 1 429\nsay patience").await).0, "run.completed");
    assert!(began.elapsed() >= Duration::from_secs(1), "Retry-After is obeyed: {:?}", began.elapsed());
    assert_eq!((hearth.model.requests().len(), answer(&owner.messages(&conversation).await).0), (2, "patience"));

    let asked = hearth.model.requests().len();
    let seen = ask(&owner, &conversation, "fail 500").await;
    assert_eq!(end(&seen), ("run.failed", Some("model_vendor_error")));
    assert!(seen.last().unwrap().data["run"]["error"]["message"].as_str().unwrap().contains("the model broke"), "the vendor's own words");
    let tries = hearth.model.requests().len() - asked;
    assert!((2..=4).contains(&tries), "tried again, but not for ever: {tries}");
    assert_eq!(end(&ask(&owner, &conversation, "fail 429").await), ("run.failed", Some("model_rate_limited")));
    assert_eq!(end(&ask(&owner, &conversation, "say fine").await).0, "run.completed");
    hearth.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fallback_steps_in() {
    let Some(hearth) = Hearth::start().await else { return };
    let owner = hearth.owner().await;
    let backup = owner.add_model_with(&hearth, json!({ "name": "backup", "model": "backup", "is_default": false })).await;
    owner.add_model_with(&hearth, json!({ "fallback_model_id": backup })).await;
    let conversation = owner.add_conversation(&owner.add_agent(json!({})).await).await;
    let seen = ask(&owner, &conversation, "only backup\nsay from the second").await;
    assert_eq!(end(&seen).0, "run.completed");
    assert_eq!(answer(&owner.messages(&conversation).await), ("from the second", "completed"));
    let asked: Vec<String> = hearth.model.requests().iter().map(|r| r["model"].as_str().unwrap().to_owned()).collect();
    assert_eq!((asked.first().unwrap().as_str(), asked.last().unwrap().as_str()), ("scripted", "backup"));
    // Both broken: said in words, once.
    assert_eq!(end(&ask(&owner, &conversation, "only nobody").await), ("run.failed", Some("model_vendor_error")));
    hearth.stop().await;
}
