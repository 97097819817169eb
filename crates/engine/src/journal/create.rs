//! A run comes to be, in the transaction of whoever starts it.

use db::Tx;
use flow::run::{Event, Program, Recorded, Run, RunSpec, RunStatus};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryTrait as _, Statement};
use types::Timestamp;

use super::Journal;
use super::append::insert_events;
use super::entity::{run, spec as specs};
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
        let backend = self.db.backend();
        let run = blank(spec, at);
        let status = if queued { RunStatus::Queued } else { RunStatus::Running };
        let row = run::ActiveModel {
            id: Set(run.id.get()),
            workspace_id: Set(run.workspace_id.get()),
            created_by: Set(run.created_by.get()),
            program: Set(run.program),
            agent_id: Set(run.agent_id.map(types::AgentId::get)),
            agent_name: Set(run.agent_name),
            agent_version: Set(run.agent_version),
            conversation_id: Set(run.conversation_id.map(types::ConversationId::get)),
            section_id: Set(run.section_id.map(types::SectionId::get)),
            status: Set(status.as_str().to_owned()),
            error_code: Set(None),
            error_message: Set(None),
            input_tokens: Set(0),
            output_tokens: Set(0),
            total_tokens: Set(0),
            cached_tokens: Set(0),
            reasoning_tokens: Set(0),
            cost_amount: Set(None),
            cost_currency: Set(None),
            required_action: Set(None),
            meta: Set(json(&run.meta)?),
            created_at: Set(at.millis()),
            started_at: Set(None),
            finished_at: Set(None),
            resumed: Set(0),
            lease_owner: Set(if queued { 0 } else { self.owner }),
            lease_until: Set(if queued { 0 } else { self.lease_end() }),
            cancel_requested: Set(false),
            workflow_id: Set(run.workflow_id.map(types::WorkflowId::get)),
            workflow_name: Set(run.workflow_name),
            workflow_version: Set(run.workflow_version),
            forked_from: Set(run.forked_from.map(types::RunId::get)),
            output: Set(None),
            wake_at: Set(None),
            parent_run_id: Set(run.parent_run_id.map(types::RunId::get)),
        };
        let stored = specs::ActiveModel { run_id: Set(spec.id.get()), spec: Set(json(spec)?) };
        let created = Recorded { seq: 1, at, event: Event::Created };
        let mut statements = vec![
            run::Entity::insert(row).build(backend),
            specs::Entity::insert(stored).build(backend),
            insert_events(backend, spec.id, &[created])?,
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
