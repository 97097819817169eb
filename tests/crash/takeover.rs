//! Two processes on one database: each run has one owner, and what a dead one leaves the other takes over.

use std::path::Path;
use std::time::Duration;

use hearth_tests::binary::{Process, binary};
use hearth_tests::database::TestDatabase;
use hearth_tests::tally::jitter;
use hearth_tests::{Client, Found, Tally, hearth::text};
use reqwest::Method;
use serde_json::{Value, json};

use super::world::{World, changing, check};

const RUNS: usize = 6;
const CHANGES: u32 = 12;

async fn started(bin: &Path, directory: &Path, url: &str) -> Process {
    let settings = [("LOG_LEVEL", "warn"), ("HEARTH_EGRESS_ALLOW", "127.0.0.0/8"), ("DATABASE_URL", url)];
    Process::start(bin, directory, &settings).await
}

async fn one_dies(engine: &str) {
    let Some(bin) = binary() else { return };
    let Some(database) = TestDatabase::create_on(engine).await else { return };
    let (first_dir, second_dir) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (world, url) = World::start(Duration::from_millis(120)).await;
    let first = started(&bin, first_dir.path(), &database.url).await;
    let browser = Client::new(&first.url);
    let me = browser.post("/api/v1/setup", json!({ "email": "a@example.com", "name": "A", "password": "correct horse" })).await.ok();
    let workflow = changing(&browser, &text(&me, "/workspaces/0/id"), &url, CHANGES, json!({ "retries": 2 })).await;
    let token = text(&browser.post("/api/v1/me/tokens", json!({ "name": "t" })).await.ok(), "/secret");
    // Servers of one installation share its key.
    std::fs::create_dir_all(second_dir.path().join("data")).unwrap();
    for entry in std::fs::read_dir(first_dir.path().join("data")).unwrap().flatten() {
        if entry.file_name().to_string_lossy().contains("key") {
            std::fs::copy(entry.path(), second_dir.path().join("data").join(entry.file_name())).unwrap();
        }
    }
    let second = started(&bin, second_dir.path(), &database.url).await;

    let (here, there) = (Client::new(&first.url).with_token(&token), Client::new(&second.url).with_token(&token));
    let mut runs: Vec<String> = Vec::new();
    for index in 0..RUNS {
        // Half of them on each.
        let api = if index % 2 == 0 { &here } else { &there };
        let request = api.request(Method::POST, &format!("/api/v1/workflows/{workflow}/runs")).json(&json!({}));
        let run: Value = request.send().await.unwrap().json().await.unwrap();
        runs.push(text(&run, "/id"));
    }
    tokio::time::sleep(Duration::from_millis(400) + jitter(300)).await;
    first.kill();
    let (mut taken_over, mut tally) = (0, Tally { kills: 1, ..Tally::default() });
    for run in &runs {
        // The lease of the dead process runs out first.
        match super::ended(&there, run, Duration::from_secs(120)).await {
            None => tally.add(Found::LOST, run),
            Some(ended) => {
                tally.add(check(&ended, &world, CHANGES as usize, 1), &ended);
                taken_over += u32::from(ended["resumed"].as_u64() > Some(0));
            }
        }
    }
    assert_eq!(taken_over, RUNS.div_ceil(2) as u32, "exactly what the dead one had is taken over");
    println!("{engine}: {taken_over} of {RUNS} runs taken over");
    second.kill();
    database.drop().await;
    tally.close(&format!("takeover-{engine}"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_mariadb() {
    one_dies("mysql").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgresql() {
    one_dies("postgres").await;
}
