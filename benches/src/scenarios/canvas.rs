//! How the canvas feels with many nodes.

use std::path::Path;
use std::process::Command;

use anyhow::Context as _;
use serde_json::Value;

use crate::hearth::{Hearth, Studio};
use crate::report::{Report, quantile};

/// Runs `web/e2e/bench-canvas.mjs` against a fresh server; it prints one JSON object.
pub async fn run(bin: &Path) -> anyhow::Result<Report> {
    let dir = tempfile::tempdir()?;
    let hearth = Hearth::start(bin, dir.path()).await?;
    let studio = Studio::set_up(&hearth.url, "http://127.0.0.1:9/v1").await?;
    let web = Path::new(env!("CARGO_MANIFEST_DIR")).join("../web");
    let output = Command::new("node")
        .arg("e2e/bench-canvas.mjs")
        .current_dir(web)
        .env("HEARTH_URL", &hearth.url)
        .env("HEARTH_EMAIL", studio.account.0)
        .env("HEARTH_PASSWORD", studio.account.1)
        .output()
        .context("node is needed")?;
    hearth.stop().await?;
    anyhow::ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let measured: Value = serde_json::from_slice(&output.stdout)?;

    let mut report = Report::new(
        "canvas",
        "Headless Chromium on the same machine, drawing without a graphics card. Chains of text nodes laid out in a square; the code is loaded \
         already. Frames: median while a node or the canvas is dragged. Keys: from the key to the frame that shows it, median.",
    );
    let mut rows = vec![["what", "500 nodes", "budget", "2,000 nodes", "budget"].map(str::to_owned).to_vec()];
    let one = |count: &str, key: &str, unit: &str| format!("{} {unit}", measured[count][key]);
    let open = |count: &str| {
        let rounds: Vec<f64> = measured[count]["open_ms"].as_array().into_iter().flatten().filter_map(Value::as_f64).collect();
        format!("{:.0} ms", quantile(&rounds, 0.5))
    };
    rows.push(vec!["open, median of 5".into(), open("500"), "800 ms".into(), open("2000"), "3000 ms".into()]);
    for (what, key, unit, budget) in [
        ("drag a node", "drag_fps", "fps", "55 fps"),
        ("pan", "pan_fps", "fps", "55 fps"),
        ("key to screen", "key_ms", "ms", "50 ms"),
        ("drag a node, all nodes on the screen", "drag_all_fps", "fps", ""),
        ("pan, all nodes on the screen", "pan_all_fps", "fps", ""),
        ("key to screen, all nodes on the screen", "key_all_ms", "ms", ""),
        ("autosave, over loopback", "save_ms", "ms", "50 ms"),
    ] {
        rows.push(vec![what.into(), one("500", key, unit), budget.into(), one("2000", key, unit), String::new()]);
    }
    let heap = |key: &str| measured[key].as_f64().unwrap_or(f64::NAN) / 1_048_576.0;
    let grown = format!("{:.1} MiB, then {:.1} MiB", heap("heap_before"), heap("heap_after"));
    rows.push(vec!["memory before and after 200 times undo and redo".into(), grown, "no growth".into(), String::new(), String::new()]);
    report.table(&rows);
    Ok(report)
}
