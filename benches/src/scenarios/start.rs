//! How fast Hearth starts on an existing database, what it weighs.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::hearth::Hearth;
use crate::report::{Report, ms, quantile};

const ROUNDS: usize = 15;

/// Runs it.
pub async fn run(bin: &Path) -> anyhow::Result<Report> {
    let dir = tempfile::tempdir()?;
    // The first start makes the database and the key; it is told apart.
    let first = Hearth::start(bin, dir.path()).await?;
    let first_ready = first.ready_after;
    first.stop().await?;

    let (mut ready, mut bare) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let hearth = Hearth::start(bin, dir.path()).await?;
        ready.push(hearth.ready_after.as_secs_f64() * 1000.0);
        hearth.stop().await?;
        let began = Instant::now();
        Command::new(bin).arg("version").output()?;
        bare.push(began.elapsed().as_secs_f64() * 1000.0);
    }
    let idle = Hearth::start(bin, dir.path()).await?;
    tokio::time::sleep(Duration::from_secs(10)).await;
    let memory = idle.memory()?;
    idle.stop().await?;
    let size = std::fs::metadata(bin)?.len() as f64 / f64::from(1 << 20);

    let mut report = Report::new(
        "start",
        "From starting the process to the first good `/ready` on an existing SQLite database; memory after ten idle seconds.",
    );
    let median = quantile(&ready, 0.5);
    let process = quantile(&bare, 0.5);
    report.table(&[
        vec!["what".into(), "measured".into(), "budget".into()],
        vec![format!("ready, median of {ROUNDS}"), ms(median), "400 ms".into()],
        vec!["ready, slowest".into(), ms(quantile(&ready, 1.0)), String::new()],
        vec!["first start ever (creates the database)".into(), ms(first_ready.as_secs_f64() * 1000.0), String::new()],
        vec!["`hearth version` (process start alone), median".into(), ms(process), format!("ratio {:.1}", median / process.max(0.001))],
        vec!["resident memory, idle".into(), format!("{memory:.1} MiB"), "70 MiB".into()],
        vec!["binary".into(), format!("{size:.1} MiB"), "80 MiB".into()],
    ]);
    Ok(report)
}
