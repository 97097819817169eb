//! Messages of a conversation.

pub mod content;
pub mod wire;
