//! Where the words of an answer come from while they are being written: from a model, perhaps through merges and called workflows.

use flow::node::{Action, Control};

use super::frames::Owner;
use super::plan::Source;
use super::state::{At, Doing, Stage, State};

/// What a called workflow that ends with an answer gives.
const ANSWER: &str = "output";

impl State {
    /// Answers that may quote what a node writes.
    pub(super) fn listeners(&self, writer: At) -> Vec<At> {
        let mut found = Vec::new();
        let mut writers = vec![writer];
        while let Some(at) = writers.pop() {
            for node in &self.node(at).heard_by {
                let next = At { frame: at.frame, node: *node };
                match (self.node(next).control(), self.frames[at.frame].owner) {
                    (Some(Control::End { .. }), Owner::Call(call)) => writers.push(call),
                    (Some(_), _) => found.push(next),
                    (None, _) => writers.push(next),
                }
            }
        }
        found
    }

    /// The model that writes an output, as far as that is decided, and which of its outputs.
    pub(super) fn writer(&self, at: At, output: &str) -> Option<(At, String)> {
        let (mut at, mut output) = (at, output.to_owned());
        loop {
            (at, output) = match &self.node(at).action {
                Action::Machine(_) => return Some((at, output)),
                Action::Pure(pure) => self.first(at, pure.first_of(&output)?)?,
                Action::Control(Control::Workflow { .. }) if output == ANSWER => self.end_of(at)?,
                _ => return None,
            };
        }
    }

    /// Of these inputs of a node the first that is there, or will be.
    fn first(&self, at: At, inputs: &[String]) -> Option<(At, String)> {
        let node = self.node(at);
        for name in inputs {
            let index = node.inputs.iter().position(|input| input.name == *name)?;
            let (from, path) = match &node.sources[index] {
                Source::Nothing => continue,
                Source::Node { up: 0, node, path } => (At { frame: at.frame, node: *node }, path),
                _ => return None,
            };
            let slot = self.slot(from);
            let value =
                || slot.output.as_ref().and_then(|output| flow::value::path::get(output, path)).is_some_and(|value| !value.is_null());
            if slot.stage == Stage::Skipped || (slot.stage == Stage::Done && !value()) {
                continue;
            }
            let [output] = path.as_slice() else { return None };
            return Some((from, output.clone()));
        }
        None
    }

    /// What the end of a workflow that is being called quotes, if it says nothing else.
    fn end_of(&self, call: At) -> Option<(At, String)> {
        let Doing::Call { frame: Some(frame), .. } = self.work(call)?.doing else { return None };
        let graph = &self.frames.get(frame)?.graph;
        let mut ends =
            graph.nodes.iter().zip(0u32..).filter(|(node, _)| node.scope == 0 && matches!(node.control(), Some(Control::End { .. })));
        let (end, index) = ends.next()?;
        match end.control() {
            Some(Control::End { answer: Some(template), streaming: true }) if ends.next().is_none() => match template.parts.as_slice() {
                [part] => self.listened(At { frame, node: index }, part),
                _ => None,
            },
            _ => None,
        }
    }
}
