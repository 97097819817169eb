//! What a subscriber receives, and how it fits the journal's numbers.
//!
//! Every event has a number (`seq`, the SSE `id`) and is committed before it is shown. A model's
//! text is the exception: it is shown as it comes and committed in batches, one journal event
//! ([`flow::run::Event::Delta`]) and one number a batch. Hence:
//!
//! * a piece of text that is not committed yet carries no number, but the place where it begins in
//!   its message ([`Delta::offset`], in Unicode scalar values);
//! * when its batch is committed, what of it was not shown yet follows with the batch's number. It
//!   is usually empty: then it only says that all before `offset` is kept under this number;
//! * a client that comes back names the last number it saw and gets everything after it: batches
//!   that it may have seen in pieces, what is not committed yet as one piece, then live ones. It
//!   keeps what lies beyond the text it has, by the offsets, and thus has every character once;
//! * after a crash the uncommitted text is gone; the step is taken again, and its `Reset` is a
//!   numbered event that no client has seen. Because uncommitted pieces have no number, a client
//!   can never name a number that is later given to something else.

use std::sync::{Arc, Mutex, Weak};

use flow::run::{Event, Recorded, Run};
use types::MessageId;

use crate::view::Step;

/// One thing that a subscriber receives. Cheap to clone.
#[derive(Debug, Clone)]
pub enum Live {
    /// A committed event other than text.
    Event(Arc<Committed>),
    /// Text of the model.
    Delta(Arc<Delta>),
    /// The run stopped in this process because its journal cannot be written; it is stored as it
    /// was and goes on later. The run in it says `failed` with the reason. The last thing received.
    Stopped(Arc<Run>),
}

/// An event with what it made of the run.
#[derive(Debug)]
pub struct Committed {
    /// The event and its number.
    pub recorded: Recorded,
    /// The run after it.
    pub run: Arc<Run>,
    /// The step it started or ended, after it.
    pub step: Option<Arc<Step>>,
    /// Its frame while somebody reads it, see [`crate::wire`].
    pub(crate) written: Mutex<Weak<[u8]>>,
}

/// A piece of the answer being written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delta {
    /// Everything before the end of this piece is committed under this number; `None`: not yet.
    pub seq: Option<u64>,
    /// Step.
    pub step: u32,
    /// Message it belongs to.
    pub message: MessageId,
    /// To be appended.
    pub text: String,
    /// To be appended.
    pub reasoning: String,
    /// Length of the message's text before this piece, in Unicode scalar values.
    pub offset: u64,
    /// The same of the reasoning.
    pub reasoning_offset: u64,
}

impl Live {
    /// Its number; `None` when it has none.
    pub fn seq(&self) -> Option<u64> {
        match self {
            Self::Event(committed) => Some(committed.recorded.seq),
            Self::Delta(delta) => delta.seq,
            Self::Stopped(_) => None,
        }
    }

    /// The run, when nothing follows for now.
    pub(crate) fn rested(&self) -> Option<Arc<Run>> {
        match self {
            Self::Event(committed) => self.is_last().then(|| Arc::clone(&committed.run)),
            Self::Delta(_) => None,
            Self::Stopped(run) => Some(Arc::clone(run)),
        }
    }

    /// Nothing follows for now: the run has ended, waits for somebody, or stopped.
    pub fn is_last(&self) -> bool {
        match self {
            Self::Event(committed) => is_last(&committed.recorded.event),
            Self::Delta(_) => false,
            Self::Stopped(_) => true,
        }
    }
}

/// Whether a run rests after this event.
pub(crate) fn is_last(event: &Event) -> bool {
    matches!(event, Event::Completed { .. } | Event::Failed { .. } | Event::Cancelled | Event::RequiresAction { .. })
}
