//! Bots: agents of the studio.

pub mod wire;
