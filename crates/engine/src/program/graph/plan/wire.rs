//! Edges and dependencies: who waits for whom.

use std::collections::BTreeSet;

use flow::workflow::{BODY, Edge, Finding};

use super::super::state::Slot;
use super::bind::Names;
use super::draft::text;
use super::{Node, Scope, Source};

/// Fills in successors, and gives the scopes with what their frames begin with.
pub(super) fn wire(names: &Names<'_>, nodes: &mut [Node], scopes: u32, edges: &[Edge], findings: &mut Vec<Finding>) -> Vec<Scope> {
    // Before → after, each pair once. Edges decide whether a node runs at all, dependencies only when.
    let mut follows: BTreeSet<(u32, u32)> = BTreeSet::new();
    let mut entered: BTreeSet<u32> = BTreeSet::new();
    for (at, edge) in edges.iter().enumerate() {
        let (Some(from), Some(to)) = (names.ids.get(&edge.from).copied(), names.ids.get(&edge.to).copied()) else { continue };
        if names.around(from) == Some(to) {
            continue; // the end of a body
        }
        if names.around(to) == Some(from) {
            if edge.port == BODY {
                entered.insert(to);
            }
            continue;
        }
        if nodes[from as usize].scope != nodes[to as usize].scope {
            let message = text("连线不能穿过容器的边界", "An edge cannot lead into or out of a container");
            findings.push(Finding::error("edge_crosses_border", None, format!("/edges/{at}"), message));
            continue;
        }
        follows.insert((from, to));
        let ports = &mut nodes[from as usize].ports;
        match ports.iter_mut().find(|(port, _)| *port == edge.port) {
            Some((_, targets)) if targets.contains(&to) => {}
            Some((_, targets)) => targets.push(to),
            None => ports.push((edge.port.clone(), vec![to])),
        }
    }
    let led_to: BTreeSet<u32> = follows.iter().map(|(_, to)| *to).collect();
    for index in 0..nodes.len() {
        let mut sources = Vec::new();
        refs(&nodes[index].sources, 0, &mut sources);
        for node in sources {
            if let Some((_, ancestor)) = names.up_to(index as u32, nodes[node as usize].scope) {
                follows.insert((node, ancestor));
            }
        }
    }
    let mut waits = vec![0u32; nodes.len()];
    for (from, to) in &follows {
        nodes[*from as usize].next.push(*to);
        waits[*to as usize] += 1;
    }
    cycles(names, nodes, &waits, findings);
    let alone = names.only.and_then(|id| names.ids.get(id)).copied();
    let begins =
        |index: u32| entered.contains(&index) || (!led_to.contains(&index) && nodes[index as usize].scope == 0) || alone == Some(index);
    (0..scopes)
        .map(|scope| {
            let inside: Vec<u32> = (0u32..).zip(&*nodes).filter(|(_, node)| node.scope == scope).map(|(index, _)| index).collect();
            let blank = |index: &u32| Slot::blank(waits[*index as usize], begins(*index));
            Scope {
                first: inside.first().copied().unwrap_or(0),
                blank: inside.iter().map(blank).collect(),
                entry: inside.iter().copied().filter(|index| waits[*index as usize] == 0).collect(),
            }
        })
        .collect()
}

/// Nodes that these sources read.
fn refs(sources: &[Source], depth: usize, found: &mut Vec<u32>) {
    for source in sources {
        match source {
            Source::Node { node, .. } => found.push(*node),
            Source::Object(parts) if depth < 64 => {
                for (_, part) in parts {
                    refs(std::slice::from_ref(part), depth + 1, found);
                }
            }
            _ => {}
        }
    }
}

/// Nodes that wait for themselves would wait for ever.
fn cycles(names: &Names<'_>, nodes: &[Node], waits: &[u32], findings: &mut Vec<Finding>) {
    let mut left = waits.to_vec();
    let mut free: Vec<u32> = (0u32..).zip(waits).filter(|(_, waits)| **waits == 0).map(|(index, _)| index).collect();
    let mut done = 0;
    while let Some(index) = free.pop() {
        done += 1;
        for next in &nodes[index as usize].next {
            left[*next as usize] -= 1;
            if left[*next as usize] == 0 {
                free.push(*next);
            }
        }
    }
    if done < nodes.len() {
        for (index, waits) in (0u32..).zip(&left).filter(|(_, waits)| **waits > 0) {
            let _ = waits;
            let message = text("节点间接地等待它自己", "The node waits for itself, by edges or by references");
            findings.push(Finding::error("cycle", Some(&names.draft(index).id), "", message));
        }
    }
}
