//! Chats: runs of the engine, started in a conversation.

pub mod events;
pub mod wire;
#[cfg(test)]
mod tests;
