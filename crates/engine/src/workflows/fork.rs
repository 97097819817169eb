//! From an earlier run to a new one that takes it again from a step.

use std::sync::Arc;

use db::{Batch, Urgency};
use flow::run::{Debugging, Fork, Program, Recorded, Run, RunSpec};
use flow::value::Values;
use types::{Actor, ErrorKind, Failure, MessageId, Permission, RunId, Timestamp, UserId};

use super::{Workflows, debug};
use crate::error::Error;
use crate::program::graph::{self, ForkError};

impl Workflows {
    /// Starts a run that takes over from an ended one what does not depend on `step`. `inputs` stand for the
    /// computed ones of that step; `debugging` stands for how the earlier run was tried out, of which else the pins hold. For
    /// builders: what the step does may be done twice.
    pub async fn fork(
        &self,
        actor: &Actor,
        earlier: RunId,
        step: u32,
        inputs: Option<Values>,
        debugging: Option<Debugging>,
    ) -> Result<Run, Error> {
        let run = self.runs.get(&actor.scope(Permission::View), earlier).await?;
        actor.require(run.workspace_id, Permission::Build)?;
        if let Some(root) = run.root_run_id {
            return Err(Error::Called(root));
        }
        if !run.status.is_final() {
            let message = "This run has not ended: cancel it, or wait for its end, before it is taken again.";
            return Err(Failure::new(ErrorKind::Conflict, "run_not_finished", message).into());
        }
        let stored = self.runs.stored(earlier).await?.ok_or(Error::NotFound)?;
        let fork = Fork { run: earlier, step, inputs };
        let spec = Arc::new(forked(&stored.spec, actor.user, fork.clone(), debugging)?);
        let plan = self.runs.plan(&spec).await?;
        if let Program::Workflow(run) = &spec.program {
            debug::check(run, &plan)?;
        }
        let mut ids = MessageId::generate;
        let taken = graph::fork(&spec, &plan, self.runs.tools(), &stored.events, &fork, &mut ids).map_err(|error| refused(&error))?;
        let events: Vec<Recorded> = taken.into_iter().zip(2..).map(|((at, event), seq)| Recorded { seq, at, event }).collect();
        let statements = self.runs.create_with(&spec, &events, Timestamp::now())?;
        self.runs.db().write_batch(Urgency::Urgent, Batch::new(statements)).await?;
        self.runs.launch(spec.id);
        self.runs.get(&actor.scope(Permission::View), spec.id).await
    }
}

fn forked(earlier: &RunSpec, user: UserId, fork: Fork, debugging: Option<Debugging>) -> Result<RunSpec, Failure> {
    let Program::Workflow(run) = &earlier.program else {
        return Err(Failure::invalid("run_id", "Only runs of workflows can be taken again from a step."));
    };
    let mut run = run.clone();
    run.fork = Some(fork);
    let pins = run.debugging.take().map(|earlier| Debugging { pins: earlier.pins, ..Debugging::default() });
    run.debugging = debugging.or(pins).filter(|debugging| !debugging.is_nothing()).map(Box::new);
    Ok(RunSpec {
        id: RunId::generate(),
        workspace: earlier.workspace,
        user,
        program: Program::Workflow(run),
        // What it answers is for whoever tries it, not for the conversation.
        conversation: None,
        section: None,
        meta: earlier.meta.clone(),
        parent: None,
    })
}

fn refused(error: &ForkError) -> Failure {
    match error {
        ForkError::NoStep(_) => Failure::invalid("step", format!("{error}.")),
        ForkError::Inputs(_) => Failure::invalid("inputs", error.to_string()),
    }
}
