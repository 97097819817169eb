//! A reviewed exception of this workspace to "no unsafe": fork(2).
//!
//! A child that shares nothing with the next execution, and costs a fraction of a millisecond, is
//! what this crate is about; only fork makes one. It is unsafe because a child of a process with
//! several threads may find locks held by threads that do not exist in it. A worker has one thread:
//! [`super::live`] refuses to start otherwise, and nothing in this module's callers starts one.

use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::{ForkResult, Pid};

/// In the parent the child's id, in the child `None`.
#[allow(unsafe_code, reason = "one thread only, see the module")]
pub fn fork() -> nix::Result<Option<Pid>> {
    // SAFETY: this process has a single thread.
    match unsafe { nix::unistd::fork() }? {
        ForkResult::Parent { child } => Ok(Some(child)),
        ForkResult::Child => Ok(None),
    }
}

/// The child goes on (`None`); this process only waits for it and then says how it ended. When this
/// process is killed, so is the child.
pub fn hand_over() -> nix::Result<Option<i32>> {
    let Some(child) = fork()? else { return Ok(None) };
    // The pipe must end when the child ends, not when this process does.
    for fd in 0..64 {
        let _ = nix::unistd::close(fd);
    }
    loop {
        match waitpid(child, None) {
            Ok(WaitStatus::Exited(_, code)) => std::process::exit(code),
            Ok(WaitStatus::Signaled(..)) => std::process::exit(1),
            Ok(_) | Err(nix::Error::EINTR) => {}
            Err(_) => std::process::exit(1),
        }
    }
}
