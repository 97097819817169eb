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
    /// The same of the operator's listener.
    ops: String,
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
                return Ok(Self { child, url, ops: format!("http://127.0.0.1:{ops}"), ready_after: began.elapsed() });
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

    /// Processor time used so far, in milliseconds.
    pub fn cpu(&self) -> anyhow::Result<f64> {
        cpu(&self.child.id().context("not running")?.to_string())
    }

    /// A gauge or counter of it without labels; 0 as long as nobody has set it.
    pub async fn metric(&self, name: &str) -> anyhow::Result<f64> {
        let client = reqwest::Client::builder().no_proxy().build()?;
        let text = client.get(format!("{}/metrics", self.ops)).send().await?.text().await?;
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        Ok(line.map(str::parse).transpose()?.unwrap_or(0.0))
    }

    /// Stops it as `kill -9` does, and waits.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        self.child.start_kill()?;
        self.child.wait().await?;
        Ok(())
    }
}

/// Processor time of a process (`self` for this one), in milliseconds.
pub fn cpu(process: &str) -> anyhow::Result<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
    // Behind the name, which may hold spaces: state is field 3, user and system time are 14 and 15, in 10 ms.
    let fields: Vec<&str> = stat.rsplit_once(')').context("no name")?.1.split_whitespace().collect();
    let ticks = fields.iter().skip(11).take(2).map(|field| field.parse::<f64>()).sum::<Result<f64, _>>()?;
    Ok(ticks * 10.0)
}

/// A port that nobody listens on.
pub fn free_port() -> anyhow::Result<u16> {
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
    /// The owner's workspace.
    workspace: String,
    client: reqwest::Client,
}

impl Studio {
    /// Sets a fresh server up.
    pub async fn set_up(url: &str, model_url: &str) -> anyhow::Result<Self> {
        let client = reqwest::Client::builder().no_proxy().cookie_store(true).build()?;
        let account = ("bench@example.com", "a long bench password");
        let mut studio = Self { token: String::new(), agent: String::new(), account, workspace: String::new(), client };
        let me = studio.post(url, "/setup", &json!({ "email": account.0, "name": "Bench", "password": account.1 })).await?;
        studio.workspace = text_at(&me, "/workspaces/0/id")?;
        let model =
            json!({ "name": "scripted", "vendor": "openai_compatible", "base_url": model_url, "api_key": "key", "model": "scripted" });
        let model = studio.post(url, &format!("/workspaces/{}/models", studio.workspace), &model).await?;
        let config = json!({ "prompt": "You are a bench.", "model": { "model_id": text_at(&model, "/id")? } });
        let agent = json!({ "name": "bench", "config": config });
        let agent = studio.post(url, &format!("/workspaces/{}/agents", studio.workspace), &agent).await?;
        studio.agent = text_at(&agent, "/id")?;
        studio.post(url, &format!("/agents/{}/publish", studio.agent), &json!({})).await?;
        studio.token = text_at(&studio.post(url, "/me/tokens", &json!({ "name": "bench" })).await?, "/secret")?;
        Ok(studio)
    }

    /// A published workflow with this document; its id.
    pub async fn publish(&self, url: &str, name: &str, document: &Value) -> anyhow::Result<String> {
        let workflow = json!({ "name": name, "document": document });
        let workflow = self.post(url, &format!("/workspaces/{}/workflows", self.workspace), &workflow).await?;
        let id = text_at(&workflow, "/id")?;
        self.post(url, &format!("/workflows/{id}/publish"), &json!({})).await?;
        Ok(id)
    }

    /// How many runs of a workflow are in this status.
    pub async fn count(&self, url: &str, workflow: &str, status: &str) -> anyhow::Result<usize> {
        let (mut count, mut cursor) = (0, String::new());
        loop {
            let path = format!("/workspaces/{}/runs?workflow_id={workflow}&status={status}&limit=100{cursor}", self.workspace);
            let page: Value = self.client.get(format!("{url}/api/v1{path}")).send().await?.error_for_status()?.json().await?;
            count += page["items"].as_array().context("no items")?.len();
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return Ok(count),
            }
        }
    }

    async fn post(&self, url: &str, path: &str, body: &Value) -> anyhow::Result<Value> {
        let answer = self.client.post(format!("{url}/api/v1{path}")).header("origin", url).json(body).send().await?;
        let (status, text) = (answer.status(), answer.text().await?);
        anyhow::ensure!(status.is_success(), "{path}: {status} {text}");
        Ok(serde_json::from_str(&text)?)
    }
}

fn text_at(value: &Value, path: &str) -> anyhow::Result<String> {
    value.pointer(path).and_then(Value::as_str).map(str::to_owned).with_context(|| format!("no {path} in {value}"))
}
