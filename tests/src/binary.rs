//! The real binary: its commands, and a server of it as a process.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// The binary under test, named by `HEARTH_BIN`; without it the caller has nothing to test and says so.
pub fn binary() -> Option<PathBuf> {
    with_tls();
    let named = std::env::var_os("HEARTH_BIN").map(PathBuf::from);
    if named.is_none() {
        eprintln!("SKIPPED: HEARTH_BIN names no binary (tests/crash/run.sh and tests/commands/run.sh set it)");
    }
    named
}

/// Chooses the provider of TLS for this process's own clients; a second choice is no error.
pub fn with_tls() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// A running server of its own process.
pub struct Process {
    child: Child,
    /// `http://127.0.0.1:port`.
    pub url: String,
    /// The operator's listener.
    pub operations: String,
    log: PathBuf,
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl Process {
    /// Starts it in `directory` (its data in `data` below) and waits until it is ready.
    pub async fn start(bin: &Path, directory: &Path, settings: &[(&str, &str)]) -> Self {
        let process = Self::spawn(bin, directory, settings);
        let began = Instant::now();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        while !http.get(format!("{}/ready", process.operations)).send().await.is_ok_and(|r| r.status().is_success()) {
            assert!(began.elapsed() < Duration::from_secs(30), "not ready after 30 s: {}", process.log());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        process
    }

    /// Starts it and does not wait.
    pub fn spawn(bin: &Path, directory: &Path, settings: &[(&str, &str)]) -> Self {
        let (main, operations) = (free_port(), free_port());
        let log = directory.join("log.txt");
        let child = Command::new(bin)
            .arg("serve")
            .current_dir(directory)
            .env("LISTEN_ADDR", format!("127.0.0.1:{main}"))
            .env("HEARTH_OPS_ADDR", format!("127.0.0.1:{operations}"))
            .env("HEARTH_DATA_DIR", directory.join("data"))
            .envs(settings.iter().copied())
            .stdout(Stdio::null())
            .stderr(std::fs::File::options().create(true).append(true).open(&log).unwrap())
            .spawn()
            .unwrap();
        let tls = settings.iter().any(|(name, text)| *name == "USE_SSL" && *text == "1");
        let url = format!("{}://127.0.0.1:{main}", if tls { "https" } else { "http" });
        Self { child, url, operations: format!("http://127.0.0.1:{operations}"), log }
    }

    /// What it wrote to its log.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Resident memory in KiB.
    pub fn resident(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }

    /// SIGKILL: no handler runs.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM.
    pub fn terminate(&self) {
        let sent = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Waits for its end.
    pub async fn wait(mut self, limit: Duration) -> ExitStatus {
        let began = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(began.elapsed() < limit, "still running after {limit:?}: {}", self.log());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
