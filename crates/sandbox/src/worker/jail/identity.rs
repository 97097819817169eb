//! Nobody in particular: an own user id where the worker starts as root, no groups, no capabilities.

use nix::sys::prctl;
use nix::sys::signal::Signal;
use nix::unistd::{Gid, Uid, setgroups, setresgid, setresuid};

use crate::orders::Orders;

/// Becomes an ordinary user. Where the host maps few ids (a container), `nobody` must do.
pub fn drop(orders: &Orders) -> Result<(), String> {
    if Uid::effective().is_root() {
        let _ = setgroups(&[]);
        let become_user = |id: u32| {
            let (uid, gid) = (Uid::from_raw(id), Gid::from_raw(id));
            setresgid(gid, gid, gid).and_then(|()| setresuid(uid, uid, uid))
        };
        become_user(orders.uid).or_else(|_| become_user(65_534)).map_err(|e| format!("the user id cannot be given up: {}", e.desc()))?;
    }
    prctl::set_no_new_privs().map_err(|e| format!("no_new_privs: {}", e.desc()))?;
    // After the user id: changing that clears it. The waiting parent is the only one who can die before.
    if std::process::id() == 1 {
        prctl::set_pdeathsig(Signal::SIGKILL).map_err(|e| format!("parent-death signal: {}", e.desc()))?;
    }
    Ok(())
}

/// In an own user namespace a process begins with all capabilities. Seccomp forbids every call they would help with; they go anyway.
pub fn forget_capabilities() {
    for set in [caps::CapSet::Ambient, caps::CapSet::Inheritable, caps::CapSet::Effective, caps::CapSet::Permitted] {
        let _ = caps::clear(None, set);
    }
}
