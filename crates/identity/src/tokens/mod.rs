//! Tokens for programs: personal (`pat_`), of service accounts (`sat_`), from OAuth (`oat_`).
//!
//! A token is 256 random bits after its prefix. Only its SHA-256 is stored; it is shown once. It is
//! narrowed twice: to workspaces and to [`Permissions`]; it never gives more than its user has now.

mod http;
mod model;
pub mod repo;
mod stored;
#[cfg(test)]
mod tests;

pub use http::{NewToken, Token, expiry, routes};
pub use model::{Kind, Permissions, Wanted, looks_like_token};
pub use stored::Model as Row;
