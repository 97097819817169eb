//! The jail, one file for each layer, in the order in which they are put on.
//!
//! Each layer alone keeps user code from files, network and other processes; the self-test
//! ([`crate::proof`]) tries to do what they forbid.

pub mod identity;
pub mod landlock;
pub mod limits;
pub mod namespaces;
pub mod root;
pub mod seccomp;

use std::os::fd::RawFd;
use std::path::{Path, PathBuf};

use crate::orders::Orders;

/// Closes descriptors that whoever started the server left open.
pub fn close_strangers(kept: &[RawFd]) {
    let Ok(entries) = std::fs::read_dir("/proc/self/fd") else { return };
    let open: Vec<RawFd> = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok()).collect();
    for fd in open.into_iter().filter(|fd| !kept.contains(fd)) {
        let _ = nix::unistd::close(fd);
    }
}

/// In a child: nothing is open but its own socket. A worker never has more than 64 descriptors.
pub fn close_all_but(kept: RawFd) {
    for fd in (0..64).filter(|&fd| fd != kept) {
        let _ = nix::unistd::close(fd);
    }
}

/// Bytes of address space in use; read while /proc can be seen.
pub fn address_space() -> u64 {
    let pages = std::fs::read_to_string("/proc/self/statm").ok().and_then(|s| s.split(' ').next()?.parse::<u64>().ok());
    pages.unwrap_or(64 << 10) * 4096
}

/// Files and directories the language needs.
fn shown(orders: &Orders) -> &[PathBuf] {
    orders.python.as_ref().map_or(&[], |plan| &plan.show)
}

/// `/a/b` below `root`.
fn below(root: &Path, path: &Path) -> PathBuf {
    root.join(path.strip_prefix("/").unwrap_or(path))
}
