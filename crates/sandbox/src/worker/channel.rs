//! Frames over blocking file descriptors, and the child's own talk with the server.

use std::fs::File;
use std::io::{self, Read, Write as _};
use std::os::fd::OwnedFd;

use crate::frame::{self, HEAD, kind};
use crate::orders::{Fault, Job};
use crate::{FetchRequest, FetchResponse, Level};

/// Waits for a whole frame.
pub fn read_frame(from: &mut impl Read) -> io::Result<(u8, Vec<u8>)> {
    let mut head = [0; HEAD];
    from.read_exact(&mut head)?;
    let (kind, length) = frame::head(head)?;
    let mut payload = vec![0; length];
    from.read_exact(&mut payload)?;
    Ok((kind, payload))
}

/// The child's end of its socket.
pub struct Channel {
    socket: File,
    console_left: u64,
    cut: bool,
    fetch: bool,
}

impl Channel {
    pub fn new(socket: OwnedFd) -> Self {
        Self { socket: socket.into(), console_left: 0, cut: false, fetch: false }
    }

    /// The only frame before the code runs: the execution.
    pub fn job(&mut self) -> io::Result<Vec<u8>> {
        read_frame(&mut self.socket).map(|(_, payload)| payload)
    }

    /// What this execution may say and ask.
    pub fn allow(&mut self, job: &Job) {
        self.console_left = job.console_bytes;
        self.cut = false;
        self.fetch = job.fetch;
    }

    pub fn may_fetch(&self) -> bool {
        self.fetch
    }

    /// Writes console text, one frame for each line, as far as the limit allows.
    pub fn log(&mut self, level: Level, text: &str) {
        for line in text.split('\n') {
            let cost = line.len() as u64 + 1;
            if cost > self.console_left {
                if !self.cut {
                    self.cut = true;
                    let _ = self.say(kind::CUT, &[]);
                }
                return;
            }
            self.console_left -= cost;
            let letter = match level {
                Level::Log => b"l",
                Level::Warn => b"w",
                Level::Error => b"e",
            };
            let _ = self.say(kind::LOG, &[letter, line.as_bytes()]);
        }
    }

    /// The answer; `kept` when this process waits for the next execution.
    pub fn result(&mut self, kept: bool, memory: u64, cpu_micros: u64, json: &str) {
        let kind = if kept { kind::KEPT } else { kind::RESULT };
        let _ = self.say(kind, &[&memory.to_le_bytes(), &cpu_micros.to_le_bytes(), json.as_bytes()]);
    }

    pub fn fault(&mut self, fault: &Fault) {
        if let Ok(text) = serde_json::to_vec(fault) {
            let _ = self.say(kind::FAULT, &[&text]);
        }
    }

    /// Asks the server to fetch and waits.
    pub fn fetch(&mut self, request: &FetchRequest) -> Result<FetchResponse, String> {
        let text = serde_json::to_vec(request).map_err(|e| e.to_string())?;
        self.say(kind::FETCH, &[&text]).map_err(|e| e.to_string())?;
        let (_, answer) = read_frame(&mut self.socket).map_err(|e| e.to_string())?;
        serde_json::from_slice::<Result<FetchResponse, String>>(&answer).map_err(|e| e.to_string())?
    }

    fn say(&mut self, kind: u8, parts: &[&[u8]]) -> io::Result<()> {
        self.socket.write_all(&frame::pack(kind, parts))
    }
}
