//! The types of the feature, and which of several limits counts.

use flow::workflow::{Bounds, Limits as RunLimits, least};

use super::Error;

/// Deeper ones are not looked into.
const DEEPEST: u64 = 32;

/// Limits of a workspace or of the instance; what is absent limits nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Limits {
    /// Nodes of a document.
    pub nodes: Option<u64>,
    /// Bytes of a document's JSON.
    pub document_bytes: Option<u64>,
    /// Loops and batches inside each other.
    pub nesting: Option<u64>,
    /// Of a run.
    pub run: RunLimits,
    /// How long ended runs are kept.
    pub keep: Keep,
}

/// How long ended runs are kept; what is absent keeps them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Keep {
    /// Days after their end.
    pub days: Option<u64>,
    /// The latest of the workspace.
    pub runs: Option<u64>,
}

impl Limits {
    /// Of each limit the smaller one.
    #[must_use]
    pub fn least(&self, other: &Self) -> Self {
        let Self { nodes, document_bytes, nesting, run, keep } = other;
        Self {
            nodes: least(self.nodes, *nodes),
            document_bytes: least(self.document_bytes, *document_bytes),
            nesting: least(self.nesting, *nesting),
            run: self.run.least(run),
            keep: Keep { days: least(self.keep.days, keep.days), runs: least(self.keep.runs, keep.runs) },
        }
    }

    /// What a document is checked against: these, within what is worth looking into at all.
    pub fn bounds(&self) -> Bounds {
        let most = Bounds::default();
        let within =
            |limit: Option<u64>, most: usize| limit.and_then(|limit| usize::try_from(limit).ok()).map_or(most, |limit| limit.min(most));
        Bounds {
            nodes: within(self.nodes, most.nodes),
            depth: within(self.nesting, most.depth),
            bytes: within(self.document_bytes, most.bytes),
            ..most
        }
    }

    /// Fails where a limit cannot be meant.
    pub(super) fn check(&self) -> Result<(), Error> {
        if self.nesting.is_some_and(|nesting| nesting > DEEPEST) {
            return Err(Error::invalid("max_nesting", format!("`max_nesting` is at most {DEEPEST}.")));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smaller_limit_counts_whoever_set_it() {
        let instance = Limits {
            nodes: Some(100),
            nesting: Some(500),
            run: RunLimits { max_steps: Some(10), ..RunLimits::default() },
            keep: Keep { days: Some(30), runs: None },
            ..Limits::default()
        };
        let own = Limits { nodes: Some(200), document_bytes: Some(5), keep: Keep { days: Some(7), runs: Some(9) }, ..Limits::default() };
        let least = instance.least(&own);
        assert_eq!(least, own.least(&instance));
        assert_eq!((least.nodes, least.document_bytes, least.run.max_steps), (Some(100), Some(5), Some(10)));
        assert_eq!(least.keep, Keep { days: Some(7), runs: Some(9) });
        let bounds = least.bounds();
        assert_eq!((bounds.nodes, bounds.bytes, bounds.depth), (100, 5, Bounds::default().depth), "never more than can be looked into");
        assert_eq!(Limits::default().bounds(), Bounds::default());
    }
}
