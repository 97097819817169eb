//! Robots of a workspace: a platform calls Hearth with one token for all its users.
//!
//! A service account is a user of its own (without e-mail and password) and a member with a role;
//! its tokens act as that user. Deleting it revokes them and keeps the user's name for what it made.

mod http;
pub mod repo;
mod stored;
#[cfg(test)]
mod tests;

pub use http::routes;
pub use stored::Model as Row;
