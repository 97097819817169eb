//! What people build: models to think with, agents and workflows.
//!
//! * [`models`]: configured models, and the catalog in which the engine finds them;
//! * [`agents`]: drafts, published versions, templates, and the source from which chat reads them;
//! * [`workflows`]: drafts, published versions, references, and the source from which runs read them;
//! * [`triggers`]: what starts workflows by itself, calls and times;
//! * [`assist`]: changes of workflows in words, and errors of runs in plain words, by a model;
//! * [`limits`]: how large workflows may be, what their runs may use, how long ended runs are kept.
//!
//! The server makes [`models::Models`], [`agents::Agents`] and [`workflows::Workflows`], hands their
//! [`migrations`] to `db` and mounts [`routes`] under `/api/v1` and [`simple_routes`] at the root.
//!
//! Invariants: nothing here runs an agent or a workflow, or speaks to a vendor but for probing, testing and [`assist`]; a row
//! is read through the workspaces of the caller.

pub mod agents;
pub mod assist;
pub mod limits;
pub mod models;
mod rows;
mod sealer;
#[cfg(test)]
mod tests;
pub mod triggers;
pub mod workflows;

use std::sync::Arc;

use rest::Routes;

pub use sealer::Sealer;

/// Migrations of all features.
pub fn migrations() -> db::migrate::Migrations {
    let features = [
        models::migrations::migrations(),
        agents::migrations::migrations(),
        workflows::migrations::migrations(),
        limits::migrations::migrations(),
        triggers::migrations::migrations(),
    ];
    features.into_iter().flatten().collect()
}

/// Routes of all features, relative to `/api/v1`.
pub fn routes(models: Arc<models::Models>, agents: Arc<agents::Agents>, workflows: Arc<workflows::Workflows>) -> Routes {
    models::http::routes(models).merge(agents::http::routes(agents)).merge(workflows::http::routes(workflows))
}

/// The one-call surface, with full paths.
pub fn simple_routes(agents: Arc<agents::Agents>) -> Routes {
    agents::simple::routes(agents)
}
