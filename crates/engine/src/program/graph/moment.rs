//! Nodes that end in the moment they begin: pure nodes, and what the engine does itself. Their step is one event.

use flow::node::{Action, Control, Inputs, NodeError, Output};
use flow::run::{Event, NodeResult};
use flow::value::convert::{self, Converted, Strictness};
use flow::value::{Values, path};
use flow::workflow::{OnError, VariableScope};
use serde_json::Value;

use super::super::{Context, Effect};
use super::frames::Owner;
use super::plan::Node;
use super::state::{At, Doing, State};
use super::{begin, fail, output, settle};

/// Runs the node and journals its step.
pub(super) fn run(state: &mut State, at: At, converted: Converted<Inputs>, cx: &Context<'_>, out: &mut Vec<Effect>) {
    let Converted { value: inputs, warnings } = converted;
    let node = state.node(at);
    let done = compute(state, at, &inputs, cx).and_then(|(given, mut own)| {
        own.warnings.splice(0..0, warnings);
        let result = state.bounded(at, output::result(node, own, Vec::new())?)?;
        Ok((given, result))
    });
    match done {
        Ok((given, result)) => record(state, at, Value::Object(given.unwrap_or(inputs.values)), result, cx, out),
        Err(error) => cannot(state, at, Value::Object(inputs.values), &error, cx, out),
    }
}

/// Journals that the node failed in the moment it began.
pub(super) fn cannot(state: &mut State, at: At, input: Value, error: &NodeError, cx: &Context<'_>, out: &mut Vec<Effect>) {
    let result = output::instead(state.node(at), error, Vec::new()).unwrap_or_else(|| NodeResult {
        error: Some(flow::run::RunError { code: error.code.clone(), message: error.message.clone() }),
        ..NodeResult::default()
    });
    record(state, at, input, result, cx, out);
}

/// Journals a step that began and ended.
pub(super) fn record(state: &mut State, at: At, input: Value, result: NodeResult, cx: &Context<'_>, out: &mut Vec<Effect>) {
    let step = state.next_step();
    let name = state.node(at).title.clone();
    let node = state.node_step(at, None);
    state.told.here = Some(at);
    state.record(Event::StepRan { step, name, node, input, result }, cx, out);
}

/// A step that is open although it takes no time: its start was taken over from another run.
pub(super) fn again(state: &mut State, at: At, cx: &mut Context<'_>, out: &mut Vec<Effect>) {
    let Some(work) = state.work(at) else { return };
    let inputs = work.inputs.clone();
    match compute(state, at, &inputs, cx) {
        Ok((_, output)) => begin::complete(state, at, output, cx, out),
        Err(error) => fail::fail(state, at, error, cx, out),
    }
}

/// What the node gives, and, where it takes something else than its inputs, that.
fn compute(state: &State, at: At, inputs: &Inputs, cx: &Context<'_>) -> Result<(Option<Values>, Output), NodeError> {
    let node = state.node(at);
    let output = match &node.action {
        Action::Pure(pure) => pure.run(inputs, cx.now)?,
        Action::Control(Control::Start) => {
            let frame = &state.frames[at.frame];
            // A start that was taken over with other inputs has those.
            let given = match state.work(at).map(|work| &work.doing) {
                Some(Doing::Moment) => inputs.values.clone(),
                _ if state.edited(at).is_some() => inputs.values.clone(),
                _ => Values::clone(&frame.given),
            };
            let strict = frame.owner == Owner::Run && state.run().is_some_and(|run| run.strict);
            let started = convert::start(given.clone(), &node.outputs, Strictness::of(strict))?;
            return Ok((Some(given), Output { warnings: started.warnings, ..Output::of(started.value) }));
        }
        Action::Control(Control::End { answer: Some(template), .. } | Control::Output { message: template, .. }) => {
            Output::one("output", template.render(inputs)?)
        }
        Action::Control(Control::End { answer: None, .. }) => Output::of(inputs.values.clone()),
        Action::Control(Control::SetVariable { .. }) => {
            for (up, to, _) in &node.sets {
                let variables = state.rounds(at.frame, *up).map(|rounds| &rounds.variables);
                if !variables.is_some_and(|variables| settable(variables, to)) {
                    return Err(NodeError::lasting("path_missing", format!("there is nothing at `{}` that could be set", to.join("."))));
                }
            }
            Output::default()
        }
        Action::Control(Control::AssignVariable { set }) => {
            for one in set {
                let values = match one.variable.scope {
                    VariableScope::App => &state.variables.app,
                    VariableScope::User => &state.variables.user,
                    VariableScope::System => return Err(NodeError::lasting("variable_read_only", "variables of the system cannot be set")),
                };
                if !settable(values, &one.variable.path) {
                    let path = one.variable.path.join(".");
                    return Err(NodeError::lasting("path_missing", format!("there is nothing at `{path}` that could be set")));
                }
            }
            Output::one("isSuccess", true)
        }
        _ => Output::default(),
    };
    Ok((None, output))
}

