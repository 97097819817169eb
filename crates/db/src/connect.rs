//! Opening a database.

use std::time::Duration;

use sea_orm::sqlx::{self, Connection as _};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend};

use crate::Error;
use crate::write::{self, Queues};

/// Which engine.
pub type Backend = DbBackend;

/// How to open it. Lifetimes and sizes of the pool are those of `MYSQL_MAX_OPEN_CONNS` and its kin.
#[derive(Debug, Clone)]
pub struct Options {
    /// `sqlite:<path>`, `sqlite::memory:`, `mysql://…`, `postgres://…`.
    pub url: String,
    /// Most connections (readers on SQLite).
    pub max_connections: u32,
    /// Connections kept open when idle.
    pub min_connections: u32,
    /// A connection is closed after this age.
    pub max_lifetime: Duration,
    /// A connection is closed after being idle for this long.
    pub idle_timeout: Duration,
}

impl Options {
    /// With the usual pool.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            max_connections: 16,
            min_connections: 1,
            max_lifetime: Duration::from_hours(1),
            idle_timeout: Duration::from_mins(10),
        }
    }
}

/// An open database. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    read: DatabaseConnection,
    write: DatabaseConnection,
    /// SQLite only: the queues of the single writer.
    queues: Option<Queues>,
}

impl Db {
    /// Opens it; the schema is left as it is (see [`crate::migrate`]).
    pub async fn connect(options: &Options) -> Result<Self, Error> {
        if options.url.starts_with("sqlite:") {
            return Self::connect_sqlite(options).await;
        }
        let url = options.url.replacen("mariadb://", "mysql://", 1).replacen("postgresql://", "postgres://", 1);
        let mut connect = base(&url, options);
        connect.max_connections(options.max_connections.max(2)).min_connections(options.min_connections);
        let pool = Database::connect(connect).await?;
        Ok(Self { read: pool.clone(), write: pool, queues: None })
    }

    async fn connect_sqlite(options: &Options) -> Result<Self, Error> {
        let memory = options.url.contains(":memory:");
        let url = if memory || options.url.contains("mode=") { options.url.clone() } else { with_query(&options.url, "mode=rwc") };
        let mut connect = base(&url, options);
        // One writer: SQLite has one anyway, and waiting in our queue is fairer than its busy handler.
        connect.max_connections(1).min_connections(1);
        connect.max_lifetime(None::<Duration>).idle_timeout(None::<Duration>);
        connect.map_sqlx_sqlite_opts(move |sqlite| {
            sqlite
                .pragma("journal_mode", if memory { "MEMORY" } else { "WAL" })
                .pragma("synchronous", "FULL")
                .pragma("foreign_keys", "ON")
                .pragma("temp_store", "MEMORY")
                .pragma("journal_size_limit", "67108864")
                .busy_timeout(Duration::from_secs(10))
        });
        if !memory {
            connect.map_sqlx_sqlite_pool_opts(|pool| pool.after_release(|connection, _| Box::pin(is_at_rest(connection))));
        }
        let write = Database::connect(connect).await?;
        let read = if memory {
            write.clone()
        } else {
            let mut connect = base(&with_query(&options.url, "mode=ro"), options);
            connect.max_connections(options.max_connections.clamp(1, 8)).min_connections(1);
            connect.map_sqlx_sqlite_opts(|sqlite| {
                sqlite.pragma("query_only", "ON").pragma("temp_store", "MEMORY").busy_timeout(Duration::from_secs(10))
            });
            Database::connect(connect).await?
        };
        let queues = write::spawn(write.clone());
        Ok(Self { read, write, queues: Some(queues) })
    }

    /// The connection for queries.
    pub fn read(&self) -> &DatabaseConnection {
        &self.read
    }

    /// The connection that migrations use.
    pub fn schema_connection(&self) -> &DatabaseConnection {
        &self.write
    }

    pub(crate) fn queues(&self) -> Option<&Queues> {
        self.queues.as_ref()
    }

    /// Connections that are open and those of them that are idle, by what they are for (`read`, `write`; `all`
    /// where one pool does both).
    pub fn connections(&self) -> Vec<(&'static str, u32, usize)> {
        let count = |pool: &DatabaseConnection| match self.backend() {
            DbBackend::MySql => (pool.get_mysql_connection_pool().size(), pool.get_mysql_connection_pool().num_idle()),
            DbBackend::Postgres => (pool.get_postgres_connection_pool().size(), pool.get_postgres_connection_pool().num_idle()),
            _ => (pool.get_sqlite_connection_pool().size(), pool.get_sqlite_connection_pool().num_idle()),
        };
        let pools = if self.queues.is_some() { vec![("read", &self.read), ("write", &self.write)] } else { vec![("all", &self.read)] };
        pools.into_iter().map(|(name, pool)| (name, count(pool).0, count(pool).1)).collect()
    }

    /// Which engine this is.
    pub fn backend(&self) -> Backend {
        self.read.get_database_backend()
    }

    /// A round trip, for health.
    pub async fn ping(&self) -> Result<(), Error> {
        self.read.execute_unprepared("SELECT 1").await?;
        Ok(())
    }

    /// Name and version of the engine, for `doctor`.
    pub async fn version(&self) -> Result<String, Error> {
        let sql = match self.backend() {
            DbBackend::Sqlite => "SELECT 'SQLite ' || sqlite_version()",
            _ => "SELECT version()",
        };
        let statement = sea_orm::Statement::from_string(self.backend(), sql);
        let row = self.read.query_one_raw(statement).await?;
        Ok(row.and_then(|r| r.try_get_by_index::<String>(0).ok()).unwrap_or_default())
    }

    /// Waits for queued writes and closes all connections.
    pub async fn close(self) {
        let Self { read, write, queues } = self;
        drop(queues);
        for connection in [read, write] {
            if let Err(error) = connection.close().await {
                tracing::warn!(%error, "closing the database failed");
            }
        }
    }
}

/// Whether a connection comes back without an open transaction. When SQLite ends one by itself (the disk is
/// full, say) the driver still counts it as open; such a connection is replaced.
async fn is_at_rest(connection: &mut sqlx::SqliteConnection) -> Result<bool, sqlx::Error> {
    if connection.is_in_transaction() {
        connection.ping().await?; // a rollback may be under way
    }
    Ok(!connection.is_in_transaction())
}

fn base(url: &str, options: &Options) -> ConnectOptions {
    let mut connect = ConnectOptions::new(url);
    connect
        .sqlx_logging(false)
        .connect_timeout(Duration::from_secs(10))
        .acquire_timeout(Duration::from_secs(10))
        .max_lifetime(options.max_lifetime)
        .idle_timeout(options.idle_timeout)
        .test_before_acquire(false);
    connect
}

fn with_query(url: &str, pair: &str) -> String {
    let separator = if url.contains('?') { '&' } else { '?' };
    format!("{url}{separator}{pair}")
}
