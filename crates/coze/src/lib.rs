//! The Coze Open API: official SDKs work with only their base URL changed.
//!
//! The only place that knows this wire. Names differ: a bot is an agent, a chat is a run, a space is
//! a workspace. Handlers translate and call the services of `chat`, `studio` and `identity`; rules
//! live there.
//!
//! * [`envelope`]: `{code, msg, data, detail}` around every answer and error; [`error`]: the numbers;
//! * [`chats`]: start, stream, poll, cancel, submit tool outputs; `chats::events` is the heart:
//!   run events in, stream events out;
//! * [`canvas`]: workflow canvases in and out;
//! * [`conversations`], [`messages`], [`files`], [`bots`], [`workspaces`], [`workflows`], [`variables`].

pub mod bots;
pub mod canvas;
pub mod chats;
pub mod conversations;
mod coze;
pub mod envelope;
pub mod error;
pub mod files;
pub mod id;
pub mod messages;
pub mod variables;
pub mod workflows;
pub mod workspaces;

pub use coze::{Coze, routes, serve};
pub use variables::migrations;
