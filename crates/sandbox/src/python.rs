//! Finds the host's Python and what of the host's files it needs.
//!
//! The interpreter is asked itself, outside the jail, before any user code exists: isolated, without
//! site packages, with a text of ours.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;
use tokio::process::Command;
use tokio::time::timeout;

use crate::orders::PythonPlan;
use crate::{Config, Package};

const QUESTION: &str = r#"
import json, os, sys, sysconfig
if sys.version_info < (3, 9):
    sys.exit("Python 3.9 or newer is needed, this is " + sys.version.split()[0])
import _ctypes, _socket, _asyncio, resource, select, zlib, hashlib, math, _decimal
libraries = set()
with open("/proc/self/maps") as maps:
    for line in maps:
        path = line.split(None, 5)[-1].strip()
        if path.startswith("/") and ".so" in path:
            libraries.add(path)
path = [p for p in sys.path if p and os.path.exists(p) and "site-packages" not in p and "dist-packages" not in p]
packages = []
try:
    from importlib.metadata import distributions
    packages = sorted({(d.metadata["Name"], d.version) for d in distributions(path=sys.argv[1:]) if d.metadata["Name"]})
except Exception as error:
    print(error, file=sys.stderr)
print(json.dumps({"program": os.readlink("/proc/self/exe"), "path": path, "libraries": sorted(libraries), "packages": packages}))
"#;

/// Places of the dynamic linker, which programs name by one of these paths.
const LINKERS: [&str; 8] = [
    "/lib64/ld-linux-x86-64.so.2",
    "/lib/ld-linux-x86-64.so.2",
    "/lib/ld-linux-aarch64.so.1",
    "/lib64/ld-linux-aarch64.so.1",
    "/lib/ld-linux-riscv64-lp64d.so.1",
    "/lib/ld-musl-x86_64.so.1",
    "/lib/ld-musl-aarch64.so.1",
    "/lib/ld-musl-riscv64.so.1",
];

#[derive(Deserialize)]
struct Answer {
    program: PathBuf,
    path: Vec<PathBuf>,
    libraries: Vec<PathBuf>,
    packages: Vec<(String, String)>,
}

/// What was found.
#[derive(Debug)]
pub struct Found {
    /// For the workers.
    pub plan: PythonPlan,
    /// Installed packages.
    pub packages: Vec<Package>,
}

/// Asks the interpreter; the error says what to do.
pub async fn find(config: &Config) -> Result<Found, String> {
    let sites: Vec<PathBuf> = config.python_sites.iter().filter_map(|site| site.canonicalize().ok()).collect();
    if let Some(missing) = config.python_sites.iter().find(|site| !site.is_dir()) {
        return Err(format!("The package directory {} does not exist; correct HEARTH_SANDBOX_PYTHON_SITE.", missing.display()));
    }
    let ask = Command::new(&config.python)
        .args(["-I", "-S", "-X", "utf8", "-c", QUESTION])
        .args(&sites)
        .env_remove("PYTHONSTARTUP")
        .kill_on_drop(true)
        .output();
    let output = match timeout(Duration::from_secs(20), ask).await {
        Err(_) => return Err(format!("{} does not answer.", config.python)),
        Ok(Err(error)) => {
            return Err(format!("{} cannot be started ({error}). Install python3, or set HEARTH_SANDBOX_PYTHON.", config.python));
        }
        Ok(Ok(output)) => output,
    };
    if !output.status.success() {
        let words = String::from_utf8_lossy(&output.stderr);
        let last = words.trim().lines().last().unwrap_or("no reason given");
        return Err(format!("{} cannot be used: {last}", config.python));
    }
    let answer: Answer = serde_json::from_slice(&output.stdout).map_err(|e| format!("{} answers nonsense: {e}", config.python))?;
    // Everything named here is shown inside: a mistake must not show a directory of the host's.
    if !answer.program.is_file() {
        return Err(format!("{} does not say where its program lies.", config.python));
    }
    Ok(plan(answer, sites, config))
}

fn plan(answer: Answer, sites: Vec<PathBuf>, config: &Config) -> Found {
    let mut show: BTreeSet<PathBuf> = BTreeSet::new();
    let mut keep = |path: &Path| {
        if let Ok(real) = path.canonicalize() {
            show.insert(real);
        }
    };
    keep(&answer.program);
    for directory in &answer.path {
        keep(directory);
    }
    // Whole directories: modules that are loaded later want libraries beside these.
    answer.libraries.iter().filter_map(|l| l.parent()).for_each(&mut keep);
    for site in &sites {
        keep(site);
    }
    // Names of time zones, and where the linker looks in unusual places.
    keep(Path::new("/usr/share/zoneinfo"));
    keep(Path::new("/etc/ld.so.cache"));
    // What lies in a directory that is shown anyway, or would show half of the host, is left out.
    show.retain(|path| path.components().count() > 2);
    let all = show.clone();
    show.retain(|path| !all.iter().any(|other| other != path && path.starts_with(other)));
    let links = LINKERS.iter().filter_map(|linker| link(Path::new(linker), &show)).collect();
    let mut path: Vec<PathBuf> = answer.path.iter().filter_map(|p| p.canonicalize().ok()).collect();
    path.extend(sites);
    let plan =
        PythonPlan { program: answer.program, show: show.into_iter().collect(), links, path, preload: config.python_preload.clone() };
    Found { plan, packages: answer.packages.into_iter().map(|(name, version)| Package { name, version }).collect() }
}

/// A link to the dynamic linker where programs look for it, unless a shown directory has it there.
fn link(linker: &Path, show: &BTreeSet<PathBuf>) -> Option<(PathBuf, PathBuf)> {
    let real = linker.canonicalize().ok()?;
    let shown = show.iter().any(|dir| linker.parent().and_then(|p| p.canonicalize().ok()).is_some_and(|p| p.starts_with(dir)));
    // The path to it may lead over links as well (`/lib64` → `usr/lib64`); in the new tree it is a directory.
    let at_itself = shown && linker.parent().is_some_and(|p| p.canonicalize().is_ok_and(|real| real == p));
    (!at_itself && real != linker).then(|| (linker.to_owned(), real))
}
