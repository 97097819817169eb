//! Bringing the schema up to date.
//!
//! Each feature owns its migrations (`migrations.rs`, `MigrationTrait` of sea-orm, named
//! `m<yyyymmdd>_<nnnn>_<feature>`); the binary hands all of them to [`run`], which applies the
//! missing ones in order of their names while holding a lock that other processes respect.

use sea_orm::{ConnectionTrait, DbBackend, Statement};
use sea_orm_migration::{MigrationTrait, MigratorTrait, SchemaManager};

use crate::{Db, Error};

/// Migrations of one feature.
pub type Migrations = Vec<Box<dyn MigrationTrait>>;

const LOCK: &str = "hearth_migrate";

/// Applies what is missing. Returns how many were applied.
///
/// The lock is a named lock on MySQL and an advisory lock on PostgreSQL; an SQLite data directory
/// belongs to one process (the server locks it).
pub async fn run(db: &Db, mut migrations: Migrations) -> Result<usize, Error> {
    migrations.sort_by(|a, b| a.name().cmp(b.name()));
    let connection = db.schema_connection();
    let backend = connection.get_database_backend();
    // A session lock needs one session: hold it in a transaction of its own connection.
    let guard = match backend {
        DbBackend::Sqlite => None,
        _ => Some(sea_orm::TransactionTrait::begin(connection).await?),
    };
    if let Some(guard) = &guard {
        let sql = match backend {
            DbBackend::MySql => format!("SELECT GET_LOCK('{LOCK}', 120)"),
            _ => "SELECT pg_advisory_xact_lock(4846251901)".to_owned(),
        };
        guard.query_one_raw(Statement::from_string(backend, sql)).await?;
    }
    let outcome = apply(db, migrations).await;
    if let Some(guard) = guard {
        if backend == DbBackend::MySql {
            guard.query_one_raw(Statement::from_string(backend, format!("SELECT RELEASE_LOCK('{LOCK}')"))).await?;
        }
        guard.commit().await?;
    }
    outcome
}

async fn apply(db: &Db, migrations: Migrations) -> Result<usize, Error> {
    let connection = db.schema_connection();
    let names: Vec<String> = migrations.iter().map(|m| m.name().to_owned()).collect();
    let done = applied(db).await?;
    let missing = names.iter().filter(|n| !done.contains(n)).count();
    if missing == 0 {
        return Ok(0);
    }
    let manager = SchemaManager::new(connection);
    if done.is_empty() {
        // The library's table keeps the names; it is made by the library's own code.
        Empty::install(connection).await?;
    }
    for migration in migrations.iter().filter(|m| !done.contains(&m.name().to_owned())) {
        migration.up(&manager).await?;
        let now = types::Timestamp::now().seconds();
        let sql = format!("INSERT INTO seaql_migrations (version, applied_at) VALUES ('{}', {now})", migration.name());
        connection.execute_unprepared(&sql).await?;
        tracing::info!(migration = migration.name(), "applied a migration");
    }
    Ok(missing)
}

/// Names of the migrations that are in force.
pub async fn applied(db: &Db) -> Result<Vec<String>, Error> {
    let connection = db.schema_connection();
    if !SchemaManager::new(connection).has_table("seaql_migrations").await? {
        return Ok(Vec::new());
    }
    let statement = Statement::from_string(connection.get_database_backend(), "SELECT version FROM seaql_migrations");
    let rows = connection.query_all_raw(statement).await?;
    rows.iter().map(|row| row.try_get_by_index::<String>(0).map_err(Error::from)).collect()
}

struct Empty;

impl MigratorTrait for Empty {
    fn migrations() -> Migrations {
        Vec::new()
    }
}
