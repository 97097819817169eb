//! What the nodes that talk with models share: their parameters, requests made of them, reading what
//! models answer.
//!
//! * [`params`]: the parameters, with a macro that puts them into a node's own;
//! * [`request`]: from parameters to a request;
//! * [`schema`]: declared values as JSON schema;
//! * [`json`]: JSON as models write it;
//! * [`remember`], [`recall`]: a machine's memory between two moves.

pub mod json;
#[macro_use]
pub mod params;
pub mod request;
pub mod schema;
#[cfg(test)]
pub mod testkit;

use flow::node::{Act, NodeError, Turn};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

pub use params::{Format, History};
pub use request::Talk;

/// A move that is followed by another.
pub fn remember<M: Serialize>(memory: &M, act: Act) -> Turn {
    match serde_json::to_value(memory) {
        Ok(memory) => Turn { memory, act },
        Err(_) => Turn::fail(lost()),
    }
}

/// What was remembered.
pub fn recall<M: DeserializeOwned>(memory: Value) -> Result<M, NodeError> {
    serde_json::from_value(memory).map_err(|_| lost())
}

/// Something was heard that nobody asked for, or the memory is another machine's: a fault of the engine.
pub fn lost() -> NodeError {
    NodeError::lasting("internal", "the node lost the thread of its conversation")
}
