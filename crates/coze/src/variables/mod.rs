//! User variables of bots: what a bot knows of one of its callers' persons (`connector_uid`).
//!
//! A bot declares variables with defaults; a value set here holds for one person, and fills the
//! prompt of the chats with his `user_id`. Only declared variables can be set.
//!
//! Reading order: `repo` → `service` → `http`.

mod http;
mod migrations;
mod repo;
mod service;

pub use http::routes;
pub use migrations::migrations;
