//! What was acknowledged is there after a restart.

use hearth_tests::{Hearth, hearth::text};
use reqwest::Method;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_run_in_flight_goes_on() {
    let Some(mut hearth) = Hearth::start_with(&[("HEARTH_SHUTDOWN_TIMEOUT", "0s")]).await else { return };
    let owner = hearth.owner().await;
    owner.add_model(&hearth).await;
    let agent = owner.add_agent(json!({ "tools": [{ "kind": "builtin", "name": "calculator", "approval": "never" }] })).await;
    let conversation = owner.add_conversation(&agent).await;
    let sentence = (0..100).map(|i| format!("w{i}")).collect::<Vec<_>>().join(" ");
    let request =
        owner.browser.request(Method::POST, &format!("/api/v1/conversations/{conversation}/turns")).header("accept", "text/event-stream");
    let request = request.json(&json!({ "content": format!("slow 50\nsay {sentence}") }));
    let seen = owner.browser.frames(request, |f| f.event == "message.delta").await;
    let run = text(&seen[0].data, "/run/id");
    hearth.restart().await;
    let api = hearth.visitor().with_token(&owner.token);
    let rest = api.frames(api.request(Method::GET, &format!("/api/v1/runs/{run}/events")), |_| false).await;
    assert_eq!(rest.last().unwrap().event, "run.completed");
    let messages = api.get(&format!("/api/v1/conversations/{conversation}/messages")).await.ok();
    let items = messages["items"].as_array().unwrap();
    let of = |kind: &str| items.iter().filter(|m| m["type"] == kind).collect::<Vec<_>>();
    assert_eq!((of("question").len(), of("answer").len()), (1, 1), "never lost, never doubled: {messages}");
    assert_eq!(of("answer")[0]["content"][0]["text"], sentence);
    hearth.stop().await;
}
