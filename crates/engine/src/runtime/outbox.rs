//! What waits for the commit in flight.

use flow::run::{Event, Recorded};
use flow::value::measure;
use serde_json::Value;

use crate::live::Live;

/// Events that may wait before the program has to.
const EVENTS: usize = 1024;
/// Bytes of theirs.
const BYTES: u64 = 4 << 20;

/// Events of the next commit, with what subscribers will see of them.
#[derive(Default)]
pub(super) struct Outbox {
    waiting: Vec<(Recorded, Live)>,
    bytes: u64,
}

impl Outbox {
    pub(super) fn push(&mut self, recorded: Recorded, live: Live) {
        self.bytes += weight(&recorded.event);
        self.waiting.push((recorded, live));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// So much waits that a program which goes on by itself has to wait too: the journal sets the pace.
    pub(super) fn is_full(&self) -> bool {
        self.waiting.len() >= EVENTS || self.bytes >= BYTES
    }

    pub(super) fn last(&self) -> Option<&Recorded> {
        self.waiting.last().map(|(recorded, _)| recorded)
    }

    /// Takes everything out.
    pub(super) fn take(&mut self) -> (Vec<Recorded>, Vec<Live>) {
        self.bytes = 0;
        self.waiting.drain(..).unzip()
    }
}

/// Bytes of the values in an event, about. Events without large values weigh nothing.
fn weight(event: &Event) -> u64 {
    let of = |value: &Value| measure(value).map_or(0, |size| size.bytes);
    match event {
        Event::StepRan { input, result, .. } => of(input) + of(&result.output) + result.raw.as_ref().map_or(0, of),
        Event::StepStarted { input, .. } => of(input),
        Event::StepCompleted { output, node, .. } => of(output) + node.as_ref().and_then(|node| node.raw.as_ref()).map_or(0, of),
        Event::VariableSet { value, .. } => of(value),
        Event::Delta { text, reasoning, .. } | Event::Answer { text, reasoning, .. } => (text.len() + reasoning.len()) as u64,
        Event::ToolResponse { output, .. } => output.len() as u64,
        _ => 0,
    }
}
