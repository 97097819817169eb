//! A run comes to be, in the transaction of whoever starts it.

use db::{Tx, statement};
use flow::run::{Event, Program, Recorded, Run, RunSpec, RunStatus};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, Statement};
use types::Timestamp;

use super::append::insert_events;
use super::entity::{run, spec as specs};
use super::{Journal, rows};
use crate::view::View;
use crate::workflows;

/// A run as it is before its first event.
pub(crate) fn blank(spec: &RunSpec, at: Timestamp) -> Run {
    let short = |name: &str| name.chars().take(255).collect::<String>();
    let mut run = Run {
        id: spec.id,
        workspace_id: spec.workspace,
        program: crate::program::name(spec).to_owned(),
        agent_id: None,
        agent_name: String::new(),
        agent_version: None,
        workflow_id: None,
        workflow_name: String::new(),
        workflow_version: None,
        forked_from: None,
        parent_run_id: spec.parent,
        root_run_id: None,
        root_step: None,
        conversation_id: spec.conversation,
        section_id: spec.section,
        status: RunStatus::Queued,
        error: None,
        usage: types::TokenUsage::default(),
        cost: None,
        required_action: None,
        output: None,
        meta: spec.meta.clone(),
        created_by: spec.user,
        created_at: at,
        started_at: None,
        finished_at: None,
        resumed: 0,
    };
    match &spec.program {
        Program::Agent(turn) => {
            run.agent_id = Some(turn.agent);
            run.agent_name = short(&turn.agent_name);
            run.agent_version = turn.version;
        }
        Program::Workflow(workflow) => {
            run.workflow_id = Some(workflow.workflow);
            run.workflow_name = short(&workflow.workflow_name);
            run.workflow_version.clone_from(&workflow.version);
            run.forked_from = workflow.fork.as_ref().map(|fork| fork.run);
        }
    }
    run
}

impl Journal {
    /// Row, spec and the event `Created`. A run that is not queued belongs to this process at once.
    pub(crate) fn create(&self, spec: &RunSpec, queued: bool, at: Timestamp) -> Result<Vec<Statement>, db::Error> {
        self.insert(&blank(spec, at), spec, queued, &[])
    }

    /// The same of a run that begins with these events after `Created`. Calls among them that ended are another run's.
    pub(crate) fn create_with(&self, spec: &RunSpec, events: &[Recorded], at: Timestamp) -> Result<Vec<Statement>, db::Error> {
        let mut view = View::new(blank(spec, at));
        for recorded in events {
            view.apply(recorded.clone());
        }
        let mut statements = self.insert(view.run(), spec, false, events)?;
        for row in view.take_calls().unwrap_or_default().iter().filter(|row| !row.run.status.is_final()) {
            statements.push(rows::of_call(self.db.backend(), row)?);
        }
        Ok(statements)
    }

    /// A run as it stands after `events`, which follow `Created`.
    pub(super) fn insert(&self, run: &Run, spec: &RunSpec, queued: bool, events: &[Recorded]) -> Result<Vec<Statement>, db::Error> {
        let backend = self.db.backend();
        let created = Recorded { seq: 1, at: run.created_at, event: Event::Created };
        let spec_row = [spec.id.get().into(), json(spec)?.into()];
        let mut statements = vec![
            rows::insert(backend, run, queued, self.owner, self.lease_end())?,
            statement(backend, "INSERT INTO run_specs (run_id, spec) VALUES (?, ?)", spec_row),
            insert_events(backend, spec.id, std::iter::once(&created).chain(events))?,
        ];
        statements.extend(workflows::uses(backend, spec));
        Ok(statements)
    }

    /// Gives a queued run its final spec and takes it for this process; false when it is not queued any more.
    pub(crate) async fn dequeue(&self, tx: &Tx, spec: &RunSpec) -> Result<bool, db::Error> {
        let row = run::ActiveModel {
            status: Set(RunStatus::Running.as_str().to_owned()),
            lease_owner: Set(self.owner),
            lease_until: Set(self.lease_end()),
            ..Default::default()
        };
        let taken = run::Entity::update_many()
            .set(row)
            .filter(run::Column::Id.eq(spec.id.get()))
            .filter(run::Column::Status.eq(RunStatus::Queued.as_str()))
            .exec(tx)
            .await?;
        if taken.rows_affected == 0 {
            return Ok(false);
        }
        let stored = specs::ActiveModel { run_id: Set(spec.id.get()), spec: Set(json(spec)?) };
        specs::Entity::update(stored).exec(tx).await?;
        db::run(tx, workflows::uses(self.db.backend(), spec).into_iter().collect()).await?;
        Ok(true)
    }
}

pub(crate) fn json<T: serde::Serialize>(value: &T) -> Result<String, db::Error> {
    serde_json::to_string(value).map_err(|error| db::Error::Other(format!("a run cannot be written as JSON: {error}")))
}
