//! A worker as the server sees it: a process behind a pipe.

use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};
use tokio::time::timeout;

use crate::frame::{self, HEAD, ended, kind};
use crate::orders::{Job, Orders, PythonPlan, Ready};
use crate::{Code, Config, Error, FetchRequest, HostFetch, Language, Outcome, Request, Usage};

mod transcript;

use transcript::{Said, Transcript};

/// A worker that is not warm by then never will be.
const START: Duration = Duration::from_secs(20);

/// Beyond its wall limit a child is killed by its parent; beyond this the whole worker by us.
const GRACE: Duration = Duration::from_secs(2);

/// A worker that ends so soon after it was asked, without a byte, was dead already.
const AT_ONCE: Duration = Duration::from_millis(20);

/// User ids that workers of a root server take turns with.
const FIRST_UID: u32 = 64_100;
const UIDS: u32 = 400;

/// What to execute.
pub struct Task<'a> {
    request: &'a Request,
    /// Who performs fetches, when hosts are granted.
    fetch: Option<Arc<dyn HostFetch>>,
    /// Everything but the params; whoever has the same head asks for the same script.
    head: Vec<u8>,
    params: Vec<u8>,
    /// Whether a process may stay for this script.
    keep: bool,
}

impl<'a> Task<'a> {
    /// User code.
    pub fn new(request: &'a Request, fetch: Option<Arc<dyn HostFetch>>) -> serde_json::Result<Self> {
        // Only a workspace has scripts of its own; CPython cannot be made new within a process.
        let keep_for = request.owner.filter(|_| request.language == Language::Javascript);
        Self::of(request, fetch, keep_for, false)
    }

    /// The self-test's attempts instead of the code.
    pub fn probe(request: &'a Request) -> serde_json::Result<Self> {
        Self::of(request, None, None, true)
    }

    fn of(request: &'a Request, fetch: Option<Arc<dyn HostFetch>>, keep_for: Option<i64>, probe: bool) -> serde_json::Result<Self> {
        let limits = request.limits;
        let head = serde_json::to_vec(&Job {
            probe,
            code: request.code.clone(),
            entry: request.entry.clone(),
            cpu_ms: millis(limits.cpu),
            memory_bytes: limits.memory_bytes,
            output_bytes: limits.output_bytes,
            console_bytes: limits.console_bytes,
            fetch: !request.network.is_empty() && fetch.is_some(),
            keep_for,
        })?;
        Ok(Self { request, fetch, head, params: serde_json::to_vec(&request.params)?, keep: keep_for.is_some() })
    }

    /// Bytes of the params as JSON.
    pub fn params_len(&self) -> usize {
        self.params.len()
    }

    fn frame(&self) -> Vec<u8> {
        let wall = u32::try_from(millis(self.request.limits.wall)).unwrap_or(u32::MAX).to_le_bytes();
        let kind = if self.keep { kind::SCRIPT } else { kind::JOB };
        frame::pack(kind, &[&wall, &(self.head.len() as u32).to_le_bytes(), &self.head, &self.params])
    }
}

/// A warm worker. Dropping it kills it.
pub struct Worker {
    process: Child,
    input: ChildStdin,
    output: ChildStdout,
    ready: Ready,
    /// The script for which the process of the last execution stays: the head of its job.
    script: Vec<u8>,
    /// Whether the last execution left it as it should be.
    sound: bool,
    /// Until when the process of an execution that has answered must be gone.
    finishing: Option<Instant>,
    /// Whether it turned out to be dead before the execution can have done anything.
    was_dead: bool,
    buffer: Vec<u8>,
}

