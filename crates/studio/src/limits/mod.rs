//! Limits of a workspace: how large its workflows may be, how much their runs may use, how long ended runs are kept.
//!
//! The instance has such limits by its settings, a workspace may have its own, a workflow and a node have theirs in
//! the document. Of each limit the smallest counts, so a workspace can be stricter than its instance, never more generous.
//!
//! Reading order: `model` (types and rules, pure) → `service` (use cases) → `http` (wire). Others ask
//! [`WorkspaceLimits::of`] what counts.

mod error;
pub mod http;
pub mod migrations;
mod model;
mod repo;
mod service;

pub use error::Error;
pub use model::{Keep, Limits};
pub use service::{Standing, WorkspaceLimits};
