//! How the sandbox is set up on this host.

use std::num::NonZero;
use std::path::PathBuf;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

/// Whether user code is jailed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SandboxIsolation)]
pub enum Isolation {
    /// In the jail, or not at all.
    Jailed,
    /// The operator said `CODE_RUNNER_TYPE=local`: a plain process of the server's user. For trusted authors only.
    Local,
}

/// A layer of the jail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SandboxLayer)]
pub enum Layer {
    /// Own user, process, network, IPC and host-name namespaces, and an own file tree.
    Namespaces,
    /// Landlock: files and TCP.
    Landlock,
    /// A list of allowed system calls.
    Seccomp,
}

impl Layer {
    /// All, outermost first.
    pub const ALL: [Self; 3] = [Self::Namespaces, Self::Landlock, Self::Seccomp];

    /// The wire name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Namespaces => "namespaces",
            Self::Landlock => "landlock",
            Self::Seccomp => "seccomp",
        }
    }
}

/// Settings of the sandbox.
#[derive(Debug, Clone)]
pub struct Config {
    /// The binary that becomes a worker, with the arguments that make it one.
    pub worker: (PathBuf, Vec<String>),
    /// Jailed unless the operator said otherwise.
    pub isolation: Isolation,
    /// The Python to use; a name is looked up in `PATH`. Empty: no Python.
    pub python: String,
    /// Directories with installed Python packages, read-only inside.
    pub python_sites: Vec<PathBuf>,
    /// Packages imported once when a worker starts, so that no execution waits for them.
    pub python_preload: Vec<String>,
    /// Warm workers of each language, and executions at once while they make progress. 0: as many as processors, at least 2.
    pub warm: usize,
    /// Executions at once of each language when all others wait for something. 0: four times as many as processors, at least 8.
    pub most: usize,
    /// Executions that may wait for a worker.
    pub queue: usize,
    /// Code and params together.
    pub input_bytes: u64,
    /// Layers to do without, as if this host had none. For tests: the engines then refuse.
    pub without: Vec<Layer>,
}

impl Config {
    /// The usual settings with this worker.
    pub fn new(program: impl Into<PathBuf>, arguments: &[&str]) -> Self {
        Self {
            worker: (program.into(), arguments.iter().map(|&a| a.to_owned()).collect()),
            isolation: Isolation::Jailed,
            python: "python3".to_owned(),
            python_sites: Vec::new(),
            python_preload: Vec::new(),
            warm: 0,
            most: 0,
            queue: 1_000,
            input_bytes: 8 << 20,
            without: Vec::new(),
        }
    }

    /// Executions at once while they make progress.
    pub fn warm(&self) -> usize {
        if self.warm > 0 { self.warm } else { processors().max(2) }
    }

    /// Executions at once at most.
    pub fn most(&self) -> usize {
        let most = if self.most > 0 { self.most } else { (4 * processors()).max(8) };
        most.max(self.warm())
    }
}

/// Asked once: the answer is read from files of the kernel, and each execution wants it.
fn processors() -> usize {
    static PROCESSORS: LazyLock<usize> = LazyLock::new(|| std::thread::available_parallelism().map_or(2, NonZero::get));
    *PROCESSORS
}
