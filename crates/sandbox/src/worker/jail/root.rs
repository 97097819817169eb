//! An own file tree: empty, but for what the language needs, read-only. No /proc, no /dev, no /etc.

use std::fs;
use std::path::Path;

use nix::mount::{MntFlags, MsFlags, mount, umount2};
use nix::sys::statvfs::{FsFlags, statvfs};
use nix::unistd::{chdir, pivot_root, sethostname};

use super::{below, shown};
use crate::orders::Orders;

const NOTHING: Option<&str> = None;

/// Builds the tree and makes it `/`.
pub fn change(orders: &Orders) -> Result<(), String> {
    let step = |what: &str, result: nix::Result<()>| result.map_err(|e| format!("{what}: {}", e.desc()));
    let _ = sethostname("sandbox");
    step("private mounts", mount(NOTHING, "/", NOTHING, MsFlags::MS_REC | MsFlags::MS_PRIVATE, NOTHING))?;
    // Any directory in which nothing lies that is shown below.
    let place = ["/sys", "/media", "/mnt", "/proc"].into_iter().map(Path::new).find(|p| p.is_dir()).ok_or("no place for a file tree")?;
    let hard = MsFlags::MS_NOSUID | MsFlags::MS_NODEV;
    step("tmpfs", mount(Some("tmpfs"), place, Some("tmpfs"), hard, Some("size=1m,nr_inodes=4096,mode=0755")))?;
    for source in shown(orders) {
        show(source, &below(place, source)).map_err(|why| format!("{}: {why}", source.display()))?;
    }
    for (at, to) in orders.python.iter().flat_map(|plan| &plan.links) {
        let at = below(place, at);
        if let Some(parent) = at.parent() {
            let _ = fs::create_dir_all(parent);
        }
        // Fails where a shown directory holds the link already.
        let _ = std::os::unix::fs::symlink(to, at);
    }
    step("enter", chdir(place))?;
    step("pivot_root", pivot_root(".", "."))?;
    step("leave the old tree", umount2(".", MntFlags::MNT_DETACH))?;
    step("enter", chdir("/"))?;
    let flags = MsFlags::MS_REMOUNT | MsFlags::MS_BIND | MsFlags::MS_RDONLY | hard;
    step("read-only", mount(NOTHING, "/", NOTHING, flags, NOTHING))
}

fn show(source: &Path, target: &Path) -> Result<(), String> {
    let metadata = fs::metadata(source).map_err(|e| e.to_string())?;
    if metadata.is_dir() {
        fs::create_dir_all(target).map_err(|e| e.to_string())?;
    } else {
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent).map_err(|e| e.to_string())?;
        }
        fs::File::create(target).map_err(|e| e.to_string())?;
    }
    mount(Some(source), target, NOTHING, MsFlags::MS_BIND | MsFlags::MS_REC, NOTHING).map_err(|e| format!("bind: {}", e.desc()))?;
    // In a user namespace a flag that the host set may not be dropped.
    let held = statvfs(target).map_or(FsFlags::empty(), |s| s.flags());
    let mut flags = MsFlags::MS_REMOUNT | MsFlags::MS_BIND | MsFlags::MS_RDONLY | MsFlags::MS_NOSUID | MsFlags::MS_NODEV;
    for (host, ours) in [
        (FsFlags::ST_NOEXEC, MsFlags::MS_NOEXEC),
        (FsFlags::ST_NOATIME, MsFlags::MS_NOATIME),
        (FsFlags::ST_NODIRATIME, MsFlags::MS_NODIRATIME),
        (FsFlags::ST_RELATIME, MsFlags::MS_RELATIME),
    ] {
        flags.set(ours, held.contains(host));
    }
    mount(NOTHING, target, NOTHING, flags, NOTHING).map_err(|e| format!("read-only: {}", e.desc()))
}
