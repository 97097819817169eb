//! The commands of the real binary, and what it does as a process: settings, signals, TLS, metrics.
//!
//! Needs `HEARTH_BIN` (see `run.sh`); without it the tests say so and do nothing.

mod accounts;
mod code;
mod doctor;
mod operations;
mod signals;
mod start;
mod tls;

use std::path::Path;
use std::process::{Command, Output, Stdio};

use hearth_tests::{Client, ModelServer, Process, hearth::text};
use serde_json::json;

/// Runs a command in `directory` with nothing of this process's settings.
pub fn run(bin: &Path, directory: &Path, arguments: &[&str], settings: &[(&str, &str)], input: &str) -> Output {
    use std::io::Write as _;
    let mut child = Command::new(bin)
        .args(arguments)
        .current_dir(directory)
        .env_clear()
        .env("HEARTH_DATA_DIR", directory.join("data"))
        .envs(settings.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

/// What it printed, and its exit code.
pub fn said(output: &Output) -> (i32, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap_or(-1), text(&output.stdout), text(&output.stderr))
}

/// An owner with the scripted model and a conversation.
pub struct Furnished {
    /// Signed in.
    pub browser: Client,
    /// With the token.
    pub api: Client,
    /// A personal access token.
    pub token: String,
    /// With the draft of an agent.
    pub conversation: String,
}

/// Makes them on a fresh server.
pub async fn furnish(process: &Process, model: &ModelServer) -> Furnished {
    let browser = Client::new(&process.url);
    let me = browser.post("/api/v1/setup", json!({ "email": "a@example.com", "name": "A", "password": "correct horse" })).await.ok();
    let workspace = format!("/api/v1/workspaces/{}", text(&me, "/workspaces/0/id"));
    let body =
        json!({ "name": "m", "vendor": "openai_compatible", "base_url": model.url(), "api_key": "k", "model": "m", "is_default": true });
    browser.post(&format!("{workspace}/models"), body).await.ok();
    let agent = text(&browser.post(&format!("{workspace}/agents"), json!({ "name": "a" })).await.ok(), "/id");
    let conversation = json!({ "agent_id": agent, "draft": true });
    let conversation = text(&browser.post(&format!("{workspace}/conversations"), conversation).await.ok(), "/id");
    let token = text(&browser.post("/api/v1/me/tokens", json!({ "name": "t" })).await.ok(), "/secret");
    Furnished { api: browser.with_token(&token), browser, token, conversation }
}
