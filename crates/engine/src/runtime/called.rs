//! Reading called runs. They have no events of their own: those of the run that executes them are read, and what happened inside is told.

use std::sync::Arc;

use flow::run::{Event, Program, Run, RunStatus, WorkflowRun};
use flow::workflow::callee_key;
use futures::StreamExt as _;
use futures::stream;
use types::{Actor, Permission, RunId, Scope};

use super::Runs;
use super::subscribe::{POLL, RunStream};
use crate::error::Error;
use crate::live::Live;
use crate::view::{Part, Step};

impl Runs {
    /// A called run with its steps.
    pub(super) async fn detail_of_call(&self, scope: &Scope, run: Run, root: RunId) -> Result<(Run, Vec<Step>), Error> {
        let mut part = Part::new(self.get(scope, root).await?, run.clone());
        for recorded in self.engine.journal.events(root, 0).await? {
            part.take(&recorded);
        }
        let run = if part.run().started_at.is_some() { part.run().clone() } else { run };
        Ok((run, part.steps()))
    }

    /// What happens in a called run, with the numbers of the run that executes it.
    pub(super) fn follow_call(&self, run: Run, root: Run, after: u64) -> RunStream {
        let (runs, id) = (self.clone(), root.id);
        let part = Part::new(root, run);
        let following = Following { runs, root: id, part, lives: None, seen: 0, joined: None, after, over: false };
        stream::unfold(following, |mut following| async move {
            let live = following.next().await?;
            Some((live, following))
        })
        .boxed()
    }

    /// What the run of a workflow was given; of a called one, what it was called with. `None`: it is no workflow's.
    pub async fn given(&self, run: &Run) -> Result<Option<Box<WorkflowRun>>, Error> {
        let Program::Workflow(mut given) = self.spec(run.root_run_id.unwrap_or(run.id)).await?.program else { return Ok(None) };
        let (Some(root), Some(workflow)) = (run.root_run_id, run.workflow_id) else { return Ok(Some(given)) };
        if let Some(callee) = given.callees.get(&callee_key(&workflow.to_string(), run.workflow_version.as_deref())) {
            given.document.clone_from(&callee.document);
        }
        given.workflow = workflow;
        given.workflow_name.clone_from(&run.workflow_name);
        given.version.clone_from(&run.workflow_version);
        let input = self.engine.journal.events(root, 0).await?.into_iter().find_map(|recorded| match recorded.event {
            Event::StepStarted { called: Some(called), input, .. } if called.run == run.id => Some(input),
            _ => None,
        });
        given.inputs = input.as_ref().and_then(|input| input.as_object()).cloned().unwrap_or_default();
        Ok(Some(given))
    }
}

/// Somebody who follows a called run.
struct Following {
    runs: Runs,
    /// The run that executes it.
    root: RunId,
    part: Part,
    /// What is heard of that run.
    lives: Option<RunStream>,
    /// The last number heard of it.
    seen: u64,
    /// The same when it was last listened to.
    joined: Option<u64>,
    /// Events up to this number are known.
    after: u64,
    over: bool,
}

impl Following {
    async fn next(&mut self) -> Option<Live> {
        while !self.over {
            let Some(lives) = &mut self.lives else {
                match self.join().await {
                    Ok(true) => continue,
                    Ok(false) => return None,
                    Err(error) => {
                        tracing::warn!(run = %self.root, %error, "reading a run failed");
                        return None;
                    }
                }
            };
            if let Some(live) = lives.next().await {
                if let Some(live) = self.hear(&live) {
                    return Some(live);
                }
            } else {
                self.lives = None;
                let status = self.part.run().status;
                self.over = status.is_final() || status == RunStatus::RequiresAction;
            }
        }
        None
    }

    /// Listens to the run that executes it. False: nothing will come.
    async fn join(&mut self) -> Result<bool, Error> {
        if let Some(joined) = self.joined {
            // That run rests, for something else than what this one waits for, or it left this process.
            loop {
                tokio::time::sleep(POLL).await;
                match self.runs.engine.journal.status(self.root).await? {
                    None => return Ok(false),
                    Some(status) if status.is_final() && joined == self.seen => return Ok(false),
                    Some(RunStatus::RequiresAction) => {}
                    Some(_) => break,
                }
                if self.runs.engine.is_draining() {
                    return Ok(false);
                }
            }
        }
        let run = self.part.run();
        let scope = Actor::system(run.created_by, run.workspace_id).scope(Permission::View);
        self.joined = Some(self.seen);
        self.lives = Some(self.runs.subscribe(&scope, self.root, Some(self.seen)).await?);
        Ok(true)
    }

    /// What it means for who follows.
    fn hear(&mut self, live: &Live) -> Option<Live> {
        let seq = live.seq();
        self.seen = seq.unwrap_or(self.seen).max(self.seen);
        let told = match live {
            Live::Event(committed) => self.part.take(&committed.recorded)?,
            Live::Delta(delta) => self.part.hears(delta).then(|| live.clone())?,
            Live::Stopped(root) => {
                self.over = true;
                let (status, error) = (RunStatus::Failed, root.error.clone());
                return Some(Live::Stopped(Arc::new(Run { status, error, ..self.part.run().clone() })));
            }
        };
        self.over = self.part.run().status.is_final();
        seq.is_none_or(|seq| seq > self.after).then_some(told)
    }
}
