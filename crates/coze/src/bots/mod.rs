//! Bots: agents of the studio.

pub mod document;
mod http;
pub mod wire;

pub use http::routes;

#[cfg(test)]
mod tests;
