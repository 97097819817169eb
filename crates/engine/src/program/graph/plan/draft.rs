//! The nodes that will run: kinds looked up, params read, batches made containers, lone nodes left out.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use flow::node::{Action, Collect, Control, NodeSpec, NodeType, Registry};
use flow::tool::Localized;
use flow::value::Type;
use flow::workflow::{BODY, Document, Edge, Finding, Node, NodeId, Policy, Ref};

/// The output of a node that runs once for each element.
const OUTPUT_LIST: &str = "outputList";

/// Elements at most, and at once, when the document says 0.
const BATCH_SIZE: u32 = 100;
const BATCH_CONCURRENCY: u32 = 10;

/// A node that will run.
pub(super) struct Draft {
    pub(super) id: NodeId,
    pub(super) node: Node,
    pub(super) spec: NodeSpec,
    pub(super) action: Action,
}

impl Draft {
    pub(super) const fn is_container(&self) -> bool {
        matches!(self.action, Action::Control(Control::Loop { .. } | Control::Batch { .. }))
    }

    pub(super) const fn is_start(&self) -> bool {
        matches!(self.action, Action::Control(Control::Start))
    }
}

/// The nodes and edges of a document that will run.
pub(super) struct Drafts {
    pub(super) nodes: Vec<Draft>,
    pub(super) edges: Vec<Edge>,
}

/// Reads the nodes of a document, or one of them with what is inside.
pub(super) fn drafts(document: &Document, only: Option<&NodeId>, registry: &Registry, findings: &mut Vec<Finding>) -> Drafts {
    if let Some(only) = only.filter(|only| !document.nodes.contains_key(*only)) {
        let message = text("要运行的节点不存在", "There is no such node to run");
        findings.push(Finding::error("missing_node", Some(only), "", message));
    }
    let kept = kept(document, only, registry);
    let mut nodes = Vec::new();
    let mut edges: Vec<Edge> = document.edges.iter().filter(|edge| kept.contains(&edge.from) && kept.contains(&edge.to)).cloned().collect();
    if let Some(only) = only {
        edges.retain(|edge| edge.from != *only || edge.port == BODY);
        edges.retain(|edge| edge.to != *only);
    }
    for id in &kept {
        let Some(node) = document.nodes.get(id) else { continue };
        let Some((kind, spec)) = registry.get(&node.kind, node.version).zip(registry.spec(&node.kind, node.version)) else {
            let zh = format!("没有节点类型 {} 的版本 {}", node.kind, node.version);
            let en = format!("There is no kind of node `{}` in version {}", node.kind, node.version);
            findings.push(Finding::error("unknown_kind", Some(id), "/kind", Localized { zh, en }));
            continue;
        };
        let mut node = node.clone();
        if only == Some(id) {
            node.parent = None;
        }
        if node.batch.is_some() && spec.batchable {
            batch(id, node, kind, spec, &mut nodes, &mut edges, findings);
        } else {
            read(id.clone(), node, kind, spec.clone(), &mut nodes, findings);
        }
    }
    Drafts { nodes, edges }
}

fn read(id: NodeId, node: Node, kind: &Arc<dyn NodeType>, mut spec: NodeSpec, nodes: &mut Vec<Draft>, findings: &mut Vec<Finding>) {
    spec.effect = kind.effect(&node).unwrap_or(spec.effect);
    match kind.compile(&id, &node) {
        Ok(Action::Control(Control::Comment)) => {}
        Ok(action) => nodes.push(Draft { id, node, spec, action }),
        Err(mut found) => findings.append(&mut found),
    }
}

/// A node that runs for each element becomes a container with the node inside.
fn batch(
    id: &NodeId,
    mut node: Node,
    kind: &Arc<dyn NodeType>,
    spec: &NodeSpec,
    nodes: &mut Vec<Draft>,
    edges: &mut Vec<Edge>,
    findings: &mut Vec<Finding>,
) {
    let Some(settings) = node.batch.take() else { return };
    let inner = NodeId::from(format!("{id}_inner"));
    let ty = Type::List(Box::new(Type::Object(node.outputs.clone())));
    let from = Ref { node: inner.clone(), path: Vec::new() };
    let or = |value: u32, default| if value == 0 { default } else { value };
    let action = Action::Control(Control::Batch {
        size: or(settings.size, BATCH_SIZE),
        concurrency: or(settings.concurrency, BATCH_CONCURRENCY),
        collect: vec![Collect { name: OUTPUT_LIST.to_owned(), ty: ty.clone(), from }],
    });
    let outer = Node {
        kind: node.kind.clone(),
        version: node.version,
        title: node.title.clone(),
        parent: node.parent.clone(),
        inputs: settings.lists,
        outputs: vec![flow::value::Field::new(OUTPUT_LIST, ty)],
        policy: Policy::default(),
        ..Node::default()
    };
    let outer_spec = NodeSpec { fill_inputs: true, fill_outputs: true, effect: flow::tool::Effect::Pure, ..spec.clone() };
    nodes.push(Draft { id: id.clone(), node: outer, spec: outer_spec, action });
    edges.push(Edge { from: id.clone(), port: BODY.to_owned(), to: inner.clone() });
    node.parent = Some(id.clone());
    read(inner, node, kind, spec.clone(), nodes, findings);
}

/// Nodes that can be reached: from the start, and inside containers from their container.
fn kept(document: &Document, only: Option<&NodeId>, registry: &Registry) -> BTreeSet<NodeId> {
    let mut after: BTreeMap<&NodeId, Vec<&NodeId>> = BTreeMap::new();
    for edge in &document.edges {
        // The end of a body leads back to its container; that is no way to what follows it.
        if document.nodes.get(&edge.from).is_some_and(|node| node.parent.as_ref() == Some(&edge.to)) {
            continue;
        }
        after.entry(&edge.from).or_default().push(&edge.to);
    }
    // Nothing leads to a start: few nodes have to be asked whether they are one.
    let led_to: BTreeSet<&NodeId> = document.edges.iter().map(|edge| &edge.to).collect();
    let begins = |id: &&NodeId| match only {
        Some(only) => *id == only,
        None => !led_to.contains(*id) && document.nodes.get(*id).is_some_and(|node| node.parent.is_none() && is_start(id, node, registry)),
    };
    let mut found: BTreeSet<NodeId> = BTreeSet::new();
    let mut queue: VecDeque<&NodeId> = document.nodes.keys().filter(begins).collect();
    while let Some(id) = queue.pop_front() {
        if !found.insert(id.clone()) {
            continue;
        }
        let inside = |to: &&&NodeId| document.nodes.get(**to).is_some_and(|node| node.parent.as_ref() == Some(id));
        let next = after.get(id).into_iter().flatten();
        // Of a node that runs alone only its inside follows.
        if only == Some(id) {
            queue.extend(next.filter(inside));
        } else {
            queue.extend(next);
        }
    }
    found
}

fn is_start(id: &NodeId, node: &Node, registry: &Registry) -> bool {
    let kind = registry.get(&node.kind, node.version);
    kind.is_some_and(|kind| matches!(kind.compile(id, node), Ok(Action::Control(Control::Start))))
}

/// A text in both languages.
pub(super) fn text(zh: &str, en: &str) -> Localized {
    Localized { zh: zh.to_owned(), en: en.to_owned() }
}
