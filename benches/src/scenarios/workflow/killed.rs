//! `kill -9` with a thousand runs under way, each waiting for a slow model.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;

use super::{Figure, documents};
use crate::call::{self, Call};
use crate::hearth::{Hearth, Studio};
use crate::model_server::{self, Pace};

const OPEN: usize = 1_000;
const AT_ONCE: usize = 50;
/// The model thinks for so long: the runs are open until the process dies, and again after it.
const PACE: Pace = Pace { first: Duration::from_secs(10), between: Duration::from_millis(1), tokens: 3 };

/// Figure 5, second part.
pub async fn run(bin: &Path) -> anyhow::Result<Vec<Figure>> {
    let dir = tempfile::tempdir()?;
    let asked = Arc::new(AtomicUsize::new(0));
    let model = model_server::counted(PACE, Arc::clone(&asked)).await?;
    let hearth = Hearth::start(bin, dir.path()).await?;
    let studio = Studio::set_up(&hearth.url, &format!("http://{model}/v1")).await?;
    let workflow = studio.publish(&hearth.url, "model", &documents::model()).await?;
    let url = format!("{}/api/v1/workflows/{workflow}/runs", hearth.url);
    let call = Arc::new(Call::new(&url, Some(&studio.token), &json!({ "inputs": { "name": "Ada" } }), "\"id\"")?);
    let started = call::so_many(&call, AT_ONCE, OPEN).await?;
    until(&asked, OPEN, Duration::from_secs(8)).await?;
    hearth.stop().await?;

    let before = asked.load(Ordering::Relaxed);
    let began = Instant::now();
    let hearth = Hearth::start(bin, dir.path()).await?;
    let ready = hearth.ready_after;
    until(&asked, before + OPEN, Duration::from_mins(1)).await?;
    let all = began.elapsed();
    let again = asked.load(Ordering::Relaxed) - before;
    let mut completed = 0;
    while completed < OPEN && began.elapsed() < Duration::from_mins(1) {
        tokio::time::sleep(Duration::from_millis(250)).await;
        completed = studio.count(&hearth.url, &workflow, "completed").await?;
    }
    hearth.stop().await?;
    Ok(vec![Figure::new(
        format!("kill -9 with {OPEN} runs that wait for a model, and start again"),
        format!(
            "from the start of the process until the model has been asked {OPEN} times again; runs were started at {:.0}/s",
            started.rate()
        ),
        format!(
            "ready after {:.2} s, all going on after {:.2} s ({again} questions); {completed} of {OPEN} completed",
            ready.as_secs_f64(),
            all.as_secs_f64()
        ),
        "2 s",
    )])
}

async fn until(asked: &AtomicUsize, count: usize, limit: Duration) -> anyhow::Result<()> {
    let began = Instant::now();
    while asked.load(Ordering::Relaxed) < count {
        anyhow::ensure!(began.elapsed() < limit, "the model was asked {} times, not {count}", asked.load(Ordering::Relaxed));
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    Ok(())
}
