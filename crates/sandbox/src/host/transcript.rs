//! What a child said, as far as it may say anything. Nothing here is trusted.

use std::time::Duration;

use super::{End, overran};
use crate::frame::{self, kind};
use crate::orders::Fault;
use crate::{Code, ConsoleLine, Error, Level, Limits, Outcome, Usage};

/// What the server has to do.
pub enum Said {
    /// Fetch, JSON.
    Fetch(Vec<u8>),
}

/// What the code returned, and what the child says that it took.
struct Answer {
    memory: u64,
    /// µs
    cpu: u64,
    json: Vec<u8>,
}

/// The child's frames so far.
pub struct Transcript {
    pending: Vec<u8>,
    console: Vec<ConsoleLine>,
    console_left: u64,
    truncated: bool,
    spoke: bool,
    answer: Option<Result<Answer, Fault>>,
    kept: bool,
    longest: usize,
    output_bytes: u64,
}

impl Transcript {
    pub fn new(limits: &Limits) -> Self {
        // A fetch may carry a body beside; 1 MiB is for what frames and JSON add.
        let longest = usize::try_from(limits.output_bytes.max(16 << 20)).unwrap_or(frame::MAX) + (1 << 20);
        Self {
            pending: Vec::new(),
            console: Vec::new(),
            console_left: limits.console_bytes,
            truncated: false,
            spoke: false,
            answer: None,
            kept: false,
            longest: longest.min(frame::MAX),
            output_bytes: limits.output_bytes,
        }
    }

    /// Whether nothing was said at all.
    pub fn is_empty(&self) -> bool {
        !self.spoke
    }

    /// Takes bytes in. The error means that this is no child of ours any more.
    pub fn hear(&mut self, bytes: &[u8]) -> Result<Vec<Said>, String> {
        self.spoke = true;
        self.pending.extend_from_slice(bytes);
        let mut said = Vec::new();
        let mut from = 0;
        while let Some((kind, payload, used)) = frame::split(&self.pending[from..]).map_err(|e| e.to_string())? {
            match kind {
                kind::FETCH => said.push(Said::Fetch(payload.to_vec())),
                kind::LOG => {
                    let line = payload.split_first().map(|(level, text)| (*level, String::from_utf8_lossy(text).into_owned()));
                    self.note(line);
                }
                kind::CUT => self.truncated = true,
                kind::RESULT | kind::KEPT if self.answer.is_none() => {
                    self.kept = kind == kind::KEPT;
                    let (memory, rest) = payload.split_first_chunk::<8>().ok_or("an answer that is too short")?;
                    let (cpu, json) = rest.split_first_chunk::<8>().ok_or("an answer that is too short")?;
                    self.answer =
                        Some(Ok(Answer { memory: u64::from_le_bytes(*memory), cpu: u64::from_le_bytes(*cpu), json: json.to_vec() }));
                }
                kind::FAULT if self.answer.is_none() => {
                    let fault = serde_json::from_slice(payload).map_err(|e| format!("a fault that cannot be read: {e}"))?;
                    self.answer = Some(Err(fault));
                }
                _ => return Err(format!("an unexpected frame {kind} of the child")),
            }
            from += used;
        }
        self.pending.drain(..from);
        if self.pending.len() > self.longest { Err("the child says more than it may".to_owned()) } else { Ok(said) }
    }

    fn note(&mut self, line: Option<(u8, String)>) {
        let Some((level, text)) = line else { return };
        let cost = text.len() as u64 + 1;
        if cost > self.console_left {
            self.truncated = true;
            return;
        }
        self.console_left -= cost;
        let level = match level {
            b'w' => Level::Warn,
            b'e' => Level::Error,
            _ => Level::Log,
        };
        self.console.push(ConsoleLine { level, text });
    }

    /// An end without the child's own word.
    pub fn failed(self, code: Code, message: impl Into<String>, usage: Usage) -> Error {
        Error { console: self.console, console_truncated: self.truncated, usage, ..Error::new(code, message) }
    }

    /// Whether the code has come to its end well.
    pub fn is_answered(&self) -> bool {
        matches!(self.answer, Some(Ok(_)))
    }

    /// Whether the child stays for the next execution.
    pub fn is_kept(&self) -> bool {
        self.kept
    }

    /// The answer, before the process is gone.
    pub fn answer(mut self, mut usage: Usage) -> Result<Outcome, Error> {
        let Some(Ok(answer)) = self.answer.take() else { return Err(self.failed(Code::Crashed, "There is no answer.", usage)) };
        usage.memory_bytes = answer.memory;
        usage.cpu_ms = answer.cpu / 1000;
        if answer.json.len() as u64 > self.output_bytes {
            return Err(self.failed(Code::OutputTooLarge, "The answer is larger than allowed.", usage));
        }
        match serde_json::from_slice(&answer.json) {
            Ok(output) => Ok(Outcome { output, console: self.console, console_truncated: self.truncated, usage }),
            Err(error) => Err(self.failed(Code::OutputInvalid, format!("The answer is no JSON that can be read: {error}"), usage)),
        }
    }

    /// What an end without an answer comes to.
    pub fn close(mut self, end: &End, usage: Usage, burnt: bool, wall: Duration) -> Result<Outcome, Error> {
        if end.overran() {
            return Err(self.failed(Code::Timeout, overran(wall), usage));
        }
        match self.answer.take() {
            Some(Ok(answer)) => {
                self.answer = Some(Ok(answer));
                self.answer(usage)
            }
            Some(Err(fault)) => {
                let code = Code::parse(&fault.code).unwrap_or(Code::Exception);
                Err(Error { line: fault.line, column: fault.column, ..self.failed(code, fault.message, usage) })
            }
            None if burnt => {
                Err(self.failed(Code::Timeout, "The code burnt its processor time. Look for a loop that does not end.", usage))
            }
            None => {
                let message = match end.signal() {
                    Some(signal) => {
                        format!("The code's process was ended by signal {signal}: usually a recursion too deep or memory used up.")
                    }
                    None => "The code's process ended without an answer.".to_owned(),
                };
                Err(self.failed(Code::Crashed, message, usage))
            }
        }
    }
}
