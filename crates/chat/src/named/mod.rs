//! Conversations that go by name: those that workflows keep for a person, in an app, for a bot, or in neither.
//!
//! A name means one conversation of its [`Owner`]. Invariant: of two who ask for a new name at once, one makes it and the other
//! finds it; the table's index sees to that.

mod model;
pub(crate) mod repo;
mod service;

pub use model::{Named, Owner, Renamed};
pub use service::NamedConversations;
