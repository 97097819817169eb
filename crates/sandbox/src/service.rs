//! The handle: proven engines, limits of owners, executions.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;
use tokio::sync::{OnceCell, OwnedSemaphorePermit, Semaphore};

use crate::host::Task;
use crate::pool::{Pool, busy};
use crate::proof::{self, Proof};
use crate::{Code, Config, Error, HostFetch, Isolation, Language, Outcome, Request, python};

/// Runs people's code. Cheap to clone.
#[derive(Clone)]
pub struct Sandbox {
    inner: Arc<Inner>,
}

struct Inner {
    config: Arc<Config>,
    fetch: Option<Arc<dyn HostFetch>>,
    javascript: OnceCell<Proven>,
    python: OnceCell<Proven>,
    owners: Mutex<HashMap<i64, Arc<Semaphore>>>,
}

/// An engine after its self-test.
struct Proven {
    engine: Engine,
    /// Absent when the engine may not be used.
    pool: Option<Arc<Pool>>,
}

/// Whether an engine may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SandboxEngineState)]
pub enum EngineState {
    /// Its jail was tried and held.
    Ready,
    /// It works without a jail, because the operator said so.
    Unprotected,
    /// Its jail cannot be had or did not hold: it refuses. `reason` says why and what to do.
    Off,
    /// There is no usable interpreter on this host; `reason` says why.
    Absent,
}

/// An installed package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = SandboxPackage)]
pub struct Package {
    /// As `pip` calls it.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// An engine as people see it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = SandboxEngine)]
pub struct Engine {
    /// For which language.
    pub language: Language,
    /// `quickjs` or `cpython`.
    pub name: &'static str,
    /// Its version; empty when it never started.
    pub version: String,
    /// Whether it may be used.
    pub state: EngineState,
    /// Why not, and what to do.
    #[schema(required)]
    pub reason: Option<String>,
    /// What was tried; `null` when there was nothing to try with.
    #[schema(required)]
    pub proof: Option<Proof>,
    /// Packages that code may import besides the standard library.
    pub packages: Vec<Package>,
}

impl Sandbox {
    /// Starts nothing yet; the first use, or [`Self::engines`], does.
    pub fn new(config: Config, fetch: Option<Arc<dyn HostFetch>>) -> Self {
        let inner = Inner {
            config: Arc::new(config),
            fetch,
            javascript: OnceCell::new(),
            python: OnceCell::new(),
            owners: Mutex::new(HashMap::new()),
        };
        Self { inner: Arc::new(inner) }
    }

    /// Runs code to its end. Dropping the future kills the execution.
    pub async fn run(&self, request: Request) -> Result<Outcome, Error> {
        let fetch = if request.network.is_empty() { None } else { self.inner.fetch.clone() };
        let task = Task::new(&request, fetch).map_err(|e| Error::new(Code::InputTooLarge, format!("The params have no JSON form: {e}")))?;
        check(&request, &task, &self.inner.config)?;
        let _share = self.share(request.owner).await?;
        let proven = self.proven(request.language).await;
        let Some(pool) = &proven.pool else {
            return Err(Error::new(Code::Unavailable, proven.engine.reason.clone().unwrap_or_default()));
        };
        pool.run(&task).await
    }

    /// All engines, each after its self-test.
    pub async fn engines(&self) -> Vec<Engine> {
        let (javascript, python) = tokio::join!(self.proven(Language::Javascript), self.proven(Language::Python));
        vec![javascript.engine.clone(), python.engine.clone()]
    }

    /// How this sandbox is set up.
    pub fn config(&self) -> &Config {
        &self.inner.config
    }

    /// At most half of the workers for one owner.
    async fn share(&self, owner: Option<i64>) -> Result<Option<OwnedSemaphorePermit>, Error> {
        let Some(owner) = owner else { return Ok(None) };
        let gate = {
            let mut owners = self.inner.owners.lock().unwrap_or_else(PoisonError::into_inner);
            if owners.len() > 1_000 {
                // Who runs nothing needs no gate.
                owners.retain(|_, gate| Arc::strong_count(gate) > 1);
            }
            let share = (self.inner.config.most() / 2).max(1);
            owners.entry(owner).or_insert_with(|| Arc::new(Semaphore::new(share))).clone()
        };
        gate.acquire_owned().await.map(Some).map_err(|_| busy())
    }

