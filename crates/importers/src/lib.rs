//! Files of other products as workflow documents: [`n8n`] and [`dify`], one folder each.
//!
//! Pure translation: nothing is executed, fetched or looked up. Reading order:
//!
//! * [`Files`]: the port [`flow::workflow::import::Importers`] over all formats; [`text`]: YAML, bounded;
//! * [`build`]: a document while it is put together, with what is said of it; [`report`]: what can be said;
//! * `n8n`, `dify`: reading such a file, node type by node type.

mod build;
mod dify;
mod files;
mod n8n;
mod report;
mod text;

#[cfg(test)]
mod tests;

pub use files::Files;

/// Bytes of a file.
pub const MAX_BYTES: usize = 16 * 1024 * 1024;
/// Values in a file, anchors of YAML followed.
pub const MAX_VALUES: usize = 1_000_000;
/// Lists and objects inside each other.
pub const MAX_DEPTH: usize = 64;
/// Nodes of a workflow.
pub const MAX_NODES: usize = 10_000;
/// Edges of a workflow.
pub const MAX_EDGES: usize = 50_000;
/// Loops of a workflow of n8n, each of which is walked by itself.
pub const MAX_LOOPS: usize = 200;
/// Notes of a report; what there is more is not told.
pub const MAX_NOTES: usize = 10_000;
