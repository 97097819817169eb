//! The contract between Hearth and models, whoever sells them.
//!
//! * [`chat`]: a request, a stream of events, the [`chat::Chat`] trait;
//! * [`embed`]: texts to vectors;
//! * [`vendor`]: how a vendor presents itself, opens an endpoint, lists and probes models;
//! * [`catalog`]: the configured models of a workspace, opened by id;
//! * [`scripted`]: a fake that says what a test wants.
//!
//! Nothing here performs I/O: vendors live in the crate `providers`, configured models in `studio`.

pub mod catalog;
pub mod chat;
pub mod embed;
mod error;
pub mod scripted;
pub mod vendor;

pub use catalog::{Catalog, OpenModel, Price};
pub use chat::{Chat, ChatStream, Event, FinishReason, Message, Params, Part, Request, Response, Role, ToolCall, ToolSpec};
pub use embed::Embed;
pub use error::Error;
pub use vendor::{Capabilities, Endpoint, Probe, Vendor, VendorInfo};
