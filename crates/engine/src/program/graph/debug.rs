//! Runs that are tried out: nodes that stand still before they begin, nodes whose outputs are given.
//!
//! Whether a node stands still is decided in the moment it becomes ready, so it follows from the events alone. The wait
//! is announced like others ([`super::park`]) and has no step yet. Runs without [`flow::run::Debugging`] have none of this.

use std::collections::BTreeMap;

use flow::node::{Action, Control, Inputs, NodeError, Output};
use flow::run::{Debugging, NodeResult, Pin, ToolSubmission};
use flow::value::Values;
use flow::value::convert::{self, Converted, Strictness};
use flow::workflow::callee_key;
use serde_json::{Value, json};
use types::Timestamp;

use super::frames::Owner;
use super::output;
use super::plan::{Graph, Node, Plan};
use super::state::{At, Pending, Phase, State, Wants, run_of};

/// Waits before nodes.
#[derive(Debug)]
pub(super) struct Debugger {
    /// The next node waits, whichever it is.
    stepping: bool,
    /// Waits so far.
    count: u32,
    /// Inputs that nodes which may begin are given instead of theirs.
    edited: BTreeMap<At, Values>,
}

impl Debugger {
    /// Of a run that is tried out.
    pub(super) fn of(spec: &flow::run::RunSpec) -> Option<Box<Self>> {
        let debugging = run_of(spec)?.debugging.as_deref()?;
        Some(Box::new(Self { stepping: debugging.step, count: 0, edited: BTreeMap::new() }))
    }
}

/// Why a run cannot be tried out like that.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DebugError {
    /// A pin.
    #[error("{0}")]
    Pin(String),
    /// A breakpoint.
    #[error("{0}")]
    Breakpoint(String),
}

/// Checks what a caller wants against the workflow.
pub fn check(plan: &Plan, debugging: &Debugging) -> Result<(), DebugError> {
    for (name, pin) in &debugging.pins {
        let node =
            named(plan, &plan.root, name).ok_or_else(|| DebugError::Pin(format!("There is no node `{name}` that could be pinned")))?;
        fits(node, pin).map_err(|reason| DebugError::Pin(format!("`{name}`: {reason}")))?;
    }
    match debugging.breakpoints.iter().find(|name| named(plan, &plan.root, name).is_none()) {
        Some(name) => Err(DebugError::Breakpoint(format!("There is no node `{name}` to wait at"))),
        None => Ok(()),
    }
}

/// The node that `call/id` names.
fn named<'a>(plan: &'a Plan, graph: &'a Graph, name: &str) -> Option<&'a Node> {
    let find = |id: &str| graph.by_id.get(id).map(|index| graph.node(*index));
    let Some((call, rest)) = name.split_once('/') else { return find(name) };
    match &find(call)?.action {
        Action::Control(Control::Workflow { workflow, version }) => {
            named(plan, &plan.callees.get(&callee_key(workflow, version.as_deref()))?.graph, rest)
        }
        // A workflow that a model calls as a tool: which one is the model's choice.
        Action::Machine(_) => plan.callees.values().find_map(|callee| named(plan, &callee.graph, rest)),
        _ => None,
    }
}

fn fits(node: &Node, pin: &Pin) -> Result<(), String> {
    let does_more = matches!(
        node.control(),
        Some(
            Control::Start
                | Control::End { .. }
                | Control::Output { .. }
                | Control::Break
                | Control::Continue
                | Control::SetVariable { .. }
                | Control::AssignVariable { .. }
        )
    );
    if does_more {
        return Err("a node of this kind does more than give outputs and cannot be pinned".to_owned());
    }
    let port = pin.port.as_deref().unwrap_or(flow::workflow::OUT);
    let ways: Vec<&str> = node.ports.iter().map(|(name, _)| name.as_str()).filter(|name| *name != flow::workflow::BODY).collect();
    if !ways.is_empty() && !ways.contains(&port) {
        return Err(format!("nothing follows its way out `{port}`; name one of these in `pin_ports`: {}", ways.join(", ")));
    }
    convert::outputs(pin.outputs.clone(), &node.outputs, node.fill_outputs, Strictness::Strict).map_err(|error| error.message)?;
    output::result(node, Output::of(pin.outputs.clone()), Vec::new()).map(drop).map_err(|error| error.message)
}

/// What stands for a node that is not run: its inputs for people, and how it ends.
pub(super) fn pinned(state: &State, at: At, now: Timestamp) -> Option<(Value, Result<NodeResult, NodeError>)> {
    let pin = state.pin(at)?;
    let input = state.inputs(at, now).map_or(Value::Null, |converted| Value::Object(converted.value.values));
    let given = Output { port: pin.port.clone(), ..Output::of(pin.outputs.clone()) };
    let result = output::result(state.node(at), given, Vec::new());
    Some((input, result.map(|result| NodeResult { pinned: true, ..result })))
}

