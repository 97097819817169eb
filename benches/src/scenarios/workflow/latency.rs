//! A run of three steps over HTTP, one caller and several.

use std::path::Path;
use std::sync::Arc;

use serde_json::json;

use super::{Figure, documents};
use crate::call::{self, Call};
use crate::hearth::{Hearth, Studio};
use crate::report::{ms, quantile};

const CALLS: usize = 2_000;
const ROUNDS: usize = 5;

/// Figure 2.
pub async fn run(bin: &Path) -> anyhow::Result<Vec<Figure>> {
    let dir = tempfile::tempdir()?;
    let hearth = Hearth::start(bin, dir.path()).await?;
    let studio = Studio::set_up(&hearth.url, "http://127.0.0.1:9/v1").await?;
    let workflow = studio.publish(&hearth.url, "three", &documents::three_steps()).await?;
    let url = format!("{}/api/v1/workflows/{workflow}/runs", hearth.url);
    let asked = json!({ "inputs": { "name": "Ada" }, "wait": true });
    let run = Arc::new(Call::new(&url, Some(&studio.token), &asked, "Hello Ada!")?);
    // What a request costs that asks for next to nothing.
    let empty = Arc::new(Call::new(&format!("{}/api/v1/workflows/{workflow}/validate", hearth.url), Some(&studio.token), &json!({}), "{")?);
    call::so_many(&run, 8, 2_000).await?;
    let mut figures = Vec::new();
    for (callers, budget) in [(1, "p50 1.5 ms, p99 8 ms"), (10, ""), (50, "")] {
        let (mut p50, mut p99, mut rate, mut plain) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut failures = 0;
        let cpu = hearth.cpu()?;
        for _ in 0..ROUNDS {
            let answers = call::so_many(&run, callers, CALLS).await?;
            p50.push(quantile(&answers.times, 0.5));
            p99.push(quantile(&answers.times, 0.99));
            rate.push(answers.rate());
            failures += answers.failures;
        }
        let cpu = (hearth.cpu()? - cpu) / (ROUNDS * CALLS) as f64;
        plain.extend(call::so_many(&empty, callers, 500).await?.times);
        let middle = |all: &[f64]| quantile(all, 0.5);
        figures.push(Figure::new(
            format!("run of 3 steps, {callers} at once"),
            format!("HTTP, {ROUNDS} rounds of {CALLS} runs; a validation of the same workflow: p50 {}", ms(middle(&plain))),
            format!(
                "p50 {}, p99 {}, {:.0} runs/s, {} of processor a run, {failures} failures",
                ms(middle(&p50)),
                ms(middle(&p99)),
                middle(&rate),
                ms(cpu)
            ),
            budget,
        ));
    }
    hearth.stop().await?;
    Ok(figures)
}
