//! Graphs by number: what a document's checks and its compilation share. Nothing here recurses, so
//! that no document can exhaust the stack, and everything but [`ancestors`] is linear.

use std::collections::VecDeque;

/// What follows what, among nodes `0..len`.
#[derive(Debug, Clone, Default)]
pub struct Graph {
    /// Where the followers of each node begin in `to`; one more at the end.
    begin: Vec<usize>,
    to: Vec<usize>,
}

impl Graph {
    /// A graph of so many nodes. Edges to or from other numbers are left out.
    pub fn new(len: usize, edges: impl Iterator<Item = (usize, usize)> + Clone) -> Self {
        let edges = edges.filter(|&(from, to)| from < len && to < len);
        let mut begin = vec![0; len + 1];
        for (from, _) in edges.clone() {
            begin[from + 1] += 1;
        }
        for node in 0..len {
            begin[node + 1] += begin[node];
        }
        let mut at = begin.clone();
        let mut followers = vec![0; begin[len]];
        for (from, to) in edges {
            followers[at[from]] = to;
            at[from] += 1;
        }
        Self { begin, to: followers }
    }

    /// How many nodes.
    pub fn len(&self) -> usize {
        self.begin.len().saturating_sub(1)
    }

    /// No nodes.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What follows a node, in the order of the edges.
    pub fn after(&self, node: usize) -> &[usize] {
        match (self.begin.get(node), self.begin.get(node + 1)) {
            (Some(&from), Some(&to)) => &self.to[from..to],
            _ => &[],
        }
    }
}

/// The nodes in an order in which every edge leads forward. Nodes on a cycle, and what only they lead
/// to, are missing: the order is complete if it is as long as the graph.
pub fn topological(graph: &Graph) -> Vec<usize> {
    let mut open = vec![0_usize; graph.len()];
    for &to in &graph.to {
        open[to] += 1;
    }
    let mut order: Vec<usize> = (0..graph.len()).filter(|&node| open[node] == 0).collect();
    let mut at = 0;
    while let Some(&node) = order.get(at) {
        at += 1;
        for &to in graph.after(node) {
            open[to] -= 1;
            if open[to] == 0 {
                order.push(to);
            }
        }
    }
    order
}

/// Whether each node can be reached from these, which can.
pub fn reachable(graph: &Graph, from: impl IntoIterator<Item = usize>) -> Vec<bool> {
    let mut reached = vec![false; graph.len()];
    let mut queue: VecDeque<usize> = from.into_iter().filter(|&node| node < graph.len()).collect();
    while let Some(node) = queue.pop_front() {
        if std::mem::replace(&mut reached[node], true) {
            continue;
        }
        queue.extend(graph.after(node).iter().copied().filter(|&to| !reached[to]));
    }
    reached
}

/// For each node the number of the strongly connected component it belongs to (Tarjan): two nodes of
/// one component lie on a cycle, and an edge lies on one if both its ends are of one component.
pub fn components(graph: &Graph) -> Vec<usize> {
    const UNSEEN: usize = usize::MAX;
    let len = graph.len();
    let mut component = vec![UNSEEN; len];
    let mut seen = vec![UNSEEN; len];
    let mut low = vec![0; len];
    let mut open: Vec<usize> = Vec::new();
    let (mut counter, mut components) = (0, 0);
    for root in 0..len {
        if seen[root] != UNSEEN {
            continue;
        }
        // Nodes being visited, with the follower that is next.
        let mut path = vec![(root, 0)];
        while let Some((node, next)) = path.last_mut() {
            let node = *node;
            if *next == 0 {
                seen[node] = counter;
                low[node] = counter;
                counter += 1;
                open.push(node);
            }
            let follower = graph.after(node).get(*next).copied();
            *next += 1;
            match follower {
                Some(to) if seen[to] == UNSEEN => path.push((to, 0)),
                Some(to) if component[to] == UNSEEN => low[node] = low[node].min(seen[to]),
                Some(_) => {}
                None => {
                    path.pop();
                    if let Some(&(before, _)) = path.last() {
                        low[before] = low[before].min(low[node]);
                    }
                    if low[node] == seen[node] {
                        while let Some(member) = open.pop() {
                            component[member] = components;
                            if member == node {
                                break;
                            }
                        }
                        components += 1;
                    }
                }
            }
        }
    }
    component
}

/// Which nodes lie before which, all of them at once: one bit for each pair.
#[derive(Debug, Clone, Default)]
pub struct Ancestors {
    words: usize,
    bits: Vec<u64>,
}

