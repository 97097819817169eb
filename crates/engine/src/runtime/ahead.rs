//! Tasks that only compute run ahead of the disk.
//!
//! What they give after a crash is the same again, so they need not wait until their start is committed. And most of
//! them are done sooner than a disk is: a commit that could only tell of their start gives them a moment.

use std::time::Duration;

use flow::run::{Program, Reply, RunSpec};
use tokio::time::Instant;

/// How long a commit waits for them: somebody may look on, or wait for the run's number.
const MOMENT: Duration = Duration::from_millis(10);
/// The same when who started the run waits for its end. They stand in line for the processors when there is much to do.
const PATIENT: Duration = Duration::from_millis(200);

/// Those that are under way.
pub(super) struct Ahead {
    moment: Duration,
    steps: Vec<u32>,
    /// A commit waits until then.
    until: Option<Instant>,
}

impl Ahead {
    pub(super) fn of(spec: &RunSpec) -> Self {
        let waited_for = matches!(&spec.program, Program::Workflow(run) if run.reply == Reply::Sync);
        Self { moment: if waited_for { PATIENT } else { MOMENT }, steps: Vec::new(), until: None }
    }

    pub(super) fn begins(&mut self, step: u32) {
        self.steps.push(step);
    }

    pub(super) fn ends(&mut self, step: u32) {
        self.steps.retain(|other| *other != step);
    }

    pub(super) fn clear(&mut self) {
        self.steps.clear();
    }

    /// Whether a commit that is due waits a little longer; not when something waits for the commit.
    pub(super) fn holds(&mut self, waited_for: bool) -> bool {
        let now = Instant::now();
        let holds = !waited_for && !self.steps.is_empty() && *self.until.get_or_insert(now + self.moment) > now;
        if !holds {
            self.until = None;
        }
        holds
    }

    /// When a commit waits no longer.
    pub(super) fn until(&self) -> Option<Instant> {
        self.until
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_commit_waits_for_a_moment_and_not_after_it() {
        let mut ahead = Ahead { moment: MOMENT, steps: Vec::new(), until: None };
        assert!(!ahead.holds(false), "nothing is under way");
        ahead.begins(1);
        assert!(ahead.holds(false) && ahead.until().is_some());
        assert!(!ahead.holds(true), "something waits for it");
        assert_eq!(ahead.until(), None, "who sleeps until then would wake again and again");
        assert!(ahead.holds(false));
        tokio::time::advance(MOMENT).await;
        assert!(!ahead.holds(false), "it was long enough");
        assert!(ahead.holds(false), "the next commit has a moment of its own");
        ahead.ends(1);
        assert!(!ahead.holds(false) && ahead.until().is_none());
    }
}
