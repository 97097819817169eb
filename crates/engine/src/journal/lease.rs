//! Whose a run is.

use db::{Backend, Batch, Tx, Urgency, for_update, statement};
use flow::run::RunStatus;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, Condition, ConnectionTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _};
use types::{RunId, Timestamp};

use super::Journal;
use super::entity::run;

/// Sleepers woken in one look.
const WOKEN: u64 = 256;

/// Ids in one statement.
const CHUNK: usize = 200;

impl Journal {
    fn held(&self) -> run::ActiveModel {
        run::ActiveModel { lease_owner: Set(self.owner), lease_until: Set(self.lease_end()), ..Default::default() }
    }

    /// Takes the run for this process if it is in `from`; false when it is not.
    pub(crate) async fn take(&self, tx: &Tx, id: RunId, from: RunStatus) -> Result<bool, db::Error> {
        let row = run::ActiveModel { status: Set(RunStatus::Running.as_str().to_owned()), ..self.held() };
        let taken = run::Entity::update_many()
            .set(row)
            .filter(run::Column::Id.eq(id.get()))
            .filter(run::Column::Status.eq(from.as_str()))
            .exec(tx)
            .await?;
        Ok(taken.rows_affected > 0)
    }

    /// Takes a queued run, in a transaction of its own.
    pub(crate) async fn take_queued(&self, id: RunId) -> Result<bool, db::Error> {
        let journal = self.clone();
        self.db.write(move |tx| Box::pin(async move { journal.take(tx, id, RunStatus::Queued).await })).await
    }

    /// Whether the run works in the name of this process.
    pub(crate) async fn holds(&self, id: RunId) -> Result<bool, db::Error> {
        let owner: Option<i64> = run::Entity::find_by_id(id.get())
            .select_only()
            .column(run::Column::LeaseOwner)
            .filter(run::Column::Status.eq(RunStatus::Running.as_str()))
            .into_tuple()
            .one(self.db.read())
            .await
            .map_err(db::Error::from)?;
        Ok(owner == Some(self.owner))
    }

    /// Takes runs that work without a living owner. At the start on SQLite, whose database belongs to
    /// one process, that is all of them; else those whose lease has run out.
    pub(crate) async fn take_orphans(&self, at_start: bool) -> Result<Vec<RunId>, db::Error> {
        let everything = at_start && self.db.backend() == Backend::Sqlite;
        let running = run::Column::Status.eq(RunStatus::Running.as_str());
        // Those that sleep are woken by their own clock; called ones are executed with the run that calls them.
        let mut orphan = Condition::all().add(running).add(run::Column::WakeAt.is_null()).add(run::Column::RootRunId.is_null());
        if !everything {
            orphan = orphan.add(run::Column::LeaseUntil.lt(Timestamp::now().millis()));
        }
        let found: Vec<i64> = run::Entity::find()
            .select_only()
            .column(run::Column::Id)
            .filter(orphan.clone())
            .order_by_asc(run::Column::Id)
            .into_tuple()
            .all(self.db.read())
            .await
            .map_err(db::Error::from)?;
        let mut taken = Vec::new();
        for id in found {
            // One at a time: two processes that sweep together then share the runs.
            let (held, orphan) = (self.held(), orphan.clone());
            let count = self
                .db
                .write(move |tx| {
                    Box::pin(async move {
                        let update = run::Entity::update_many().set(held).filter(run::Column::Id.eq(id)).filter(orphan);
                        Ok::<_, db::Error>(update.exec(tx).await?.rows_affected)
                    })
                })
                .await?;
            if count > 0 {
                taken.push(RunId(id));
            }
        }
        Ok(taken)
    }

    /// Puts a run down that goes on by itself at `at`.
    pub(crate) async fn sleep(&self, id: RunId, at: Timestamp) -> Result<(), db::Error> {
        let sql = "UPDATE runs SET wake_at = ?, lease_owner = 0, lease_until = 0 WHERE id = ? AND lease_owner IN (0, ?)";
        let put = statement(self.db.backend(), sql, [at.millis().into(), id.get().into(), self.owner.into()]);
        self.db.write_batch(Urgency::Urgent, Batch::new(vec![put])).await.map(drop)
    }

