//! Coze canvases in and out: a canvas file becomes a workflow document, a document becomes a canvas.
//!
//! Pure translation but for [`http`], the routes: nothing is executed, fetched or looked up. Reading order:
//!
//! * [`import`] and [`export`]: the two directions; [`report`]: what became of each node, for people;
//! * `dialect`: the forms canvases come in (files, answers of the API, the clipboard), brought to one;
//! * `types`, `literal`, `binding`: values and where they come from; `policy`: errors, retries, batches; `graph`: edges and ports;
//! * `nodes`: one file per family of Coze node types, reading and writing side by side; [`catalogue`]: their numbers and names;
//! * `rest`: what Coze has and Hearth does not need to run. It is kept in `view.coze` of the node, so that an
//!   export gives back an equivalent canvas, and importing that gives exactly the same document.

pub mod catalogue;
pub mod http;
pub mod report;

mod binding;
mod dialect;
mod error;
mod export;
mod graph;
mod import;
mod json;
mod literal;
mod models;
mod nodes;
mod policy;
mod rest;
mod types;

#[cfg(test)]
mod tests;

pub use error::ImportError;
pub use export::{Exported, export};
pub use import::{Imported, import};
pub use report::Report;
pub(crate) use types::write_field;

/// Bytes of JSON that a canvas may have, about.
pub const MAX_BYTES: u64 = 16 * 1024 * 1024;
/// Lists and objects inside each other; node by node a canvas is read recursively.
pub const MAX_DEPTH: usize = 64;
/// Nodes of a canvas, those inside containers counted.
pub const MAX_NODES: usize = 10_000;
/// Edges of a canvas, those inside containers counted.
pub const MAX_EDGES: usize = 50_000;
