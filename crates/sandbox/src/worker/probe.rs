//! The self-test's attempts from inside, in Rust: what code that has broken out of the interpreter could try.
//!
//! It runs in a child where user code would run, behind the same limits and filters. Each attempt
//! tells what came of it; `None` means that it succeeded, which no jail may allow.

use std::collections::BTreeMap;
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use nix::sys::ptrace;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::fork;
use crate::orders::Job;

type Tried = Result<(), String>;
type Attempt = (&'static str, fn(&Job) -> Tried);

/// Name of the attempt → why it was refused.
pub fn attempt_all(job: &Job) -> BTreeMap<&'static str, Option<String>> {
    let attempts: [Attempt; 10] = [
        ("read a file", read_file),
        ("list a directory", list_directory),
        ("write a file", write_file),
        ("read the environment", environment),
        ("read /proc", read_proc),
        ("open a network socket", network),
        ("connect to a local service", unix_socket),
        ("start a process", start_process),
        ("trace or signal a process", trace),
        ("exceed the memory", exceed_memory),
    ];
    attempts.into_iter().map(|(name, attempt)| (name, attempt(job).err())).collect()
}

fn told<T>(result: std::io::Result<T>) -> Tried {
    result.map(drop).map_err(|e| e.to_string())
}

/// Succeeds when one of them does.
fn any(tries: impl IntoIterator<Item = Tried>) -> Tried {
    let mut last = Err("nothing was tried".to_owned());
    for tried in tries {
        last = tried;
        if last.is_ok() {
            break;
        }
    }
    last
}

fn read_file(_: &Job) -> Tried {
    any(["/etc/passwd", "/etc/hostname", "/bin/sh", "/proc/version"].map(|path| told(std::fs::read(path))))
}

fn list_directory(_: &Job) -> Tried {
    any(["/proc", "/dev", "/var/log", "/boot", "."].map(|path| told(std::fs::read_dir(path).and_then(|mut d| d.next().transpose()))))
}

fn write_file(_: &Job) -> Tried {
    any(["/tmp/hearth-probe", "/dev/shm/hearth-probe", "/hearth-probe", "hearth-probe"].map(|path| told(std::fs::write(path, b"x"))))
}

fn environment(_: &Job) -> Tried {
    if std::env::vars_os().next().is_none() { Err("it is empty".to_owned()) } else { Ok(()) }
}

fn read_proc(_: &Job) -> Tried {
    any(["/proc/self/environ", "/proc/1/environ", "/proc/self/maps", "/proc/1/cmdline"].map(|path| told(std::fs::read(path))))
}

fn network(_: &Job) -> Tried {
    let address = std::net::SocketAddr::from(([127, 0, 0, 1], 80));
    any([
        told(TcpStream::connect_timeout(&address, Duration::from_millis(50))),
        told(TcpListener::bind("127.0.0.1:0")),
        told(UdpSocket::bind("127.0.0.1:0")),
    ])
}

fn unix_socket(_: &Job) -> Tried {
    any(["/var/run/docker.sock", "/run/dbus/system_bus_socket", "/tmp/.X11-unix/X0"].map(|path| told(UnixStream::connect(path))))
}

fn start_process(_: &Job) -> Tried {
    match fork::fork() {
        Ok(None) => std::process::exit(0),
        Ok(Some(_)) => Ok(()),
        Err(error) => Err(error.desc().to_owned()),
    }
}

fn trace(_: &Job) -> Tried {
    let parent = nix::unistd::getppid();
    let told = |result: nix::Result<()>| result.map_err(|e| e.desc().to_owned());
    any([
        told(ptrace::attach(Pid::from_raw(1))),
        told(ptrace::traceme()),
        told(kill(parent, Signal::SIGCONT)),
        told(kill(Pid::from_raw(-1), None)),
    ])
}

fn exceed_memory(job: &Job) -> Tried {
    let wanted = usize::try_from(job.memory_bytes).unwrap_or(usize::MAX / 8).saturating_mul(8);
    let mut hoard: Vec<u8> = Vec::new();
    hoard.try_reserve_exact(wanted).map_err(|_| "the allocation is refused".to_owned())
}
