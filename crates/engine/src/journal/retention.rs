//! Removing ended runs that are too old, with their events, specs and the documents that no other run needs.
//!
//! One process has the duty at a time ([`Journal::take_duty`]), and works in small batches: what others write comes in
//! between. Runs that work or wait are never touched, nor is what other crates keep about ended ones. Called runs are neither counted
//! nor looked for: they go with the run that they are a part of.

use std::time::Duration;

use db::{Urgency, statement};
use sea_orm::{ConnectionTrait as _, Value};
use types::{Timestamp, WorkspaceId};

use super::Journal;
use crate::ports::{Keep, Kept};

/// Runs, or documents, of one batch.
const BATCH: usize = 50;
/// Rows of called runs that one statement removes.
const ROWS: usize = 500;
/// Whoever asks for the end of a run has this long to see it, however few runs are kept.
const GRACE: Duration = Duration::from_hours(1);
/// A document that no run needs stays so long after it was last stored: a start may be about to use it.
const UNUSED: Duration = Duration::from_hours(24);
/// The name of the duty.
const DUTY: &str = "retention";
/// Runs that have ended, but for those that are a part of another.
const ENDED: &str = "status IN ('completed', 'failed', 'cancelled') AND root_run_id IS NULL";
/// And that no other run may still ask about: one that called it and goes on.
const ALONE: &str = "NOT EXISTS (SELECT 1 FROM runs caller WHERE caller.id = runs.parent_run_id AND caller.finished_at IS NULL)";

/// Which runs are too old: those of these workspaces up to an id, and ended before a moment.
struct Old {
    whose: String,
    values: Vec<Value>,
    up_to: i64,
    ended_before: i64,
}

impl Journal {
    /// Takes the duty to remove old runs, or keeps it, for so long; false when another process has it.
    pub(crate) async fn take_duty(&self, now: Timestamp, hold: Duration) -> Result<bool, db::Error> {
        let until = now.millis().saturating_add(i64::try_from(hold.as_millis()).unwrap_or(i64::MAX));
        let sql = "UPDATE engine_duties SET holder = ?, held_until = ? WHERE name = ? AND (held_until < ? OR holder = ?)";
        let values = [self.owner.into(), until.into(), DUTY.into(), now.millis().into(), self.owner.into()];
        let take = statement(self.db.backend(), sql, values);
        self.db.write(move |tx| Box::pin(async move { Ok::<_, db::Error>(tx.execute_raw(take).await?.rows_affected() > 0) })).await
    }

    /// Removes one batch of runs that are too old; how many. 0: there are no more.
    pub(crate) async fn remove_old(&self, kept: &Kept, now: Timestamp) -> Result<usize, db::Error> {
        let named: Vec<WorkspaceId> = kept.workspaces.iter().map(|(workspace, _)| *workspace).collect();
        for old in self.old(kept, &named, now).await? {
            let ids = self.ids_of(&old).await?;
            if !ids.is_empty() {
                self.remove(&ids).await?;
                return Ok(ids.len());
            }
        }
        Ok(0)
    }

    /// What is too old, by what is kept.
    async fn old(&self, kept: &Kept, named: &[WorkspaceId], now: Timestamp) -> Result<Vec<Old>, db::Error> {
        let grace = i64::try_from(GRACE.as_millis()).unwrap_or(i64::MAX);
        let mut old = Vec::new();
        if let Some(days) = kept.everywhere.days {
            let others = vec!["?"; named.len()].join(", ");
            let whose = if named.is_empty() { "1 = 1".to_owned() } else { format!("workspace_id NOT IN ({others})") };
            old.push(ended_days_ago(whose, named.iter().map(|one| one.get().into()).collect(), days, now));
        }
        let mut counted: Vec<(WorkspaceId, u64)> = Vec::new();
        for (workspace, Keep { days, runs }) in &kept.workspaces {
            if let Some(days) = days {
                old.push(ended_days_ago("workspace_id = ?".to_owned(), vec![workspace.get().into()], *days, now));
            }
            counted.extend(runs.map(|runs| (*workspace, runs)));
        }
        if let Some(runs) = kept.everywhere.runs {
            let many = self.with_more_than(runs).await?;
            counted.extend(many.into_iter().filter(|workspace| !named.contains(workspace)).map(|workspace| (workspace, runs)));
        }
        for (workspace, runs) in counted {
            if let Some(up_to) = self.after_the_latest(workspace, runs).await? {
                let values = vec![workspace.get().into()];
                old.push(Old { whose: "workspace_id = ?".to_owned(), values, up_to, ended_before: now.millis() - grace });
            }
        }
        Ok(old)
    }

    /// Workspaces with more runs than this.
    async fn with_more_than(&self, runs: u64) -> Result<Vec<WorkspaceId>, db::Error> {
        let sql = "SELECT workspace_id FROM runs WHERE root_run_id IS NULL GROUP BY workspace_id HAVING COUNT(*) > ?";
        let query = statement(self.db.backend(), sql, [i64::try_from(runs).unwrap_or(i64::MAX).into()]);
        let rows = self.db.read().query_all_raw(query).await?;
        rows.into_iter().map(|row| Ok(WorkspaceId(row.try_get("", "workspace_id")?))).collect()
    }

