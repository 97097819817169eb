//! JavaScript by QuickJS: the warm parent holds one prepared context, each child begins with its own copy of it.

mod fault;
mod host;
mod run;
mod typescript;

use std::cell::Cell;

use rquickjs::{Context, Runtime};

use self::host::Prelude;
use super::channel::Channel;
use super::{Server, jail, probe, warm};
use crate::frame::kind;
use crate::orders::{Job, Orders, Ready};
use crate::proof::LayerState;
use crate::{Isolation, Language};

/// Beyond the limit of QuickJS' own heap: its stack, and ours.
const SLACK: u64 = 64 << 20;

/// What rquickjs 0.14 brings along; it does not tell.
const VERSION: &str = "QuickJS-ng 0.16";

/// Depth of recursion; the thread has 8 MiB.
const STACK: usize = 2 << 20;

/// A child that took more than this goes: it would not be as good as new.
const KEPT_MEMORY: u64 = 8 << 20;

/// Processor time after which a child goes, at most, in ms.
const KEPT_CPU: u64 = 1_000;

/// A fresh context with everything that code finds there.
struct Engine {
    tick: host::Tick,
    context: Context,
    runtime: Runtime,
}

impl Engine {
    fn prepare(talk: &host::Talk, prelude: Prelude) -> Result<Self, String> {
        let runtime = Runtime::new().map_err(|e| e.to_string())?;
        runtime.set_max_stack_size(STACK);
        let context = Context::full(&runtime).map_err(|e| e.to_string())?;
        let tick = host::prepare(&context, talk, prelude)?;
        Ok(Self { tick, context, runtime })
    }
}

/// Prepares the context, says so, serves.
pub fn serve(server: &mut Server, orders: &Orders, layers: Vec<LayerState>, base: u64) -> Result<(), String> {
    let jailed = orders.isolation == Isolation::Jailed;
    let filter = jail::seccomp::child_filter(Language::Javascript).map_err(|e| e.to_string())?;
    let talk = host::Talk::default();
    let prelude = Prelude::compile()?;
    let first = Engine::prepare(&talk, prelude)?;
    let ready = Ready { version: VERSION.to_owned(), layers };
    server.say(kind::READY, &[&serde_json::to_vec(&ready).map_err(|e| e.to_string())?]).map_err(|e| e.to_string())?;
    // Counted here once: it walks over the whole heap.
    let heap = usize::try_from(first.runtime.memory_usage().malloc_size).unwrap_or(0);
    let first = Cell::new(Some(first));
    warm::serve(server, |channel: Channel| {
        // Before anybody waits for this child. The own limits may still be lowered behind it.
        if jailed && seccompiler::apply_filter(&filter).is_err() {
            return;
        }
        // Each child has its own copy of the prepared context, and uses it once.
        let Some(engine) = first.take() else { return };
        Life { base, heap, talk: &talk, prelude }.live(engine, channel);
    })
}

/// What a child knows from its birth.
struct Life<'a> {
    /// Address space of the bare process, in bytes.
    base: u64,
    /// Bytes of a prepared context.
    heap: usize,
    talk: &'a host::Talk,
    prelude: Prelude,
}

impl Life<'_> {
    /// One execution, or several of the same script, each in a context of its own.
    fn live(&self, first: Engine, mut channel: Channel) {
        let before = run::resident();
        let mut source = None;
        let mut fresh = Some(first);
        let mut used = None;
        loop {
            let Ok(payload) = channel.job() else { return };
            let Some((job, params)) = unpack(&payload) else { return };
            channel.allow(&job);
            let stays_until = if job.keep_for.is_some() { KEPT_CPU.min(job.cpu_ms / 4) } else { 0 };
            let again = source.is_some();
            if !again {
                if jail::limits::child(self.base + job.memory_bytes + SLACK, job.cpu_ms + stays_until).is_err() {
                    return;
                }
                if job.probe {
                    let tried = probe::attempt_all(&job);
                    channel.result(false, 0, 0, &serde_json::to_string(&tried).unwrap_or_default());
                    return;
                }
                // The parent sends the same text each time.
                match typescript::strip(&job.code) {
                    Ok(text) => source = Some(text),
                    Err(fault) => return channel.fault(&fault),
                }
            }
            drop(used.take());
            let Some(engine) = fresh.take().or_else(|| self.engine()) else { return };
            let started = run::spent();
            self.talk.replace(Some(channel));
            let outcome = run::run(&engine, self.heap, &job, source.as_deref().unwrap_or_default(), params);
            let Some(back) = self.talk.take() else { return };
            channel = back;
            let (memory, spent) = (run::resident().saturating_sub(before), run::spent());
            match outcome {
                Err(fault) => return channel.fault(&fault),
                Ok(json) => {
                    let stays = spent.as_millis() < u128::from(stays_until) && memory < KEPT_MEMORY;
                    channel.result(stays, memory, spent.saturating_sub(started).as_micros() as u64, &json);
                    if !stays {
                        return;
                    }
                }
            }
            if again {
                // The caller works on while this is made.
                drop(engine);
                fresh = self.engine();
            } else {
                // It may never be asked for again: whoever waits for this processor comes first.
                used = Some(engine);
            }
        }
    }

    fn engine(&self) -> Option<Engine> {
        Engine::prepare(self.talk, self.prelude).ok()
    }
}

/// Head length (4 bytes), head, params.
fn unpack(payload: &[u8]) -> Option<(Job, &[u8])> {
    let (length, rest) = payload.split_first_chunk::<4>()?;
    let (head, params) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
    Some((serde_json::from_slice(head).ok()?, params))
}
