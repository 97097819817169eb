//! Load scenarios. Each starts the release binary, drives it, prints a table and writes it to
//! `benches/results/<scenario>.md`: `make bench SCENARIO=chat`.
//!
//! Times on a shared machine mean little alone: every table holds what it is compared with,
//! measured in the same run, and medians over rounds.

mod call;
mod hearth;
mod model_server;
mod report;
mod scenarios;
mod wire;

use std::path::PathBuf;

use clap::{Parser, ValueEnum};

/// The binary's: scenarios that run the engine in this process measure what people run.
#[cfg(not(target_env = "msvc"))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

#[derive(Parser)]
struct Arguments {
    scenario: Scenario,
    /// The binary to measure.
    #[arg(long)]
    bin: PathBuf,
    /// Folder of an installation of n8n 2.x (`npm install n8n@2`) that `workflow` is compared with.
    #[arg(long)]
    n8n: Option<PathBuf>,
    /// Only these parts of `workflow`; for a table of one's own (`--out`).
    #[arg(long, requires = "out")]
    part: Vec<scenarios::workflow::Part>,
    /// Write the table here instead of `benches/results`.
    #[arg(long)]
    out: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Scenario {
    /// Start-up time, memory, size.
    Start,
    /// Time to first token of many concurrent chats.
    Chat,
    /// The canvas with many nodes.
    Canvas,
    /// First load of the web UI.
    Web,
    /// Executions of people's code.
    Sandbox,
    /// Light steps of workflows, in memory.
    Engine,
    /// Runs of workflows: durable steps, latency, long runs, pauses, crashes; beside n8n.
    Workflow,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    rustls::crypto::ring::default_provider().install_default().ok();
    let report = match arguments.scenario {
        Scenario::Start => scenarios::start::run(&arguments.bin).await?,
        Scenario::Chat => scenarios::chat::run(&arguments.bin).await?,
        Scenario::Canvas => scenarios::canvas::run(&arguments.bin).await?,
        Scenario::Web => scenarios::web::run(&arguments.bin).await?,
        Scenario::Sandbox => scenarios::sandbox::run(&arguments.bin).await?,
        Scenario::Workflow => scenarios::workflow::run(&arguments.bin, arguments.n8n.as_deref(), &arguments.part).await?,
        Scenario::Engine => scenarios::engine::run()?,
    };
    report.publish(arguments.out)
}
