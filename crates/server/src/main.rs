//! `hearth`: see `hearth --help`.

use std::process::ExitCode;

use clap::Parser as _;
use server::cli::{Cli, Command};

/// docs/decisions/0008-allocator.md
#[cfg(not(target_env = "msvc"))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    // Before any thread: a worker changes its namespaces and forks.
    if matches!(cli.command, Command::SandboxWorker) {
        return sandbox::worker_main();
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&anyhow::anyhow!("Threads cannot be started: {error}")),
    };
    // The provider of TLS is chosen once, here; a second choice is no error.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let outcome = runtime.block_on(server::commands::run(cli));
    // Blocking work of others (a password being hashed) does not hold the end back.
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
    match outcome {
        Ok(code) => code,
        Err(error) => fail(&error),
    }
}

#[expect(clippy::print_stderr, reason = "the last words of a command go to standard error, whatever the log level")]
fn fail(error: &anyhow::Error) -> ExitCode {
    eprintln!("hearth: {error}");
    ExitCode::FAILURE
}
