//! Chats: runs of the engine, started in a conversation.
//!
//! Reading order: `wire` (shapes) → `start` (a request becomes a turn) → `events` (what the run
//! tells becomes events) → `stream` (events become bytes) → `http`.

pub mod events;
mod http;
mod start;
pub mod stream;
pub mod wire;

#[cfg(test)]
mod tests;

pub use http::routes;
pub(crate) use start::split;
