//! One execution: the module, its entry function, its promise, its answer.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use nix::sys::resource::{UsageWho, getrusage};
use nix::time::{ClockId, clock_gettime};
use rquickjs::promise::PromiseState;
use rquickjs::{CatchResultExt as _, Ctx, Function, Module, Object, Promise, Value};

use super::host::Tick;
use super::{Engine, fault};
use crate::Code;
use crate::orders::{Fault, Job};

/// The name of the user's text in stack traces.
pub const FILE: &str = "main.js";

/// Runs the code in this engine: its answer as JSON, or why there is none.
pub fn run(engine: &Engine, heap: usize, job: &Job, source: &str, params: &[u8]) -> Result<String, Fault> {
    let Engine { runtime, context, tick } = engine;
    let expired = Rc::new(Cell::new(false));
    let (flag, limit) = (expired.clone(), spent() + Duration::from_millis(job.cpu_ms));
    runtime.set_interrupt_handler(Some(Box::new(move || {
        if spent() > limit {
            flag.set(true);
        }
        flag.get()
    })));
    runtime.set_memory_limit(usize::try_from(job.memory_bytes).unwrap_or(usize::MAX).saturating_add(heap));
    let outcome = context.with(|ctx| answer(&ctx, tick, job, source, params));
    runtime.set_memory_limit(0);
    match outcome {
        Err(_) if expired.get() => Err(Fault::new(Code::Timeout, "The code burnt its processor time. Look for a loop that does not end.")),
        outcome => outcome,
    }
}

/// The most memory this process had so far, in bytes.
pub fn resident() -> u64 {
    getrusage(UsageWho::RUSAGE_SELF).map_or(0, |usage| u64::try_from(usage.max_rss()).unwrap_or(0) * 1024)
}

/// Processor time of this process so far.
pub fn spent() -> Duration {
    clock_gettime(ClockId::CLOCK_PROCESS_CPUTIME_ID).map_or(Duration::ZERO, Duration::from)
}

fn answer(ctx: &Ctx<'_>, tick: &Tick, job: &Job, source: &str, params: &[u8]) -> Result<String, Fault> {
    let failed = |error| fault::of(ctx, &error, job);
    let entry = &job.entry;
    // A module's names are not on the global object; this line, after the user's last, hands the entry over.
    let source = format!("{source}\n;globalThis['\\0entry'] = typeof {entry} === 'undefined' ? undefined : {entry};");
    let module = Module::declare(ctx.clone(), FILE, source).catch(ctx).map_err(|e| fault::of_text(ctx, &e, job))?;
    let (module, evaluated) = module.eval().catch(ctx).map_err(failed)?;
    settle(ctx, tick, &evaluated, job)?;
    let found: Value = ctx.globals().get("\0entry").catch(ctx).map_err(failed)?;
    let _ = ctx.globals().remove("\0entry");
    let named = found.into_function();
    let main = match named {
        Some(function) => Some(function),
        None => module.namespace().ok().and_then(|n| n.get::<_, Value>("default").ok()).and_then(Value::into_function),
    };
    let Some(main) = main else {
        return Err(Fault::new(
            Code::NoEntry,
            format!("The code has no function `{entry}`. Define `async function {entry}({{ params }}) {{ … }}`."),
        ));
    };
    let params = ctx.json_parse(params.to_vec()).catch(ctx).map_err(failed)?;
    let argument = if entry == "main" {
        let args = Object::new(ctx.clone()).catch(ctx).map_err(failed)?;
        args.set("params", params).catch(ctx).map_err(failed)?;
        args.into_value()
    } else {
        params
    };
    let value = call(ctx, tick, &main, argument, job)?;
    let json = ctx.json_stringify(value).catch(ctx).map_err(|e| fault::of_answer(ctx, &e, job))?;
    let json = match json {
        None => "null".to_owned(),
        Some(text) => text.to_string().catch(ctx).map_err(failed)?,
    };
    if json.len() as u64 > job.output_bytes {
        return Err(Fault::new(Code::OutputTooLarge, format!("The answer has {} bytes; {} are allowed.", json.len(), job.output_bytes)));
    }
    Ok(json)
}

fn call<'js>(ctx: &Ctx<'js>, tick: &Tick, main: &Function<'js>, argument: Value<'js>, job: &Job) -> Result<Value<'js>, Fault> {
    let failed = |error| fault::of(ctx, &error, job);
    let value: Value = main.call((argument,)).catch(ctx).map_err(failed)?;
    match value.clone().into_promise() {
        None => Ok(value),
        Some(promise) => settle(ctx, tick, &promise, job),
    }
}

/// Runs jobs and timers until the promise is settled.
fn settle<'js>(ctx: &Ctx<'js>, tick: &Tick, promise: &Promise<'js>, job: &Job) -> Result<Value<'js>, Fault> {
    let failed = |error| fault::of(ctx, &error, job);
    let tick = tick.clone().restore(ctx).catch(ctx).map_err(failed)?;
    loop {
        while ctx.execute_pending_job() {}
        if promise.state() != PromiseState::Pending {
            return match promise.result::<Value>() {
                Some(result) => result.catch(ctx).map_err(failed),
                None => Err(Fault::new(Code::Exception, "The promise was not settled.")),
            };
        }
        let wait: f64 = tick.call(()).catch(ctx).map_err(failed)?;
        if wait < 0.0 {
            return Err(Fault::new(Code::Exception, "The code awaits a promise that nothing will ever settle."));
        }
        if wait > 0.0 {
            std::thread::sleep(Duration::from_secs_f64((wait / 1000.0).min(3600.0)));
        }
    }
}
