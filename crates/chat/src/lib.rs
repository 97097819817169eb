//! Conversations: messages, turns, files, feedback.
//!
//! * [`conversations`] — the thread, its context sections, its one active run;
//! * [`messages`] — what was said, by people and by runs; feedback;
//! * [`turns`] — a question is stored, its run is created in the same transaction and started after
//!   the commit, one at a time in a conversation; [`Recorder`] writes what the run says;
//! * [`files`] — uploads;
//! * [`ports`] — what is needed of whoever runs things.
//!
//! Invariants: a conversation is seen by nobody but its creator. What was acknowledged is stored.
//! A message row of a run comes only from the run's events, in the transaction that journals them.
//! Nothing here calls a model or a tool.

pub mod conversations;
pub mod files;
pub mod messages;
mod migrations;
pub mod named;
pub mod ports;
mod settings;
#[cfg(test)]
mod tests;
pub mod turns;
mod wiring;

pub use conversations::Conversations;
pub use files::Files;
pub use messages::Messages;
pub use migrations::migrations;
pub use named::NamedConversations;
pub use settings::Settings;
pub use turns::{Recorder, Turns};
pub use wiring::Chat;
