//! The rows of a run, and of the runs that it calls, as statements.

use db::{Backend, statement};
use flow::run::{Run, RunStatus};
use sea_orm::{Statement, Value};

use super::create::json;
use crate::view::CallRow;

/// Brings the row up to date, and the lease: who works keeps it, who rests gives it back.
pub(super) fn update(backend: Backend, run: &Run, owner: i64, lease_end: i64) -> Result<Statement, db::Error> {
    const SQL: &str = "UPDATE runs SET status = ?, error_code = ?, error_message = ?, input_tokens = ?, output_tokens = ?, \
                       total_tokens = ?, cached_tokens = ?, reasoning_tokens = ?, cost_amount = ?, cost_currency = ?, \
                       required_action = ?, output = ?, started_at = ?, finished_at = ?, resumed = ?, lease_owner = ?, lease_until = ?, \
                       wake_at = NULL WHERE id = ?";
    // Between `Created` and `Started` the row says already whose turn it is.
    let status = if run.status == RunStatus::Queued { RunStatus::Running } else { run.status };
    let state = state(run, status, owner, lease_end)?;
    Ok(statement(backend, SQL, state.into_iter().chain([run.id.get().into()])))
}

/// Writes the row of a run that is not there yet. A queued run is nobody's, another one belongs to this process at once.
pub(super) fn insert(backend: Backend, run: &Run, queued: bool, owner: i64, lease_end: i64) -> Result<Statement, db::Error> {
    const SQL: &str = "INSERT INTO runs (status, error_code, error_message, input_tokens, output_tokens, total_tokens, cached_tokens, \
                       reasoning_tokens, cost_amount, cost_currency, required_action, output, started_at, finished_at, resumed, lease_owner, \
                       lease_until, id, workspace_id, created_by, program, agent_id, agent_name, agent_version, workflow_id, workflow_name, \
                       workflow_version, conversation_id, section_id, forked_from, parent_run_id, meta, created_at, cancel_requested) \
                       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    let status = if run.status == RunStatus::Queued && !queued { RunStatus::Running } else { run.status };
    let (owner, lease_end) = if queued { (0, 0) } else { (owner, lease_end) };
    Ok(statement(backend, SQL, state(run, status, owner, lease_end)?.into_iter().chain(identity(run)?)))
}

/// Writes what has become of a called run. It is nobody's: the run that calls it is executed.
pub(super) fn of_call(backend: Backend, row: &CallRow) -> Result<Statement, db::Error> {
    const SQL: &str = "INSERT INTO runs (status, error_code, error_message, input_tokens, output_tokens, total_tokens, cached_tokens, \
                       reasoning_tokens, cost_amount, cost_currency, required_action, output, started_at, finished_at, resumed, lease_owner, \
                       lease_until, id, workspace_id, created_by, program, agent_id, agent_name, agent_version, workflow_id, workflow_name, \
                       workflow_version, conversation_id, section_id, forked_from, parent_run_id, meta, created_at, cancel_requested, \
                       root_run_id, root_step) \
                       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    let CallRow { run, fresh } = row;
    if !fresh {
        return update(backend, run, 0, 0);
    }
    let root = [run.root_run_id.map(types::RunId::get).into(), run.root_step.map(i64::from).into()];
    Ok(statement(backend, SQL, state(run, run.status, 0, 0)?.into_iter().chain(identity(run)?).chain(root)))
}

/// What never changes.
fn identity(run: &Run) -> Result<[Value; 17], db::Error> {
    Ok([
        run.id.get().into(),
        run.workspace_id.get().into(),
        run.created_by.get().into(),
        run.program.as_str().into(),
        run.agent_id.map(types::AgentId::get).into(),
        run.agent_name.as_str().into(),
        run.agent_version.into(),
        run.workflow_id.map(types::WorkflowId::get).into(),
        run.workflow_name.as_str().into(),
        run.workflow_version.clone().into(),
        run.conversation_id.map(types::ConversationId::get).into(),
        run.section_id.map(types::SectionId::get).into(),
        run.forked_from.map(types::RunId::get).into(),
        run.parent_run_id.map(types::RunId::get).into(),
        json(&run.meta)?.into(),
        run.created_at.millis().into(),
        false.into(),
    ])
}

/// How it stands, in the order of both statements.
fn state(run: &Run, status: RunStatus, owner: i64, lease_end: i64) -> Result<[Value; 17], db::Error> {
    let count = |n: u64| Value::from(i64::try_from(n).unwrap_or(i64::MAX));
    let works = matches!(status, RunStatus::Queued | RunStatus::Running);
    Ok([
        status.as_str().into(),
        run.error.as_ref().map(|e| e.code.chars().take(64).collect::<String>()).into(),
        run.error.as_ref().map(|e| e.message.clone()).into(),
        count(run.usage.input_tokens),
        count(run.usage.output_tokens),
        count(run.usage.total_tokens),
        count(run.usage.cached_tokens),
        count(run.usage.reasoning_tokens),
        run.cost.as_ref().map(|c| c.amount).into(),
        run.cost.as_ref().map(|c| c.currency.clone()).into(),
        run.required_action.as_ref().map(json).transpose()?.into(),
        run.output.as_ref().map(json).transpose()?.into(),
        run.started_at.map(types::Timestamp::millis).into(),
        run.finished_at.map(types::Timestamp::millis).into(),
        i64::from(run.resumed).into(),
        if works { owner } else { 0 }.into(),
        if works { lease_end } else { 0 }.into(),
    ])
}
