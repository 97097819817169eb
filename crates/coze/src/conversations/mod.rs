//! Conversations.

mod http;
pub mod wire;

pub use http::routes;
