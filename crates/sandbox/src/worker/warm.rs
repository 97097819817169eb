//! The warm parent: forks a child, hands it an execution, passes its bytes on, sees it die.
//!
//! The child for the next execution is forked before that one is asked for, so that nobody waits
//! for the fork. The Python server script does the same in Python.

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
use crate::frame::{self, ended, kind};

struct Child {
    pid: Pid,
    socket: std::fs::File,
}

/// Serves until the server hangs up. `run` is the life of a child; it need not return.
pub fn serve(server: &mut Server, run: impl Fn(Channel)) -> Result<(), String> {
    loop {
        let mut child = breed(&run)?;
        let served = attend(server, &mut child).map_err(|e| e.to_string())?;
        let _ = kill(child.pid, Signal::SIGKILL);
        let status = bury(child.pid);
        let Some(overran) = served else { return Ok(()) };
        let (how, code) = match (overran, status) {
            (true, _) => (ended::OVERRAN, 0),
            (_, Some(WaitStatus::Exited(_, code))) => (ended::EXITED, code),
            (_, Some(WaitStatus::Signaled(_, signal, _))) => (ended::SIGNALLED, signal as i32),
            _ => (ended::SIGNALLED, 0),
        };
        let spent = spent_by_children();
        server.say(kind::END, &[&[how], &code.to_le_bytes(), &spent.to_le_bytes()]).map_err(|e| e.to_string())?;
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

/// One execution. `None`: the server hung up. Otherwise whether the child overran its time.
fn attend(server: &mut Server, child: &mut Child) -> std::io::Result<Option<bool>> {
    let payload = loop {
        match read_frame(&mut server.input) {
            Ok((kind::JOB, payload)) => break payload,
            // An answer to the child before, which did not live to get it.
            Ok((kind::INPUT, _)) => {}
            _ => return Ok(None),
        }
    };
    let Some((limit, job)) = payload.split_first_chunk::<4>() else { return Ok(None) };
    let deadline = Instant::now() + Duration::from_millis(u64::from(u32::from_le_bytes(*limit)));
    // A child that died meanwhile shows as the end of its socket below.
    let _ = child.socket.write_all(&frame::pack(kind::JOB, &[job]));
    let mut buffer = vec![0; 64 << 10];
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(Some(true));
        }
        let millis = i32::try_from(left.as_millis() + 1).unwrap_or(i32::MAX);
        let timeout = PollTimeout::try_from(millis).unwrap_or(PollTimeout::MAX);
        let mut fds = [PollFd::new(child.socket.as_fd(), PollFlags::POLLIN), PollFd::new(server.input.as_fd(), PollFlags::POLLIN)];
        match poll(&mut fds, timeout) {
            Ok(_) | Err(nix::Error::EINTR) => {}
            Err(error) => return Err(error.into()),
        }
        let ready = |fd: &PollFd| fd.revents().is_some_and(|r| !r.is_empty());
        let (from_child, from_server) = (ready(&fds[0]), ready(&fds[1]));
        if from_child {
            let read = child.socket.read(&mut buffer).unwrap_or(0);
            if read == 0 {
                return Ok(Some(false));
            }
            server.say(kind::DATA, &[&buffer[..read]])?;
        }
        if from_server {
            match read_frame(&mut server.input) {
                Ok((kind::INPUT, payload)) => drop(child.socket.write_all(&payload)),
                _ => return Ok(None),
            }
        }
    }
}

fn bury(pid: Pid) -> Option<WaitStatus> {
    loop {
        match waitpid(pid, None) {
            Err(nix::Error::EINTR) => {}
            other => return other.ok(),
        }
    }
}

/// Processor time of all children so far, in µs; the server takes the difference.
fn spent_by_children() -> u64 {
    getrusage(UsageWho::RUSAGE_CHILDREN)
        .map_or(0, |u| u64::try_from(u.user_time().num_microseconds() + u.system_time().num_microseconds()).unwrap_or(0))
}
