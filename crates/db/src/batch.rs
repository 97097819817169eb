//! Writes that are nothing but statements.
//!
//! On SQLite every statement is a trip to the thread that owns the connection, and the trips cost more
//! than the statements. A [`Batch`] makes one; batches of one commit whose statements read the same
//! make one together.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::fmt::Write as _;

use sea_orm::{ConnectionTrait as _, DatabaseConnection, DatabaseTransaction, DbBackend, Statement, TransactionTrait as _, Value, Values};

use crate::{Backend, Db, Error, Tx, Urgency};

/// Statements on one trip at most; more would only make the text longer that SQLite's driver remembers it by.
const TRIP: usize = 64;

/// Statements, written in order, all or none. They give no rows (no `RETURNING`).
#[derive(Debug, Clone, Default)]
pub struct Batch {
    fence: Option<Statement>,
    statements: Vec<Statement>,
}

impl Batch {
    /// Without a condition.
    pub fn new(statements: Vec<Statement>) -> Self {
        Self { fence: None, statements }
    }

    /// Only when `fence`, a query for at most one row, finds it. It should lock that row on a server (see [`for_update`]).
    pub fn fenced(fence: Statement, statements: Vec<Statement>) -> Self {
        Self { fence: Some(fence), statements }
    }

    fn all(&self) -> impl Iterator<Item = &Statement> {
        self.fence.iter().chain(&self.statements)
    }

    /// Batches with the same shape differ in their values only.
    fn shape(&self) -> String {
        join(self.all())
    }
}

/// A statement of the house's own SQL, with `?` for each value whatever the engine.
pub fn statement(backend: Backend, sql: &str, values: impl IntoIterator<Item = Value>) -> Statement {
    if backend != DbBackend::Postgres {
        return Statement::from_sql_and_values(backend, sql, values);
    }
    let mut numbered = String::with_capacity(sql.len() + 16);
    for (index, piece) in sql.split('?').enumerate() {
        if index > 0 {
            let _ = write!(numbered, "${index}");
        }
        numbered.push_str(piece);
    }
    Statement::from_sql_and_values(backend, numbered, values)
}

/// What a query ends with that must keep others from changing what it found, until the commit.
pub fn for_update(backend: Backend) -> &'static str {
    // SQLite has one writer.
    if backend == DbBackend::Sqlite { "" } else { " FOR UPDATE" }
}

/// Runs statements in order; on SQLite in one trip.
pub async fn run(tx: &Tx, statements: Vec<Statement>) -> Result<(), Error> {
    if tx.get_database_backend() == DbBackend::Sqlite && statements.len() > 1 {
        tx.execute_raw(joined(&statements.iter().collect::<Vec<_>>())).await?;
        return Ok(());
    }
    for statement in statements {
        tx.execute_raw(statement).await?;
    }
    Ok(())
}

impl Db {
    /// Writes a batch in a transaction of its own (on SQLite it shares its commit, see [`Db::write`]).
    /// False: its fence found nothing, and nothing was written.
    pub async fn write_batch(&self, urgency: Urgency, batch: Batch) -> Result<bool, Error> {
        if self.queues().is_some() {
            return self.queue_batch(urgency, batch).await;
        }
        let tx = self.schema_connection().begin().await?;
        if let Some(fence) = batch.fence
            && tx.query_one_raw(fence).await?.is_none()
        {
            return Ok(false); // dropping an open transaction rolls it back
        }
        run(&tx, batch.statements).await?;
        tx.commit().await?;
        Ok(true)
    }
}

/// How batches went, in their order, and what broke the transaction that they shared.
pub(crate) struct Outcome {
    pub(crate) results: Vec<Result<bool, Error>>,
    pub(crate) broken: Option<Error>,
}

