//! People's code.

use std::path::PathBuf;

use super::value::Value;
use super::{List, Period, Problem, settings};

settings! {
    /// People's code: how it is run and what it may use.
    pub struct Sandbox {
        /// `sandbox`: in a jail that has proven itself on this host, or not at all. `local`: as a plain process that can do what the server can; for trusted authors only.
        runner: Runner = "CODE_RUNNER_TYPE", "sandbox";
        /// How long code may take.
        timeout: Period = "CODE_RUNNER_TIMEOUT_SECONDS", "60";
        /// Memory of one execution, in MB.
        memory_mb: u32 = "CODE_RUNNER_MEMORY_LIMIT_MB", "100";
        /// Hosts that code in workflows and tools may fetch from (`api.example.com`, `*.example.com`) where it names them; none without it. `cdn.jsdelivr.net`, which Coze Studio needed for its own runtime, grants nothing.
        allow_net: List = "CODE_RUNNER_ALLOW_NET", "";
        /// Has no effect: code never sees the environment.
        allow_env: String = "CODE_RUNNER_ALLOW_ENV", "";
        /// Has no effect: code never reads the host's files. Python packages: `HEARTH_SANDBOX_PYTHON_SITE`.
        allow_read: String = "CODE_RUNNER_ALLOW_READ", "";
        /// Has no effect: code never writes files.
        allow_write: String = "CODE_RUNNER_ALLOW_WRITE", "";
        /// Has no effect: code never starts programs.
        allow_run: String = "CODE_RUNNER_ALLOW_RUN", "";
        /// Has no effect: code never loads libraries of the host.
        allow_ffi: String = "CODE_RUNNER_ALLOW_FFI", "";
        /// Has no effect: JavaScript has no modules here.
        node_modules: String = "CODE_RUNNER_NODE_MODULES_DIR", "";
        /// The Python that runs code, 3.9 or newer: a path, or a name in `PATH`. Empty: no Python.
        python: Interpreter = "HEARTH_SANDBOX_PYTHON", "python3";
        /// Directories of installed Python packages (`pip install --target`), which code may import; read-only.
        python_site: List = "HEARTH_SANDBOX_PYTHON_SITE", "";
        /// Packages that are imported before any code arrives, so that none waits for them (`numpy,pandas`).
        python_preload: List = "HEARTH_SANDBOX_PYTHON_PRELOAD", "";
        /// Executions of each language at once, and workers kept warm. 0: as many as processors, at least 2.
        workers: u32 = "HEARTH_SANDBOX_WORKERS", "0";
        /// Executions of each language at once when the others wait for something. 0: four times as many as processors, at least 8.
        max_workers: u32 = "HEARTH_SANDBOX_MAX_WORKERS", "0";
        /// Layers of the jail to do without (`namespaces`, `landlock`, `seccomp`), to see what Hearth does on a host that lacks them.
        without: Layers = "HEARTH_SANDBOX_WITHOUT", "";
    }
}

/// How code is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Runner {
    /// In the jail.
    Sandbox,
    /// As a plain process.
    Local,
}

impl Value for Runner {
    const ALLOWED: &'static str = "`sandbox` or `local`";
    fn parse(text: &str) -> Result<Self, String> {
        match text {
            "sandbox" => Ok(Self::Sandbox),
            "local" => Ok(Self::Local),
            _ => Err(String::new()),
        }
    }
}

/// A Python; `none` switches it off.
#[derive(Debug, Clone)]
pub struct Interpreter(pub String);

impl Value for Interpreter {
    const ALLOWED: &'static str = "a path or a name; `none` for no Python";
    fn parse(text: &str) -> Result<Self, String> {
        Ok(Self(if text == "none" { String::new() } else { text.to_owned() }))
    }
}

/// Layers of the jail.
#[derive(Debug, Clone)]
pub struct Layers(pub Vec<sandbox::Layer>);

impl Value for Layers {
    const ALLOWED: &'static str = "`namespaces`, `landlock`, `seccomp`, separated by commas";
    fn parse(text: &str) -> Result<Self, String> {
        let one = |name: &str| sandbox::Layer::ALL.into_iter().find(|layer| layer.as_str() == name).ok_or_else(String::new);
        text.split(',').map(str::trim).filter(|name| !name.is_empty()).map(one).collect::<Result<_, _>>().map(Self)
    }
}

