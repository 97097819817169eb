//! What this process has shown and heard and no event tells: void after a crash, and never asked for decisions that
//! a journal could contradict.

use std::collections::BTreeMap;

use super::state::At;

/// It.
#[derive(Default)]
pub(super) struct Told {
    /// Pieces of running and finished streams, as they came.
    pub(super) streams: BTreeMap<At, Stream>,
    /// How much of the message that is being told was shown.
    pub(super) cursor: Cursor,
    /// Calls under way whose steps ended: to be dropped.
    pub(super) dropped: Vec<u32>,
    /// The place of the event that is being journalled: saves looking it up by its names.
    pub(super) here: Option<At>,
    /// The call that just ended by itself.
    pub(super) landed: Option<u32>,
    /// Warnings about the inputs of open steps.
    pub(super) warnings: BTreeMap<u32, Vec<String>>,
}

// States are compared as they read, and this is no part of them.
impl std::fmt::Debug for Told {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Told")
    }
}

/// What a model has written.
#[derive(Debug, Default)]
pub(super) struct Stream {
    pub(super) text: Vec<String>,
    pub(super) reasoning: Vec<String>,
    /// The output that its reasoning is.
    pub(super) reasoning_of: Option<String>,
}

/// A place in a template.
#[derive(Debug, Default)]
pub(super) struct Cursor {
    /// The part being told.
    pub(super) part: usize,
    /// Pieces of its stream that were told.
    pub(super) pieces: usize,
    /// Where in `text` it begins.
    pub(super) from: usize,
    /// All that was told.
    pub(super) text: String,
}
