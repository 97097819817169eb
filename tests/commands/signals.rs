//! SIGTERM: open streams may finish; what does not goes on at the next start.

use std::time::{Duration, Instant};

use hearth_tests::binary::{Process, binary};
use hearth_tests::{Client, Frame, ModelServer, hearth::text};
use reqwest::Method;
use serde_json::json;

use crate::{Furnished, furnish};

/// Streams an answer of so many words, 50 ms each, sends SIGTERM after the first, and gives what the client saw.
async fn stopped(process: &Process, browser: &Client, conversation: &str, words: usize) -> (String, Vec<Frame>) {
    let said = (0..words).map(|i| format!("w{i}")).collect::<Vec<_>>().join(" ");
    let request = browser.request(Method::POST, &format!("/api/v1/conversations/{conversation}/turns"));
    let request = request.header("accept", "text/event-stream").json(&json!({ "content": format!("slow 50\nsay {said}") }));
    let sent = std::sync::atomic::AtomicBool::new(false);
    let frames = browser
        .frames(request, |frame| {
            if frame.event == "message.delta" && !sent.swap(true, std::sync::atomic::Ordering::Relaxed) {
                process.terminate();
            }
            false
        })
        .await;
    (said, frames)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_short_stream_finishes() {
    let Some(bin) = binary() else { return };
    let dir = tempfile::tempdir().unwrap();
    let model = ModelServer::start().await;
    let process = Process::start(&bin, dir.path(), &[]).await;
    let Furnished { browser, conversation, .. } = furnish(&process, &model).await;
    let (_, frames) = stopped(&process, &browser, &conversation, 30).await;
    assert_eq!(frames.last().unwrap().event, "run.completed");
    let status = process.wait(Duration::from_secs(10)).await;
    assert_eq!(status.code(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_one_goes_on_after_the_restart() {
    let Some(bin) = binary() else { return };
    let dir = tempfile::tempdir().unwrap();
    let model = ModelServer::start().await;
    let process = Process::start(&bin, dir.path(), &[("HEARTH_SHUTDOWN_TIMEOUT", "1s")]).await;
    let Furnished { browser, token, conversation, .. } = furnish(&process, &model).await;
    let began = Instant::now();
    let (said, frames) = stopped(&process, &browser, &conversation, 200).await;
    let run = text(&frames[0].data, "/run/id");
    assert!(!frames.iter().any(|f| f.event == "run.completed"));
    let log = dir.path().join("log.txt");
    let status = process.wait(Duration::from_secs(10)).await;
    assert_eq!(status.code(), Some(0), "{}", std::fs::read_to_string(&log).unwrap());
    assert!(began.elapsed() < Duration::from_secs(8), "{:?}", began.elapsed());

    let process = Process::start(&bin, dir.path(), &[]).await;
    let api = Client::new(&process.url).with_token(&token);
    let rest = api.frames(api.request(Method::GET, &format!("/api/v1/runs/{run}/events")), |_| false).await;
    assert_eq!(rest.last().unwrap().event, "run.completed");
    let messages = api.get(&format!("/api/v1/conversations/{conversation}/messages")).await.ok();
    let answers: Vec<_> = messages["items"].as_array().unwrap().iter().filter(|m| m["type"] == "answer").collect();
    assert_eq!((answers.len(), answers[0]["content"][0]["text"].as_str()), (1, Some(said.as_str())), "{messages}");
    process.kill();
}
