//! The vocabulary that every crate shares: ids, who is acting, what went wrong, pages, time, tokens.
//!
//! Nothing here performs I/O and nothing here knows HTTP or SQL. A type moves down into this crate
//! only when a second crate needs it.

pub mod actor;
mod errors;
mod failure;
pub mod id;
mod page;
mod time;
mod usage;

pub use actor::{Actor, Grant, Permission, Role, Scope};
pub use failure::{Coded, ErrorKind, Failure};
pub use id::*;
pub use page::{Cursor, Page, PageRequest};
pub use time::Timestamp;
pub use usage::{Cost, TokenUsage};
