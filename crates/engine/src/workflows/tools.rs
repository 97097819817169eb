//! Workflows as tools of agents: frozen when a turn begins, a run of its own at each call.

use flow::agent::AgentTool;
use flow::run::{AgentTurn, Program, RunSpec, WorkflowTool};
use flow::value::Values;
use flow::workflow::WorkflowForm;
use types::{Actor, Coded as _, ErrorKind, RunId};

use super::{Start, Workflows, variables};
use crate::error::Error;
use crate::program::offer;
use crate::program::{self};

impl Workflows {
    /// Finds the workflows among a turn's tools, and keeps them in it as they are now. One that is gone, or not published, is
    /// not offered.
    pub async fn equip(&self, actor: &Actor, turn: &mut AgentTurn) -> Result<(), Error> {
        let mut found: Vec<WorkflowTool> = Vec::new();
        for tool in &turn.tools {
            let AgentTool::Workflow { workflow, version } = tool else { continue };
            let form = version.clone().map_or(WorkflowForm::Published, WorkflowForm::Version);
            let start = Start { time_zone: turn.time_zone.clone(), ..Start::new(*workflow, form, Values::new()) };
            let description = match self.source.workflow(&actor.scope(types::Permission::View), *workflow, &start.form).await {
                Ok(snapshot) => snapshot.description,
                Err(failure) if matches!(failure.kind, ErrorKind::NotFound | ErrorKind::Conflict) => {
                    tracing::warn!(agent = %turn.agent, %workflow, code = %failure.code, "a workflow that is an agent's tool is not offered");
                    continue;
                }
                Err(failure) => return Err(failure.into()),
            };
            let prepared = match self.frozen(actor, start).await {
                Ok(prepared) => prepared,
                Err(error) if error.kind() == ErrorKind::Conflict => {
                    tracing::warn!(agent = %turn.agent, %workflow, %error, "a workflow that is an agent's tool cannot run");
                    continue;
                }
                Err(error) => return Err(error),
            };
            let (parameters, answers) = (offer::parameters(prepared.plan.fields()), prepared.plan.answers());
            let Program::Workflow(run) = self.freeze(prepared).await?.program else { continue };
            let taken = |name: &str| found.iter().any(|t| t.name == name) || turn.tools.iter().any(|t| t.name() == Some(name));
            let name = offer::untaken(&offer::name(&workflow.to_string(), &run.workflow_name), taken);
            found.push(WorkflowTool { name, description, parameters, answers, run });
        }
        turn.workflows = found;
        Ok(())
    }
}

/// What the run of a call is given: with the user's variables as they are now.
pub(crate) async fn spec(db: &db::Db, caller: &RunSpec, id: RunId, mut run: flow::run::WorkflowRun) -> Result<RunSpec, db::Error> {
    run.variables.user = variables::load(db, caller.workspace, caller.user, &run).await?;
    run.time_zone = program::time_zone(caller);
    run.place = caller.conversation;
    Ok(RunSpec {
        id,
        workspace: caller.workspace,
        user: caller.user,
        program: Program::Workflow(Box::new(run)),
        conversation: None,
        section: None,
        meta: serde_json::Map::new(),
        parent: Some(caller.id),
    })
}
