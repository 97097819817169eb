//! Databases for tests.

use crate::migrate::{self, Migrations};
use crate::{Db, Error, Options};

/// A fresh SQLite database in memory with these migrations applied.
pub async fn memory(migrations: Migrations) -> Result<Db, Error> {
    let db = Db::connect(&Options::new("sqlite::memory:")).await?;
    migrate::run(&db, migrations).await?;
    Ok(db)
}
