//! Workflows: what people build as graphs, publish and call.
//!
//! A workflow has one draft and any number of published versions (`v1.2.3`, each greater than the
//! one before). Saving the draft needs the revision that was read, so that nobody writes over
//! another's work unseen. A published version never changes; restoring one copies it into the
//! draft. A workflow that is unpublished keeps its versions, which nobody can run or call. A deleted
//! one disappears from everywhere, but its rows stay, since runs refer to them.
//!
//! A draft may be wrong: it is stored as it is, with a list of findings; only publishing insists.
//! What a draft or the version in use calls is kept as references, so that nobody deletes a workflow
//! under another.
//!
//! Reading order: `model` (types), `number` (version numbers), `calls` (what a document calls), `as_tools` (what agents call),
//! `diff`, `template`, `gallery` (pure) → `service`, `drafts`, `publishing`, `secrets`, `references`, `moving`, `presence` (use cases) → `http`
//! (wire); `source` is what starts of runs read. Invariants: nothing here runs a workflow; a
//! workflow calls workflows of its own workspace only.

mod around;
pub(crate) mod as_tools;
mod calls;
mod diff;
mod drafts;
mod error;
pub mod gallery;
pub mod http;
pub mod migrations;
mod model;
mod moving;
mod number;
mod presence;
mod publishing;
mod references;
mod repo;
mod secrets;
mod service;
mod source;
mod template;
mod wire;

pub use diff::{Change, Diff, NodeChange, NodeSummary};
pub use error::Error;
pub use model::{Draft, Filter, Limits, Meta, NewWorkflow, User, UserKind, Version, Workflow};
pub use moving::{Left, Moved};
pub use number::VersionNumber;
pub use presence::Editor;
pub use publishing::{Publication, Side};
pub use secrets::Removed;
pub use service::Workflows;
pub(crate) use service::checked_name;
pub use wire::WorkflowView;
