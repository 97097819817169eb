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

/// The run once it has ended.
async fn ended(api: &Client, run: &str, limit: Duration) -> Value {
    let began = Instant::now();
    loop {
        let now = api.get(&format!("/api/v1/runs/{run}")).await.ok();
        if ["completed", "failed", "cancelled"].contains(&now["status"].as_str().unwrap_or("")) {
            return now;
        }
        assert!(began.elapsed() < limit, "run {run} was lost: {now}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
