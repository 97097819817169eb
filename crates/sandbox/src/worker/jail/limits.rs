//! Resource limits: of the worker once, of each child again.

use nix::sys::resource::{Resource, rlim_t, setrlimit};

/// Of the worker and all its children: no core files, no files written, few descriptors.
pub fn worker() -> Result<(), String> {
    for (what, most) in
        [(Resource::RLIMIT_CORE, 0), (Resource::RLIMIT_FSIZE, 0), (Resource::RLIMIT_NOFILE, 64), (Resource::RLIMIT_MEMLOCK, 0)]
    {
        set(what, most)?;
    }
    Ok(())
}

/// Of one execution, before its code runs. Address space is the outer ring: the interpreter's own limit is nearer.
pub fn child(address_space: u64, cpu_ms: u64) -> Result<(), String> {
    set(Resource::RLIMIT_AS, address_space)?;
    // Whole seconds are what the kernel counts; the signal at the limit kills.
    set(Resource::RLIMIT_CPU, cpu_ms.div_ceil(1000).max(1))
}

fn set(what: Resource, most: rlim_t) -> Result<(), String> {
    setrlimit(what, most, most).map_err(|e| format!("resource limit: {}", e.desc()))
}
