//! Reading runs.

use std::collections::HashMap;
use std::sync::Arc;

use db::statement;
use flow::run::{Event, Recorded, RequiredAction, Run, RunError, RunSpec, RunStatus};
use sea_orm::{ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _};
use types::{AgentId, ConversationId, Cost, Page, RunId, Scope, SectionId, Timestamp, TokenUsage, UserId, WorkflowId, WorkspaceId};

use super::Journal;
use super::entity::{run, spec};

/// Everything about a run.
pub(crate) struct Stored {
    pub(crate) spec: Arc<RunSpec>,
    pub(crate) run: Run,
    pub(crate) events: Vec<Recorded>,
}

/// A run that waits for its turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Queued {
    /// Which.
    pub run: RunId,
    /// Whose.
    pub workspace: WorkspaceId,
    /// Who started it.
    pub user: UserId,
    /// In which conversation.
    pub conversation: Option<ConversationId>,
}

/// What a list is narrowed to.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filter {
    /// Runs of this agent.
    pub agent: Option<AgentId>,
    /// Runs of this workflow.
    pub workflow: Option<WorkflowId>,
    /// Runs in this status.
    pub status: Option<RunStatus>,
    /// Runs in this conversation.
    pub conversation: Option<ConversationId>,
    /// Only runs that are executed by the run that called them, or none of these.
    pub called: Option<bool>,
}

impl Journal {
    /// The run, seen through the scope. Whether it works is told by the status of the row, which is
    /// `running` from its creation on.
    pub(crate) async fn find(&self, scope: &Scope, id: RunId) -> Result<Option<Run>, db::Error> {
        let row = run::Entity::find_by_id(id.get())
            .filter(run::Column::WorkspaceId.is_in(scope.ids()))
            .one(self.db.read())
            .await
            .map_err(db::Error::from)?;
        row.map(to_run).transpose()
    }

    /// The status of a run that was found before.
    pub(crate) async fn status(&self, id: RunId) -> Result<Option<RunStatus>, db::Error> {
        let status: Option<String> = run::Entity::find_by_id(id.get())
            .select_only()
            .column(run::Column::Status)
            .into_tuple()
            .one(self.db.read())
            .await
            .map_err(db::Error::from)?;
        Ok(status.and_then(|status| RunStatus::parse(&status)))
    }

    /// The statuses of those of these runs that the scope sees.
    pub(crate) async fn statuses(&self, scope: &Scope, ids: &[RunId]) -> Result<HashMap<RunId, RunStatus>, db::Error> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let rows: Vec<(i64, String)> = run::Entity::find()
            .select_only()
            .column(run::Column::Id)
            .column(run::Column::Status)
            .filter(run::Column::WorkspaceId.is_in(scope.ids()))
            .filter(run::Column::Id.is_in(ids.iter().map(|id| id.get())))
            .into_tuple()
            .all(self.db.read())
            .await
            .map_err(db::Error::from)?;
        Ok(rows.into_iter().filter_map(|(id, status)| Some((RunId(id), RunStatus::parse(&status)?))).collect())
    }

    /// Runs of the scope, newest first.
    pub(crate) async fn list(&self, scope: &Scope, filter: Filter, limit: u64, before: Option<i64>) -> Result<Page<Run>, db::Error> {
        let mut query = run::Entity::find().filter(run::Column::WorkspaceId.is_in(scope.ids()));
        if let Some(agent) = filter.agent {
            query = query.filter(run::Column::AgentId.eq(agent.get()));
        }
        if let Some(workflow) = filter.workflow {
            query = query.filter(run::Column::WorkflowId.eq(workflow.get()));
        }
        if let Some(status) = filter.status {
            query = query.filter(run::Column::Status.eq(status.as_str()));
        }
        if let Some(conversation) = filter.conversation {
            query = query.filter(run::Column::ConversationId.eq(conversation.get()));
        }
        if let Some(called) = filter.called {
            let root = run::Column::RootRunId;
            query = query.filter(if called { root.is_not_null() } else { root.is_null() });
        }
        if let Some(before) = before {
            query = query.filter(run::Column::Id.lt(before));
        }
        let rows = query.order_by_desc(run::Column::Id).limit(limit + 1).all(self.db.read()).await.map_err(db::Error::from)?;
        let runs = rows.into_iter().map(to_run).collect::<Result<Vec<_>, _>>()?;
        Ok(Page::from_extra(runs, limit, |run| run.id.get()))
    }

    /// Runs that wait for their turn, oldest first.
    pub(crate) async fn queued(&self) -> Result<Vec<Queued>, db::Error> {
        let rows: Vec<(i64, i64, i64, Option<i64>)> = run::Entity::find()
            .select_only()
            .column(run::Column::Id)
            .column(run::Column::WorkspaceId)
            .column(run::Column::CreatedBy)
            .column(run::Column::ConversationId)
            .filter(run::Column::Status.eq(RunStatus::Queued.as_str()))
            .order_by_asc(run::Column::Id)
            .into_tuple()
            .all(self.db.read())
            .await
            .map_err(db::Error::from)?;
        let queued = |(run, workspace, user, conversation): (i64, i64, i64, Option<i64>)| Queued {
            run: RunId(run),
            workspace: WorkspaceId(workspace),
            user: UserId(user),
            conversation: conversation.map(ConversationId),
        };
        Ok(rows.into_iter().map(queued).collect())
    }

    /// Events after a number, in order. The row that holds the number may hold later ones too.
    pub(crate) async fn events(&self, id: RunId, after: u64) -> Result<Vec<Recorded>, db::Error> {
        let sql = "SELECT seq, at, payload FROM run_events WHERE run_id = ? AND seq >= \
                   COALESCE((SELECT MAX(seq) FROM run_events WHERE run_id = ? AND seq <= ?), 0) ORDER BY seq";
        let last = i64::try_from(after).unwrap_or(i64::MAX);
        let query = statement(self.db.backend(), sql, [id.get().into(), id.get().into(), last.into()]);
        let mut events = Vec::new();
        for row in self.db.read().query_all_raw(query).await.map_err(db::Error::from)? {
            let get = |error: sea_orm::DbErr| db::Error::from(error);
            let (seq, at): (i64, i64) = (row.try_get("", "seq").map_err(get)?, row.try_get("", "at").map_err(get)?);
            let payload: String = row.try_get("", "payload").map_err(get)?;
            unpack(id, seq, at, &payload, &mut events)?;
        }
        events.retain(|recorded| recorded.seq > after);
        Ok(events)
    }

    /// Whose run it is.
    pub(crate) async fn workspace(&self, id: RunId) -> Result<Option<WorkspaceId>, db::Error> {
        let query = run::Entity::find_by_id(id.get()).select_only().column(run::Column::WorkspaceId).into_tuple();
        let found: Option<i64> = query.one(self.db.read()).await.map_err(db::Error::from)?;
        Ok(found.map(WorkspaceId))
    }

    /// What a run was given.
    pub(crate) async fn spec(&self, id: RunId) -> Result<Option<RunSpec>, db::Error> {
        let row = spec::Entity::find_by_id(id.get()).one(self.db.read()).await.map_err(db::Error::from)?;
        row.map(|row| serde_json::from_str(&row.spec).map_err(|error| unreadable(id, error))).transpose()
    }

    /// Everything about a run of this process, to go on with it.
    pub(crate) async fn load(&self, id: RunId) -> Result<Option<Stored>, db::Error> {
        let row = run::Entity::find_by_id(id.get()).one(self.db.read()).await.map_err(db::Error::from)?;
        let spec = spec::Entity::find_by_id(id.get()).one(self.db.read()).await.map_err(db::Error::from)?;
        let (Some(row), Some(spec)) = (row, spec) else { return Ok(None) };
        let spec = serde_json::from_str(&spec.spec).map_err(|error| unreadable(id, error))?;
        Ok(Some(Stored { spec: Arc::new(spec), run: to_run(row)?, events: self.events(id, 0).await? }))
    }
}

