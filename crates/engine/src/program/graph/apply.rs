//! How events change the state. An event that does not fit changes nothing.

use std::sync::Arc;

use flow::node::{NodeError, Output};
use flow::run::{Event, NodeResult, RunError, StepKind};
use serde_json::Value;
use types::Timestamp;

use super::frames::{Frame, Owner};
use super::state::{At, Doing, Open, Phase, Stage, State};
use super::{begin, doubt, fail, machine, moment, park, settle, tell, tools};

/// Takes in one event.
pub(super) fn apply(state: &mut State, event: &Event, at: Timestamp) {
    let last = state.clock.at;
    // Nobody works between the last event before a crash and the first after it.
    state.tick(at, !matches!(event, Event::Started { .. }));
    state.still = matches!(event, Event::Submitted { .. } | Event::Started { .. });
    match event {
        Event::Started { resumed } => started(state, *resumed, last, at),
        Event::StepStarted { step, kind: StepKind::Node, node: Some(node), input, attempt, message, .. } => {
            state.steps = state.steps.max(*step);
            if let Some(place) = state.place(node) {
                begin::opened(state, place, *step, *attempt, *message, input, at);
            }
        }
        Event::StepStarted { step, kind, node: Some(node), attempt, call_id, .. } => {
            state.steps = state.steps.max(*step);
            if let Some(place) = node.parent.and_then(|parent| state.open_node(parent)) {
                match kind {
                    StepKind::Model => machine::asked(state, place, *step, *attempt),
                    StepKind::Tool | StepKind::Node => tools::called(state, place, *step, *attempt, call_id.as_deref().unwrap_or_default()),
                }
            }
        }
        Event::Created
        | Event::StepStarted { .. }
        | Event::Delta { .. }
        | Event::FunctionCall { .. }
        | Event::ToolResponse { .. }
        | Event::FollowUp { .. } => {}
        Event::StepRan { step, node, input, result, .. } => {
            state.steps = state.steps.max(*step);
            if let Some(place) = state.place(node)
                && state.slot(place).stage == Stage::Ready
            {
                moment::ran(state, place, *step, input, result);
            }
        }
        Event::VariableSet { .. } => {
            state.unsaid.pop_front();
        }
        Event::Reset { step, .. } => tell::reset(state, *step),
        Event::Answer { message, text, .. } => tell::answered(state, *message, text),
        Event::StepCompleted { step, output, usage, node, .. } => match state.open.get(step).copied() {
            Some(Open::Node(place)) => ended(state, place, output, node.as_deref()),
            Some(Open::Model(place)) => machine::heard(state, place, *step, Ok((output, *usage))),
            Some(Open::Tool(place, index)) => tools::returned(state, place, index, Ok(output)),
            None => {}
        },
        Event::StepFailed { step, error, retry_at } => match state.open.get(step).copied() {
            Some(Open::Node(place)) => fail::failed(state, place, error, *retry_at, at),
            Some(Open::Model(place)) => machine::heard(state, place, *step, Err(told(error))),
            Some(Open::Tool(place, index)) => tools::returned(state, place, index, Err(told(error))),
            None => {}
        },
        Event::RequiresAction { .. } => {
            state.stop_clocks(at.millis());
            state.phase = Phase::Parked;
        }
        Event::Submitted { outputs } => park::submitted(state, outputs, at),
        Event::Completed { .. } | Event::Failed { .. } | Event::Cancelled => end(state),
    }
}

/// An error of a model or tool as the node that called it hears it.
pub(super) fn told(error: &RunError) -> NodeError {
    NodeError::new(error.code.clone(), error.message.clone())
}

fn started(state: &mut State, resumed: u32, last: i64, at: Timestamp) {
    // What the process that is gone did after its last event is nobody's time.
    state.stop_clocks(last);
    state.start_clocks(at.millis());
    match state.phase {
        Phase::Created => {
            state.phase = Phase::Going;
            if let Some(plan) = state.plan.as_ref().ok().filter(|_| state.frames.get(0).is_none()).map(Arc::clone) {
                open_root(state, &plan);
            }
        }
        Phase::Parked => state.phase = Phase::Going,
        _ => {}
    }
    let crashed = resumed > state.resumed;
    state.resumed = state.resumed.max(resumed);
    let open: Vec<At> = state.open.values().filter_map(|open| if let Open::Node(at) = open { Some(*at) } else { None }).collect();
    for place in open {
        landed(state, place, crashed);
    }
}

/// Nothing of an open step is under way in this process.
fn landed(state: &mut State, at: At, crashed: bool) {
    let Some(work) = state.frames[at.frame].slot_mut(at.node).work.as_deref_mut() else { return };
    match &mut work.doing {
        Doing::Task { flying } if *flying => {
            *flying = false;
            work.lost = crashed;
            work.crashes += u32::from(crashed);
            state.flying -= 1;
            if crashed {
                doubt::arises(state, at);
            }
        }
        Doing::Machine(talk) => state.flying -= talk.landed(crashed),
        Doing::Tell(telling) => telling.void |= crashed && telling.early && telling.text.is_none(),
        _ => {}
    }
    state.requeue(at);
}

/// The frame of the document.
fn open_root(state: &mut State, plan: &super::Plan) {
    let given = state.run().map(|run| run.inputs.clone()).unwrap_or_default();
    let frame = Frame {
        graph: Arc::clone(&plan.root),
        path: Arc::from(""),
        owner: Owner::Run,
        depth: 0,
        first: 0,
        left: 0,
        walked: super::inputs::none(),
        given: Arc::new(given),
        result: None,
        bytes: 0,
        slots: Vec::new(),
    };
    state.open_frame(frame, 0);
}

impl State {
    /// The place that an event names.
    fn place(&mut self, node: &flow::run::NodeStep) -> Option<At> {
        let here = self.told.here.take().or_else(|| self.frames.find(node));
        debug_assert_eq!(here, self.frames.find(node));
        here
    }

    /// Begins a frame with the nodes of a scope.
    pub(super) fn open_frame(&mut self, mut frame: Frame, scope: u32) -> u32 {
        let graph = Arc::clone(&frame.graph);
        let scope = &graph.scopes[scope as usize];
        frame.first = scope.first;
        frame.left = scope.blank.len() as u32;
        frame.slots.clone_from(&scope.blank);
        let frame = self.frames.add(frame);
        for node in &scope.entry {
            self.ready(At { frame, node: *node });
        }
        frame
    }
}

/// A node's step ended well, or with what stands for it.
fn ended(state: &mut State, at: At, output: &Value, node: Option<&NodeResult>) {
    let Some(work) = state.close(at) else { return };
    let port = node.and_then(|node| node.port.as_deref());
    let failed = node.is_some_and(|node| node.error.is_some());
    if !failed && moment::leads_nowhere(state.node(at)) {
        settle::dead_end(state, at);
        return;
    }
    if !failed {
        moment::set(state, at, work.step, &work.inputs.values);
    }
    settle::done(state, at, output.clone(), port);
}

/// Nothing more happens.
fn end(state: &mut State) {
    state.phase = Phase::Ended;
    state.todo.clear();
    state.open.clear();
    state.pending.clear();
    state.asleep.clear();
    state.unsaid.clear();
    state.flying = 0;
}

/// What a container or a call gave.
pub(super) fn output_of(values: &Value) -> Output {
    Output::of(values.as_object().cloned().unwrap_or_default())
}
