//! Workflows whose nodes change the world, killed again and again.

use std::time::Duration;

use hearth_tests::binary::{Process, binary};
use hearth_tests::tally::jitter;
use hearth_tests::{Client, Found, Tally, hearth::text};
use reqwest::Method;
use serde_json::{Value, json};

use super::world::{World, changing, check};

const KILLS: u32 = 4;
const RUNS: usize = 12;
const CHANGES: u32 = 10;
const SETTINGS: [(&str, &str); 2] = [("LOG_LEVEL", "warn"), ("HEARTH_EGRESS_ALLOW", "127.0.0.0/8")];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_done_twice_or_lost() {
    let Some(bin) = binary() else { return };
    let dir = tempfile::tempdir().unwrap();
    let (world, url) = World::start(Duration::from_millis(60)).await;
    let mut server = Process::start(&bin, dir.path(), &SETTINGS).await;
    let browser = Client::new(&server.url);
    let me = browser.post("/api/v1/setup", json!({ "email": "a@example.com", "name": "A", "password": "correct horse" })).await.ok();
    let workflow = changing(&browser, &text(&me, "/workspaces/0/id"), &url, CHANGES, json!({ "retries": 2 })).await;
    let token = text(&browser.post("/api/v1/me/tokens", json!({ "name": "t" })).await.ok(), "/secret");

    let mut acknowledged: Vec<String> = Vec::new();
    for round in 0..KILLS {
        let api = Client::new(&server.url).with_token(&token);
        for _ in 0..RUNS / KILLS as usize {
            let request = api.request(Method::POST, &format!("/api/v1/workflows/{workflow}/runs")).json(&json!({}));
            let run: Value = request.send().await.unwrap().json().await.unwrap();
            acknowledged.push(text(&run, "/id"));
        }
        tokio::time::sleep(Duration::from_millis(120 + 90 * u64::from(round)) + jitter(150)).await;
        server.kill();
        server = Process::start(&bin, dir.path(), &SETTINGS).await;
    }
    let api = Client::new(&server.url).with_token(&token);
    let (mut resumed, mut tally) = (0, Tally { kills: KILLS as usize, ..Tally::default() });
    for run in &acknowledged {
        match super::ended(&api, run, Duration::from_secs(60)).await {
            None => tally.add(Found::LOST, run),
            Some(ended) => {
                tally.add(check(&ended, &world, CHANGES as usize, KILLS), &ended);
                resumed += u32::from(ended["resumed"].as_u64() > Some(0));
            }
        }
    }
    assert!(resumed > 0, "no run was interrupted: the test tests nothing");
    println!("{} runs of workflows, {resumed} taken up again after {KILLS} kills", acknowledged.len());
    tally.close("workflows");
    server.kill();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_can_ask_what_came_of_it() {
    let Some(bin) = binary() else { return };
    let dir = tempfile::tempdir().unwrap();
    let (world, url) = World::start(Duration::from_secs(4)).await;
    let mut server = Process::start(&bin, dir.path(), &SETTINGS).await;
    let browser = Client::new(&server.url);
    let me = browser.post("/api/v1/setup", json!({ "email": "a@example.com", "name": "A", "password": "correct horse" })).await.ok();
    let workflow = changing(&browser, &text(&me, "/workspaces/0/id"), &url, 1, json!({ "on_interrupt": "ask" })).await;
    let token = text(&browser.post("/api/v1/me/tokens", json!({ "name": "t" })).await.ok(), "/secret");

    let api = Client::new(&server.url).with_token(&token);
    let mut runs = Vec::new();
    for _ in 0..3 {
        let request = api.request(Method::POST, &format!("/api/v1/workflows/{workflow}/runs")).json(&json!({}));
        let run: Value = request.send().await.unwrap().json().await.unwrap();
        runs.push(text(&run, "/id"));
    }
    while world.asked().len() < runs.len() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    server.kill();
    server = Process::start(&bin, dir.path(), &SETTINGS).await;

    let api = Client::new(&server.url).with_token(&token);
    let answers = [json!({ "approve": true }), json!({ "approve": false, "output": "{\"body\": \"seen\"}" }), json!({ "approve": false })];
    let mut ends = Vec::new();
    for (run, mut answer) in runs.iter().zip(answers) {
        let call = loop {
            let now = api.get(&format!("/api/v1/runs/{run}")).await.ok();
            if now["status"] == "requires_action" {
                break now["required_action"]["calls"][0].clone();
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        };
        assert_eq!(call["kind"], "interrupted", "{call}");
        answer["call_id"] = call["call_id"].clone();
        api.post(&format!("/api/v1/runs/{run}/tool-outputs"), json!({ "outputs": [answer] })).await.ok();
        let ended = super::ended(&api, run, Duration::from_secs(30)).await.unwrap();
        ends.push((text(&ended, "/status"), ended["output"]["keys"][0].as_str().map(str::to_owned), ended["error"]["code"].clone()));
    }
    let mut asked: Vec<u32> = world.asked().into_values().collect();
    asked.sort_unstable();
    assert_eq!(asked, [1, 1, 2], "only the one that was to be done again was, and with its key");
    assert_eq!(ends[0].0, "completed");
    assert!(ends[0].1.as_ref().is_some_and(|key| world.asked().contains_key(key)));
    assert_eq!((&*ends[1].0, ends[1].1.as_deref()), ("completed", Some("seen")));
    assert_eq!((&*ends[2].0, &ends[2].2), ("failed", &json!("outcome_unknown")));
    server.kill();
}