/// What people see of a node that stands still.
pub(super) fn shown(state: &State, at: At, now: Timestamp) -> Value {
    match state.inputs(at, now) {
        Ok(_) if is_start(state.node(at)) => json!({ "inputs": *state.frames[at.frame].given }),
        Ok(converted) => json!({ "inputs": converted.value.values }),
        Err(error) => json!({ "error": { "code": error.code, "message": error.message } }),
    }
}

/// Somebody decided about nodes that stand still; `given` answers some of them.
pub(super) fn answered(state: &mut State, given: &[(At, &ToolSubmission)]) {
    let Some(debugger) = &mut state.debug else { return };
    debugger.stepping = given.iter().any(|(_, given)| given.step);
    for (at, given) in given {
        if given.approve != Some(true) {
            state.phase = Phase::Stopping;
            return;
        }
        if let Some(Ok(Value::Object(values))) = given.output.as_deref().map(serde_json::from_str)
            && let Some(debugger) = &mut state.debug
        {
            debugger.edited.insert(*at, values);
        }
        state.slot_mut(*at).held = false;
        state.requeue(*at);
    }
}

fn is_start(node: &Node) -> bool {
    matches!(node.control(), Some(Control::Start))
}

impl State {
    /// A node as [`Debugging`] names it.
    fn debug_name(&self, at: At) -> String {
        let mut name = self.node(at).id.to_string();
        let mut owner = self.frames[at.frame].owner;
        while let Some(around) = owner.at() {
            if matches!(owner, Owner::Call(_) | Owner::Tool(..)) {
                name = format!("{}/{name}", self.node(around).id);
            }
            owner = self.frames[around.frame].owner;
        }
        name
    }

    fn debugging(&self) -> Option<&Debugging> {
        self.run()?.debugging.as_deref()
    }

    /// What was given for a node that is not run.
    pub(super) fn pin(&self, at: At) -> Option<&Pin> {
        let pins = &self.debugging()?.pins;
        if pins.is_empty() { None } else { pins.get(&self.debug_name(at)) }
    }

    /// Whether the run waits before a node.
    pub(super) fn stops(&self, at: At) -> bool {
        let (Some(debugger), Some(debugging)) = (&self.debug, self.debugging()) else { return false };
        if !debugger.stepping && debugging.breakpoints.is_empty() {
            return false;
        }
        let name = self.debug_name(at);
        let meant = debugging.breakpoints.contains(&name) || (debugger.stepping && !is_start(self.node(at)));
        meant && !debugging.pins.contains_key(&name)
    }

    /// A node that became ready stands still, if it is one of those.
    pub(super) fn hold(&mut self, at: At) {
        if self.slot(at).work.is_some() || !self.stops(at) {
            return;
        }
        let Some(debugger) = &mut self.debug else { return };
        debugger.count += 1;
        let call_id = format!("b{}", debugger.count);
        self.slot_mut(at).held = true;
        self.pending.push_back(Pending { at, call_id, wants: Wants::Leave });
    }

    /// A node began: it waits no more.
    pub(super) fn unhold(&mut self, at: At) {
        let Some(debugger) = &mut self.debug else { return };
        debugger.edited.remove(&at);
        if std::mem::take(&mut self.slot_mut(at).held) {
            self.pending.retain(|pending| pending.at != at);
        }
    }

    /// Frames are gone; who waited in them waits no more.
    pub(super) fn forget_held(&mut self) {
        let Some(debugger) = &mut self.debug else { return };
        let frames = &self.frames;
        debugger.edited.retain(|at, _| frames.get(at.frame).is_some());
        self.pending.retain(|pending| frames.get(pending.at.frame).is_some());
    }

    /// Inputs that a node is given instead of its own.
    pub(super) fn edited(&self, at: At) -> Option<&Values> {
        self.debug.as_ref()?.edited.get(&at)
    }

    /// The same, brought to their types.
    pub(super) fn edited_inputs(&self, at: At) -> Option<Result<Converted<Inputs>, NodeError>> {
        let values = self.edited(at)?.clone();
        let node = self.node(at);
        if is_start(node) {
            return Some(Ok(Converted { value: Inputs { values, absent: Vec::new() }, warnings: Vec::new() }));
        }
        Some(convert::inputs(values, &node.inputs, node.fill_inputs, Strictness::Lenient))
    }

    /// Why these answers cannot be taken, of those that could be wrong in more than their form.
    pub(super) fn refuses(&self, outputs: &[ToolSubmission]) -> Option<String> {
        outputs.iter().find_map(|given| {
            let pending = self.pending.iter().find(|pending| pending.call_id == given.call_id && pending.wants == Wants::Leave)?;
            let edited = given.output.as_deref()?;
            let Ok(Value::Object(values)) = serde_json::from_str(edited) else {
                return Some(format!("`output` of the call `{}` must be the inputs as a JSON object.", given.call_id));
            };
            let node = self.node(pending.at);
            let wrong = convert::inputs(values, &node.inputs, node.fill_inputs, Strictness::Strict).err().filter(|_| !is_start(node))?;
            Some(format!("The inputs of the call `{}` do not fit: {}.", given.call_id, wrong.message.trim_end_matches('.')))
        })
    }
}
