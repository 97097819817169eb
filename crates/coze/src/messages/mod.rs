//! Messages of a conversation, added, read and rated by hand.

pub mod content;
mod http;
pub mod wire;

pub use http::routes;
