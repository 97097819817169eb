//! People: set-up, sign-up, sign-in, profile, password, and the administrator's list.
//!
//! Robots (service accounts, JWT apps) are rows of the same table without e-mail and password;
//! nothing here lets one sign in.

mod admin;
mod error;
mod http;
pub mod repo;
mod service;
mod stored;
#[cfg(test)]
mod tests;

pub use error::Error;
pub use http::{Empty, routes};
pub use repo::name_of;
pub use service::{Application, Users};
pub use stored::user::Model as Row;
