//! Triggers: a published workflow starts by itself, called through a webhook or by a schedule.
//!
//! A trigger belongs to a workflow and lies in its workspace. Its runs act for one person, who made it or switched it on last,
//! with the role he holds at that moment: when he lost the right, the trigger stops and says so. Each firing is noted, also
//! one that was refused or skipped; the latest are kept.
//!
//! A run, the firing that tells of it, the counters and (of a schedule) the next time are one transaction. So an occurrence is
//! taken by exactly one process, and a crash leaves either the occurrence due or its run stored. What an `Idempotency-Key`
//! started is noted in the same transaction under a unique key.
//!
//! The address of a webhook holds 256 random bits, of which only the hash is stored; what signs calls is sealed.
//!
//! Reading order: `model`, `schedule` (when), `given` (what a run gets), `secret` (pure) → `service` (use cases of builders),
//! `fire` (from an occasion to a run), `call` (webhooks), `clock` (schedules) → `http`, `hooks` (wire). Invariants: nothing
//! here runs a workflow, that is the matter of `ports::Runs`; a trigger is read through a scope, or by its secret address.

mod call;
mod clock;
mod error;
mod fire;
mod given;
mod hooks;
pub mod http;
pub mod migrations;
mod model;
pub mod ports;
mod repo;
mod schedule;
mod secret;
mod service;
#[cfg(test)]
mod tests;
mod wire;

pub use clock::Clock;
pub use error::Error;
pub use hooks::routes as hook_routes;
pub use model::{Settings, Trigger};
pub use ports::{Audit, AuditLine, People, Prepared, Runs, Wanted};
pub use service::{Deps, Triggers};

pub(crate) use repo::{forget, move_along};
