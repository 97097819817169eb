//! Python by CPython: in the jail, the worker executes the host's `python3` with our server script.
//!
//! The script is the warm parent then: it forks a child for each execution, as `warm` does in Rust.

use std::os::fd::{AsRawFd as _, OwnedFd};
use std::os::unix::process::CommandExt as _;
use std::process::Command;

use nix::fcntl::{FcntlArg, FdFlag, fcntl};
use serde_json::json;

use super::jail::seccomp;
use crate::orders::Orders;
use crate::proof::LayerState;
use crate::{Isolation, Language};

const SCRIPT: &str = concat!(include_str!("requests.py"), "\n\n", include_str!("server.py"));

/// Turns into Python; comes back only with why that failed.
pub fn become_server(orders: &Orders, layers: &[LayerState], statm: &OwnedFd) -> Result<(), String> {
    // Read once, by Python, which sees no /proc.
    fcntl(statm, FcntlArg::F_SETFD(FdFlag::empty())).map_err(|e| format!("fcntl: {}", e.desc()))?;
    let plan = orders.python.as_ref().ok_or("no Python was found")?;
    let filter = match orders.isolation {
        Isolation::Local => Vec::new(),
        Isolation::Jailed => seccomp::bytes(&seccomp::child_filter(Language::Python).map_err(|e| e.to_string())?),
    };
    let orders = json!({
        "path": plan.path,
        "preload": plan.preload,
        "statm": statm.as_raw_fd(),
        "layers": layers,
        "filter": filter,
    });
    // Isolated, without site and bytecode files, UTF-8 whatever the locale.
    let error = Command::new(&plan.program).env_clear().args(["-I", "-S", "-B", "-X", "utf8", "-c", SCRIPT, &orders.to_string()]).exec();
    Err(format!("{} cannot be executed in the jail: {error}", plan.program.display()))
}
