//! The built web UI, inside the binary.
//!
//! `make web` builds `web/dist`; without it everything still compiles and a page says how to build it. `build.rs` compresses it, so
//! that the binary holds what browsers are sent. Unknown addresses get `index.html`: the router of the UI decides. Files under
//! `/assets` carry a hash in their name and are cached for ever.

mod pages;

pub use pages::{is_built, router};
