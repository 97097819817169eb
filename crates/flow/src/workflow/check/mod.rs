//! Static validation of a document: everything that is wrong, at once.
//!
//! Documents come from outside and may be anything: cyclic, huge, deep, torn. Nothing here recurses
//! along the graph or fails, and the time is near linear in the document's size.
//!
//! Nodes that cannot be reached from the start never run; they are warned of and not looked into, and
//! for the others they do not exist. A finding's path is a JSON pointer into its node (or into the
//! document, without a node); `/ports/<name>` is a way out of a node.
//!
//! Reading order: `nodes` (what is known of each node) → `structure` (edges, containers, cycles, reach)
//! → `inputs` (names, bindings) → `references` → `control` (what the engine does itself) → `callees`.

mod callees;
mod control;
mod inputs;
mod messages;
mod nodes;
mod references;
mod structure;
#[cfg(test)]
mod tests;

use crate::node::Registry;
use crate::tool::Localized;

pub use callees::{Callee, Callees};

use super::{Document, Finding, NodeId, Severity};
use messages::both;
use nodes::Known;
use structure::Structure;

/// How large a document may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Nodes.
    pub nodes: usize,
    /// Edges.
    pub edges: usize,
    /// Containers, types and bindings inside each other.
    pub depth: usize,
    /// Inputs, outputs, or fields of an object, in one place.
    pub fields: usize,
    /// Bytes of its JSON.
    pub bytes: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { nodes: 10_000, edges: 50_000, depth: 32, fields: 1_000, bytes: 16 * 1024 * 1024 }
    }
}

/// Findings of a severity that are told.
const MAX_FINDINGS: usize = 1_000;

/// Everything that is wrong with a document. Without an error in it, it can be published and run.
pub fn check(document: &Document, registry: &Registry, callees: &dyn Callees) -> Vec<Finding> {
    check_within(document, registry, callees, &Bounds::default())
}

/// Everything that is wrong with a document, within these bounds.
pub fn check_within(document: &Document, registry: &Registry, callees: &dyn Callees, bounds: &Bounds) -> Vec<Finding> {
    let mut found = Found::default();
    if too_large(document, bounds, &mut found) {
        return found.all();
    }
    let mut nodes = nodes::read(document, registry, bounds, &mut found);
    let structure = structure::check(document, &mut nodes, bounds, &mut found);
    let check = Check { registry, callees, bounds, nodes: &nodes, structure: &structure };
    for (at, known) in nodes.iter().enumerate() {
        if known.live && known.bounded {
            inputs::check(&check, at, &mut found);
            control::check(&check, at, &mut found);
        }
    }
    callees::check(&check, &mut found);
    found.all()
}

/// What all parts look at.
struct Check<'a> {
    registry: &'a Registry,
    callees: &'a dyn Callees,
    bounds: &'a Bounds,
    nodes: &'a [Known<'a>],
    structure: &'a Structure<'a>,
}

/// What was found so far. Of each severity only so many are kept: errors are never crowded out.
#[derive(Default)]
struct Found {
    findings: Vec<Finding>,
    errors: usize,
    warnings: usize,
}

impl Found {
    fn add(&mut self, finding: Finding) {
        let count = match finding.severity {
            Severity::Error => &mut self.errors,
            Severity::Warning => &mut self.warnings,
        };
        *count += 1;
        if *count <= MAX_FINDINGS && !self.findings.contains_same(&finding) {
            self.findings.push(finding);
        }
    }

    fn error(&mut self, code: &str, node: Option<&NodeId>, path: impl Into<String>, message: Localized) {
        self.add(Finding::error(code, node, path, message));
    }

    fn warn(&mut self, code: &str, node: Option<&NodeId>, path: impl Into<String>, message: Localized) {
        self.add(Finding::warning(code, node, path, message));
    }

    fn all(mut self) -> Vec<Finding> {
        for (count, severity) in [(self.errors, Severity::Error), (self.warnings, Severity::Warning)] {
            if count > MAX_FINDINGS {
                let more = count - MAX_FINDINGS;
                let message = both(format!("还有 {more} 个问题没有列出"), format!("{more} more problems are not listed"));
                self.findings.push(Finding { severity, ..Finding::error("more_findings", None, "", message) });
            }
        }
        self.findings
    }
}

trait ContainsSame {
    fn contains_same(&self, finding: &Finding) -> bool;
}

impl ContainsSame for Vec<Finding> {
    /// Kinds find some of what is found here too; theirs come right before.
    fn contains_same(&self, finding: &Finding) -> bool {
        let same = |other: &Finding| (&other.code, &other.node, &other.path) == (&finding.code, &finding.node, &finding.path);
        self.iter().rev().take(16).any(same)
    }
}

fn too_large(document: &Document, bounds: &Bounds, found: &mut Found) -> bool {
    let (nodes, edges) = (document.nodes.len(), document.edges.len());
    if nodes > bounds.nodes {
        let most = bounds.nodes;
        found.error(
            "too_many_nodes",
            None,
            "/nodes",
            both(format!("节点过多：{nodes} 个，最多 {most} 个"), format!("{nodes} nodes are too many; at most {most}")),
        );
    }
    if edges > bounds.edges {
        let most = bounds.edges;
        found.error(
            "too_many_edges",
            None,
            "/edges",
            both(format!("连线过多：{edges} 条，最多 {most} 条"), format!("{edges} edges are too many; at most {most}")),
        );
    }
    if found.errors == 0 && !fits_in(document, bounds.bytes) {
        let most = bounds.bytes;
        found.error(
            "document_too_large",
            None,
            "",
            both(format!("工作流文档超过 {most} 字节"), format!("The document has more than {most} bytes")),
        );
    }
    if document.format > super::FORMAT {
        let format = document.format;
        found.error(
            "unknown_format",
            None,
            "/format",
            both(format!("文档格式 {format} 来自更新的版本"), format!("Format {format} is of a newer Hearth")),
        );
    }
    found.errors > 0
}

/// Whether a document's JSON has at most so many bytes.
fn fits_in(document: &Document, bytes: usize) -> bool {
    struct Left(usize);
    impl std::io::Write for Left {
        fn write(&mut self, written: &[u8]) -> std::io::Result<usize> {
            self.0 = self.0.checked_sub(written.len()).ok_or(std::io::ErrorKind::StorageFull)?;
            Ok(written.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    serde_json::to_writer(Left(bytes), document).is_ok()
}
