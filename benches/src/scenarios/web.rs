//! What a browser loads first, and how long it takes from sign-in to a usable agent page.

use std::path::Path;
use std::process::Command;

use anyhow::Context as _;
use serde_json::Value;

use crate::hearth::{Hearth, Studio};
use crate::model_server::{self, Pace};
use crate::report::{Report, ms, quantile};

/// The page asks no model; the bench agent has one.
const PACE: Pace = Pace { first: std::time::Duration::from_millis(200), between: std::time::Duration::from_millis(20), tokens: 40 };

/// Runs `web/e2e/bench.mjs` against a fresh server; it prints one JSON object.
pub async fn run(bin: &Path) -> anyhow::Result<Report> {
    let dir = tempfile::tempdir()?;
    let model = model_server::start(PACE).await?;
    let hearth = Hearth::start(bin, dir.path()).await?;
    let studio = Studio::set_up(&hearth.url, &format!("http://{model}/v1")).await?;
    let web = Path::new(env!("CARGO_MANIFEST_DIR")).join("../web");
    let output = Command::new("node")
        .arg("e2e/bench.mjs")
        .current_dir(web)
        .env("HEARTH_URL", &hearth.url)
        .env("HEARTH_EMAIL", studio.account.0)
        .env("HEARTH_PASSWORD", studio.account.1)
        .env("HEARTH_AGENT", &studio.agent)
        .output()
        .context("node is needed")?;
    hearth.stop().await?;
    anyhow::ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let measured: Value = serde_json::from_slice(&output.stdout)?;
    let numbers = |key: &str| measured[key].as_array().map(|a| a.iter().filter_map(Value::as_f64).collect::<Vec<_>>()).unwrap_or_default();
    let usable = numbers("sign_in_to_agent_ms");
    let script = measured["first_load_script_gzip_bytes"].as_f64().unwrap_or(f64::NAN) / 1000.0;

    let mut report = Report::new("web", "Headless Chromium on the same machine, empty cache, one browser for each round.");
    report.table(&[
        vec!["what".into(), "measured".into(), "budget".into()],
        vec!["script of the first load, gzipped".into(), format!("{script:.0} kB"), "300 kB".into()],
        vec![format!("sign-in to usable agent page, median of {}", usable.len()), ms(quantile(&usable, 0.5)), "1000 ms".into()],
        vec!["the same, slowest".into(), ms(quantile(&usable, 1.0)), String::new()],
    ]);
    Ok(report)
}
