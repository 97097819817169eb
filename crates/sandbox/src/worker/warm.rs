//! The warm parent: forks a child, hands it an execution, passes its bytes on, sees it die.
//!
//! The child for the next execution is forked before that one is asked for, so that nobody waits
//! for the fork. The Python server script does the same in Python.
//!
//! A child whose execution was a script of a workspace may stay ([`kind::KEPT`]) for that same
//! script again: byte for byte the same text, entry, limits and workspace. For anything else it dies first.

use std::io::{Read as _, Write as _};
use std::os::fd::{AsFd as _, OwnedFd};
use std::time::{Duration, Instant};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::signal::{Signal, kill};
use nix::sys::socket::{AddressFamily, SockFlag, SockType, socketpair};
use nix::sys::time::TimeValLike as _;
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::Pid;

use super::channel::{Channel, read_frame};
use super::{Server, fork};
use crate::frame::{self, Follower, ended, kind};

/// A child without work for so long goes: an idle pool is small.
const STAY: Duration = Duration::from_secs(1);

struct Child {
    pid: Pid,
    socket: std::fs::File,
}

/// A child that has answered, and the only script it may get.
struct Kept {
    child: Child,
    script: Vec<u8>,
}

/// What the server wants executed.
struct Wish {
    /// The head of the job, when a child may stay for it.
    script: Option<Vec<u8>>,
    wall: Duration,
    job: Vec<u8>,
}

enum Served {
    /// The server is gone.
    HungUp,
    /// The child has answered and waits.
    Kept,
    /// The child is done, or must be.
    Ended { overran: bool },
}

/// Serves until the server hangs up. `run` is the life of a child; it need not return.
pub fn serve(server: &mut Server, run: impl Fn(Channel)) -> Result<(), String> {
    let mut kept: Option<Kept> = None;
    let mut spare: Option<Child> = None;
    loop {
        if spare.is_none() {
            spare = Some(breed(&run)?);
        }
        let wish = next(server, &mut kept).map_err(|e| e.to_string())?;
        let mut leaving = None;
        let mut child = match (kept.take(), &wish) {
            (Some(Kept { child, script }), Some(wish)) if wish.script.as_ref() == Some(&script) => child,
            (other, _) => {
                if let Some(Kept { child, .. }) = other {
                    let _ = kill(child.pid, Signal::SIGKILL);
                    leaving = Some(child);
                }
                match spare.take() {
                    Some(child) => child,
                    None => breed(&run)?,
                }
            }
        };
        let Some(wish) = wish else {
            bury(&child);
            return Ok(());
        };
        let served = attend(server, &mut child, &wish).map_err(|e| e.to_string())?;
        // Nobody waits for its end.
        if let Some(child) = leaving {
            bury(&child);
        }
        match served {
            Served::HungUp => {
                bury(&child);
                return Ok(());
            }
            Served::Kept => match wish.script {
                Some(script) => kept = Some(Kept { child, script }),
                None => drop(bury(&child)),
            },
            Served::Ended { overran } => {
                let before = spent_by_children();
                let (how, code) = match (overran, bury(&child)) {
                    (true, _) => (ended::OVERRAN, 0),
                    (_, Some(WaitStatus::Exited(_, code))) => (ended::EXITED, code),
                    (_, Some(WaitStatus::Signaled(_, signal, _))) => (ended::SIGNALLED, signal as i32),
                    _ => (ended::SIGNALLED, 0),
                };
                let spent = spent_by_children().saturating_sub(before);
                server.say(kind::END, &[&[how], &code.to_le_bytes(), &spent.to_le_bytes()]).map_err(|e| e.to_string())?;
            }
        }
    }
}

fn breed(run: &impl Fn(Channel)) -> Result<Child, String> {
    let (ours, theirs) =
        socketpair(AddressFamily::Unix, SockType::Stream, None, SockFlag::SOCK_CLOEXEC).map_err(|e| format!("socketpair: {e}"))?;
    if let Some(pid) = fork::fork().map_err(|e| format!("fork: {e}"))? {
        return Ok(Child { pid, socket: ours.into() });
    }
    drop(ours);
    be_child(theirs, run)
}

fn be_child(socket: OwnedFd, run: &impl Fn(Channel)) -> ! {
    use std::os::fd::AsRawFd as _;
    super::jail::close_all_but(socket.as_raw_fd());
    run(Channel::new(socket));
    std::process::exit(0)
}