/// Writes a batch that has nobody to share a commit with (SQLite): transaction and statements in one
/// trip, and with a fence the commit in a second. False: it was refused or failed, and nothing is written.
/// An error: somebody else holds the database, and it was waited for.
pub(crate) async fn write_alone(connection: &DatabaseConnection, batch: &Batch) -> Result<bool, Error> {
    let begin = Statement::from_string(DbBackend::Sqlite, "BEGIN IMMEDIATE");
    let commit = Statement::from_string(DbBackend::Sqlite, "COMMIT");
    let statements = std::iter::once(&begin).chain(batch.all());
    let statements = statements.chain(batch.fence.is_none().then_some(&commit)).collect::<Vec<_>>();
    let written = match connection.query_all_raw(joined(&statements)).await.map_err(Error::from) {
        Err(busy @ Error::Busy(_)) => Err(busy),
        Err(_) => Ok(false),
        Ok(rows) if batch.fence.is_none() => Ok(rows.is_empty()),
        Ok(rows) => Ok(rows.len() == 1 && connection.execute_raw(commit.clone()).await.is_ok()),
    };
    if !matches!(written, Ok(true)) {
        // Where it was not begun, or is gone already, there is nothing to give up.
        let _ = connection.execute_unprepared("ROLLBACK").await;
    }
    written
}

/// Writes batches of which none may be refused or fail, else the whole transaction is to be given up
/// (SQLite). Usually all goes well, and a transaction costs less than savepoints.
pub(crate) async fn write_together(group: &DatabaseTransaction, batches: &[Batch]) -> bool {
    trips(group, &batches.iter().collect::<Vec<_>>()).await.is_ok_and(|written| written)
}

/// Writes batches in the group's transaction beside other things (SQLite): all at once, and when one
/// of them fails or is refused each by itself.
pub(crate) async fn write_beside(group: &DatabaseTransaction, batches: &[Batch]) -> Outcome {
    let mut results = Vec::with_capacity(batches.len());
    if batches.len() > 1 {
        match in_savepoint(group, &batches.iter().collect::<Vec<_>>()).await {
            Ok(Ok(true)) => return Outcome { results: vec![Ok(true); batches.len()], broken: None },
            Ok(_) => {}
            Err(error) => return Outcome { results: vec![Err(error.clone()); batches.len()], broken: Some(error) },
        }
    }
    for batch in batches {
        match in_savepoint(group, &[batch]).await {
            Ok(result) => results.push(result),
            Err(error) => {
                results.resize(batches.len(), Err(error.clone()));
                return Outcome { results, broken: Some(error) };
            }
        }
    }
    Outcome { results, broken: None }
}

/// All of them or none. The outer error: the transaction is gone.
async fn in_savepoint(group: &DatabaseTransaction, batches: &[&Batch]) -> Result<Result<bool, Error>, Error> {
    let savepoint = group.begin().await?;
    let written = trips(&savepoint, batches).await;
    if matches!(written, Ok(true)) {
        savepoint.commit().await?;
    } else if let Err(gone) = savepoint.rollback().await {
        // What broke it says more than that the savepoint is gone.
        return Err(written.err().unwrap_or_else(|| gone.into()));
    }
    Ok(written)
}

/// Runs them, those of the same shape together. False when a fence found nothing.
async fn trips(tx: &Tx, batches: &[&Batch]) -> Result<bool, Error> {
    let mut shapes: HashMap<String, Vec<&Batch>> = HashMap::new();
    for batch in batches {
        shapes.entry(batch.shape()).or_default().push(batch);
    }
    for alike in shapes.into_values() {
        let mut left = alike.as_slice();
        while let Some(first) = left.first() {
            // Powers of four, so that few texts are made of a shape.
            let most = (TRIP / first.all().count().max(1)).clamp(1, left.len());
            let (now, later) = left.split_at(1 << (most.ilog2() & !1));
            left = later;
            let fences = now.iter().filter(|batch| batch.fence.is_some()).count();
            let rows = tx.query_all_raw(joined(&now.iter().flat_map(|batch| batch.all()).collect::<Vec<_>>())).await?;
            match rows.len().cmp(&fences) {
                Ordering::Equal => {}
                Ordering::Less => return Ok(false),
                Ordering::Greater => return Err(Error::Other("only the fence of a batch may give a row, and only one".into())),
            }
        }
    }
    Ok(true)
}

fn join<'a>(statements: impl Iterator<Item = &'a Statement>) -> String {
    let mut sql = String::with_capacity(1024);
    for statement in statements {
        sql.push_str(&statement.sql);
        sql.push(';');
    }
    sql
}

/// One text of several statements: SQLite's driver takes their values in the order of the `?`s.
fn joined(statements: &[&Statement]) -> Statement {
    let values = statements.iter().filter_map(|statement| statement.values.as_ref()).flat_map(|values| values.0.iter().cloned());
    let values = Values(values.collect());
    Statement { sql: join(statements.iter().copied()), values: Some(values), db_backend: DbBackend::Sqlite }
}
