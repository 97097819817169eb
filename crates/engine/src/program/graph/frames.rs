//! Frames by number, and by the path that events name them with.

use std::collections::BTreeMap;
use std::ops::{Index, IndexMut};
use std::sync::Arc;

use flow::node::Inputs;
use flow::value::Values;
use serde_json::Value;

use super::plan::Graph;
use super::state::{At, Slot};

/// A run of the nodes of one scope.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) graph: Arc<Graph>,
    /// As in [`flow::run::NodeStep::path`].
    pub(super) path: Arc<str>,
    pub(super) owner: Owner,
    /// Workflows in workflows.
    pub(super) depth: u32,
    /// Index of the first node.
    pub(super) first: u32,
    /// Nodes that are not decided.
    pub(super) left: u32,
    /// Of iterations: the inputs of their container. Of documents: nothing.
    pub(super) walked: Arc<Inputs>,
    /// Of documents: what they are given.
    pub(super) given: Arc<Values>,
    /// What the end node gave.
    pub(super) result: Option<Arc<Value>>,
    /// Bytes of its outputs, about.
    pub(super) bytes: u64,
    pub(super) slots: Vec<Slot>,
}

/// What a frame is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    /// The run.
    Run,
    /// An iteration of a container.
    Round { container: At, index: u64 },
    /// A workflow that a node calls.
    Call(At),
    /// A workflow that is a tool of a node: which of its calls.
    Tool(At, usize),
}

impl Owner {
    /// The node that waits for the frame.
    pub(super) const fn at(self) -> Option<At> {
        match self {
            Self::Run => None,
            Self::Round { container: at, .. } | Self::Call(at) | Self::Tool(at, _) => Some(at),
        }
    }
}

impl Frame {
    pub(super) fn slot(&self, node: u32) -> &Slot {
        &self.slots[(node - self.first) as usize]
    }

    pub(super) fn slot_mut(&mut self, node: u32) -> &mut Slot {
        &mut self.slots[(node - self.first) as usize]
    }
}

/// All frames.
#[derive(Debug, Default)]
pub(super) struct Frames {
    list: Vec<Option<Box<Frame>>>,
    free: Vec<u32>,
    by_path: BTreeMap<Arc<str>, u32>,
}

impl Frames {
    pub(super) fn add(&mut self, frame: Frame) -> u32 {
        let path = Arc::clone(&frame.path);
        let index = self.free.pop().unwrap_or(self.list.len() as u32);
        if index as usize == self.list.len() {
            self.list.push(None);
        }
        self.list[index as usize] = Some(Box::new(frame));
        self.by_path.insert(path, index);
        index
    }

    pub(super) fn remove(&mut self, index: u32) -> Option<Box<Frame>> {
        let frame = self.list.get_mut(index as usize)?.take()?;
        self.by_path.remove(&frame.path);
        self.free.push(index);
        Some(frame)
    }

    pub(super) fn get(&self, index: u32) -> Option<&Frame> {
        self.list.get(index as usize)?.as_deref()
    }

    /// The place that an event names.
    pub(super) fn find(&self, step: &flow::run::NodeStep) -> Option<At> {
        let frame = *self.by_path.get(&*step.path)?;
        let found = self.get(frame)?;
        let node = *found.graph.by_id.get(&step.id)?;
        let inside = node.checked_sub(found.first).is_some_and(|at| (at as usize) < found.slots.len());
        inside.then_some(At { frame, node })
    }
}

impl Index<u32> for Frames {
    type Output = Frame;

    fn index(&self, index: u32) -> &Frame {
        self.list[index as usize].as_deref().unwrap_or_else(|| unreachable!("places in frames that are gone are forgotten with them"))
    }
}

impl IndexMut<u32> for Frames {
    fn index_mut(&mut self, index: u32) -> &mut Frame {
        self.list[index as usize].as_deref_mut().unwrap_or_else(|| unreachable!("places in frames that are gone are forgotten with them"))
    }
}