    /// The first ended run of a workspace, from the latest on, that is one too many.
    async fn after_the_latest(&self, workspace: WorkspaceId, runs: u64) -> Result<Option<i64>, db::Error> {
        let sql = format!("SELECT id FROM runs WHERE workspace_id = ? AND {ENDED} ORDER BY id DESC LIMIT 1 OFFSET {runs}");
        let row = self.db.read().query_one_raw(statement(self.db.backend(), &sql, [workspace.get().into()])).await?;
        Ok(row.map(|row| row.try_get("", "id")).transpose()?)
    }

    async fn ids_of(&self, old: &Old) -> Result<Vec<i64>, db::Error> {
        let Old { whose, values, up_to, ended_before } = old;
        let sql =
            format!("SELECT id FROM runs WHERE {whose} AND id <= ? AND {ENDED} AND finished_at < ? AND {ALONE} ORDER BY id LIMIT {BATCH}");
        let values = values.iter().cloned().chain([(*up_to).into(), (*ended_before).into()]);
        let rows = self.db.read().query_all_raw(statement(self.db.backend(), &sql, values.collect::<Vec<_>>())).await?;
        rows.into_iter().map(|row| Ok(row.try_get("", "id")?)).collect()
    }

    /// Removes ended runs with all that belongs to them.
    async fn remove(&self, ids: &[i64]) -> Result<(), db::Error> {
        let backend = self.db.backend();
        let of = |table: &str, column: &str, ids: &[i64]| {
            let list = vec!["?"; ids.len()].join(", ");
            let values = ids.iter().map(|id| Value::from(*id)).collect::<Vec<_>>();
            statement(backend, &format!("DELETE FROM {table} WHERE {column} IN ({list})"), values)
        };
        let mut statements = vec![of("run_events", "run_id", ids), of("run_specs", "run_id", ids), of("run_document_uses", "run_id", ids)];
        statements.extend(self.called_by(ids).await?.chunks(ROWS).map(|called| of("runs", "id", called)));
        statements.push(of("runs", "id", ids));
        self.db.write_as(Urgency::Patient, move |tx| Box::pin(async move { db::run(tx, statements).await })).await
    }

    /// The rows of what these runs called. They have ended, so there will be no more; and rows that are removed by their own id
    /// hold up nobody who writes beside them.
    async fn called_by(&self, ids: &[i64]) -> Result<Vec<i64>, db::Error> {
        let sql = format!("SELECT id FROM runs WHERE root_run_id IN ({})", vec!["?"; ids.len()].join(", "));
        let query = statement(self.db.backend(), &sql, ids.iter().map(|id| Value::from(*id)).collect::<Vec<_>>());
        let rows = self.db.read().query_all_raw(query).await?;
        rows.into_iter().map(|row| Ok(row.try_get("", "id")?)).collect()
    }

    /// Removes one batch of documents that no run needs; how many. 0: there are no more.
    pub(crate) async fn remove_unused(&self, now: Timestamp) -> Result<usize, db::Error> {
        let backend = self.db.backend();
        let before = now.millis() - i64::try_from(UNUSED.as_millis()).unwrap_or(i64::MAX);
        let unused = "created_at < ? AND NOT EXISTS (SELECT 1 FROM run_document_uses WHERE run_document_uses.hash = run_documents.hash)";
        let sql = format!("SELECT hash FROM run_documents WHERE {unused} LIMIT {BATCH}");
        let rows = self.db.read().query_all_raw(statement(backend, &sql, [before.into()])).await?;
        let hashes: Vec<String> = rows.into_iter().map(|row| row.try_get("", "hash")).collect::<Result<_, _>>()?;
        if hashes.is_empty() {
            return Ok(0);
        }
        // Looked at again in the statement that removes it: a run may have begun to need it, or have stored it anew.
        let sql = format!("DELETE FROM run_documents WHERE hash = ? AND {unused}");
        let count = hashes.len();
        let removals: Vec<_> = hashes.into_iter().map(|hash| statement(backend, &sql, [hash.into(), before.into()])).collect();
        self.db.write_as(Urgency::Patient, move |tx| Box::pin(async move { db::run(tx, removals).await })).await?;
        Ok(count)
    }
}

/// A run that ended before a moment was made before it: its id says so without an index on the end.
fn ended_days_ago(whose: String, values: Vec<Value>, days: u64, now: Timestamp) -> Old {
    const DAY: i64 = 24 * 60 * 60 * 1000;
    let ended_before = now.millis().saturating_sub(i64::try_from(days).unwrap_or(i64::MAX).saturating_mul(DAY));
    Old { whose, values, up_to: types::id::first_id_at(ended_before), ended_before }
}
