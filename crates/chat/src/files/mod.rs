//! Files: what people attach.
//!
//! The bytes go to the blob store under their hash; the row keeps the name as data. A file is
//! private to who uploaded it, unless it was shared with its workspace (icons). Its content type is
//! found here, never believed from the client, and it is served as an attachment; only pictures of
//! four fixed types are shown in place.

mod error;
mod http;
mod model;
pub(crate) mod repo;
mod service;
mod sniff;

pub use error::Error;
pub use http::routes;
pub use model::File;
pub use service::Files;
