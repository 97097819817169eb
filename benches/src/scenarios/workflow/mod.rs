//! Runs of workflows: how fast, how durable, how many at rest.
//!
//! * [`durable`]: steps a second on the journal, and what a step costs in long runs, in this process;
//! * [`latency`], [`automation`]: over HTTP on the binary, the latter beside [`n8n`];
//! * [`paused`], [`killed`]: runs that wait, and runs whose process dies;
//! * [`documents`]: what is run.

mod automation;
mod documents;
mod durable;
mod killed;
mod latency;
mod n8n;
mod paused;

use std::path::Path;

use clap::ValueEnum;

use crate::report::Report;

/// A line of the table: what, how it was measured, what came out, what was wanted.
struct Figure {
    what: String,
    how: String,
    measured: String,
    budget: String,
}

impl Figure {
    fn new(what: impl Into<String>, how: impl Into<String>, measured: impl Into<String>, budget: impl Into<String>) -> Self {
        Self { what: what.into(), how: how.into(), measured: measured.into(), budget: budget.into() }
    }
}

/// A part of the scenario.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Part {
    /// Steps on the journal.
    Durable,
    /// Three steps over HTTP.
    Latency,
    /// With code, beside n8n.
    Automation,
    /// Runs that wait for people.
    Paused,
    /// Runs whose process dies.
    Killed,
}

/// Runs all of it, or the parts that are named.
pub async fn run(bin: &Path, n8n: Option<&Path>, parts: &[Part]) -> anyhow::Result<Report> {
    let mut report = Report::new(
        "workflow",
        "Runs of workflows on SQLite (WAL, synchronous=FULL). A step is the run of one node, an iteration's nodes each counted. Load generator \
         and server share the machine's cores; medians over rounds. Over HTTP: the binary, one POST a run with `wait`, token, connections \
         kept, closed loop.",
    );
    let mut rows = vec![["what", "how", "measured", "budget"].map(String::from).to_vec()];
    let mut put = |figures: Vec<Figure>| {
        for Figure { what, how, measured, budget } in figures {
            #[expect(clippy::print_stderr, reason = "the scenario takes minutes, and one part may fail")]
            {
                eprintln!("{what}: {measured}");
            }
            rows.push(vec![what, how, measured, budget]);
        }
    };
    for part in Part::value_variants().iter().filter(|part| parts.is_empty() || parts.contains(part)) {
        put(match part {
            Part::Durable => durable::run().await?,
            Part::Latency => latency::run(bin).await?,
            Part::Automation => automation::run(bin, n8n).await?,
            Part::Paused => paused::run(bin).await?,
            Part::Killed => killed::run(bin).await?,
        });
    }
    report.table(&rows);
    report.note("Other work runs on this machine: compare figures of one table with each other, not with those of another day.");
    Ok(report)
}