/// Whether [`path::set`] would do it.
fn settable(values: &Values, to: &[String]) -> bool {
    let Some((name, rest)) = to.split_first() else { return false };
    let Some(mut value) = values.get(name) else { return true };
    for key in rest {
        value = match value {
            Value::Null => return true,
            Value::Object(map) => match map.get(key) {
                Some(value) => value,
                None => return true,
            },
            Value::Array(items) => match path::index(key).and_then(|index| items.get(index)) {
                Some(value) => value,
                None => return false,
            },
            _ => return false,
        };
    }
    true
}

/// The node ran.
pub(super) fn ran(state: &mut State, at: At, step: u32, input: &Value, result: &NodeResult) {
    if state.debug.is_some() {
        state.unhold(at);
    }
    if let Some(error) = &result.error
        && state.node(at).policy.on_error == OnError::Fail
    {
        state.dequeue(at);
        fail::ends_frame(state, at.frame, super::apply::told(error));
        return;
    }
    if result.error.is_none() {
        if leads_nowhere(state.node(at)) {
            ends_round(state, at);
            return;
        }
        if let Some(values) = input.as_object() {
            set(state, at, step, values);
        }
    }
    settle::done(state, at, result.output.clone(), result.port.as_deref());
}

/// Break and continue: nothing follows them.
pub(super) const fn leads_nowhere(node: &Node) -> bool {
    matches!(node.control(), Some(Control::Break | Control::Continue))
}

fn ends_round(state: &mut State, at: At) {
    if matches!(state.node(at).control(), Some(Control::Break))
        && let Some(container) = state.innermost_loop(at.frame)
        && let Some(Doing::Container(rounds)) = state.work_mut(container).map(|work| &mut work.doing)
    {
        rounds.broken = true;
    }
    settle::dead_end(state, at);
}

/// Sets what a node sets, once its step ended.
pub(super) fn set(state: &mut State, at: At, step: u32, inputs: &Values) {
    let node = state.node(at);
    match node.control() {
        Some(Control::SetVariable { .. }) => {
            let sets: Vec<(u32, Vec<String>, Value)> =
                node.sets.iter().map(|(up, to, input)| (*up, to.clone(), inputs.get(input).cloned().unwrap_or_default())).collect();
            for (up, to, value) in sets {
                set_local(state, at.frame, up, &to, value);
            }
        }
        Some(Control::AssignVariable { set }) => {
            let sets: Vec<_> = set.iter().map(|one| (one.variable.clone(), inputs.get(&one.input).cloned().unwrap_or_default())).collect();
            for (variable, value) in sets {
                let (scope, values) = match variable.scope {
                    VariableScope::App => ("app", &mut state.variables.app),
                    VariableScope::User => ("user", &mut state.variables.user),
                    VariableScope::System => continue,
                };
                let grown = output::growth(values, &variable.path, &value);
                // What cannot be set failed the step.
                if path::set(values, &variable.path, value.clone()).is_ok() {
                    state.held = state.held.saturating_add_signed(grown);
                    state.unsaid.push_back((step, scope, variable.path, value));
                }
            }
        }
        _ => {}
    }
}

fn set_local(state: &mut State, frame: u32, up: u32, to: &[String], value: Value) {
    let mut frame = frame;
    for _ in 0..up {
        match state.frames[frame].owner.at() {
            Some(owner) => frame = owner.frame,
            None => return,
        }
    }
    if let Owner::Round { container, .. } = state.frames[frame].owner
        && let Some(Doing::Container(rounds)) = state.work_mut(container).map(|work| &mut work.doing)
    {
        let grown = output::growth(&rounds.variables, to, &value);
        if path::set(&mut rounds.variables, to, value).is_ok() {
            rounds.bytes = rounds.bytes.saturating_add_signed(grown);
            state.held = state.held.saturating_add_signed(grown);
        }
    }
}