impl Sandbox {
    /// What one setting alone cannot tell.
    pub fn check(&self) -> Result<(), Problem> {
        let problem = |name: &str, read: &str, allowed: &str, why: &str| Err(Problem::value(name, read, allowed, why));
        if self.timeout.0.is_zero() || self.timeout.0.as_secs() > 3_600 {
            return problem("CODE_RUNNER_TIMEOUT_SECONDS", &self.timeout.0.as_secs().to_string(), "between 1 and 3600 seconds", "");
        }
        if self.memory_mb < 16 {
            return problem("CODE_RUNNER_MEMORY_LIMIT_MB", &self.memory_mb.to_string(), "at least 16", "an interpreter alone needs that");
        }
        match self.hosts() {
            Ok(_) => Ok(()),
            Err(why) => problem("CODE_RUNNER_ALLOW_NET", &self.allow_net.0.join(","), "hosts, separated by commas", &why),
        }
    }

    /// What code in workflows and tools may reach.
    pub fn hosts(&self) -> Result<sandbox::Hosts, String> {
        sandbox::Hosts::new(self.allow_net.0.iter().filter(|host| *host != "cdn.jsdelivr.net"))
    }

    /// The most that code may use.
    pub fn limits(&self) -> sandbox::Limits {
        let wall = self.timeout.0;
        sandbox::Limits { wall, cpu: wall, memory_bytes: u64::from(self.memory_mb) * 1_000_000, ..sandbox::Limits::default() }
    }

    /// For the sandbox itself; its workers are this binary.
    pub fn config(&self) -> sandbox::Config {
        // Not the path: the file may have been replaced by a newer one, of which nothing is known.
        let own = if cfg!(target_os = "linux") { PathBuf::from("/proc/self/exe") } else { std::env::current_exe().unwrap_or_default() };
        sandbox::Config {
            isolation: if self.runner == Runner::Local { sandbox::Isolation::Local } else { sandbox::Isolation::Jailed },
            python: self.python.0.clone(),
            python_sites: self.python_site.0.iter().map(PathBuf::from).collect(),
            python_preload: self.python_preload.0.clone(),
            warm: self.workers as usize,
            most: self.max_workers as usize,
            without: self.without.0.clone(),
            ..sandbox::Config::new(own, &["sandbox-worker"])
        }
    }

    /// Settings that somebody filled in and that do nothing here.
    pub fn without_effect(&self) -> Vec<&'static str> {
        let given = [
            ("CODE_RUNNER_ALLOW_ENV", &self.allow_env),
            ("CODE_RUNNER_ALLOW_READ", &self.allow_read),
            ("CODE_RUNNER_ALLOW_WRITE", &self.allow_write),
            ("CODE_RUNNER_ALLOW_RUN", &self.allow_run),
            ("CODE_RUNNER_ALLOW_FFI", &self.allow_ffi),
            ("CODE_RUNNER_NODE_MODULES_DIR", &self.node_modules),
        ];
        given.into_iter().filter(|(_, text)| !text.is_empty()).map(|(name, _)| name).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Origin, Sources};
    use super::*;

    fn read(texts: &[(&str, &str)]) -> Sandbox {
        let mut sources = Sources::default();
        sources.add(Origin::DotEnv, texts.iter().map(|(n, t)| ((*n).to_owned(), (*t).to_owned())));
        Sandbox::read(&sources).unwrap()
    }

    #[test]
    fn the_sample_file_of_coze_grants_nothing() {
        let read = read(&[("CODE_RUNNER_ALLOW_NET", "cdn.jsdelivr.net"), ("CODE_RUNNER_ALLOW_RUN", "sh")]);
        read.check().unwrap();
        assert!(read.hosts().unwrap().is_empty());
        assert_eq!(read.without_effect(), ["CODE_RUNNER_ALLOW_RUN"]);
        assert_eq!(read.config().isolation, sandbox::Isolation::Jailed);
        assert_eq!(read.limits().memory_bytes, 100_000_000);
    }

    #[test]
    fn what_cannot_be_right_is_told() {
        for bad in [("CODE_RUNNER_TIMEOUT_SECONDS", "0"), ("CODE_RUNNER_MEMORY_LIMIT_MB", "1"), ("CODE_RUNNER_ALLOW_NET", "*")] {
            let problem = read(&[bad]).check().unwrap_err().to_string();
            assert!(problem.contains(bad.0), "{problem}");
        }
    }
}