    /// Takes runs whose time to go on has come.
    pub(crate) async fn take_woken(&self) -> Result<Vec<RunId>, db::Error> {
        let now = Timestamp::now().millis();
        let due = Condition::all().add(run::Column::WakeAt.lte(now)).add(run::Column::LeaseOwner.eq(0));
        let found: Vec<i64> = run::Entity::find()
            .select_only()
            .column(run::Column::Id)
            .filter(due.clone())
            .order_by_asc(run::Column::WakeAt)
            .limit(WOKEN)
            .into_tuple()
            .all(self.db.read())
            .await
            .map_err(db::Error::from)?;
        let mut taken = Vec::new();
        for id in found {
            let (backend, sql) =
                (self.db.backend(), "UPDATE runs SET status = ?, wake_at = NULL, lease_owner = ?, lease_until = ? WHERE id = ?");
            let fence = format!("SELECT id FROM runs WHERE id = ? AND wake_at <= ? AND lease_owner = 0{}", for_update(backend));
            let fence = statement(backend, &fence, [id.into(), now.into()]);
            let running = RunStatus::Running.as_str();
            let take = statement(backend, sql, [running.into(), self.owner.into(), self.lease_end().into(), id.into()]);
            if self.db.write_batch(Urgency::Urgent, Batch::fenced(fence, vec![take])).await? {
                taken.push(RunId(id));
            }
        }
        Ok(taken)
    }

    /// Takes a run that sleeps, before its time; false when it does not sleep.
    pub(crate) async fn take_asleep(&self, id: RunId) -> Result<bool, db::Error> {
        let backend = self.db.backend();
        let sql =
            format!("SELECT id FROM runs WHERE id = ? AND status = ? AND lease_owner = 0 AND wake_at IS NOT NULL{}", for_update(backend));
        let fence = statement(backend, &sql, [id.get().into(), RunStatus::Running.as_str().into()]);
        let sql = "UPDATE runs SET wake_at = NULL, lease_owner = ?, lease_until = ? WHERE id = ?";
        let take = statement(backend, sql, [self.owner.into(), self.lease_end().into(), id.get().into()]);
        self.db.write_batch(Urgency::Urgent, Batch::fenced(fence, vec![take])).await
    }

    /// A sign of life for these runs.
    pub(crate) async fn renew(&self, ids: Vec<i64>) -> Result<(), db::Error> {
        for chunk in ids.chunks(CHUNK) {
            let (chunk, owner, until) = (chunk.to_vec(), self.owner, self.lease_end());
            self.db
                .write(move |tx| {
                    Box::pin(async move {
                        run::Entity::update_many()
                            .col_expr(run::Column::LeaseUntil, Expr::value(until))
                            .filter(run::Column::Id.is_in(chunk))
                            .filter(run::Column::LeaseOwner.eq(owner))
                            .exec(tx)
                            .await?;
                        Ok::<_, db::Error>(())
                    })
                })
                .await?;
        }
        Ok(())
    }

    /// Gives back all that this process holds, so that others need not wait for the leases to end.
    pub(crate) async fn release_all(&self) -> Result<(), db::Error> {
        let owner = self.owner;
        let duties = statement(self.db.backend(), "UPDATE engine_duties SET held_until = 0 WHERE holder = ?", [owner.into()]);
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    tx.execute_raw(duties).await?;
                    run::Entity::update_many()
                        .col_expr(run::Column::LeaseUntil, Expr::value(0_i64))
                        .filter(run::Column::LeaseOwner.eq(owner))
                        .exec(tx)
                        .await?;
                    Ok::<_, db::Error>(())
                })
            })
            .await
    }

    /// Asks the process that works on the run to cancel it.
    pub(crate) async fn request_cancel(&self, id: RunId) -> Result<(), db::Error> {
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    run::Entity::update_many()
                        .col_expr(run::Column::CancelRequested, Expr::value(true))
                        .filter(run::Column::Id.eq(id.get()))
                        .exec(tx)
                        .await?;
                    Ok::<_, db::Error>(())
                })
            })
            .await
    }

    /// Runs of this process that others want cancelled.
    pub(crate) async fn cancel_requests(&self) -> Result<Vec<RunId>, db::Error> {
        let ids: Vec<i64> = run::Entity::find()
            .select_only()
            .column(run::Column::Id)
            .filter(run::Column::LeaseOwner.eq(self.owner))
            .filter(run::Column::Status.eq(RunStatus::Running.as_str()))
            .filter(run::Column::CancelRequested.eq(true))
            .into_tuple()
            .all(self.db.read())
            .await
            .map_err(db::Error::from)?;
        Ok(ids.into_iter().map(RunId).collect())
    }
}
