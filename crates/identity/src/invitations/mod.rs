//! Ways into a team workspace by link: a role, an expiry, a number of uses.
//!
//! The code is a secret of 256 bits, shown once. Whoever has it may join, and may create an account
//! for it even where registration is closed.

mod http;
pub mod repo;
mod stored;
#[cfg(test)]
mod tests;

pub use http::routes;
pub use stored::Model as Row;
