//! A node is decided: who can begin now, who never will, and what ends with it.

use std::sync::Arc;

use flow::workflow::OUT;
use serde_json::Value;

use super::frames::{Frame, Owner};
use super::output::bytes;
use super::state::{At, Calling, Doing, Phase, Stage, State};

/// The node ended through this way out.
pub(super) fn done(state: &mut State, at: At, output: Value, port: Option<&str>) {
    keep(state, at, output);
    state.slot_mut(at).stage = Stage::Done;
    state.dequeue(at);
    decided(state, at, Some(port.unwrap_or(OUT)));
}

/// The node ended and leads nowhere.
pub(super) fn dead_end(state: &mut State, at: At) {
    state.slot_mut(at).stage = Stage::Done;
    state.dequeue(at);
    decided(state, at, None);
}

/// The node began to listen and is not wanted after all.
pub(super) fn skipped(state: &mut State, at: At) {
    state.slot_mut(at).stage = Stage::Skipped;
    state.dequeue(at);
    decided(state, at, None);
}

fn keep(state: &mut State, at: At, output: Value) {
    let size = bytes(&output);
    state.held += size;
    let frame = &mut state.frames[at.frame];
    frame.bytes += size;
    let output = Arc::new(output);
    if matches!(frame.graph.node(at.node).control(), Some(flow::node::Control::End { .. })) {
        frame.result = Some(Arc::clone(&output));
    }
    frame.slot_mut(at.node).output = Some(output);
}

/// Tells the successors; those that no edge leads to are decided with it.
fn decided(state: &mut State, at: At, port: Option<&str>) {
    let mut ready: Vec<u32> = Vec::new();
    let mut withdrawn: Vec<u32> = Vec::new();
    let Frame { graph, slots, first, left, .. } = &mut state.frames[at.frame];
    let mut dead: Vec<u32> = Vec::new();
    let mut node = at.node;
    let mut port = port;
    loop {
        let plan = graph.node(node);
        *left -= 1;
        if let Some((_, targets)) = port.take().and_then(|port| plan.ports.iter().find(|(name, _)| *name == port)) {
            for target in targets {
                slots[(*target - *first) as usize].live = true;
            }
        }
        for next in &plan.next {
            let slot = &mut slots[(*next - *first) as usize];
            slot.waiting -= 1;
            if slot.waiting > 0 {
                continue;
            }
            match (slot.stage, slot.live) {
                (Stage::Waiting, false) if slot.work.is_none() => {
                    slot.stage = Stage::Skipped;
                    dead.push(*next);
                }
                (Stage::Waiting, true) => ready.push(*next),
                _ => withdrawn.push(*next),
            }
        }
        match dead.pop() {
            Some(next) => node = next,
            None => break,
        }
    }
    let finished = *left == 0;
    for node in ready {
        state.ready(At { frame: at.frame, node });
    }
    for node in withdrawn {
        state.heard_out(At { frame: at.frame, node });
    }
    if finished {
        frame_done(state, at.frame);
    }
}

/// All nodes of a frame are decided.
pub(super) fn frame_done(state: &mut State, frame: u32) {
    match state.frames[frame].owner {
        Owner::Run => {
            state.result = run_result(&state.frames[frame]);
            state.phase = Phase::Done;
        }
        Owner::Round { container, index } => super::container::round_done(state, frame, container, index),
        Owner::Call(at) => {
            let result = finish_call(state, frame);
            if let Some(Doing::Call { frame, outcome }) = state.work_mut(at).map(|work| &mut work.doing) {
                *frame = None;
                *outcome = Some(Ok(result));
            }
            state.requeue(at);
        }
        Owner::Tool(at, index) => {
            let is_answer = state.frames[frame].graph.answers;
            let result = finish_call(state, frame);
            let output = match result.get("output") {
                Some(text) if is_answer => text.clone(),
                _ => Value::clone(&result),
            };
            if let Some(call) = state.call_mut(at, index)
                && let Calling::Inside { step, .. } = call.at
            {
                call.at = Calling::Ended { step, outcome: Ok(output), is_answer };
            }
            state.requeue(at);
        }
    }
}

/// What the run gives: what its end gives, or, of a node that ran alone, what that gives.
fn run_result(frame: &Frame) -> Option<Arc<Value>> {
    frame.result.clone().or_else(|| frame.graph.start.is_none().then(|| frame.slots.first()?.output.clone()).flatten())
}

fn finish_call(state: &mut State, frame: u32) -> Arc<Value> {
    let result = state.frames[frame].result.clone().unwrap_or_else(|| Arc::new(Value::Object(flow::value::Values::new())));
    state.close_frame(frame);
    result
}
