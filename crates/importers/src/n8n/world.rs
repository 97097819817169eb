//! The nodes of a file, who follows whom, who lies in which loop, and what each gives.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::rc::Rc;

use flow::workflow::NodeId;
use serde_json::Value;
use types::Failure;

use crate::build::{Build, items, text};
use crate::files::too_large;
use crate::report::Reason;
use crate::{MAX_EDGES, MAX_LOOPS, MAX_NODES};

/// A node of the file.
pub struct Item<'a> {
    /// Unique there.
    pub name: &'a str,
    /// Without the package: `httpRequest`.
    pub ty: &'a str,
    /// With it.
    pub full: &'a str,
    /// Parameters.
    pub params: &'a Value,
    /// All of it.
    pub raw: &'a Value,
    /// In the document.
    pub id: NodeId,
    /// The loop around it.
    pub parent: Option<usize>,
}

/// An edge of the file.
#[derive(Debug, Clone, Copy)]
pub struct Way {
    /// The other end.
    pub node: usize,
    /// Which way out.
    pub output: usize,
}

/// What a node gives to those after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gives {
    /// One item: all outputs together.
    Fields,
    /// One item here, and all of them there.
    Both { one: Vec<String>, all: Vec<String> },
    /// One item here.
    One(Vec<String>),
    /// Items here.
    Items(Vec<String>),
    /// What came in.
    Through,
    /// Inside, the item at hand; after it, the items of all rounds.
    Loop,
    /// Nothing that can be referred to.
    Nothing,
}

/// The file.
pub struct World<'a> {
    /// Nodes that take part.
    pub nodes: Vec<Item<'a>>,
    by_name: HashMap<&'a str, usize>,
    /// Who comes before each.
    pub before: Vec<Vec<Way>>,
    /// Who comes after each.
    pub after: Vec<Vec<Way>>,
    /// Models and tools that hang below a node: (the node, how).
    pub below: Vec<Vec<(usize, &'a str)>>,
    /// What [`World::sources`] has found.
    known: RefCell<HashMap<usize, Rc<[usize]>>>,
}

/// Nodes that are looked through for one: no workflow of people has as many that only pass on what comes.
const MAX_THROUGH: usize = 500;
/// Nodes that one gets what comes in from, so many that nobody could read the expression.
const MAX_SOURCES: usize = 64;

/// The type of a loop over items.
pub const LOOP: &str = "splitInBatches";

/// Whether a type begins a workflow.
pub fn is_trigger(ty: &str) -> bool {
    ty.ends_with("Trigger") || matches!(ty, "webhook" | "start" | "cron" | "interval" | "emailReadImap")
}

impl<'a> World<'a> {
    /// Reads nodes and edges.
    pub fn read(file: &'a Value, build: &mut Build) -> Result<Self, Failure> {
        let mut nodes: Vec<Item<'a>> = Vec::new();
        let mut by_name = HashMap::new();
        for (at, raw) in items(file, "nodes").iter().enumerate() {
            let (name, full) = (text(raw, "name"), text(raw, "type"));
            if full.is_empty() || name.is_empty() || by_name.contains_key(name) {
                build.not_a_node(at);
                continue;
            }
            if nodes.len() >= MAX_NODES {
                return Err(too_large());
            }
            let ty = full.rsplit('.').next().unwrap_or(full);
            let id = build.unused(name);
            by_name.insert(name, nodes.len());
            nodes.push(Item { name, ty, full, params: raw.get("parameters").unwrap_or(&Value::Null), raw, id, parent: None });
        }
        let (mut before, mut after, mut below) =
            (vec![Vec::new(); nodes.len()], vec![Vec::new(); nodes.len()], vec![Vec::new(); nodes.len()]);
        let mut edges = 0;
        let connections = file.get("connections").and_then(Value::as_object);
        for (name, ways) in connections.into_iter().flatten() {
            let Some(from) = by_name.get(name.as_str()).copied() else {
                build.say(Reason::Edge.about(name));
                continue;
            };
            for (kind, outputs) in ways.as_object().into_iter().flatten() {
                for (output, targets) in outputs.as_array().into_iter().flatten().enumerate() {
                    for target in targets.as_array().into_iter().flatten() {
                        edges += 1;
                        if edges > MAX_EDGES {
                            return Err(too_large());
                        }
                        let Some(to) = by_name.get(text(target, "node")).copied() else {
                            build.say(Reason::Edge.about(format!("{name} → {}", text(target, "node"))));
                            continue;
                        };
                        if kind == "main" {
                            after[from].push(Way { node: to, output });
                            before[to].push(Way { node: from, output });
                        } else {
                            below[to].push((from, kind.as_str()));
                        }
                    }
                }
            }
        }
        let mut world = Self { nodes, by_name, before, after, below, known: RefCell::default() };
        // Each loop is walked by itself.
        if world.nodes.iter().filter(|item| item.ty == LOOP).count() > MAX_LOOPS {
            return Err(too_large());
        }
        world.loops();
        Ok(world)
    }

    /// The node of this name.
    pub fn named(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied()
    }

    /// The way out of a loop that leads inside.
    pub fn body_output(&self, at: usize) -> usize {
        let version = self.nodes[at].raw.get("typeVersion").and_then(Value::as_f64).unwrap_or(1.0);
        usize::from(version >= 3.0)
    }