fn unreadable(id: RunId, error: impl std::fmt::Display) -> db::Error {
    db::Error::Other(format!("the stored run {id} cannot be read: {error}"))
}

fn unpack(id: RunId, seq: i64, at: i64, payload: &str, events: &mut Vec<Recorded>) -> Result<(), db::Error> {
    let seq = u64::try_from(seq).unwrap_or(0);
    if !payload.starts_with('[') {
        let event: Event = serde_json::from_str(payload).map_err(|error| unreadable(id, error))?;
        events.push(Recorded { seq, at: Timestamp(at), event });
        return Ok(());
    }
    let packed: Vec<(i64, Event)> = serde_json::from_str(payload).map_err(|error| unreadable(id, error))?;
    events.extend(packed.into_iter().zip(seq..).map(|((at, event), seq)| Recorded { seq, at: Timestamp(at), event }));
    Ok(())
}

fn to_run(row: run::Model) -> Result<Run, db::Error> {
    let id = RunId(row.id);
    let tokens = |n: i64| u64::try_from(n).unwrap_or(0);
    let required_action: Option<RequiredAction> =
        row.required_action.as_deref().map(serde_json::from_str).transpose().map_err(|error| unreadable(id, error))?;
    let error = row.error_code.map(|code| RunError { code, message: row.error_message.unwrap_or_default() });
    Ok(Run {
        id,
        workspace_id: WorkspaceId(row.workspace_id),
        program: row.program,
        agent_id: row.agent_id.map(AgentId),
        agent_name: row.agent_name,
        agent_version: row.agent_version,
        workflow_id: row.workflow_id.map(WorkflowId),
        workflow_name: row.workflow_name,
        workflow_version: row.workflow_version,
        forked_from: row.forked_from.map(RunId),
        parent_run_id: row.parent_run_id.map(RunId),
        root_run_id: row.root_run_id.map(RunId),
        root_step: row.root_step.and_then(|step| u32::try_from(step).ok()),
        conversation_id: row.conversation_id.map(ConversationId),
        section_id: row.section_id.map(SectionId),
        status: RunStatus::parse(&row.status).ok_or_else(|| unreadable(id, format!("status {}", row.status)))?,
        error,
        usage: TokenUsage {
            input_tokens: tokens(row.input_tokens),
            output_tokens: tokens(row.output_tokens),
            total_tokens: tokens(row.total_tokens),
            cached_tokens: tokens(row.cached_tokens),
            reasoning_tokens: tokens(row.reasoning_tokens),
        },
        cost: row.cost_amount.map(|amount| Cost { amount, currency: row.cost_currency.unwrap_or_default() }),
        required_action,
        output: row.output.as_deref().map(serde_json::from_str).transpose().map_err(|error| unreadable(id, error))?,
        meta: serde_json::from_str(&row.meta).map_err(|error| unreadable(id, error))?,
        created_by: UserId(row.created_by),
        created_at: Timestamp(row.created_at),
        started_at: row.started_at.map(Timestamp),
        finished_at: row.finished_at.map(Timestamp),
        resumed: u32::try_from(row.resumed).unwrap_or(0),
    })
}
