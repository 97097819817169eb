//! A workflow inside a workflow: a frame of its own, in the same run.

use std::sync::Arc;

use flow::node::{Control, NodeError};
use flow::run::Called;
use flow::value::Values;
use flow::workflow::callee_key;
use types::{MessageId, RunId};

use super::super::{Context, Effect};
use super::apply::output_of;
use super::frames::{Frame, Owner};
use super::plan::{Callee, Graph};
use super::state::{At, Doing, State};
use super::{begin, fail};

/// A call's step began.
pub(super) fn began(state: &mut State, at: At) {
    let Some(Control::Workflow { workflow, version }) = state.node(at).control() else { return };
    let graph = state.callee(at, workflow, version.as_deref()).map(|callee| Arc::clone(&callee.graph));
    let Some(given) = state.work(at).map(|work| work.inputs.values.clone()) else { return };
    let path = format!("{}{}/", state.frames[at.frame].path, state.node(at).id);
    let opened = graph.map(|graph| state.open_call(at, graph, path, given, Owner::Call(at)));
    if let Some(Doing::Call { frame, outcome }) = state.work_mut(at).map(|work| &mut work.doing) {
        match opened {
            Ok(opened) => *frame = Some(opened),
            Err(error) => *outcome = Some(Err(error)),
        }
    }
}

/// How the step of a node that calls a workflow names the call; `None`: it calls none, or may not.
pub(super) fn told(state: &State, at: At, ids: &mut dyn FnMut() -> MessageId) -> Option<Box<Called>> {
    let Some(Control::Workflow { workflow, version }) = state.node(at).control() else { return None };
    state.called(at, workflow, version.as_deref(), ids)
}

/// The workflow ended.
pub(super) fn over(state: &mut State, at: At, cx: &mut Context<'_>, out: &mut Vec<Effect>) {
    let Some(Doing::Call { outcome: Some(outcome), .. }) = state.work(at).map(|work| &work.doing) else { return };
    match outcome.clone() {
        Ok(value) => begin::complete(state, at, output_of(&value), cx, out),
        Err(error) => fail::fail(state, at, error, cx, out),
    }
}

impl State {
    /// A call, as people are told of it; `None`: there is nothing to call.
    pub(super) fn called(&self, at: At, workflow: &str, version: Option<&str>, ids: &mut dyn FnMut() -> MessageId) -> Option<Box<Called>> {
        let name = self.callee(at, workflow, version).ok()?.name.clone();
        let workflow = workflow.parse().ok()?;
        Some(Box::new(Called { run: RunId(ids().get()), workflow, name, version: version.map(str::to_owned) }))
    }

    /// A workflow that a node calls, if it may.
    pub(super) fn callee(&self, at: At, workflow: &str, version: Option<&str>) -> Result<&Callee, NodeError> {
        let limit = self.max_depth();
        if self.frames[at.frame].depth >= limit {
            let message = format!("Workflows call each other more than {limit} levels deep, which is the limit.");
            return Err(NodeError::lasting("limit_depth", message));
        }
        let found = self.plan.as_ref().ok().and_then(|plan| plan.callees.get(&callee_key(workflow, version)));
        found.ok_or_else(|| {
            NodeError::lasting("workflow_missing", "The workflow that is called here did not exist in this version when the run began.")
        })
    }

    /// Begins a workflow for a node.
    pub(super) fn open_call(&mut self, at: At, graph: Arc<Graph>, path: String, given: Values, owner: Owner) -> u32 {
        let frame = Frame {
            graph,
            path: path.into(),
            owner,
            depth: self.frames[at.frame].depth + 1,
            first: 0,
            left: 0,
            walked: super::inputs::none(),
            given: Arc::new(given),
            result: None,
            bytes: 0,
            slots: Vec::new(),
        };
        self.open_frame(frame, 0)
    }
}
