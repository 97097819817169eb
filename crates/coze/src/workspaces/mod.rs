//! Workspaces (spaces), their members, and the caller himself.

mod http;

pub use http::routes;
