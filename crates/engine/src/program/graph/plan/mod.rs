//! A document, made ready to run: once for each document, shared by all its runs.
//!
//! Nodes have dense indexes, sorted by scope: the document itself is scope 0, the inside of each
//! container is one more. What a node waits for, what it releases and where its inputs come from
//! is worked out here, so that a step looks nothing up by name.
//!
//! * [`compile`]: document → [`Graph`]; [`draft`]: its nodes, batches made containers, lone nodes left out;
//! * [`wire`]: edges and dependencies; [`bind`]: where inputs come from; [`listen`]: who tells while a model writes.

mod bind;
mod compile;
mod draft;
mod listen;
mod wire;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use flow::node::{Action, Control, Registry};
use flow::tool::Effect;
use flow::value::Field;
use flow::value::expr::Expression;
use flow::workflow::{CalleeSnapshot, Document, Finding, Input, Limits, NodeId, Policy, VariableScope};
use serde_json::Value;

use super::state::Slot;

pub(super) use bind::walks;

/// A workflow and everything it may call, ready to run.
#[derive(Debug)]
pub struct Plan {
    pub(super) root: Arc<Graph>,
    /// By [`flow::workflow::callee_key`].
    pub(super) callees: BTreeMap<String, Callee>,
}

/// A workflow that may be called.
#[derive(Debug, Clone)]
pub struct Callee {
    /// Its name, for models.
    pub name: String,
    /// What it is good for, for models.
    pub description: String,
    /// It.
    pub graph: Arc<Graph>,
}

/// Documents of one run.
#[derive(Debug, Clone)]
pub struct Documents<'a> {
    /// What is run.
    pub root: &'a Document,
    /// What it may call, by [`flow::workflow::callee_key`].
    pub callees: &'a BTreeMap<String, CalleeSnapshot>,
    /// Run only this node of the root.
    pub only: Option<&'a NodeId>,
}

impl Plan {
    /// Puts graphs together, each compiled once and kept by the hash of its document.
    pub const fn new(root: Arc<Graph>, callees: BTreeMap<String, Callee>) -> Self {
        Self { root, callees }
    }

    /// The fields that the start node declares.
    pub fn fields(&self) -> &[Field] {
        self.root.fields()
    }

    /// It ends with an answer.
    pub fn answers(&self) -> bool {
        self.root.answers
    }

    /// Something in it reads or sets variables of this scope.
    pub fn touches(&self, scope: VariableScope) -> bool {
        let mut graphs = std::iter::once(&self.root).chain(self.callees.values().map(|callee| &callee.graph));
        graphs.any(|graph| graph.variables.contains(&scope))
    }

    /// Compiles a workflow and what it may call. All findings at once.
    pub fn compile(documents: &Documents<'_>, registry: &Registry) -> Result<Self, Vec<Finding>> {
        let mut findings = Vec::new();
        let root = Graph::compile(documents.root, documents.only, registry).map_err(|mut found| findings.append(&mut found)).ok();
        let mut callees = BTreeMap::new();
        for (key, callee) in documents.callees {
            match Graph::compile(callee.document.document(), None, registry) {
                Ok(graph) => {
                    let CalleeSnapshot { name, description, .. } = callee.clone();
                    callees.insert(key.clone(), Callee { name, description, graph: Arc::new(graph) });
                }
                Err(mut found) => findings.append(&mut found),
            }
        }
        match root {
            Some(root) if findings.is_empty() => Ok(Self::new(Arc::new(root), callees)),
            _ => Err(findings),
        }
    }
}

/// One document, ready to run.
pub struct Graph {
    pub(super) nodes: Vec<Node>,
    pub(super) scopes: Vec<Scope>,
    pub(super) by_id: HashMap<NodeId, u32>,
    pub(super) limits: Limits,
    /// The start node, if it has one.
    pub(super) start: Option<u32>,
    /// It ends with an answer.
    pub(super) answers: bool,
    /// Whose variables its nodes read or set.
    pub(super) variables: BTreeSet<VariableScope>,
}

impl std::fmt::Debug for Graph {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Graph").field("nodes", &self.nodes.len()).finish_non_exhaustive()
    }
}

impl Graph {
    /// Compiles a document, or one node of it (a container with what is inside). All findings at once.
    pub fn compile(document: &Document, only: Option<&NodeId>, registry: &Registry) -> Result<Self, Vec<Finding>> {
        compile::compile(document, only, registry)
    }

    /// The fields that the start node declares.
    pub fn fields(&self) -> &[Field] {
        self.start.map_or(&[], |start| &self.nodes[start as usize].outputs)
    }

