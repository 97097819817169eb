//! Document → graph.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use flow::node::{Action, Control, Registry};
use flow::workflow::{Binding, Document, Finding, NodeId, OnError, Severity};

use super::draft::{Draft, drafts, text};
use super::{Graph, Node, Scope, bind, listen, wire};

/// Compiles a document, or one node of it.
pub(super) fn compile(document: &Document, only: Option<&NodeId>, registry: &Registry) -> Result<Graph, Vec<Finding>> {
    let mut findings = Vec::new();
    let drafts = drafts(document, only, registry, &mut findings);
    let (nodes, edges) = (drafts.nodes, drafts.edges);
    if only.is_none() && findings.is_empty() && !nodes.iter().any(Draft::is_start) {
        findings.push(Finding::error("no_start", None, "/nodes", text("缺少开始节点", "There is no start node")));
    }
    let nodes = by_scope(nodes, &mut findings);
    let ids: HashMap<NodeId, u32> = nodes.iter().zip(0u32..).map(|((_, draft), index)| (draft.id.clone(), index)).collect();
    let names = bind::Names { document, drafts: &nodes, ids: &ids, only };
    let mut graph_nodes: Vec<Node> = nodes.iter().map(|(scope, draft)| node(*scope, draft)).collect();
    let bodies: HashMap<&NodeId, u32> = nodes.iter().filter_map(|(scope, draft)| Some((draft.node.parent.as_ref()?, *scope))).collect();
    for (index, (_, draft)) in nodes.iter().enumerate() {
        let made = &mut graph_nodes[index];
        made.body = bodies.get(&draft.id).copied();
        bind::bind(&names, index as u32, made, &mut findings);
    }
    let scopes = 1 + nodes.iter().map(|(scope, _)| *scope).max().unwrap_or(0);
    let scopes: Vec<Scope> = wire::wire(&names, &mut graph_nodes, scopes, &edges, &mut findings);
    listen::listen(&mut graph_nodes);
    if findings.iter().any(|finding| finding.severity == Severity::Error) {
        return Err(findings);
    }
    let find = |wanted: fn(&Control) -> bool| graph_nodes.iter().position(|node| node.scope == 0 && node.control().is_some_and(wanted));
    let start = find(|control| matches!(control, Control::Start)).map(|index| index as u32);
    let answers = find(|control| matches!(control, Control::End { answer: Some(_), .. })).is_some();
    let mut variables = BTreeSet::new();
    for node in &graph_nodes {
        node.variables(&mut variables);
    }
    Ok(Graph { nodes: graph_nodes, scopes, by_id: ids, limits: document.limits.clone(), start, answers, variables })
}

/// Nodes with the number of their scope, those of one scope together.
fn by_scope(nodes: Vec<Draft>, findings: &mut Vec<Finding>) -> Vec<(u32, Draft)> {
    let mut sorted: Vec<(u32, Draft)> = Vec::with_capacity(nodes.len());
    let mut inside: BTreeMap<Option<NodeId>, Vec<Draft>> = BTreeMap::new();
    for draft in nodes {
        inside.entry(draft.node.parent.clone()).or_default().push(draft);
    }
    let mut levels: Vec<Option<NodeId>> = vec![None];
    let mut at = 0;
    while at < levels.len() {
        for draft in inside.remove(&levels[at]).unwrap_or_default() {
            if draft.is_container() {
                levels.push(Some(draft.id.clone()));
            }
            sorted.push((at as u32, draft));
        }
        at += 1;
    }
    for draft in inside.values().flatten() {
        let message = text("节点所在的容器不存在或不是容器", "What the node is inside of is not a container");
        findings.push(Finding::error("parent", Some(&draft.id), "/parent", message));
    }
    sorted
}

fn node(scope: u32, draft: &Draft) -> Node {
    let (node, spec) = (&draft.node, &draft.spec);
    let mut policy = node.policy.clone();
    if matches!(draft.action, Action::Control(Control::Break | Control::Continue | Control::Start)) {
        policy.on_error = OnError::Fail;
    }
    Node {
        id: draft.id.clone(),
        kind: node.kind.clone(),
        title: if node.title.is_empty() { draft.id.to_string() } else { node.title.clone() },
        scope,
        action: draft.action.clone(),
        inputs: node.inputs.clone(),
        sources: Vec::new(),
        computes: node.inputs.iter().any(|input| matches!(input.value, Some(Binding::Expr(_)))),
        outputs: node.outputs.clone(),
        fill_inputs: spec.fill_inputs,
        fill_outputs: spec.fill_outputs,
        effect: spec.effect,
        policy,
        ports: Vec::new(),
        next: Vec::new(),
        body: None,
        collect: Vec::new(),
        sets: Vec::new(),
        tells: match &draft.action {
            Action::Control(Control::Output { .. }) => true,
            Action::Control(Control::End { answer, .. }) => answer.is_some(),
            _ => false,
        },
        listens: Vec::new(),
        heard_by: Vec::new(),
    }
}
