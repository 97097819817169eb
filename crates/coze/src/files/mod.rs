//! Files.

mod http;

pub use http::routes;
