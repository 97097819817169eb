//! One module for each command.

pub mod doctor;
pub(crate) mod openapi;
mod serve;
mod token;
mod user;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;

use crate::cli::{Cli, Command};
use crate::config::{Settings, Sources};

/// Runs a command; an error's text is for the person at the terminal.
pub async fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let directory = cli.config_dir.clone().unwrap_or_else(|| PathBuf::from("."));
    let mut flags = cli.settings;
    if let Command::Serve { listen, data_dir } = &cli.command {
        flags.extend(listen.clone().map(|value| ("LISTEN_ADDR".to_owned(), value)));
        flags.extend(data_dir.clone().map(|value| ("HEARTH_DATA_DIR".to_owned(), value)));
    }
    if matches!(cli.command, Command::Version) {
        return print(&format!("hearth {}\n", crate::VERSION));
    }
    let sources = Sources::collect(&directory, environment(), flags)?;
    match cli.command {
        Command::Serve { .. } => serve::run(&sources).await,
        Command::Doctor => {
            let findings = doctor::run(&sources).await;
            print(&findings.report())?;
            Ok(if findings.is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
        Command::Openapi => print(&openapi::document().await?),
        Command::User(command) => user::run(&Settings::read(&sources)?, command).await,
        Command::Token(command) => token::run(&Settings::read(&sources)?, command).await,
        // A worker has no settings and no threads: `main` has seen to it.
        Command::Version | Command::SandboxWorker => Ok(ExitCode::SUCCESS),
    }
}

/// Variables that are not UTF-8 cannot be settings.
fn environment() -> impl Iterator<Item = (String, String)> {
    std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
}

/// Writes to standard output; a reader that went away is no error.
fn print(text: &str) -> anyhow::Result<ExitCode> {
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(ExitCode::SUCCESS),
    }
}

/// Opens the accounts of an instance for a command; the server may be running.
async fn identity(settings: &Settings) -> anyhow::Result<(identity::Identity, db::Db)> {
    let data = Path::new(&settings.storage.data_dir);
    anyhow::ensure!(data.exists(), "There is no data directory {}: start the server once, or set HEARTH_DATA_DIR.", data.display());
    let key = crate::data_dir::instance_key(data)?;
    let options = settings.database.options(data).map_err(anyhow::Error::msg)?;
    let db = db::Db::connect(&options).await.context("The database cannot be opened")?;
    db::migrate::run(&db, crate::app::migrations()).await.context("The database schema cannot be brought up to date")?;
    let config = crate::app::identity_config(settings, None);
    Ok((identity::Identity::new(db.clone(), config, &key), db))
}

/// The password given, or one line of standard input.
fn password(given: Option<String>) -> anyhow::Result<secrecy::SecretString> {
    if let Some(password) = given {
        return Ok(password.into());
    }
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).context("no password could be read")?;
    let password = line.trim_end_matches(['\r', '\n']);
    anyhow::ensure!(!password.is_empty(), "Give a password with --password or on standard input.");
    Ok(password.to_owned().into())
}
