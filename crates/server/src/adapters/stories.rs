//! `studio` explains errors of runs; `engine` knows them.

use async_trait::async_trait;
use engine::{Runs, Step, StepStatus};
use studio::assist::{FailedRuns, Story};
use types::{Actor, Failure, Permission, RunId};

/// Steps that are told, the last ones.
const STEPS: usize = 5;
/// Characters of what a step was given.
const GIVEN: usize = 1500;

/// Runs of the engine.
pub struct Stories(pub Runs);

#[async_trait]
impl FailedRuns for Stories {
    async fn story(&self, actor: &Actor, run: RunId) -> Result<Option<Story>, Failure> {
        let (run, steps) = self.0.detail(&actor.scope(Permission::View), run).await?;
        let failed: Vec<&Step> = steps.iter().filter(|step| step.error.is_some() || step.status == StepStatus::Failed).collect();
        if failed.is_empty() && run.error.is_none() {
            return Ok(None);
        }
        let of_run = run.error.iter().map(|error| format!("The run ended with {}: {}", error.code, error.message));
        let of_step = |step: &&Step| {
            let error = step.error.as_ref().map(|error| format!("{}: {}", error.code, error.message)).unwrap_or_default();
            let kind = step.node.as_ref().map(|node| format!(" (kind {})", node.kind)).unwrap_or_default();
            let given: String = step.input.to_string().chars().take(GIVEN).collect();
            format!("Step “{}”{kind} failed with {error}\nIt was given: {given}", step.name)
        };
        let told = failed.iter().rev().take(STEPS).map(of_step);
        let name = if run.workflow_name.is_empty() { run.agent_name.clone() } else { run.workflow_name.clone() };
        Ok(Some(Story { workspace: run.workspace_id, name, errors: of_run.chain(told).collect::<Vec<_>>().join("\n") }))
    }
}
