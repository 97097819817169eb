//! Workflows: run (at once, later, streamed), resume, histories, lists.
//!
//! * [`run`]: from a request to a run; [`interrupt`]: what a waiting run asks, in this wire's shapes;
//! * [`events`]: run events in, stream events out; [`stream`]: onto the wire;
//! * [`chat`]: chatflows, answered in a conversation;
//! * [`wire`]: the shapes; [`http`]: runs; [`catalog`]: workflows and their versions.

mod catalog;
mod chat;
mod conversation;
mod events;
mod http;
pub(crate) mod interrupt;
mod run;
mod stream;
#[cfg(test)]
mod tests;
mod wire;

use std::sync::Arc;

use rest::Routes;

use crate::Coze;
pub(crate) use chat::flat;

/// Routes of workflows.
pub fn routes(coze: Arc<Coze>) -> Routes {
    let runs = http::routes(coze.clone()).merge(catalog::routes(coze.clone()));
    runs.merge(conversation::routes(coze.clone())).merge(chat::routes(coze))
}
