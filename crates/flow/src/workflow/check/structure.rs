//! Edges, containers, cycles, and what can be reached.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::messages::{both, title};
use super::nodes::Known;
use super::{Bounds, Found};
use crate::node::Control;
use crate::workflow::graph::{self, Ancestors, Graph};
use crate::workflow::{BODY, Document, ERROR, OUT, OnError};

/// How the nodes lie to each other.
pub(super) struct Structure<'a> {
    numbers: HashMap<&'a str, usize>,
    /// The place of each node among those of its container.
    place: Vec<usize>,
    /// Who lies before whom in each container (`None`: at the top); absent where there is a cycle.
    before: HashMap<Option<usize>, Ancestors>,
}

impl Structure<'_> {
    /// The number of a node.
    pub(super) fn number(&self, id: &str) -> Option<usize> {
        self.numbers.get(id).copied()
    }

    /// Whether `first` lies before `then`, both being of this container. Where there are cycles, which
    /// are told anyway, everything does.
    pub(super) fn is_before(&self, container: Option<usize>, first: usize, then: usize) -> bool {
        self.before.get(&container).is_none_or(|before| before.contains(self.place[then], self.place[first]))
    }
}

/// An edge between nodes that exist.
struct Way<'a> {
    at: usize,
    from: usize,
    to: usize,
    port: &'a str,
    role: Role,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// Between nodes of one container.
    Next,
    /// From a container to a node inside.
    Enter,
    /// From a node inside to its container: the end of the body.
    Leave,
}

