//! Relational storage: one code base over SQLite, MariaDB/MySQL and PostgreSQL.
//!
//! * [`Db::connect`] opens a database by URL; [`migrate`] brings its schema up to date under a lock.
//! * [`Db::read`] is for queries. On SQLite it is a pool of read-only connections.
//! * [`Db::write`] runs a job in a transaction. On SQLite all writes go through one connection and
//!   jobs that arrive together share one commit (one `fsync`); each job is its own savepoint, so a
//!   failing job takes nothing of the others with it. What `write` has returned is on disk.
//! * [`Db::write_as`] lets what nobody waits for (text of answers being written) go behind the rest.
//! * [`Db::write_batch`] is for writes that are nothing but statements ([`Batch`]): on SQLite they cost a
//!   fraction of a job, because those of one commit travel together.
//! * [`Coalesced`] makes one read of many that are asked for at once.
//! * [`schema`] holds the portable column types; ids and times are `BIGINT`.
//!
//! Rules: a job never waits for anything but the database, and never calls [`Db::write`] itself.

mod batch;
mod coalesced;
mod connect;
mod error;
pub mod migrate;
pub mod schema;
pub mod testing;
#[cfg(test)]
mod tests;
mod write;

pub use batch::{Batch, for_update, run, statement};
pub use coalesced::Coalesced;
pub use connect::{Backend, Db, Options};
pub use error::Error;
pub use sea_orm;
pub use sea_orm_migration;
pub use write::{Job, Tx, Urgency};
