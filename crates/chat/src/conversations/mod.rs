//! Conversations: a thread between one person (or service) and an agent.
//!
//! A conversation has a current context section (what the model sees again; clearing begins a new
//! one) and at most one active run. It is private to its creator: to anybody else it does not exist.
//! Deleting hides it and cancels what runs in it.
//!
//! Reading order: `model` → `service` → `http`.

mod error;
mod http;
mod model;
pub(crate) mod repo;
mod service;

pub use error::Error;
pub use http::routes;
pub(crate) use model::auto_name;
pub use model::{Changes, Conversation, Filter, NewConversation, Order};
pub use service::Conversations;
pub(crate) use service::blank;