impl Worker {
    /// Starts a worker and waits until it is warm; the error says why it is not.
    pub async fn start(config: &Config, language: Language, python: Option<&PythonPlan>) -> Result<Self, String> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let (program, arguments) = &config.worker;
        let mut process = Command::new(program)
            .args(arguments)
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|e| format!("{} cannot be started: {e}", program.display()))?;
        let (Some(input), Some(output), Some(errors)) = (process.stdin.take(), process.stdout.take(), process.stderr.take()) else {
            return Err("the worker has no pipes".to_owned());
        };
        let orders = Orders {
            language,
            isolation: config.isolation,
            without: config.without.clone(),
            uid: FIRST_UID + NEXT.fetch_add(1, Ordering::Relaxed) % UIDS,
            python: python.cloned(),
        };
        let ready = Ready { version: String::new(), layers: Vec::new() };
        let mut worker =
            Self { process, input, output, ready, script: Vec::new(), sound: true, finishing: None, was_dead: false, buffer: Vec::new() };
        match timeout(START, worker.greet(&orders)).await {
            Ok(Ok(())) => Ok(worker),
            Ok(Err(reason)) => Err(match last_words(errors).await {
                words if words.is_empty() => reason,
                words => format!("{reason}: {words}"),
            }),
            Err(_) => Err(format!("the worker was not ready within {} s", START.as_secs())),
        }
    }

    async fn greet(&mut self, orders: &Orders) -> Result<(), String> {
        let text = serde_json::to_vec(orders).map_err(|e| e.to_string())?;
        self.input.write_all(&frame::pack(kind::ORDERS, &[&text])).await.map_err(|e| format!("the worker takes no orders: {e}"))?;
        let (kind, payload) = self.frame().await.map_err(|_| "the worker ended before it was ready".to_owned())?;
        if kind != kind::READY {
            return Err(String::from_utf8_lossy(&payload).into_owned());
        }
        self.ready = serde_json::from_slice(&payload).map_err(|e| format!("the worker's greeting cannot be read: {e}"))?;
        Ok(())
    }

    /// What it said when it was warm.
    pub fn ready(&self) -> &Ready {
        &self.ready
    }

    /// Whether it may be used again.
    pub fn is_sound(&self) -> bool {
        self.sound
    }

    /// Whether the last execution did not even begin: another worker may try it.
    pub fn was_dead(&self) -> bool {
        self.was_dead
    }

    /// Whether a process waits here for this very script.
    pub fn keeps(&self, task: &Task<'_>) -> bool {
        task.keep && self.script == task.head
    }

    /// Whether the process is still there.
    pub fn is_alive(&mut self) -> bool {
        matches!(self.process.try_wait(), Ok(None))
    }

    /// Runs one task. The answer is there before its process is gone: [`Self::finish`] sees to that. Afterwards ask [`Self::is_sound`].
    pub async fn execute(&mut self, task: &Task<'_>) -> Result<Outcome, Error> {
        self.finish().await;
        self.sound = false;
        self.script.clear();
        let limits = task.request.limits;
        let started = Instant::now();
        let mut transcript = Transcript::new(&limits);
        let served = timeout(limits.wall + GRACE, self.serve(task, &mut transcript)).await;
        let mut usage = Usage { wall_ms: millis(started.elapsed()), ..Usage::default() };
        let end = match served {
            Ok(Ok(Some(end))) => end,
            Ok(Ok(None)) if transcript.is_kept() => {
                self.sound = true;
                self.script.extend_from_slice(&task.head);
                return transcript.answer(usage);
            }
            Ok(Ok(None)) => {
                self.finishing = Some(started + limits.wall + GRACE);
                return transcript.answer(usage);
            }
            Ok(Err(reason)) => {
                self.was_dead = transcript.is_empty() && started.elapsed() < AT_ONCE;
                tracing::warn!(%reason, "a sandbox worker is given up");
                return Err(transcript.failed(Code::Crashed, "The process that ran the code ended.", usage));
            }
            Err(_) => {
                tracing::warn!("a sandbox worker did not end its child in time and is given up");
                return Err(transcript.failed(Code::Timeout, overran(limits.wall), usage));
            }
        };
        self.sound = true;
        usage.cpu_ms = end.cpu / 1000;
        // The kernel counts the limit by ticks, the usage exactly: they differ by some.
        let killed = matches!(end.signal(), Some(9 | 24));
        let burnt = killed && usage.cpu_ms.saturating_mul(2) >= millis(limits.cpu);
        transcript.close(&end, usage, burnt, limits.wall)
    }

    /// Waits until the process of the last execution is gone. A worker that does not bring that about in time is not sound.
    pub async fn finish(&mut self) {
        let Some(until) = self.finishing.take() else { return };
        let end = async {
            loop {
                match self.frame().await {
                    Ok((kind::DATA, _)) => {}
                    Ok((kind::END, _)) => return true,
                    _ => return false,
                }
            }
        };
        self.sound = matches!(tokio::time::timeout_at(until.into(), end).await, Ok(true));
    }

    /// Whether the process of the last execution may still be there.
    pub fn is_finishing(&self) -> bool {
        self.finishing.is_some()
    }

    /// Until the end, or `None` as soon as there is an answer.
    async fn serve(&mut self, task: &Task<'_>, transcript: &mut Transcript) -> Result<Option<End>, String> {
        self.input.write_all(&task.frame()).await.map_err(|e| e.to_string())?;
        let mut fetching: Option<tokio::task::JoinHandle<Vec<u8>>> = None;
        loop {
            let answer = async {
                match fetching.as_mut() {
                    Some(fetch) => fetch.await.unwrap_or_default(),
                    None => std::future::pending().await,
                }
            };
            let (kind, payload) = tokio::select! {
                frame = read(&mut self.output, &mut self.buffer) => frame.map_err(|e| e.to_string())?,
                answer = answer => {
                    fetching = None;
                    let inner = frame::pack(kind::FETCH, &[&answer]);
                    self.input.write_all(&frame::pack(kind::INPUT, &[&inner])).await.map_err(|e| e.to_string())?;
                    continue;
                }
            };
            match kind {
                kind::DATA => {
                    for said in transcript.hear(&payload)? {
                        let Said::Fetch(wish) = said;
                        if fetching.is_some() {
                            return Err("two fetches at once".to_owned());
                        }
                        fetching = Some(tokio::spawn(fetch(wish, task.fetch.clone(), task.request.network.clone())));
                    }
                    if transcript.is_answered() {
                        return Ok(None);
                    }
                }
                kind::END => {
                    if let Some(fetch) = fetching {
                        fetch.abort();
                    }
                    return End::read(&payload).map(Some).ok_or_else(|| "an end that cannot be read".to_owned());
                }
                _ => return Err(format!("an unknown frame {kind}")),
            }
        }
    }

    async fn frame(&mut self) -> std::io::Result<(u8, Vec<u8>)> {
        read(&mut self.output, &mut self.buffer).await
    }
}

