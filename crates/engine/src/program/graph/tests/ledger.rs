//! The rows of called runs as a database has them: written with each commit, and held against the journal.

use std::collections::{BTreeMap, BTreeSet};

use flow::run::{Event, Recorded, Run, RunSpec};
use types::Timestamp;

use crate::journal::create::blank;
use crate::view::{CallRow, Part, Step, View};

pub(super) struct Ledger {
    view: View,
    pub(super) rows: BTreeMap<i64, Run>,
    /// Statements that wrote them.
    pub(super) written: usize,
}

fn root(spec: &RunSpec) -> Run {
    blank(spec, Timestamp(1000))
}

impl Ledger {
    pub(super) fn new(spec: &RunSpec) -> Self {
        Self { view: View::new(root(spec)), rows: BTreeMap::new(), written: 0 }
    }

    /// One commit.
    pub(super) fn commit(&mut self, events: &[Recorded]) {
        for recorded in events {
            self.view.apply(recorded.clone());
        }
        for CallRow { run, fresh } in self.view.take_calls().unwrap_or_default() {
            self.written += 1;
            let before = self.rows.insert(run.id.get(), run);
            assert_eq!(before.is_none(), fresh, "a row is there once, and before it is changed: {before:?}");
            assert!(before.is_none_or(|before| !before.status.is_final()), "a row that ended is changed");
        }
    }

    /// What a process knows that takes the run up.
    pub(super) fn crash(&mut self, spec: &RunSpec, journal: &[Recorded]) {
        self.view = View::new(root(spec));
        for recorded in journal {
            self.view.apply(recorded.clone());
        }
        self.view.take_calls();
    }

    /// The rows are what the journal says, one for each call, and what is read of a call agrees with its row.
    pub(super) fn agrees(&self, spec: &RunSpec, journal: &[Recorded]) {
        let mut at_once = Self::new(spec);
        at_once.commit(journal);
        assert_eq!(at_once.rows, self.rows);
        let called = |recorded: &Recorded| match &recorded.event {
            Event::StepStarted { called: Some(called), .. } => Some(called.run.get()),
            _ => None,
        };
        let told: Vec<i64> = journal.iter().filter_map(called).collect();
        assert_eq!(told.iter().copied().collect::<BTreeSet<i64>>(), self.rows.keys().copied().collect());
        assert_eq!(told.len(), self.rows.len(), "a row for each call");
        let ended =
            journal.last().is_some_and(|last| matches!(last.event, Event::Completed { .. } | Event::Failed { .. } | Event::Cancelled));
        for row in self.rows.values() {
            let (run, steps) = read(spec, journal, row);
            assert_eq!(&run, row);
            assert!(!ended || row.status.is_final(), "{row:?}");
            let left = steps.iter().find(|step| row.status.is_final() && step.finished_at.is_none());
            assert!(left.is_none(), "{left:?}");
        }
    }
}

/// A called run as it is read from the journal.
pub(super) fn read(spec: &RunSpec, journal: &[Recorded], row: &Run) -> (Run, Vec<Step>) {
    let mut part = Part::new(root(spec), row.clone());
    for recorded in journal {
        part.take(recorded);
    }
    (part.run().clone(), part.steps())
}
