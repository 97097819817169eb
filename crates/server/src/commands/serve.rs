//! `hearth serve`.

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::config::{Settings, Sources, definitions};
use crate::data_dir::DataDir;
use crate::http::{listener, ops};
use crate::telemetry;

/// Runs until SIGTERM or SIGINT, then lets open work finish.
pub async fn run(sources: &Sources) -> anyhow::Result<ExitCode> {
    let settings = Settings::read(sources)?;
    telemetry::log(&settings.log)?;
    let known: Vec<_> = definitions().map(|(_, d)| d.name).collect();
    for (written, meant) in sources.suspicious(&known) {
        tracing::warn!("{written} in .env is not a setting of Hearth; did you mean {meant}?");
    }
    let metrics = telemetry::metrics();
    let tls = match (&settings.http.use_ssl, &settings.http.ssl_cert_file, &settings.http.ssl_key_file) {
        (true, Some(certificate), Some(key)) => Some(listener::tls(Path::new(certificate), Path::new(key))?),
        _ => None,
    };
    let main = listener::bind("LISTEN_ADDR", settings.http.listen.0).await?;
    let operations = listener::bind("HEARTH_OPS_ADDR", settings.http.ops_listen.0).await?;
    let address = main.local_addr()?;
    let data = DataDir::open(Path::new(&settings.storage.data_dir))?;
    let app = App::build(&settings, sources, data).await?;
    app.resume().await?;

    let stop = CancellationToken::new();
    let limit = settings.http.shutdown.0;
    let ops_stop = CancellationToken::new();
    let ops_router = ops::router(&app.health, metrics);
    let ops_serving = tokio::spawn(listener::serve(operations, None, ops_router, ops_stop.clone(), Duration::from_secs(1)));
    let serving = tokio::spawn(listener::serve(main, tls.clone(), app.router.clone(), stop.clone(), limit));
    announce(&settings, address, &app, tls.is_some());
    let housekeeping = tokio::spawn(housekeeping(app.identity.clone()));
    // Proves its jails and warms up beside the first requests; code that comes earlier waits for that.
    let sandbox = app.sandbox.clone();
    tokio::spawn(async move { drop(sandbox.engines().await) });

    let signal = wait_for_signal().await?;
    tracing::info!("{signal}: no new work is taken; open work has {} s", limit.as_secs());
    app.health.stop();
    stop.cancel();
    housekeeping.abort();
    // Runs first: when they rest, their streams end and the connections are free.
    let ((), cut) = tokio::join!(app.stop(limit), serving);
    ops_stop.cancel();
    let _ = ops_serving.await;
    match cut {
        Ok(0) => tracing::info!("stopped"),
        Ok(cut) => tracing::info!("stopped; {cut} connections were cut, their runs go on at the next start"),
        Err(error) => tracing::error!(%error, "the listener ended badly"),
    }
    Ok(ExitCode::SUCCESS)
}

/// Once an hour: expired sessions, codes and tokens go.
async fn housekeeping(identity: identity::Identity) {
    let mut every = tokio::time::interval(Duration::from_hours(1));
    loop {
        every.tick().await;
        if let Err(error) = identity.purge().await {
            tracing::warn!(%error, "expired sessions and tokens could not be removed; tried again in an hour");
        }
    }
}

async fn wait_for_signal() -> std::io::Result<&'static str> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(tokio::select! {
        _ = terminate.recv() => "SIGTERM",
        _ = interrupt.recv() => "SIGINT",
    })
}

fn announce(settings: &Settings, address: std::net::SocketAddr, app: &App, tls: bool) {
    let scheme = if tls { "https" } else { "http" };
    let host = if address.ip().is_unspecified() { "localhost".to_owned() } else { address.ip().to_string() };
    let local = format!("{scheme}://{host}:{}", address.port());
    let url = settings.http.public_url.clone().unwrap_or(local);
    tracing::info!("Hearth {} is ready on {url} (listening on {address})", crate::VERSION);
    if let Some(code) = &app.setup_code {
        use secrecy::ExposeSecret as _;
        // The one secret that is logged on purpose: it is how the operator proves to be the operator.
        tracing::warn!("No owner yet. Open {url}/setup and enter the set-up code {}", code.expose_secret());
    }
    if settings.sandbox.runner == crate::config::Runner::Local {
        tracing::warn!("CODE_RUNNER_TYPE=local: code that people write is NOT jailed and can do what this server can.");
    }
    for name in settings.sandbox.without_effect() {
        tracing::warn!("{name} has no effect: code in the sandbox gets nothing of the host.");
    }
    if !webui::is_built() {
        tracing::warn!("This binary was built without the web UI (make build).");
    }
}
