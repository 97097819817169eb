//! Running time, from the moments of the events. Time in which a run only waits does not count.

use std::time::Duration;

use types::Timestamp;

use super::state::{Doing, Doubt, Move, State, Work};

/// Running time.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Clock {
    /// Of the last event.
    pub(super) at: i64,
    pub(super) ran: i64,
}

impl State {
    /// For the clock, before an event is taken in.
    pub(super) fn tick(&mut self, at: Timestamp, counts: bool) {
        if counts && self.busy() {
            self.clock.ran += (at.millis() - self.clock.at).max(0);
        }
        self.clock.at = at.millis();
    }

    /// Stops the clocks of all open nodes at the moment of the last event.
    pub(super) fn stop_clocks(&mut self, at: i64) {
        self.each_work(|work| {
            if let Some(since) = work.since.take() {
                work.used += (at - since).max(0);
            }
        });
    }

    /// Lets the clocks of open nodes go on, but for those that wait for somebody.
    pub(super) fn start_clocks(&mut self, at: i64) {
        self.each_work(|work| {
            if work.since.is_none() && !waits_for_somebody(&work.doing) {
                work.since = Some(at);
            }
        });
    }

    fn each_work(&mut self, mut each: impl FnMut(&mut Work)) {
        for open in self.open.values() {
            if let super::state::Open::Node(at) = open
                && let Some(work) = self.frames[at.frame].slot_mut(at.node).work.as_deref_mut()
            {
                each(work);
            }
        }
    }

    /// Milliseconds left for a node's step, of its policy; `None`: no limit, or its clock stands.
    pub(super) fn left_for(&self, at: super::state::At, now: Timestamp) -> Option<i64> {
        let limit = i64::try_from(self.node(at).policy.timeout_ms?).unwrap_or(i64::MAX);
        let work = self.work(at)?;
        let since = work.since?;
        Some(limit - work.used - (now.millis() - since).max(0))
    }

    /// Running time left for the run.
    pub(super) fn time_left(&self) -> Option<Duration> {
        let limit = self.max_seconds()?;
        let ran = Duration::from_millis(u64::try_from(self.clock.ran).unwrap_or(0));
        Some(Duration::from_secs(limit).saturating_sub(ran))
    }
}

fn waits_for_somebody(doing: &Doing) -> bool {
    match doing {
        Doing::Machine(talk) => matches!(talk.turn, Move::Waiting),
        Doing::Doubt(doubt) => *doubt == Doubt::Asked,
        _ => false,
    }
}
