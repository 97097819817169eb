//! The binary `hearth`: settings, wiring, listeners, command line.
//!
//! Reading order: [`config`] → [`app`] (everything put together) → `adapters` (how domains meet) →
//! [`http`] (between the socket and the routes) → `commands`.

mod adapters;
pub mod app;
pub mod cli;
pub mod commands;
pub mod components;
pub mod config;
pub mod data_dir;
pub mod http;
#[cfg(test)]
mod openapi_tests;
mod system;
pub mod telemetry;

pub use app::App;
pub use data_dir::DataDir;
pub use types::id::next_id as fresh_id;

/// The version of this binary.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
