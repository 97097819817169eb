//! What a test that kills things counts: `make soak` sums it up.

use std::io::Write as _;

/// Runs, kills, and what went wrong with them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Runs that were acknowledged.
    pub runs: usize,
    /// Processes that were killed.
    pub kills: usize,
    /// Runs that are not there, did not end well or lack something they did.
    pub lost: usize,
    /// Things that were done again although they were finished.
    pub doubled: usize,
}

impl Tally {
    /// Takes in how one run ended; what is wrong with it is shown.
    pub fn add(&mut self, found: Found, told: impl std::fmt::Display) {
        self.runs += 1;
        self.lost += usize::from(found.lost);
        self.doubled += found.doubled;
        if found != Found::default() {
            eprintln!("{found:?}: {told}");
        }
    }

    /// Shows it, writes it to the end of the file that `HEARTH_TEST_TALLY` names, and fails if anything was lost or done twice.
    pub fn close(self, part: &str) {
        let Self { runs, kills, lost, doubled } = self;
        let line = format!("{part} runs={runs} kills={kills} lost={lost} doubled={doubled}");
        eprintln!("{line}");
        if let Some(path) = std::env::var_os("HEARTH_TEST_TALLY") {
            let mut file = std::fs::File::options().create(true).append(true).open(path).unwrap();
            // One write: other processes write to the same file.
            file.write_all(format!("{line}\n").as_bytes()).unwrap();
        }
        assert_eq!((lost, doubled), (0, 0), "{line}");
    }
}

/// What is wrong with a run; by default nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Found {
    /// It is not there, did not end well or lacks something.
    pub lost: bool,
    /// Things done again.
    pub doubled: usize,
}

impl Found {
    /// It is not there, or did not end well.
    pub const LOST: Self = Self { lost: true, doubled: 0 };
}

/// A moment between 0 and `most` milliseconds, another one each time: kills shall not always hit the same place.
pub fn jitter(most: u64) -> std::time::Duration {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    std::time::Duration::from_micros(u64::from(now.subsec_micros()) % (most * 1000 + 1))
}
