//! What several kinds compute with.

pub mod list;
pub mod moment;
