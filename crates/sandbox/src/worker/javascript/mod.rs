//! JavaScript by QuickJS: the warm parent holds one prepared context, each child uses its own copy of it.

mod fault;
mod host;
mod run;
mod typescript;

use rquickjs::{Context, Runtime};

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

/// What a child finds prepared.
struct Engine<'a> {
    runtime: &'a Runtime,
    context: &'a Context,
    hooks: &'a host::Hooks,
    /// Bytes of the prepared context.
    heap: usize,
}

/// Prepares the context, says so, serves.
pub fn serve(server: &mut Server, orders: &Orders, layers: Vec<LayerState>, base: u64) -> Result<(), String> {
    let jailed = orders.isolation == Isolation::Jailed;
    let filter = jail::seccomp::child_filter(Language::Javascript).map_err(|e| e.to_string())?;
    let runtime = Runtime::new().map_err(|e| e.to_string())?;
    runtime.set_max_stack_size(STACK);
    let context = Context::full(&runtime).map_err(|e| e.to_string())?;
    let hooks = host::prepare(&context)?;
    let ready = Ready { version: VERSION.to_owned(), layers };
    server.say(kind::READY, &[&serde_json::to_vec(&ready).map_err(|e| e.to_string())?]).map_err(|e| e.to_string())?;
    // Counted here once: it walks over the whole heap.
    let heap = usize::try_from(runtime.memory_usage().malloc_size).unwrap_or(0);
    warm::serve(server, |mut channel: Channel| {
        // Before anybody waits for this child. The own limits may still be lowered behind it.
        if jailed && seccompiler::apply_filter(&filter).is_err() {
            return;
        }
        let Ok(payload) = channel.job() else { return };
        let Some((job, params)) = unpack(&payload) else { return };
        channel.allow_console(job.console_bytes);
        if jail::limits::child(base + job.memory_bytes + SLACK, job.cpu_ms).is_err() {
            return;
        }
        if job.probe {
            let tried = probe::attempt_all(&job);
            channel.result(0, 0, &serde_json::to_string(&tried).unwrap_or_default());
            return;
        }
        run::run(&Engine { runtime: &runtime, context: &context, hooks: &hooks, heap }, channel, &job, params);
    })
}

/// Head length (4 bytes), head, params.
fn unpack(payload: &[u8]) -> Option<(Job, &[u8])> {
    let (length, rest) = payload.split_first_chunk::<4>()?;
    let (head, params) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
    Some((serde_json::from_slice(head).ok()?, params))
}