    pub(super) fn node(&self, index: u32) -> &Node {
        &self.nodes[index as usize]
    }
}

/// The nodes that run together: of the document, or inside of a container.
pub(super) struct Scope {
    /// Index of the first of its nodes; they stand together.
    pub(super) first: u32,
    /// What a frame begins with.
    pub(super) blank: Vec<Slot>,
    /// Nodes that wait for nothing.
    pub(super) entry: Vec<u32>,
}

/// A node.
pub(super) struct Node {
    pub(super) id: NodeId,
    pub(super) kind: String,
    pub(super) title: String,
    pub(super) scope: u32,
    pub(super) action: Action,
    pub(super) inputs: Vec<Input>,
    /// Where each input comes from.
    pub(super) sources: Vec<Source>,
    /// Some are computed from others.
    pub(super) computes: bool,
    pub(super) outputs: Vec<Field>,
    pub(super) fill_inputs: bool,
    pub(super) fill_outputs: bool,
    pub(super) effect: Effect,
    pub(super) policy: Policy,
    /// Successors by way out.
    pub(super) ports: Vec<(String, Vec<u32>)>,
    /// Everything that waits for this node, each once.
    pub(super) next: Vec<u32>,
    /// Containers: the scope inside.
    pub(super) body: Option<u32>,
    /// Containers: where its outputs come from.
    pub(super) collect: Vec<Collected>,
    /// Set-variable nodes: how many frames up the loop is, the path, and the input.
    pub(super) sets: Vec<(u32, Vec<String>, String)>,
    /// It tells a message of its own.
    pub(super) tells: bool,
    /// Streams that it tells while they are written.
    pub(super) listens: Vec<Listen>,
    /// Nodes that listen to this one.
    pub(super) heard_by: Vec<u32>,
}

impl Node {
    /// The variables it reads or sets.
    pub(super) fn variables(&self, found: &mut BTreeSet<VariableScope>) {
        self.sources.iter().for_each(|source| source.variables(found));
        if let Some(Control::AssignVariable { set }) = self.control() {
            found.extend(set.iter().map(|one| one.variable.scope));
        }
    }

    pub(super) const fn control(&self) -> Option<&Control> {
        match &self.action {
            Action::Control(control) => Some(control),
            _ => None,
        }
    }
}

/// A stream that an answer takes part in.
pub(super) struct Listen {
    /// Position among the inputs.
    pub(super) input: usize,
    /// Who writes.
    pub(super) node: u32,
    /// Which output.
    pub(super) output: String,
}

/// An output of a container.
pub(super) struct Collected {
    pub(super) name: String,
    pub(super) from: CollectFrom,
}

/// Where an output of a container comes from.
pub(super) enum CollectFrom {
    /// A node inside: a value for each iteration.
    Node { node: u32, path: Vec<String> },
    /// An intermediate variable: its last value.
    Variable(Vec<String>),
    /// Nothing that runs.
    Nothing,
}

/// Where a value comes from.
pub(super) enum Source {
    /// Nowhere.
    Nothing,
    /// This, brought to its type.
    Literal(Value),
    /// A node, so many frames up.
    Node { up: u32, node: u32, path: Vec<String> },
    /// The current element of an input of the container so many frames up (0: the innermost around), or that input itself if it is no list.
    Item { up: u32, path: Vec<String> },
    /// The number of the iteration.
    Index { up: u32 },
    /// An intermediate variable.
    Local { up: u32, path: Vec<String> },
    /// A variable of the run.
    Variable { scope: VariableScope, path: Vec<String> },
    /// An object made of parts.
    Object(Vec<(Input, Source)>),
    /// Computed from the inputs before it.
    Expression(Expression),
    /// What the run was given by this name: single-node runs.
    Given(String),
    /// The same, or else this.
    GivenOr(String, Box<Source>),
}

impl Source {
    /// The variables it reads.
    fn variables(&self, found: &mut BTreeSet<VariableScope>) {
        match self {
            Self::Variable { scope, .. } => drop(found.insert(*scope)),
            Self::Object(parts) => parts.iter().for_each(|(_, part)| part.variables(found)),
            Self::GivenOr(_, other) => other.variables(found),
            _ => {}
        }
    }

    /// The expression that computes it, if one does.
    pub(super) fn expression(&self) -> Option<&Expression> {
        match self {
            Self::Expression(expression) => Some(expression),
            Self::GivenOr(_, other) => other.expression(),
            _ => None,
        }
    }
}
