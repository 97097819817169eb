//! The binary under measurement.

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use serde_json::{Value, json};
use tokio::process::{Child, Command};

/// A running server.
pub struct Hearth {
    child: Child,
    /// `http://127.0.0.1:port`.
    pub url: String,
    /// From starting the process to the first good `/ready`.
    pub ready_after: Duration,
}

impl Hearth {
    /// Starts it on a free port and waits until it is ready.
    pub async fn start(bin: &Path, data: &Path) -> anyhow::Result<Self> {
        let port = free_port()?;
        let ops = free_port()?;
        let began = Instant::now();
        let child = Command::new(bin)
            .arg("serve")
            .current_dir(data)
            .env("LISTEN_ADDR", format!("127.0.0.1:{port}"))
            .env("HEARTH_OPS_ADDR", format!("127.0.0.1:{ops}"))
            .env("HEARTH_DATA_DIR", data.join("data"))
            .env("LOG_LEVEL", "warn")
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("cannot start {}", bin.display()))?;
        let url = format!("http://127.0.0.1:{port}");
        let client = reqwest::Client::builder().no_proxy().build()?;
        while began.elapsed() < Duration::from_secs(30) {
            if client.get(format!("{url}/ready")).send().await.is_ok_and(|r| r.status().is_success()) {
                return Ok(Self { child, url, ready_after: began.elapsed() });
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        bail!("hearth was not ready within 30 seconds")
    }

    /// Resident memory in MiB.
    pub fn memory(&self) -> anyhow::Result<f64> {
        let pid = self.child.id().context("not running")?;
        let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
        let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:")).context("no VmRSS")?;
        let kib: f64 = line.trim().trim_end_matches("kB").trim().parse()?;
        Ok(kib / 1024.0)
    }

    /// Stops it and waits.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        self.child.start_kill()?;
        self.child.wait().await?;
        Ok(())
    }
}

fn free_port() -> anyhow::Result<u16> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// An owner with a token, a model at `model_url` and a published agent on it.
pub struct Studio {
    /// Personal access token.
    pub token: String,
    /// The agent.
    pub agent: String,
    /// E-mail and password of the owner.
    pub account: (&'static str, &'static str),
}

impl Studio {
    /// Sets a fresh server up.
    pub async fn set_up(url: &str, model_url: &str) -> anyhow::Result<Self> {
        let client = reqwest::Client::builder().no_proxy().cookie_store(true).build()?;
        let account = ("bench@example.com", "a long bench password");
        let post = async |path: String, body: Value| -> anyhow::Result<Value> {
            let answer = client.post(format!("{url}/api/v1{path}")).header("origin", url).json(&body).send().await?;
            let (status, text) = (answer.status(), answer.text().await?);
            anyhow::ensure!(status.is_success(), "{path}: {status} {text}");
            Ok(serde_json::from_str(&text)?)
        };
        let id = |value: &Value, path: &str| {
            value.pointer(path).and_then(Value::as_str).map(str::to_owned).with_context(|| format!("no {path} in {value}"))
        };
        let me = post("/setup".into(), json!({ "email": account.0, "name": "Bench", "password": account.1 })).await?;
        let workspace = id(&me, "/workspaces/0/id")?;
        let model =
            json!({ "name": "scripted", "vendor": "openai_compatible", "base_url": model_url, "api_key": "key", "model": "scripted" });
        let model = post(format!("/workspaces/{workspace}/models"), model).await?;
        let config = json!({ "prompt": "You are a bench.", "model": { "model_id": id(&model, "/id")? } });
        let agent = post(format!("/workspaces/{workspace}/agents"), json!({ "name": "bench", "config": config })).await?;
        let agent = id(&agent, "/id")?;
        post(format!("/agents/{agent}/publish"), json!({})).await?;
        let token = post("/me/tokens".into(), json!({ "name": "bench" })).await?;
        Ok(Self { token: id(&token, "/secret")?, agent, account })
    }
}
