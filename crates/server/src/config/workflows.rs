//! Limits of workflows and their runs, and how long runs are kept.

use super::{ByteSize, Period, Problem, settings};

settings! {
    /// Limits of workflows and their runs. A workspace, a workflow and a node can have smaller ones of their own: the smallest counts.
    pub struct Workflows {
        /// Nodes of a workflow.
        max_nodes: u64 = "HEARTH_WORKFLOW_MAX_NODES", "10000";
        /// Size of a workflow's document.
        max_document: ByteSize = "HEARTH_WORKFLOW_MAX_SIZE", "8MiB";
        /// Loops and batches inside each other, at most 32.
        max_nesting: u64 = "HEARTH_WORKFLOW_MAX_NESTING", "32";
        /// Workflows in workflows of one run.
        max_depth: u32 = "HEARTH_RUN_MAX_DEPTH", "32";
        /// Steps of one run of a workflow, each iteration of each node counted. 0: no limit.
        max_steps: u64 = "HEARTH_RUN_MAX_STEPS", "1000000";
        /// Running time of one run of a workflow; waiting for people or for the clock is not counted. 0: no limit.
        max_time: Period = "HEARTH_RUN_MAX_TIME", "24h";
        /// Size of all values that one run of a workflow holds, as JSON. 0: no limit.
        max_memory: ByteSize = "HEARTH_RUN_MAX_MEMORY", "256MiB";
        /// Size of what one node gives, as JSON. 0: no limit.
        max_output: ByteSize = "HEARTH_NODE_MAX_OUTPUT", "64MiB";
        /// Days after their end that runs are kept (of agents too; messages of conversations stay). 0: for ever.
        keep_days: u64 = "HEARTH_RUN_KEEP_DAYS", "0";
        /// Ended runs that a workspace keeps, the latest. 0: all.
        keep_runs: u64 = "HEARTH_RUN_KEEP_COUNT", "0";
    }
}

impl Workflows {
    /// What one setting alone cannot tell.
    pub fn check(&self) -> Result<(), Problem> {
        let ranges = [
            ("HEARTH_WORKFLOW_MAX_NODES", self.max_nodes, 10_000),
            ("HEARTH_WORKFLOW_MAX_SIZE", self.max_document.0, 16 << 20),
            ("HEARTH_WORKFLOW_MAX_NESTING", self.max_nesting, 32),
            ("HEARTH_RUN_MAX_DEPTH", self.max_depth.into(), 1000),
        ];
        for (name, value, most) in ranges {
            if !(1..=most).contains(&value) {
                return Err(Problem::value(name, &value.to_string(), &format!("1 to {most}"), ""));
            }
        }
        Ok(())
    }

    /// The same as workspaces have them.
    pub fn limits(&self) -> studio::limits::Limits {
        let some = |limit: u64| Some(limit).filter(|limit| *limit > 0);
        studio::limits::Limits {
            nodes: some(self.max_nodes),
            document_bytes: some(self.max_document.0),
            nesting: some(self.max_nesting),
            run: flow::workflow::Limits {
                max_steps: some(self.max_steps),
                // Part of a second is a second: 0 would be no limit.
                max_seconds: some(self.max_time.0.as_millis().div_ceil(1000).try_into().unwrap_or(u64::MAX)),
                max_depth: Some(self.max_depth),
                max_bytes: some(self.max_memory.0),
                max_output_bytes: some(self.max_output.0),
            },
            keep: studio::limits::Keep { days: some(self.keep_days), runs: some(self.keep_runs) },
        }
    }
}
