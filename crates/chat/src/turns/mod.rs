//! Turns: a question, the run that answers it, and the messages the run writes.
//!
//! A turn is one row of `chat_turns` (its id is the run's). In one transaction the question, the run
//! and the turn are stored; after the commit the run is launched. At most one turn of a
//! conversation is active; others wait in the order they came and start when it ends, with the
//! history as it is then. A turn that waits for a person (`requires_action`) still is the active one.
//!
//! ```text
//! POST ─ store ─┬─ free ──▶ active ◀─────────────▶ waiting
//!               └─ busy ──▶ queued ─▶ active          │
//!                              └───────▶ done ◀───────┘
//! ```
//!
//! Reading order: `model` → `prompt`, `history`, `parts` (what the model gets) → `service` →
//! `queue` → `recorder` (what the run says) → `http`, `simple`.

mod error;
mod history;
mod http;
mod model;
mod parts;
mod prompt;
mod queue;
mod recorder;
pub(crate) mod repo;
mod service;
mod simple;
mod store;

pub use error::Error;
pub use http::routes;
pub use model::{ContextMessage, NewTurn, OnBusy, Turn};
pub use recorder::Recorder;
pub use service::Turns;
pub use simple::simple_routes;