/// How the child ended.
pub struct End {
    pub how: u8,
    pub code: i32,
    /// Its processor time, µs.
    pub cpu: u64,
}

impl End {
    fn read(payload: &[u8]) -> Option<Self> {
        let (how, rest) = payload.split_first()?;
        let (code, cpu) = rest.split_first_chunk::<4>()?;
        Some(Self { how: *how, code: i32::from_le_bytes(*code), cpu: u64::from_le_bytes(cpu.try_into().ok()?) })
    }

    pub fn overran(&self) -> bool {
        self.how == ended::OVERRAN
    }

    pub fn signal(&self) -> Option<i32> {
        (self.how == ended::SIGNALLED).then_some(self.code)
    }
}

/// Reads a frame; what was read of the next one stays in the buffer. May be dropped between frames and within.
async fn read(output: &mut ChildStdout, buffer: &mut Vec<u8>) -> std::io::Result<(u8, Vec<u8>)> {
    loop {
        if let Some((kind, payload, used)) = frame::split(buffer)? {
            let payload = payload.to_vec();
            buffer.drain(..used);
            return Ok((kind, payload));
        }
        buffer.reserve(HEAD + (16 << 10));
        if output.read_buf(buffer).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
    }
}

async fn fetch(wish: Vec<u8>, fetch: Option<Arc<dyn HostFetch>>, hosts: crate::Hosts) -> Vec<u8> {
    let answer = match (serde_json::from_slice::<FetchRequest>(&wish), fetch) {
        (Err(_), _) => Err("this is no request".to_owned()),
        (_, None) => Err("no network is granted to this code".to_owned()),
        (Ok(request), Some(fetch)) => fetch.fetch(&hosts, request).await,
    };
    serde_json::to_vec(&answer).unwrap_or_default()
}

/// The first of what a worker that failed wrote to standard error.
async fn last_words(mut errors: ChildStderr) -> String {
    let mut bytes = vec![0; 4096];
    let read = timeout(Duration::from_millis(200), errors.read(&mut bytes)).await;
    let length = read.ok().and_then(Result::ok).unwrap_or(0);
    String::from_utf8_lossy(&bytes[..length]).trim().chars().take(500).collect()
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// The message of a wall limit.
pub fn overran(wall: Duration) -> String {
    format!("The code did not answer within {} ms.", wall.as_millis())
}
