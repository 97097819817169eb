//! Loops and batches: iterations begin, end and are put together.

use std::sync::Arc;

use flow::node::{Control, Inputs, LoopOver, NodeError, Output};
use flow::value::{Values, path};
use flow::workflow::Input;
use serde_json::Value;

use super::super::{Context, Effect};
use super::frames::{Frame, Owner};
use super::output::bytes;
use super::plan::{CollectFrom, Node};
use super::state::{At, Doing, Rounds, State};
use super::{begin, fail};

/// Elements of a batch at most, and at once, when the document says 0.
const BATCH_SIZE: u64 = 100;
const BATCH_CONCURRENCY: u64 = 10;

/// Iterations that have not begun.
pub(super) fn rounds(state: &State, at: At, inputs: &Inputs) -> Rounds {
    let node = state.node(at);
    let whole = |name: &str| inputs.get(name).and_then(whole_number);
    let (total, at_once, variables) = match node.control() {
        Some(Control::Loop { over, variables, .. }) => {
            let total = match over {
                LoopOver::Lists => Some(shortest(node, inputs, variables)),
                LoopOver::Count => Some(whole("count").unwrap_or(0)),
                LoopOver::Forever => None,
            };
            (total, 1, variables.as_slice())
        }
        Some(Control::Batch { size, concurrency, .. }) => {
            let or = |given: Option<u64>, own: u32, default: u64| match given.unwrap_or_else(|| own.into()) {
                0 => default,
                some => some,
            };
            let size = or(whole("size"), *size, BATCH_SIZE);
            let at_once = or(whole("concurrency"), *concurrency, BATCH_CONCURRENCY);
            (Some(shortest(node, inputs, &[]).min(size)), u32::try_from(at_once).unwrap_or(u32::MAX), [].as_slice())
        }
        _ => (Some(0), 1, [].as_slice()),
    };
    let named = |name: &String| (name.clone(), inputs.get(name).cloned().unwrap_or_default());
    Rounds {
        // Without anything inside there is nothing to repeat.
        total: if node.body.is_none() { Some(0) } else { total },
        next: 0,
        at_once,
        running: Vec::new(),
        broken: false,
        variables: variables.iter().map(named).collect(),
        lists: node.collect.iter().map(|_| Vec::new()).collect(),
        bytes: 0,
        failed: None,
    }
}

/// Elements of the shortest list.
fn shortest(node: &Node, inputs: &Inputs, variables: &[String]) -> u64 {
    let own = ["size", "concurrency", "count"];
    let walked = |input: &&Input| super::plan::walks(&input.ty) && !variables.contains(&input.name) && !own.contains(&&*input.name);
    let length = |input: &Input| match inputs.get(&input.name) {
        Some(Value::Array(items)) => items.len() as u64,
        _ => 0,
    };
    node.inputs.iter().filter(walked).map(length).min().unwrap_or(0)
}

fn whole_number(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => number.as_u64().or_else(|| number.as_f64().filter(|n| *n >= 0.0).map(|n| n as u64)),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// A container's step began.
pub(super) fn began(state: &mut State, at: At) {
    if let Some(total) = state.container(at).and_then(|rounds| rounds.total)
        && matches!(state.node(at).control(), Some(Control::Batch { .. }))
        && let Some(rounds) = state.container_mut(at)
    {
        let total = usize::try_from(total).unwrap_or(usize::MAX);
        // Elements of the inputs, so as many as they are in memory already.
        for list in &mut rounds.lists {
            list.resize(total, Value::Null);
        }
    }
    // Variables outlive the rounds that set them.
    if let Some(rounds) = state.container_mut(at) {
        let held = rounds.variables.values().map(bytes).sum::<u64>();
        rounds.bytes += held;
        state.held += held;
    }
    go_on(state, at);
}

/// Begins as many iterations as may run.
fn go_on(state: &mut State, at: At) {
    let Some(body) = state.node(at).body else { return };
    loop {
        let Some(rounds) = state.container(at) else { return };
        let more = !rounds.broken && rounds.failed.is_none() && rounds.total.is_none_or(|total| rounds.next < total);
        if !more || rounds.running.len() >= rounds.at_once as usize {
            return;
        }
        let index = rounds.next;
        let Some(walked) = state.work(at).map(|work| Arc::clone(&work.inputs)) else { return };
        let around = &state.frames[at.frame];
        let path = format!("{}{}[{index}]/", around.path, state.node(at).id);
        let frame = Frame {
            graph: Arc::clone(&around.graph),
            path: path.into(),
            owner: Owner::Round { container: at, index },
            depth: around.depth,
            first: 0,
            left: 0,
            walked,
            given: Arc::clone(&around.given),
            result: None,
            bytes: 0,
            slots: Vec::new(),
        };
        let frame = state.open_frame(frame, body);
        if let Some(rounds) = state.container_mut(at) {
            rounds.next += 1;
            rounds.running.push(frame);
        }
    }
}

/// All nodes of an iteration are decided.
pub(super) fn round_done(state: &mut State, frame: u32, at: At, index: u64) {
    let mut found: Vec<(usize, Value)> = Vec::new();
    let ended = &state.frames[frame];
    for (list, collected) in ended.graph.node(at.node).collect.iter().enumerate() {
        if let CollectFrom::Node { node, path } = &collected.from
            && let Some(output) = ended.slot(*node).output.as_deref()
        {
            found.push((list, path::get(output, path).cloned().unwrap_or_default()));
        }
    }
    state.close_frame(frame);
    let is_batch = matches!(state.node(at).control(), Some(Control::Batch { .. }));
    let mut held = 0;
    if let Some(rounds) = state.container_mut(at) {
        rounds.running.retain(|one| *one != frame);
        for (list, value) in found {
            held += bytes(&value);
            match rounds.lists[list].get_mut(index as usize) {
                Some(place) if is_batch => *place = value,
                _ => rounds.lists[list].push(value),
            }
        }
        rounds.bytes += held;
    }
    state.held += held;
    go_on(state, at);
    state.requeue(at);
}

/// The container has no more iterations, or one of them failed.
pub(super) fn over(state: &mut State, at: At, cx: &mut Context<'_>, out: &mut Vec<Effect>) {
    let Some(rounds) = state.container(at) else { return };
    if let Some(error) = rounds.failed.clone() {
        return fail::fail(state, at, error, cx, out);
    }
    let mut values = Values::new();
    for (list, collected) in state.node(at).collect.iter().enumerate() {
        let value = match &collected.from {
            CollectFrom::Node { .. } => Value::Array(rounds.lists[list].clone()),
            CollectFrom::Variable(path) => path::of(&rounds.variables, path).cloned().unwrap_or_default(),
            CollectFrom::Nothing => Value::Array(Vec::new()),
        };
        values.insert(collected.name.clone(), value);
    }
    begin::complete(state, at, Output::of(values), cx, out);
}

/// An iteration failed: the others end with it.
pub(super) fn round_failed(state: &mut State, at: At, error: NodeError) {
    let Some(rounds) = state.container_mut(at) else { return };
    rounds.failed = Some(error);
    let running = std::mem::take(&mut rounds.running);
    state.close_frames(running);
    state.requeue(at);
}

impl State {
    fn container(&self, at: At) -> Option<&Rounds> {
        match &self.work(at)?.doing {
            Doing::Container(rounds) => Some(rounds),
            _ => None,
        }
    }

    fn container_mut(&mut self, at: At) -> Option<&mut Rounds> {
        match &mut self.work_mut(at)?.doing {
            Doing::Container(rounds) => Some(rounds),
            _ => None,
        }
    }
}
