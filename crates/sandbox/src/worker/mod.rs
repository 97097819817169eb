//! The worker process, from its first instruction to its last.
//!
//! `main` reads its orders, goes into the jail (`jail`), and becomes the warm parent of one
//! language: `javascript` in this process, or `python` by turning into CPython with our server
//! script. The warm parent (`warm`) forks a child before each execution; a child serves once.
//! Everything here runs on one thread.

mod channel;
mod fork;
pub mod jail;
mod javascript;

mod probe;
mod python;
mod warm;

use std::fs::File;
use std::io::Write as _;
use std::os::fd::AsFd as _;
use std::process::ExitCode;

use crate::frame::{self, kind};
use crate::orders::Orders;
use crate::proof::LayerState;
use crate::{Isolation, Language, Layer};

/// The pipe to the server.
struct Server {
    input: File,
    output: File,
}

impl Server {
    fn open() -> std::io::Result<Self> {
        let input = File::from(std::io::stdin().as_fd().try_clone_to_owned()?);
        let output = File::from(std::io::stdout().as_fd().try_clone_to_owned()?);
        Ok(Self { input, output })
    }

    fn say(&mut self, kind: u8, parts: &[&[u8]]) -> std::io::Result<()> {
        self.output.write_all(&frame::pack(kind, parts))
    }
}

/// See [`crate::worker_main`].
pub fn main() -> ExitCode {
    let Ok(mut server) = Server::open() else { return ExitCode::FAILURE };
    match live(&mut server) {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            let _ = server.say(kind::FAILED, &[reason.as_bytes()]);
            ExitCode::FAILURE
        }
    }
}

fn live(server: &mut Server) -> Result<(), String> {
    let threads = std::fs::read_dir("/proc/self/task").map_or(1, Iterator::count);
    if threads != 1 {
        return Err("a worker must begin with one thread".to_owned());
    }
    let (first, payload) = channel::read_frame(&mut server.input).map_err(|e| format!("no orders: {e}"))?;
    if first != kind::ORDERS {
        return Err("the first frame is no orders".to_owned());
    }
    let orders: Orders = serde_json::from_slice(&payload).map_err(|e| format!("the orders cannot be read: {e}"))?;
    let kept = [0, 1, 2, std::os::fd::AsRawFd::as_raw_fd(&server.input), std::os::fd::AsRawFd::as_raw_fd(&server.output)];
    jail::close_strangers(&kept);

    let mut layers = Vec::new();
    if orders.isolation == Isolation::Jailed {
        layers.push(jail::namespaces::unshare(&orders));
        if layers[0].on {
            // The new process namespace holds children only: one of them lives on as its first process.
            if let Some(code) = fork::hand_over().map_err(|e| format!("fork: {e}"))? {
                return if code == 0 { Ok(()) } else { Err(format!("the worker ended with code {code}")) };
            }
        }
    }
    // Told to the file, not the text: Python reads it when it is there.
    let statm = File::open("/proc/self/statm").map_err(|e| format!("/proc/self/statm: {e}"))?;
    let base = jail::address_space();
    if orders.isolation == Isolation::Jailed {
        confine(&orders, &mut layers)?;
    } else {
        jail::limits::worker()?;
        layers.extend(Layer::ALL.map(|layer| LayerState::off(layer, "CODE_RUNNER_TYPE=local: nothing is jailed")));
    }
    match orders.language {
        Language::Javascript => javascript::serve(server, &orders, layers, base),
        Language::Python => python::become_server(&orders, &layers, &statm.into()),
    }
}

/// Everything but the namespaces, which are there already or cannot be had.
fn confine(orders: &Orders, layers: &mut Vec<LayerState>) -> Result<(), String> {
    if layers[0].on
        && let Err(reason) = jail::root::change(orders)
    {
        layers[0] = LayerState::off(Layer::Namespaces, &reason);
    }
    jail::identity::drop(orders)?;
    jail::limits::worker()?;
    layers.push(jail::landlock::restrict(orders));
    jail::identity::forget_capabilities();
    layers.push(jail::seccomp::install_base(orders));
    let on = |layer: Layer| layers.iter().any(|l| l.layer == layer && l.on);
    if on(Layer::Seccomp) && (on(Layer::Namespaces) || on(Layer::Landlock)) {
        return Ok(());
    }
    let missing: Vec<String> = layers.iter().filter(|l| !l.on).map(|l| format!("{}: {}", l.layer.as_str(), l.detail)).collect();
    Err(format!("No jail can be had here ({}). It needs seccomp, and Landlock (Linux 5.13) or user namespaces.", missing.join("; ")))
}