    async fn proven(&self, language: Language) -> &Proven {
        let cell = match language {
            Language::Javascript => &self.inner.javascript,
            Language::Python => &self.inner.python,
        };
        cell.get_or_init(|| self.prove(language)).await
    }

    async fn prove(&self, language: Language) -> Proven {
        let config = &self.inner.config;
        let mut engine = Engine {
            language,
            name: if language == Language::Javascript { "quickjs" } else { "cpython" },
            version: String::new(),
            state: EngineState::Off,
            reason: None,
            proof: None,
            packages: Vec::new(),
        };
        let pool = match self.start(language, &mut engine).await {
            Ok(pool) => Some(pool),
            Err(reason) => {
                tracing::warn!(language = language.as_str(), %reason, "this language is switched off");
                engine.reason = Some(reason);
                None
            }
        };
        if pool.is_some() {
            engine.state = if config.isolation == Isolation::Local { EngineState::Unprotected } else { EngineState::Ready };
            let layers: Vec<&str> = engine.proof.iter().flat_map(|p| &p.layers).filter(|l| l.on).map(|l| l.layer.as_str()).collect();
            tracing::info!(language = language.as_str(), version = engine.version, layers = layers.join(","), "sandbox proven");
        }
        Proven { engine, pool }
    }

    async fn start(&self, language: Language, engine: &mut Engine) -> Result<Arc<Pool>, String> {
        let config = &self.inner.config;
        let plan = match language {
            Language::Javascript => None,
            Language::Python if config.python.is_empty() => {
                engine.state = EngineState::Absent;
                return Err("Python is switched off (HEARTH_SANDBOX_PYTHON=none).".to_owned());
            }
            Language::Python => {
                engine.state = EngineState::Absent;
                let found = python::find(config).await?;
                engine.state = EngineState::Off;
                engine.packages = found.packages;
                Some(found.plan)
            }
        };
        let pool = Pool::new(language, config.clone(), plan);
        let mut worker = pool.start().await.map_err(|reason| advise(&reason))?;
        engine.version.clone_from(&worker.ready().version);
        let mut proof = proof::attempt(&mut worker, language, config.isolation).await?;
        if !proof.held {
            // On a host under load a limit may end an attempt before the jail does. What is really open is open again.
            worker = pool.start().await?;
            proof = proof::attempt(&mut worker, language, config.isolation).await?;
        }
        let broken: Vec<&str> = proof.attempts.iter().filter(|a| !a.refused).map(|a| a.name.as_str()).collect();
        let broken = broken.join(", ");
        let held = proof.held;
        engine.proof = Some(proof);
        if !held {
            return Err(format!("The jail did not hold in its self-test ({broken}), so no code is run. {REMEDY}"));
        }
        pool.keep(worker);
        pool.refill();
        Ok(pool)
    }
}

const REMEDY: &str = "Allow user namespaces, Landlock or seccomp on this host (in a container: do not drop the default seccomp profile, use Linux 5.13 or newer), \
     then start Hearth again; `hearth doctor` shows what is missing. For trusted authors only, CODE_RUNNER_TYPE=local runs code without a jail.";

fn advise(reason: &str) -> String {
    format!("{} {REMEDY}", reason.trim_end())
}

fn check(request: &Request, task: &Task<'_>, config: &Config) -> Result<(), Error> {
    let size = (request.code.len() + task.params_len()) as u64;
    if size > config.input_bytes {
        let message = format!("Code and params have {size} bytes together; {} are allowed.", config.input_bytes);
        return Err(Error::new(Code::InputTooLarge, message));
    }
    let mut letters = request.entry.chars();
    let named =
        letters.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_') && letters.all(|c| c.is_ascii_alphanumeric() || c == '_');
    if !named || request.entry.len() > 100 {
        return Err(Error::new(Code::NoEntry, "The entry must be the name of a function: letters, digits, `_`."));
    }
    Ok(())
}
