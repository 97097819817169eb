//! Ten thousand runs that wait for a person.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::json;

use super::{Figure, documents};
use crate::call::{self, Call};
use crate::hearth::{Hearth, Studio};

const PAUSED: usize = 10_000;
const WARM: usize = 5_000;
const AT_ONCE: usize = 50;

/// Figure 5, first part.
pub async fn run(bin: &Path) -> anyhow::Result<Vec<Figure>> {
    let dir = tempfile::tempdir()?;
    let hearth = Hearth::start(bin, dir.path()).await?;
    let studio = Studio::set_up(&hearth.url, "http://127.0.0.1:9/v1").await?;
    let asked = json!({ "inputs": { "name": "Ada" }, "wait": true });
    let call = |workflow: &str, holds: &str| {
        let url = format!("{}/api/v1/workflows/{workflow}/runs", hearth.url);
        Call::new(&url, Some(&studio.token), &asked, holds).map(Arc::new)
    };
    let three = studio.publish(&hearth.url, "three", &documents::three_steps()).await?;
    let question = studio.publish(&hearth.url, "question", &documents::question()).await?;
    let fresh = hearth.memory()?;
    // Caches and the allocator's pools fill with any work: they are no part of what rests.
    call::so_many(&call(&three, "Hello Ada!")?, AT_ONCE, WARM).await?;
    at_rest(&hearth).await?;
    let before = hearth.memory()?;
    let answers = call::so_many(&call(&question, "requires_action")?, AT_ONCE, PAUSED).await?;
    at_rest(&hearth).await?;
    let after = hearth.memory()?;
    let parked = studio.count(&hearth.url, &question, "requires_action").await?;
    hearth.stop().await?;
    Ok(vec![Figure::new(
        format!("memory of {PAUSED} runs that wait for an answer to a question"),
        format!("resident memory after {WARM} runs of 3 steps, and again when all are parked; {:.0} parked/s", answers.rate()),
        format!("{parked} parked: +{:.1} MiB ({fresh:.1} fresh, {before:.1} before, {after:.1} after)", after - before),
        "20 MiB",
    )])
}

/// Waits until nothing works, and a moment longer.
async fn at_rest(hearth: &Hearth) -> anyhow::Result<()> {
    let began = Instant::now();
    while hearth.metric("hearth_runs_active").await? > 0.0 {
        anyhow::ensure!(began.elapsed() < Duration::from_secs(30), "runs do not come to rest");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    Ok(())
}
