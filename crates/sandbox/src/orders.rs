//! What server and worker tell each other in JSON; the frames around it are in [`crate::frame`].

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::proof::LayerState;
use crate::{Isolation, Language, Layer};

/// The first words of the server.
#[derive(Debug, Serialize, Deserialize)]
pub struct Orders {
    pub language: Language,
    pub isolation: Isolation,
    pub without: Vec<Layer>,
    /// The user to become, when the worker starts as root.
    pub uid: u32,
    pub python: Option<PythonPlan>,
}

/// What of the host's files CPython needs.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PythonPlan {
    /// The interpreter, without symbolic links.
    pub program: PathBuf,
    /// Files and directories to show, read-only, at their own place; without symbolic links.
    pub show: Vec<PathBuf>,
    /// Symbolic links to make: where, to what.
    pub links: Vec<(PathBuf, PathBuf)>,
    /// `sys.path`.
    pub path: Vec<PathBuf>,
    /// Packages that are imported once, before any code.
    pub preload: Vec<String>,
}

/// The worker is warm.
#[derive(Debug, Serialize, Deserialize)]
pub struct Ready {
    pub version: String,
    pub layers: Vec<LayerState>,
}

/// The head of an execution; the params follow as JSON text.
#[derive(Debug, Serialize, Deserialize)]
pub struct Job {
    /// Not user code but the attempts of the self-test.
    #[serde(default)]
    pub probe: bool,
    pub code: String,
    pub entry: String,
    pub cpu_ms: u64,
    pub memory_bytes: u64,
    pub output_bytes: u64,
    pub console_bytes: u64,
    pub fetch: bool,
    /// The workspace for whose next executions of this same text the process may stay.
    #[serde(default)]
    pub keep_for: Option<i64>,
}

/// Why there is no answer, as a child tells it.
#[derive(Debug, Serialize, Deserialize)]
pub struct Fault {
    /// A [`crate::Code`].
    pub code: String,
    pub message: String,
    #[serde(default)]
    pub line: Option<u32>,
    #[serde(default)]
    pub column: Option<u32>,
}

impl Fault {
    /// Without a place.
    pub fn new(code: crate::Code, message: impl Into<String>) -> Self {
        Self { code: code.as_code().to_owned(), message: message.into(), line: None, column: None }
    }
}
