//! People's JavaScript and Python, run in milliseconds with nothing to reach (rule R7).
//!
//! [`Sandbox::run`] takes a [`Request`] and gives an [`Outcome`] or an [`Error`] with the user's own
//! line and a stable code. Behind it:
//!
//! * [`service`]: the handle; which engines are proven and may be used;
//! * [`pool`]: warm workers of one engine, replaced when they misbehave;
//! * [`worker`]: the process behind the pipe. It is the own binary, re-executed; it goes into a jail
//!   ([`worker::jail`]) and forks a child of a warm parent for every execution, or for those of one script;
//! * [`frame`]: the protocol between the two. Only the parent's frames are trusted; what a child
//!   says is data.
//!
//! Invariants: the interpreter is never the boundary, the kernel is; no execution sees anything of
//! another; an engine whose jail is not proven on this host refuses; the server never waits for user
//! code beyond its limit.

mod config;
mod error;
mod frame;
mod host;
pub mod http;
mod model;
mod network;
mod orders;
mod pool;
mod proof;
mod python;
mod service;
#[cfg(target_os = "linux")]
mod worker;

pub use config::{Config, Isolation, Layer};
pub use error::{Code, Error};
pub use http::routes;
pub use model::{ConsoleLine, Language, Level, Limits, Outcome, Request, Usage};
pub use network::{FetchRequest, FetchResponse, HostFetch, Hosts};
pub use proof::{Attempt, LayerState, Proof};
pub use service::{Engine, EngineState, Package, Sandbox};

/// The life of a worker process: reads its orders on standard input, goes into the jail, serves
/// until standard input ends. Call it before any thread is started.
pub fn worker_main() -> std::process::ExitCode {
    #[cfg(target_os = "linux")]
    return worker::main();
    #[cfg(not(target_os = "linux"))]
    std::process::ExitCode::FAILURE
}
