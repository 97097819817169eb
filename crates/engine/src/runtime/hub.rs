//! The place where a run's task and its subscribers meet. See [`crate::live`] for the rules.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use flow::run::{Event, Run};
use tokio::sync::oneshot;
use types::MessageId;

use super::mailbox::{self, mailbox};
use crate::live::{Delta, Live};

/// All that was committed, what was shown beyond that, and who listens.
#[derive(Default)]
pub(crate) struct Hub(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    log: Vec<Live>,
    shown: Option<Shown>,
    subscribers: Vec<mailbox::Sender>,
    /// Those who want to know only how it came to rest.
    waiting: Vec<oneshot::Sender<Arc<Run>>>,
    closed: bool,
}

/// Text of the message being written that was shown but not committed: it begins at the offsets.
struct Shown {
    step: u32,
    message: MessageId,
    text: Piece,
    reasoning: Piece,
}

#[derive(Default)]
struct Piece {
    offset: u64,
    text: String,
    chars: u64,
}

impl Piece {
    fn end(&self) -> u64 {
        self.offset + self.chars
    }

    fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.chars += text.chars().count() as u64;
    }

    /// `committed` begins where this piece begins. Returns what of it was not shown yet.
    fn commit<'a>(&mut self, committed: &'a str) -> &'a str {
        let count = committed.chars().count() as u64;
        self.offset += count;
        if self.text.len() >= committed.len() {
            self.text.drain(..committed.len());
            self.chars -= count;
            ""
        } else {
            let rest = &committed[self.text.len()..];
            self.text.clear();
            self.chars = 0;
            rest
        }
    }
}

impl Hub {
    /// A hub whose run has come this far.
    pub(crate) fn with(log: Vec<Live>) -> Self {
        Self(Mutex::new(Inner { log, ..Inner::default() }))
    }

    /// What is committed after `after`, what is shown beyond, and the rest as it comes; no receiver
    /// when nothing will come. Nothing is missed or doubled in between: both happen under one lock.
    pub(crate) fn subscribe(&self, after: u64, buffer: usize) -> (Vec<Live>, Option<mailbox::Receiver>) {
        let mut inner = self.lock();
        let mut replay: Vec<Live> = inner.log.iter().filter(|live| live.seq().is_none_or(|seq| seq > after)).cloned().collect();
        if let Some(shown) = inner.shown.as_ref().filter(|s| s.text.chars + s.reasoning.chars > 0) {
            replay.push(Live::Delta(std::sync::Arc::new(Delta {
                seq: None,
                step: shown.step,
                message: shown.message,
                text: shown.text.text.clone(),
                reasoning: shown.reasoning.text.clone(),
                offset: shown.text.offset,
                reasoning_offset: shown.reasoning.offset,
            })));
        }
        if inner.closed {
            return (replay, None);
        }
        let (sender, receiver) = mailbox(buffer);
        inner.subscribers.push(sender);
        (replay, Some(receiver))
    }

    /// The run when it has come to rest here; nothing when it leaves memory otherwise.
    pub(crate) fn rest(&self) -> oneshot::Receiver<Arc<Run>> {
        let mut inner = self.lock();
        let (sender, receiver) = oneshot::channel();
        match inner.log.last().and_then(Live::rested) {
            // Nobody waits in vain: the receiver is here.
            Some(run) => drop(sender.send(run)),
            None if inner.closed => {}
            None => inner.waiting.push(sender),
        }
        receiver
    }

    /// The run after its last committed event; `None` before the first.
    pub(crate) fn run(&self) -> Option<Arc<Run>> {
        let inner = self.lock();
        inner.log.iter().rev().find_map(|live| match live {
            Live::Event(committed) => Some(Arc::clone(&committed.run)),
            Live::Delta(_) | Live::Stopped(_) => None,
        })
    }

    /// Shows text that is not committed yet.
    pub(crate) fn show(&self, step: u32, message: MessageId, text: &str, reasoning: &str) {
        let mut inner = self.lock();
        let shown = inner.shown_of(step, message);
        let (offset, reasoning_offset) = (shown.text.end(), shown.reasoning.end());
        shown.text.push(text);
        shown.reasoning.push(reasoning);
        if inner.subscribers.is_empty() {
            return;
        }
        let (text, reasoning) = (text.to_owned(), reasoning.to_owned());
        inner.send(&Live::Delta(Delta { seq: None, step, message, text, reasoning, offset, reasoning_offset }.into()));
    }

    /// Shows what was committed.
    pub(crate) fn publish(&self, live: Live) {
        let mut inner = self.lock();
        match &live {
            Live::Delta(delta) => {
                let shown = inner.shown_of(delta.step, delta.message);
                let text = shown.text.commit(&delta.text).to_owned();
                let reasoning = shown.reasoning.commit(&delta.reasoning).to_owned();
                let (offset, reasoning_offset) = (
                    delta.offset + (delta.text.chars().count() - text.chars().count()) as u64,
                    delta.reasoning_offset + (delta.reasoning.chars().count() - reasoning.chars().count()) as u64,
                );
                let Delta { seq, step, message, .. } = **delta;
                inner.send(&Live::Delta(Delta { seq, step, message, text, reasoning, offset, reasoning_offset }.into()));
            }
            Live::Event(committed) => {
                if matches!(committed.recorded.event, Event::Reset { .. }) {
                    inner.shown = None;
                }
                inner.send(&live);
            }
            Live::Stopped(_) => inner.send(&live),
        }
        if let Some(run) = live.rested() {
            for waiting in inner.waiting.drain(..) {
                // Who does not want to know any more has gone.
                let _ = waiting.send(Arc::clone(&run));
            }
        }
        inner.log.push(live);
    }

    /// Nothing more will come.
    pub(crate) fn close(&self) {
        let mut inner = self.lock();
        inner.closed = true;
        inner.subscribers.clear();
        inner.waiting.clear();
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// The shown text of this message; a new message begins at 0.
    fn shown_of(&mut self, step: u32, message: MessageId) -> &mut Shown {
        if self.shown.as_ref().is_none_or(|shown| shown.message != message) {
            self.shown = None;
        }
        self.shown.get_or_insert_with(|| Shown { step, message, text: Piece::default(), reasoning: Piece::default() })
    }

    /// A subscriber that falls far behind (see `mailbox`) is cut off: it comes back with the last number it saw.
    fn send(&mut self, live: &Live) {
        self.subscribers.retain(|subscriber| subscriber.send(live));
    }
}
