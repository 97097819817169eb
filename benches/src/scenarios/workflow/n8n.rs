//! n8n with the same automation: `n8n.json`, which is written for this comparison.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use serde_json::Value;
use tokio::process::{Child, Command};

use crate::hearth::free_port;

const WORKFLOW: &str = include_str!("n8n.json");
const WORKFLOW_ID: &str = "hearthbench00001";

/// How expressions are run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// Nothing is set.
    AsInstalled,
    /// Without isolation.
    Fastest,
}

impl Setting {
    /// In words.
    pub const fn told(self) -> &'static str {
        match self {
            Self::AsInstalled => "as installed",
            Self::Fastest => "N8N_EXPRESSION_ENGINE=legacy",
        }
    }
}

/// A running n8n.
pub struct Server {
    child: Child,
    _home: tempfile::TempDir,
    /// Where the workflow is started.
    pub webhook: String,
    /// Of the installation, and of the Node.js that runs it.
    pub version: String,
}

impl Server {
    /// Imports and publishes the workflow into a fresh home, starts the server and waits for its webhook.
    pub async fn start(folder: &Path, setting: Setting) -> anyhow::Result<Self> {
        let modules = folder.join("node_modules");
        let binary = modules.join(".bin").join("n8n").canonicalize().context("there is no n8n in this folder: `npm install n8n@2`")?;
        let package: Value = serde_json::from_str(&std::fs::read_to_string(modules.join("n8n").join("package.json"))?)?;
        let home = tempfile::tempdir()?;
        let file = home.path().join("bench.json");
        std::fs::write(&file, WORKFLOW)?;
        let run = N8n { binary, home: home.path().to_owned(), port: free_port()?, broker: free_port()?, setting };
        run.and_wait(&["import:workflow", &format!("--input={}", file.display())]).await?;
        run.and_wait(&["publish:workflow", &format!("--id={WORKFLOW_ID}")]).await?;
        let log = std::fs::File::create(home.path().join("log"))?;
        let child = run.command(&["start"]).stdout(log.try_clone()?).stderr(log).spawn()?;
        let webhook = format!("http://127.0.0.1:{}/webhook/bench", run.port);
        let node = Command::new("node").arg("--version").output().await?.stdout;
        let version = format!("{} on Node {}", package["version"].as_str().unwrap_or_default(), String::from_utf8_lossy(&node).trim());
        let server = Self { child, _home: home, webhook, version };
        server.ready(&run.home.join("log")).await?;
        Ok(server)
    }

    async fn ready(&self, log: &Path) -> anyhow::Result<()> {
        let client = reqwest::Client::builder().no_proxy().build()?;
        let body = serde_json::json!({ "name": "ada", "n": 21 });
        let began = Instant::now();
        let mut last = String::new();
        while began.elapsed() < Duration::from_mins(2) {
            match client.post(&self.webhook).json(&body).send().await {
                Ok(answer) => {
                    last = answer.text().await?;
                    if last.contains("\"result\":43") {
                        return Ok(());
                    }
                }
                Err(error) => last = error.to_string(),
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        bail!("n8n does not answer: {last}\n{}", std::fs::read_to_string(log)?)
    }

    /// Stops it and waits; its task runner ends with it.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        let pid = self.child.id().context("n8n has ended")?.to_string();
        ensure!(Command::new("kill").arg(pid).status().await?.success(), "n8n could not be stopped");
        if tokio::time::timeout(Duration::from_secs(40), self.child.wait()).await.is_err() {
            self.child.kill().await?;
        }
        Ok(())
    }
}

/// How n8n is called.
struct N8n {
    binary: PathBuf,
    home: PathBuf,
    port: u16,
    broker: u16,
    setting: Setting,
}

impl N8n {
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("node");
        command.arg(&self.binary).args(arguments).current_dir(&self.home).kill_on_drop(true).stdin(Stdio::null());
        let port = self.port.to_string();
        let broker = self.broker.to_string();
        let home = self.home.display().to_string();
        command.envs([
            ("N8N_USER_FOLDER", home.as_str()),
            ("N8N_PORT", &port),
            ("N8N_LISTEN_ADDRESS", "127.0.0.1"),
            ("N8N_RUNNERS_BROKER_PORT", &broker),
            ("N8N_DIAGNOSTICS_ENABLED", "false"),
            ("N8N_VERSION_NOTIFICATIONS_ENABLED", "false"),
            ("N8N_TEMPLATES_ENABLED", "false"),
            ("N8N_PERSONALIZATION_ENABLED", "false"),
            ("N8N_LOG_LEVEL", "warn"),
            ("DB_TYPE", "sqlite"),
            ("EXECUTIONS_DATA_SAVE_ON_SUCCESS", "all"),
            ("EXECUTIONS_DATA_SAVE_ON_ERROR", "all"),
        ]);
        if self.setting == Setting::Fastest {
            command.env("N8N_EXPRESSION_ENGINE", "legacy");
        }
        command
    }

    async fn and_wait(&self, arguments: &[&str]) -> anyhow::Result<()> {
        let output = self.command(arguments).output().await.context("node is not installed")?;
        let said = || format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        ensure!(output.status.success(), "n8n {}: {}", arguments[0], said());
        Ok(())
    }
}
