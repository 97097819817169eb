//! Help by a model: a change of a workflow in words becomes a proposed document, the error of a run becomes plain words.
//!
//! Any configured chat model; the offline one says that it cannot. Nothing is saved and nothing is run here: what a model
//! proposes is validated, given back to it once if it is wrong, and then shown to the person who asked.
//! Reading order: [`prompt`] (what models are told, and reading what they say; pure) → [`service`] → [`http`].

pub mod http;
mod ports;
mod prompt;
mod service;

pub use ports::{FailedRuns, Story};
pub use service::{Assist, Proposal};
