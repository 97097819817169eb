//! Own namespaces: no other process, no network interface, no mount of the host.

use std::fs;

use nix::sched::{CloneFlags, unshare as split};
use nix::unistd::{Gid, Uid};

use crate::Layer;
use crate::orders::Orders;
use crate::proof::LayerState;

/// Whoever the worker was outside, inside it is this: an ordinary user. It loses all capabilities when it executes another program.
const INSIDE: u32 = 1000;

/// Leaves the host's namespaces, as root directly, otherwise by a user namespace.
pub fn unshare(orders: &Orders) -> LayerState {
    if orders.without.contains(&Layer::Namespaces) {
        return LayerState::off(Layer::Namespaces, "switched off by a test");
    }
    let all = CloneFlags::CLONE_NEWNS
        | CloneFlags::CLONE_NEWPID
        | CloneFlags::CLONE_NEWNET
        | CloneFlags::CLONE_NEWIPC
        | CloneFlags::CLONE_NEWUTS
        | CloneFlags::CLONE_NEWCGROUP;
    let (uid, gid) = (Uid::effective(), Gid::effective());
    if uid.is_root() && split(all).is_ok() {
        return LayerState::on(Layer::Namespaces, "mount, process, network, IPC, host name, cgroup; own user id");
    }
    if let Err(error) = split(all | CloneFlags::CLONE_NEWUSER) {
        return LayerState::off(Layer::Namespaces, &format!("unshare: {}", error.desc()));
    }
    // Without a map the process is nobody, which works as well; so failure is no harm.
    let _ = fs::write("/proc/self/setgroups", "deny");
    let _ = fs::write("/proc/self/uid_map", format!("{INSIDE} {uid} 1"));
    let _ = fs::write("/proc/self/gid_map", format!("{INSIDE} {gid} 1"));
    LayerState::on(Layer::Namespaces, "user, mount, process, network, IPC, host name, cgroup")
}