impl Ancestors {
    /// Whether a way leads from `before` to `node`.
    pub fn contains(&self, node: usize, before: usize) -> bool {
        let word = self.bits.get(node * self.words + before / 64);
        before / 64 < self.words && word.is_some_and(|word| word >> (before % 64) & 1 == 1)
    }
}

/// Who lies before whom, along a topological order; nodes that it misses have no ancestors. Takes
/// nodes² bits and edges × nodes / 64 steps: 12 MB and some milliseconds for 10,000 nodes.
pub fn ancestors(graph: &Graph, order: &[usize]) -> Ancestors {
    let words = graph.len().div_ceil(64);
    let mut bits = vec![0_u64; words * graph.len()];
    for &node in order {
        let own: Vec<u64> = bits[node * words..(node + 1) * words].to_vec();
        for &to in graph.after(node) {
            let row = &mut bits[to * words..(to + 1) * words];
            for (word, own) in row.iter_mut().zip(&own) {
                *word |= own;
            }
            row[node / 64] |= 1 << (node % 64);
        }
    }
    Ancestors { words, bits }
}

/// How deep each node lies: 0 at the top, 1 in a container there, …; `None` for nodes whose parents
/// form a cycle or hang on one.
pub fn depths(parents: &[Option<usize>]) -> Vec<Option<usize>> {
    let mut depths = vec![None; parents.len()];
    let mut done = vec![false; parents.len()];
    for start in 0..parents.len() {
        let mut chain = Vec::new();
        let mut at = Some(start);
        // Up to a node that is known, the top, or a node of this chain: then it is a cycle.
        let above = loop {
            match at {
                None => break Some(0),
                Some(node) if node >= parents.len() => break Some(0),
                Some(node) if done[node] => break depths[node].map(|depth| depth + 1),
                Some(node) => {
                    done[node] = true;
                    chain.push(node);
                    at = parents[node];
                }
            }
        };
        for (up, &node) in chain.iter().rev().enumerate() {
            depths[node] = above.map(|above| above + up);
        }
    }
    depths
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn graph(len: usize, edges: &[(usize, usize)]) -> Graph {
        Graph::new(len, edges.iter().copied())
    }

    #[test]
    fn followers_are_kept_in_order_and_strangers_left_out() {
        let graph = graph(3, &[(0, 2), (2, 1), (0, 1), (0, 9), (9, 0)]);
        assert_eq!((graph.after(0), graph.after(1), graph.after(2), graph.after(3)), (&[2, 1][..], &[][..], &[1][..], &[][..]));
        assert!(Graph::default().is_empty());
    }

    #[test]
    fn a_long_chain_and_a_long_cycle_need_no_stack() {
        let len = 200_000;
        let chain: Vec<_> = (1..len).map(|node| (node - 1, node)).collect();
        let mut cycle = chain.clone();
        cycle.push((len - 1, 0));
        assert_eq!(topological(&graph(len, &chain)).len(), len);
        assert_eq!(topological(&graph(len, &cycle)).len(), 0);
        let mut all = components(&graph(len, &chain));
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), len);
        assert!(components(&graph(len, &cycle)).iter().all(|&component| component == 0));
        let parents: Vec<_> = (0..len).map(|node| node.checked_sub(1)).collect();
        assert_eq!(depths(&parents)[len - 1], Some(len - 1));
    }

    #[test]
    fn parents_in_a_circle_have_no_depth() {
        assert_eq!(
            depths(&[None, Some(0), Some(1), Some(4), Some(3), Some(4), Some(5)]),
            [Some(0), Some(1), Some(2), None, None, None, None]
        );
    }

    fn edges() -> impl Strategy<Value = (usize, Vec<(usize, usize)>)> {
        (1_usize..80).prop_flat_map(|len| (Just(len), prop::collection::vec((0..len, 0..len), 0..160)))
    }

    proptest! {
        #[test]
        fn components_are_mutual_reach((len, edges) in edges()) {
            let graph = graph(len, &edges);
            let reach: Vec<_> = (0..len).map(|node| reachable(&graph, [node])).collect();
            let component = components(&graph);
            for a in 0..len {
                for b in 0..len {
                    prop_assert_eq!(component[a] == component[b], reach[a][b] && reach[b][a]);
                }
            }
        }

        #[test]
        fn orders_and_ancestors_agree_with_reach((len, mut edges) in edges()) {
            edges.retain(|(from, to)| from < to);
            let graph = graph(len, &edges);
            let order = topological(&graph);
            prop_assert_eq!(order.len(), len);
            let before = ancestors(&graph, &order);
            for a in 0..len {
                let reach = reachable(&graph, [a]);
                for (b, reached) in reach.into_iter().enumerate() {
                    prop_assert_eq!(before.contains(b, a), a != b && reached);
                }
            }
        }
    }
}