pub(super) fn check<'a>(document: &'a Document, nodes: &mut [Known<'a>], bounds: &Bounds, found: &mut Found) -> Structure<'a> {
    let numbers: HashMap<&str, usize> = nodes.iter().enumerate().map(|(number, known)| (known.id.as_str(), number)).collect();
    containers(nodes, bounds, found);
    let ways = edges(document, nodes, &numbers, found);
    cycles(document, nodes, &ways, found);
    reach(nodes, &ways, found);
    ports(nodes, &ways, found);
    let (place, before) = order(nodes, &ways);
    for known in nodes.iter_mut().filter(|known| known.live) {
        for finding in std::mem::take(&mut known.findings) {
            found.add(finding);
        }
    }
    Structure { numbers, place, before }
}

fn containers(nodes: &mut [Known<'_>], bounds: &Bounds, found: &mut Found) {
    let parents: Vec<_> = nodes.iter().map(|known| known.parent).collect();
    let depths = graph::depths(&parents);
    for at in 0..nodes.len() {
        let known = &nodes[at];
        let wrong = match (&known.node.parent, known.parent) {
            (None, _) => continue,
            (Some(parent), None) => both(format!("所在的容器“{parent}”不存在"), format!("Its container `{parent}` does not exist")),
            (Some(_), Some(_)) if depths[at].is_none() => both("容器互相包含", "Its containers lie inside each other in a circle"),
            (Some(_), Some(_)) if depths[at] > Some(bounds.depth) => {
                both("容器嵌套层次过深", "There are too many containers inside each other")
            }
            // A kind that is not known, or params that cannot be read, are told already.
            (Some(_), Some(parent)) if nodes[parent].spec.is_none() || nodes[parent].is_container() => continue,
            (Some(parent), Some(_)) => both(format!("“{parent}”不是容器节点"), format!("`{parent}` is no container")),
        };
        found.error("parent", Some(known.id), "/parent", wrong);
        nodes[at].parent = None;
        nodes[at].live = false;
    }
}

fn edges<'a>(document: &'a Document, nodes: &[Known<'_>], numbers: &HashMap<&str, usize>, found: &mut Found) -> Vec<Way<'a>> {
    let mut ways = Vec::with_capacity(document.edges.len());
    let mut seen = HashSet::with_capacity(document.edges.len());
    let out: Vec<Option<HashSet<String>>> = nodes.iter().map(|known| ways_out(known).map(HashSet::from_iter)).collect();
    for (at, edge) in document.edges.iter().enumerate() {
        let from = numbers.get(edge.from.as_str()).copied();
        let to = numbers.get(edge.to.as_str()).copied();
        for (end, number, id) in [("from", from, &edge.from), ("to", to, &edge.to)] {
            if number.is_none() {
                let message = both(format!("连线指向不存在的节点“{id}”"), format!("An edge leads to or from `{id}`, which does not exist"));
                found.error("missing_node", None, format!("/edges/{at}/{end}"), message);
            }
        }
        let (Some(from), Some(to)) = (from, to) else { continue };
        if !seen.insert((from, &edge.port, to)) {
            found.warn("duplicate_edge", None, format!("/edges/{at}"), both("重复的连线", "The same edge is there twice"));
            continue;
        }
        let port = edge.port.as_str();
        if out[from].as_ref().is_some_and(|out| !out.contains(port)) {
            let shown: String = port.chars().take(80).collect();
            let name = title(nodes[from].id, nodes[from].node);
            let message = both(format!("节点“{name}”没有出口“{shown}”"), format!("The node “{name}” has no way out `{shown}`"));
            found.error("unknown_port", None, format!("/edges/{at}/port"), message);
            continue;
        }
        let role = if nodes[from].node.parent == nodes[to].node.parent && port != BODY {
            Role::Next
        } else if nodes[to].parent == Some(from) && port == BODY {
            Role::Enter
        } else if nodes[from].parent == Some(to) {
            Role::Leave
        } else {
            let message = both(
                "连线不能跨越容器的边界；容器内的第一个节点从容器的 body 出口连接",
                "An edge cannot cross the border of a container; its body begins with an edge from its way out `body`",
            );
            found.error("edge_crosses_border", None, format!("/edges/{at}"), message);
            continue;
        };
        if role == Role::Next && nodes[to].is_start() {
            found.error("edge_into_start", None, format!("/edges/{at}/to"), both("开始节点没有入口", "Nothing leads to the start"));
            continue;
        }
        ways.push(Way { at, from, to, port, role });
    }
    ways
}

/// The ways out of a node; `None` if its kind is not known.
fn ways_out(known: &Known<'_>) -> Option<Vec<String>> {
    let mut ports = known.kind?.ports(known.node);
    if known.is_container() {
        ports.push(BODY.to_owned());
    }
    if known.node.policy.on_error == OnError::Branch {
        ports.push(ERROR.to_owned());
    }
    Some(ports)
}

fn cycles(document: &Document, nodes: &[Known<'_>], ways: &[Way<'_>], found: &mut Found) {
    let graph = Graph::new(nodes.len(), next(ways));
    if graph::topological(&graph).len() == nodes.len() {
        return;
    }
    let component = graph::components(&graph);
    for way in ways.iter().filter(|way| way.role == Role::Next && component[way.from] == component[way.to]) {
        let edge = &document.edges[way.at];
        let (from, to) = (title(nodes[way.from].id, nodes[way.from].node), title(nodes[way.to].id, nodes[way.to].node));
        let message = both(
            format!("从“{from}”（{}）到“{to}”（{}）的连线在一个环上；重复执行请使用循环节点", edge.from, edge.to),
            format!("The edge from “{from}” ({}) to “{to}” ({}) lies on a cycle; use a loop to repeat", edge.from, edge.to),
        );
        found.error("cycle", None, format!("/edges/{}", way.at), message);
    }
}

fn next<'a>(ways: &'a [Way<'_>]) -> impl Iterator<Item = (usize, usize)> + Clone + 'a {
    ways.iter().filter(|way| way.role == Role::Next).map(|way| (way.from, way.to))
}

fn reach(nodes: &mut [Known<'_>], ways: &[Way<'_>], found: &mut Found) {
    let starts = nodes.iter().map(Known::is_start).collect::<Vec<_>>();
    let ends = nodes.iter().map(Known::is_end).collect::<Vec<_>>();
    let (start, end) = (only(nodes, "start", &starts, found), only(nodes, "end", &ends, found));
    let forward = ways.iter().filter(|way| way.role != Role::Leave).map(|way| (way.from, way.to));
    let graph = Graph::new(nodes.len(), forward);
    let reached = graph::reachable(&graph, start.iter().copied());
    for (at, known) in nodes.iter_mut().enumerate() {
        let is_torn = known.node.parent.is_some() && known.parent.is_none();
        known.live = reached[at] && !is_torn && !known.is_comment();
    }
    if start.is_empty() {
        return;
    }
    for at in 0..nodes.len() {
        let known = &nodes[at];
        let is_alone = !known.live && !known.is_comment() && known.parent.is_none_or(|parent| nodes[parent].live);
        if !is_alone || (known.node.parent.is_some() && known.parent.is_none()) {
            continue;
        }
        let name = title(known.id, known.node);
        if end.contains(&at) {
            found.error("end_not_reached", Some(known.id), "", both("开始节点没有连到结束节点", "No way leads from the start to the end"));
        } else {
            let message = both(format!("节点“{name}”未连接，不会执行"), format!("Nothing leads to the node “{name}”; it never runs"));
            found.warn("unreachable", Some(known.id), "", message);
        }
    }
}

/// The nodes of which there has to be one, at the top.
fn only(nodes: &[Known<'_>], name: &str, is: &[bool], found: &mut Found) -> Vec<usize> {
    let (zh, en) = if name == "start" { ("开始", "start") } else { ("结束", "end") };
    let all: Vec<usize> = (0..nodes.len()).filter(|&at| is[at]).collect();
    let (top, inside): (Vec<usize>, Vec<usize>) = all.into_iter().partition(|&at| nodes[at].node.parent.is_none());
    for at in inside {
        let message = both(format!("{zh}节点不能放在容器内"), format!("The {en} cannot lie inside a container"));
        found.error("misplaced", Some(nodes[at].id), "/parent", message);
    }
    if top.is_empty() {
        found.error(&format!("no_{name}"), None, "/nodes", both(format!("缺少{zh}节点"), format!("There is no {en} node")));
    }
    for &at in top.iter().skip(1) {
        let message = both(format!("只能有一个{zh}节点"), format!("There can be only one {en} node"));
        found.error(&format!("second_{name}"), Some(nodes[at].id), "", message);
    }
    top
}

/// Ways out that lead nowhere.
fn ports(nodes: &[Known<'_>], ways: &[Way<'_>], found: &mut Found) {
    let used: HashSet<(usize, &str)> = ways.iter().map(|way| (way.from, way.port)).collect();
    for (at, known) in nodes.iter().enumerate().filter(|(_, known)| known.live) {
        let Some(mut open) = ways_out(known) else { continue };
        let all = open.len();
        open.retain(|port| !used.contains(&(at, port.as_str())));
        let name = title(known.id, known.node);
        let leads_nowhere = all > 0 && open.len() == all;
        if leads_nowhere && all == 1 && open[0] == OUT {
            let message = both(format!("节点“{name}”之后没有连接"), format!("Nothing follows the node “{name}”"));
            found.warn("not_connected", Some(known.id), "", message);
            continue;
        }
        for port in open {
            let message =
                both(format!("节点“{name}”的出口“{port}”未连接"), format!("Nothing follows the way out `{port}` of the node “{name}”"));
            found.warn("port_not_connected", Some(known.id), format!("/ports/{}", port.replace('~', "~0").replace('/', "~1")), message);
        }
    }
    for known in nodes.iter().filter(|known| known.live) {
        let is_loose = matches!(known.control(), Some(Control::Break | Control::Continue)) && known.parent.is_none();
        if is_loose {
            found.error("outside_loop", Some(known.id), "/parent", both("只能放在循环内", "It can only lie inside a loop"));
        }
    }
}

/// The places of nodes in their containers, and who lies before whom.
fn order(nodes: &[Known<'_>], ways: &[Way<'_>]) -> (Vec<usize>, HashMap<Option<usize>, Ancestors>) {
    let mut place = vec![0; nodes.len()];
    let mut sizes: BTreeMap<Option<usize>, usize> = BTreeMap::new();
    for (at, known) in nodes.iter().enumerate().filter(|(_, known)| known.live) {
        let size = sizes.entry(known.parent).or_default();
        place[at] = *size;
        *size += 1;
    }
    let mut edges: HashMap<Option<usize>, Vec<(usize, usize)>> = HashMap::new();
    for way in ways.iter().filter(|way| way.role == Role::Next && nodes[way.from].live && nodes[way.to].live) {
        edges.entry(nodes[way.from].parent).or_default().push((place[way.from], place[way.to]));
    }
    let before = sizes.into_iter().filter_map(|(container, size)| {
        let graph = Graph::new(size, edges.get(&container).map(Vec::as_slice).unwrap_or_default().iter().copied());
        let order = graph::topological(&graph);
        (order.len() == size).then(|| (container, graph::ancestors(&graph, &order)))
    });
    (place, before.collect())
}