    /// Puts nodes into the innermost loop that they are in.
    fn loops(&mut self) {
        let mut bodies: Vec<(usize, Vec<usize>)> = Vec::new();
        for at in 0..self.nodes.len() {
            if self.nodes[at].ty == LOOP {
                let body = self.after[at].iter().filter(|way| way.output == self.body_output(at)).map(|way| way.node);
                let inside = self.reached(body, at);
                let outside = self.reached(self.after[at].iter().filter(|way| way.output != self.body_output(at)).map(|way| way.node), at);
                bodies.push((at, (0..self.nodes.len()).filter(|node| inside[*node] && !outside[*node]).collect()));
            }
        }
        bodies.sort_by_key(|(_, inside)| std::cmp::Reverse(inside.len()));
        for (around, inside) in bodies {
            for at in inside {
                self.nodes[at].parent = Some(around);
            }
        }
        // Loops inside each other in a circle are none.
        for at in 0..self.nodes.len() {
            let (mut up, mut steps) = (self.nodes[at].parent, 0);
            while let Some(parent) = up {
                steps += 1;
                if steps > 8 {
                    self.nodes[at].parent = None;
                    break;
                }
                up = self.nodes[parent].parent;
            }
        }
    }

    /// Whether each node is reached, past one.
    fn reached(&self, from: impl Iterator<Item = usize>, but: usize) -> Vec<bool> {
        let mut found = vec![false; self.nodes.len()];
        let mut open: Vec<usize> = from.filter(|at| *at != but).collect();
        while let Some(at) = open.pop() {
            if !std::mem::replace(&mut found[at], true) {
                open.extend(self.after[at].iter().map(|way| way.node).filter(|next| *next != but));
            }
        }
        found
    }

    /// Whether a node lies inside a loop, at any depth.
    pub fn inside(&self, at: usize, around: usize) -> bool {
        let mut up = self.nodes[at].parent;
        while let Some(parent) = up {
            if parent == around {
                return true;
            }
            up = self.nodes[parent].parent;
        }
        false
    }

    /// Who gives a node what comes in, in order: nodes that only pass on are looked through. Nobody, if they are too many.
    pub fn sources(&self, at: usize) -> Rc<[usize]> {
        // What one node alone passes on is what it gets itself: found once for all of a row.
        let mut row = vec![at];
        let mut last = at;
        let known = loop {
            if let Some(known) = self.known.borrow().get(&last) {
                break Some(known.clone());
            }
            let Some(before) = self.only_through(last).filter(|_| row.len() < self.nodes.len()) else { break None };
            row.push(before);
            last = before;
        };
        let found = known.unwrap_or_else(|| self.look_for_sources(last).unwrap_or_default().into_iter().collect());
        self.known.borrow_mut().extend(row.into_iter().map(|at| (at, found.clone())));
        found
    }

    /// The node that all comes from, if it is one that passes on.
    fn only_through(&self, at: usize) -> Option<usize> {
        let mut direct = self.comes_in(at);
        let (only, None) = (direct.next()?, direct.next()) else { return None };
        matches!(self.gives(only), Gives::Through).then_some(only)
    }

    fn look_for_sources(&self, at: usize) -> Option<BTreeSet<usize>> {
        let mut found = BTreeSet::new();
        let mut through = HashSet::new();
        let mut open: Vec<usize> = self.comes_in(at).collect();
        while let Some(source) = open.pop() {
            match self.gives(source) {
                Gives::Through if through.insert(source) => open.extend(self.comes_in(source)),
                Gives::Through | Gives::Nothing => {}
                _ => {
                    found.insert(source);
                }
            }
            if through.len() > MAX_THROUGH || found.len() > MAX_SOURCES {
                return None;
            }
        }
        Some(found)
    }

    /// Where edges into a node come from; of a loop those from outside.
    fn comes_in(&self, at: usize) -> impl Iterator<Item = usize> {
        let is_loop = self.nodes[at].ty == LOOP;
        self.before[at].iter().map(|way| way.node).filter(move |from| !(is_loop && (self.inside(*from, at) || *from == at)))
    }

    /// What a node gives.
    pub fn gives(&self, at: usize) -> Gives {
        let here = |path: &str| vec![path.to_owned()];
        let item = &self.nodes[at];
        match item.ty {
            ty if is_trigger(ty) => Gives::Fields,
            "set" if self.maps(at) => Gives::Items(here("items")),
            "set" if super::set::is_plain(item.params) => Gives::Fields,
            "set" => Gives::One(here("json")),
            "code" | "function" | "functionItem" => Gives::Both { one: here("json"), all: here("items") },
            "httpRequest" => Gives::One(here("output")),
            "filter" | "sort" | "limit" => Gives::Items(here("output")),
            "splitOut" | "itemLists" => Gives::Items(here("items")),
            "merge" if self.before[at].len() > 1 && super::lists::appends(item.params) => Gives::Items(here("items")),
            "if" | "switch" | "noOp" | "wait" | "merge" | "respondToWebhook" | "stopAndError" => Gives::Through,
            LOOP => Gives::Loop,
            "stickyNote" => Gives::Nothing,
            _ => Gives::Fields,
        }
    }

    /// Whether a node does its work for each of several items at once.
    pub fn maps(&self, at: usize) -> bool {
        let mut direct = self.comes_in(at);
        let (Some(only), None) = (direct.next(), direct.next()) else { return false };
        matches!(self.nodes[only].ty, "filter" | "sort" | "limit" | "splitOut" | "itemLists")
    }
}
