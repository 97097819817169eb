//! API call, set, condition, code in JavaScript, end: 50 at once, and the same of n8n in the same session.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use super::{Figure, documents, n8n};
use crate::call::{self, Answers, Call};
use crate::hearth::{Hearth, Studio};
use crate::report::{ms, quantile};

const AT_ONCE: usize = 50;
const ROUNDS: usize = 3;
const ROUND: Duration = Duration::from_secs(8);

/// What all rounds showed.
#[derive(Default)]
struct Measured {
    rates: Vec<f64>,
    times: Vec<f64>,
    failures: usize,
}

impl Measured {
    fn add(&mut self, answers: Answers) {
        self.rates.push(answers.rate());
        self.times.extend(answers.times);
        self.failures += answers.failures;
    }

    fn rate(&self) -> f64 {
        quantile(&self.rates, 0.5)
    }

    fn told(&self) -> String {
        format!(
            "{:.0} runs/s, p50 {}, p99 {}, {} failures",
            self.rate(),
            ms(quantile(&self.times, 0.5)),
            ms(quantile(&self.times, 0.99)),
            self.failures
        )
    }
}

/// Figure 4.
pub async fn run(bin: &Path, n8n: Option<&Path>) -> anyhow::Result<Vec<Figure>> {
    let dir = tempfile::tempdir()?;
    let hearth = Hearth::start(bin, dir.path()).await?;
    let studio = Studio::set_up(&hearth.url, "http://127.0.0.1:9/v1").await?;
    let workflow = studio.publish(&hearth.url, "automation", &documents::automation()).await?;
    let asked = json!({ "inputs": { "name": "ada", "n": 21 }, "wait": true });
    let url = format!("{}/api/v1/workflows/{workflow}/runs", hearth.url);
    let ours = Arc::new(Call::new(&url, Some(&studio.token), &asked, "\"result\":43")?);
    call::for_a_while(&ours, AT_ONCE, Duration::from_secs(2)).await?;
    let mut hearths = Measured::default();
    for _ in 0..ROUNDS {
        hearths.add(call::for_a_while(&ours, AT_ONCE, ROUND).await?);
    }
    let how = format!("HTTP, {ROUNDS} rounds of {} s, every run in the journal", ROUND.as_secs());
    let what = format!("API call, set, condition, code (JavaScript), end; {AT_ONCE} at once");
    let mut figures = vec![Figure::new(&what, how, hearths.told(), "")];
    hearth.stop().await?;
    let Some(folder) = n8n else {
        figures.push(Figure::new(
            "the same on n8n",
            "",
            "not run: give the folder of an installation with --n8n",
            "100 × as installed, 30 × with its fastest expressions, p99 1/50",
        ));
        return Ok(figures);
    };
    for (setting, budget) in [(n8n::Setting::AsInstalled, "100 ×, p99 1/50"), (n8n::Setting::Fastest, "30 ×")] {
        let server = n8n::Server::start(folder, setting).await?;
        let asked = json!({ "name": "ada", "n": 21 });
        let theirs = Arc::new(Call::new(&server.webhook, None, &asked, "\"result\":43")?);
        call::for_a_while(&theirs, AT_ONCE, Duration::from_secs(4)).await?;
        let mut measured = Measured::default();
        for _ in 0..ROUNDS {
            measured.add(call::for_a_while(&theirs, AT_ONCE, ROUND).await?);
        }
        let version = server.version.clone();
        server.stop().await?;
        figures.push(Figure::new(
            format!("n8n {version}, {}: webhook, set, IF, code, respond; {AT_ONCE} at once", setting.told()),
            format!("its webhook, SQLite, executions saved, {ROUNDS} rounds of {} s", ROUND.as_secs()),
            format!(
                "{}. Hearth: {:.0} × the runs, p99 1/{:.0}",
                measured.told(),
                hearths.rate() / measured.rate(),
                quantile(&measured.times, 0.99) / quantile(&hearths.times, 0.99)
            ),
            budget,
        ));
    }
    Ok(figures)
}