/// The next execution; `None` when the server hung up. A kept child that speaks unasked, ends, or waits too long goes.
fn next(server: &mut Server, kept: &mut Option<Kept>) -> std::io::Result<Option<Wish>> {
    loop {
        if let Some(Kept { child, .. }) = kept {
            let mut fds = [PollFd::new(server.input.as_fd(), PollFlags::POLLIN), PollFd::new(child.socket.as_fd(), PollFlags::POLLIN)];
            let in_time = wait(&mut fds, STAY)?;
            let (asked, spoke) = (is_ready(&fds[0]), is_ready(&fds[1]));
            if spoke || !in_time {
                bury(child);
                *kept = None;
            }
            if !asked {
                continue;
            }
        }
        match read_frame(&mut server.input) {
            Ok((kind @ (kind::JOB | kind::SCRIPT), payload)) => return Ok(wish(kind, &payload)),
            // An answer to the child before, which did not live to get it.
            Ok((kind::INPUT, _)) => {}
            _ => return Ok(None),
        }
    }
}

fn wish(kind: u8, payload: &[u8]) -> Option<Wish> {
    let (wall, job) = payload.split_first_chunk::<4>()?;
    let (length, rest) = job.split_first_chunk::<4>()?;
    let head = rest.get(..u32::from_le_bytes(*length) as usize)?;
    Some(Wish {
        script: (kind == kind::SCRIPT).then(|| head.to_vec()),
        wall: Duration::from_millis(u64::from(u32::from_le_bytes(*wall))),
        job: frame::pack(kind::JOB, &[job]),
    })
}

/// One execution.
fn attend(server: &mut Server, child: &mut Child, wish: &Wish) -> std::io::Result<Served> {
    let deadline = Instant::now() + wish.wall;
    // A child that died meanwhile shows as the end of its socket below.
    let _ = child.socket.write_all(&wish.job);
    let mut follower = Follower::default();
    let mut buffer = [0; 16 << 10];
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(Served::Ended { overran: true });
        }
        let mut fds = [PollFd::new(child.socket.as_fd(), PollFlags::POLLIN), PollFd::new(server.input.as_fd(), PollFlags::POLLIN)];
        wait(&mut fds, left)?;
        let (from_child, from_server) = (is_ready(&fds[0]), is_ready(&fds[1]));
        if from_child {
            let read = child.socket.read(&mut buffer).unwrap_or(0);
            if read == 0 {
                return Ok(Served::Ended { overran: false });
            }
            let end = follower.find_end(kind::KEPT, &buffer[..read])?;
            server.say(kind::DATA, &[&buffer[..end.unwrap_or(read)]])?;
            if end.is_some() {
                // What follows is nobody's: `next` finds a child that speaks unasked.
                return Ok(Served::Kept);
            }
        }
        if from_server {
            match read_frame(&mut server.input) {
                Ok((kind::INPUT, payload)) => drop(child.socket.write_all(&payload)),
                _ => return Ok(Served::HungUp),
            }
        }
    }
}

/// Whether one of them has something to say within this time.
fn wait(fds: &mut [PollFd<'_>], time: Duration) -> std::io::Result<bool> {
    let millis = i32::try_from(time.as_millis() + 1).unwrap_or(i32::MAX);
    match poll(fds, PollTimeout::try_from(millis).unwrap_or(PollTimeout::MAX)) {
        Ok(ready) => Ok(ready > 0),
        Err(nix::Error::EINTR) => Ok(true),
        Err(error) => Err(error.into()),
    }
}

fn is_ready(fd: &PollFd<'_>) -> bool {
    fd.revents().is_some_and(|r| !r.is_empty())
}

/// Ends it, however it stands, and tells how it ended.
fn bury(child: &Child) -> Option<WaitStatus> {
    let _ = kill(child.pid, Signal::SIGKILL);
    loop {
        match waitpid(child.pid, None) {
            Err(nix::Error::EINTR) => {}
            other => return other.ok(),
        }
    }
}

/// Processor time of all children that are gone, in µs.
fn spent_by_children() -> u64 {
    getrusage(UsageWho::RUSAGE_CHILDREN)
        .map_or(0, |u| u64::try_from(u.user_time().num_microseconds() + u.system_time().num_microseconds()).unwrap_or(0))
}
