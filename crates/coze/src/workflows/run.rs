//! From requests to runs and back.

use engine::workflows::{Start, Started};
use flow::run::{Reply, Run, RunStatus, ToolSubmission, WorkflowRun};
use rest::Client;
use serde_json::Value;
use types::{Actor, ErrorKind, Failure, Permission, RunId, WorkflowId};

use super::wire::{ResumeRequest, RunRequest};
use crate::Coze;

impl Coze {
    /// Starts the run of a request.
    pub(super) async fn run_workflow(&self, who: &Actor, given: &RunRequest, reply: Reply) -> Result<Started, Failure> {
        let (workflow, form) = given.target()?;
        let start = Start {
            strict: true,
            reply,
            app: given.app()?,
            person: given.person(),
            bot: given.bot().map(str::to_owned),
            meta: given.ext.clone().unwrap_or_default(),
            ..Start::new(workflow, form, given.inputs()?)
        };
        Ok(self.workflows.start(who, start).await?)
    }

    /// Hands an answer to a waiting run. Also gives the number of the last event before it.
    pub(super) async fn resume_workflow(&self, who: &Actor, given: &ResumeRequest) -> Result<(Run, u64), Failure> {
        let unknown = || Failure::invalid("event_id", "There is no such event to be answered.");
        let (run, call) = given.event_id.split_once('/').ok_or_else(unknown)?;
        let id: RunId = run.parse().map_err(|_| unknown())?;
        let run = self.runs.get(&who.scope(Permission::View), id).await?;
        let workflow = given.workflow_id.required("workflow_id")?;
        if run.workflow_id != Some(WorkflowId(workflow)) {
            return Err(unknown());
        }
        let output = match &given.resume_data {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let approve = matches!(output.trim(), "true" | "yes" | "approve" | "1");
        let submission = ToolSubmission { call_id: call.to_owned(), output: Some(output), approve: Some(approve), step: false };
        let submitted = self.workflows.runs().submit(who, id, vec![submission]).await?;
        Ok((submitted.run, submitted.after))
    }

    /// What a run of this workflow was given.
    pub(super) async fn workflow_run(&self, who: &Actor, workflow: WorkflowId, run: RunId) -> Result<(Run, Box<WorkflowRun>), Failure> {
        let found = self.runs.get(&who.scope(Permission::View), run).await?;
        match self.workflows.runs().given(&found).await? {
            Some(given) if given.workflow == workflow => Ok((found, given)),
            _ => Err(Failure::not_found("run")),
        }
    }
}

/// The page that shows a run.
pub fn debug_url(client: &Client, run: &Run) -> String {
    let workflow = run.workflow_id.map(|id| id.to_string()).unwrap_or_default();
    format!(
        "{}/work_flow?execute_id={}&execute_mode=2&space_id={}&workflow_id={workflow}",
        client.origin.trim_end_matches('/'),
        run.id,
        run.workspace_id
    )
}

/// Why a run that was waited for has no result.
pub fn refusal(run: &Run) -> Option<Failure> {
    match run.status {
        RunStatus::Completed => None,
        RunStatus::RequiresAction => Some(Failure::new(
            ErrorKind::Conflict,
            "workflow_interrupted",
            "The workflow waits for an answer: run it with /v1/workflow/stream_run and resume it.",
        )),
        RunStatus::Queued | RunStatus::Running => {
            Some(Failure::new(ErrorKind::Timeout, "run_timeout", "The run goes on; ask for its history, or start it with is_async."))
        }
        RunStatus::Failed | RunStatus::Cancelled => {
            let (code, message) = match &run.error {
                Some(error) => (error.code.clone(), error.message.clone()),
                None => ("run_cancelled".to_owned(), "The run was cancelled.".to_owned()),
            };
            Some(Failure { code: code.into(), ..Failure::new(ErrorKind::Upstream, "run_failed", message) })
        }
    }
}
