//! Agents: what people edit, publish and talk to.
//!
//! An agent has one draft and any number of published versions. Saving the draft needs the revision
//! that was read, so that nobody writes over another's work unseen. A published version never
//! changes; restoring one copies it into the draft. A deleted agent disappears from everywhere,
//! but its rows stay, since conversations and runs refer to them.
//!
//! A draft may be incomplete: it is stored as it is, with a list of [`Problem`]s; only publishing
//! insists.
//!
//! Reading order: `model` (types) → `problems` (rules) → `service`, `drafts`, `publishing` (use
//! cases) → `http` (wire); `simple` is the one-call surface, `source` what `chat` and `coze` read.
//! Invariant: nothing here runs an agent.

mod drafts;
mod error;
pub mod http;
pub mod migrations;
mod model;
pub mod ports;
mod problems;
mod publishing;
mod repo;
mod service;
pub mod simple;
mod source;
pub mod templates;
mod users;
mod wire;

pub use error::Error;
pub use model::{Agent, Draft, Filter, Meta, NewAgent, Problem, Version};
pub use ports::Names;
pub(crate) use repo::names_in;
pub use service::Agents;
pub use users::ModelUsers;
