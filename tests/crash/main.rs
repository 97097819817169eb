//! `kill -9` on the real binary: what was acknowledged is there once, and ends well.
//!
//! Needs `HEARTH_BIN` (see `run.sh`); without it the tests say so and do nothing.
//!
//! * [`turns`]: chats under load; [`workflows`]: workflows whose nodes change the world;
//! * [`takeover`]: two processes on one database, of which one dies.

mod takeover;
mod turns;
mod workflows;
mod world;

use std::time::{Duration, Instant};

use hearth_tests::Client;
use serde_json::Value;

/// The run once it has ended; `None`: it did not in this time.
async fn ended(api: &Client, run: &str, limit: Duration) -> Option<Value> {
    let began = Instant::now();
    loop {
        let answer = api.get(&format!("/api/v1/runs/{run}")).await;
        if answer.status == 404 {
            return None;
        }
        let now = answer.ok();
        if ["completed", "failed", "cancelled"].contains(&now["status"].as_str().unwrap_or("")) {
            return Some(now);
        }
        if began.elapsed() > limit {
            eprintln!("run {run} does not end: {now}");
            return None;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
