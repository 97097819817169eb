//! The operator's listener, and memory under readers that do not read.

use std::collections::BTreeMap;
use std::time::Duration;

use hearth_tests::binary::{Process, binary};
use hearth_tests::{Client, ModelServer, hearth::text};
use reqwest::Method;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::{Furnished, furnish};

/// Sums of the samples by metric name.
async fn metrics(process: &Process) -> BTreeMap<String, f64> {
    let text = reqwest::Client::builder().no_proxy().build().unwrap().get(format!("{}/metrics", process.operations));
    let text = text.send().await.unwrap().error_for_status().unwrap().text().await.unwrap();
    let mut sums = BTreeMap::new();
    for line in text.lines().filter(|l| !l.starts_with('#') && !l.is_empty()) {
        let (series, value) = line.rsplit_once(' ').unwrap();
        let name = series.split('{').next().unwrap().to_owned();
        *sums.entry(name).or_default() += value.parse::<f64>().unwrap();
    }
    sums
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_and_health_for_the_operator() {
    let Some(bin) = binary() else { return };
    let dir = tempfile::tempdir().unwrap();
    let model = ModelServer::start().await;
    let process = Process::start(&bin, dir.path(), &[]).await;
    let Furnished { api, conversation, .. } = furnish(&process, &model).await;
    let turns = format!("/api/v1/conversations/{conversation}/turns");
    let before = metrics(&process).await;
    let mut during = BTreeMap::new();
    let request = api.request(Method::POST, &turns).header("accept", "text/event-stream");
    let request = request.json(&json!({ "content": "slow 100\nsay a b c d e f g h i j" }));
    let stream = api.frames(request, |_| false);
    let look = async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        during = metrics(&process).await;
    };
    let (frames, ()) = futures::future::join(stream, look).await;
    assert_eq!(frames.last().unwrap().event, "run.completed");
    api.stream(&turns, json!({ "content": "fail 400" })).await;
    let after = metrics(&process).await;
    let grew = |name: &str| after.get(name).unwrap_or_else(|| panic!("no {name} in {after:?}")) - before.get(name).unwrap_or(&0.0);
    assert_eq!(grew("hearth_model_calls_total") as u64, 2, "each call of the vendor counts once");
    assert_eq!(grew("hearth_model_tokens_total") as u64, 20, "10 in, 10 out");
    assert_eq!(grew("hearth_runs_total") as u64, 2);
    assert!(grew("hearth_http_requests_total") >= 2.0 && grew("hearth_http_request_seconds_count") >= 2.0);
    assert!(during["hearth_streams_active"] >= 1.0 && during["hearth_runs_active"] >= 1.0, "{during:?}");
    assert_eq!((after["hearth_streams_active"], after["hearth_runs_active"]), (0.0, 0.0));
    assert!(after["hearth_db_connections_open"] >= 2.0, "a writer and a reader: {after:?}");
    assert!(after["hearth_db_connections_idle"] <= after["hearth_db_connections_open"]);

    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    for (host, status) in [("evil.example", 403), ("127.0.0.1.evil.example:8889", 403), ("localhost:8889", 200), ("[::1]:8889", 200)] {
        for path in ["/metrics", "/health", "/ready"] {
            let answer = http.get(format!("{}{path}", process.operations)).header("host", host).send().await.unwrap();
            assert_eq!(answer.status(), status, "{host} {path}");
        }
    }
    let health: serde_json::Value = http.get(format!("{}/health", process.operations)).send().await.unwrap().json().await.unwrap();
    let parts: Vec<&str> = health["components"].as_array().unwrap().iter().map(|c| c["name"].as_str().unwrap()).collect();
    assert_eq!(parts, ["database", "files"]);
    assert!(!Client::new(&process.url).get("/metrics").await.text.contains("hearth_http"), "not for everybody");
    process.kill();
}

#[tokio::test(flavor = "multi_thread")]
async fn deaf_readers_cost_little_memory() {
    let Some(bin) = binary() else { return };
    // The run itself takes memory as well: what readers cost is the difference.
    let alone = grown(&bin, &[]).await;
    // Half never read; half take the text as it comes and leave the whole answer that follows.
    let readers: Vec<Reads> = (0..60).map(|n| if n % 2 == 0 { Reads::Nothing } else { Reads::Text }).collect();
    let read = grown(&bin, &readers).await;
    println!("the run alone: {alone} MiB more; with {} readers: {read} MiB", readers.len());
    // A copy of the answer for each would be 180 MiB.
    assert!(read < alone + 60, "{} readers of 3 MiB cost {} MiB", readers.len(), read.saturating_sub(alone));
}

/// What a reader takes before it goes deaf.
#[derive(Clone, Copy)]
enum Reads {
    Nothing,
    Text,
}

/// By how many MiB a fresh server grows while an answer of 3 MiB is written and these do not read it.
async fn grown(bin: &std::path::Path, readers: &[Reads]) -> u64 {
    let dir = tempfile::tempdir().unwrap();
    let model = ModelServer::start().await;
    let process = Process::start(bin, dir.path(), &[]).await;
    let Furnished { api, token, conversation, .. } = furnish(&process, &model).await;
    let turn = api.post(&format!("/api/v1/conversations/{conversation}/turns"), json!({ "content": "slow 1\nflood 3000" })).await.ok();
    let run = text(&turn, "/run_id");
    let host = process.url.strip_prefix("http://").unwrap();
    let before = process.resident();
    let mut sockets = tokio::task::JoinSet::new();
    for reads in readers.iter().copied() {
        let mut socket = tokio::net::TcpStream::connect(host).await.unwrap();
        let head = format!("GET /api/v1/runs/{run}/events HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {token}\r\n\r\n");
        socket.write_all(head.as_bytes()).await.unwrap();
        sockets.spawn(async move {
            if let Reads::Text = reads {
                read_until(&mut socket, b"event: message.completed").await;
            }
            std::future::pending::<()>().await;
        });
    }
    let mut most = before;
    loop {
        most = most.max(process.resident());
        let now = api.get(&format!("/api/v1/runs/{run}")).await.ok();
        if now["status"] == "completed" {
            break;
        }
        assert_ne!(now["status"], "failed", "{now}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    // What is still to be sent to them.
    for _ in 0..5 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        most = most.max(process.resident());
    }
    drop(sockets);
    process.kill();
    (most - before) / 1024
}

/// Reads until this was seen, in steps smaller than what follows it.
async fn read_until(socket: &mut tokio::net::TcpStream, end: &[u8]) {
    let mut tail = Vec::new();
    let mut piece = vec![0; 8 * 1024];
    while !tail.windows(end.len()).any(|window| window == end) {
        let read = socket.read(&mut piece).await.unwrap();
        assert!(read > 0, "cut off while it read");
        let kept = tail.len().saturating_sub(end.len());
        tail.drain(..kept);
        tail.extend_from_slice(&piece[..read]);
    }
}
