//! The whole server in process, through real HTTP, on a database of its own.
//!
//! `HEARTH_TEST_DATABASE` chooses the engine: `sqlite` (default), `mysql` or `postgres` on their
//! standard loopback ports. A missing server skips loudly, or fails under
//! `HEARTH_TEST_REQUIRE_SERVICES=1`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::missing_panics_doc,
    reason = "this crate is nothing but tests: a panic is how one fails"
)]

pub mod binary;
pub mod client;
pub mod code;
pub mod database;
pub mod hearth;
pub mod model_server;
pub mod tally;

pub use binary::Process;
pub use client::{Answer, Client, Frame};
pub use hearth::{Hearth, Member};
pub use model_server::ModelServer;
pub use tally::{Found, Tally};
