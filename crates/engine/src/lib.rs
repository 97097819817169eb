//! Runs things durably: run, journal, resume. Agents' turns and workflows are its two programs.
//!
//! Reading order:
//!
//! * [`program`]: the pure cores. A program decides what comes next from what has happened; it
//!   performs nothing. [`program::agent`] is the loop of model and tool steps, [`program::graph`] is workflows.
//! * [`view`]: what people see of a run (status, usage, steps), folded from the same events.
//! * [`journal`]: the events and the run's row on disk, the lease, the append.
//! * [`live`]: what a subscriber receives, and how that fits the journal's numbers.
//! * [`runtime`]: [`Runs`], which performs effects and feeds the results back.
//! * [`workflows`]: how runs of workflows come to be.
//! * [`ports`]: what the engine needs of others. [`wire`] and [`http`]: the outside.
//!
//! Invariants:
//!
//! * An event is committed before anybody sees it, text of a model excepted (see [`live`]).
//! * A tool is called only after the start of its step is committed; a finished step never runs again.
//! * The engine performs no HTTP: models come from [`model::Catalog`], tools from [`flow::tool::Toolbox`].
//! * A run that waits for a person has no task and no memory here.

mod error;
pub mod http;
pub mod journal;
pub mod live;
pub mod ports;
pub mod program;
pub mod runtime;
pub mod view;
pub mod wire;
pub mod workflows;

pub use error::Error;
pub use http::routes;
pub use journal::migrations::migrations;
pub use live::{Delta, Live};
pub use ports::{Files, Keep, Kept, NoRecorder, Recorder, Retention, RunInfo, Uploaded};
pub use runtime::{Deps, Filter, Queued, RunStream, Runs, Settings, Submission};
pub use view::{Step, StepStatus};
pub use workflows::Workflows;
