//! A node begins. Tasks: begun, ended, begun again after a crash.

use std::sync::Arc;
use std::time::Duration;

use flow::node::{Action, Control, NodeError, Output, TaskCx};
use flow::run::{Event, NodeStep, StepKind};
use flow::tool::Effect as Does;
use flow::workflow::OnInterrupt;
use serde_json::Value;
use types::{MessageId, Timestamp};

use super::super::{Context, Effect, TaskRun};
use super::state::{At, Doing, Open, Stage, State, Telling, Work};
use super::{MAX_CRASHES, call, container, debug, doubt, fail, machine, moment, output, tell, wake};

/// Begins a node whose time has come.
pub(super) fn begin(state: &mut State, at: At, cx: &mut Context<'_>, out: &mut Vec<Effect>) {
    if let Some(error) = state.exceeded() {
        return super::stop::fail(state, error, cx, out);
    }
    if state.debug.is_some()
        && let Some((input, result)) = debug::pinned(state, at, cx.now)
    {
        return match result {
            Ok(result) => moment::record(state, at, input, result, cx, out),
            Err(error) => moment::cannot(state, at, input, &error, cx, out),
        };
    }
    let node = state.node(at);
    let momentary = match &node.action {
        Action::Pure(_) => true,
        Action::Task(_) | Action::Machine(_) => false,
        Action::Control(control) => {
            !state.tells(at) && !matches!(control, Control::Loop { .. } | Control::Batch { .. } | Control::Workflow { .. } | Control::Wait)
        }
    };
    let converted = match state.edited_inputs(at).unwrap_or_else(|| state.inputs(at, cx.now)) {
        Ok(converted) => converted,
        Err(error) => return moment::cannot(state, at, Value::Null, &error, cx, out),
    };
    if momentary {
        return moment::run(state, at, converted, cx, out);
    }
    let (step, attempt) = state.work(at).map_or((state.next_step(), 1), |work| (work.step, work.attempt + 1));
    let message = state.tells(at).then(|| state.message(at).unwrap_or_else(|| (cx.ids)()));
    if !converted.warnings.is_empty() {
        state.told.warnings.insert(step, converted.warnings);
    }
    start(state, at, step, attempt, message, Value::Object(converted.value.values), cx, out);
}

/// Journals the start of a node's step and sets it going.
#[expect(clippy::too_many_arguments, reason = "the fields of one event")]
pub(super) fn start(
    state: &mut State,
    at: At,
    step: u32,
    attempt: u32,
    message: Option<MessageId>,
    input: Value,
    cx: &mut Context<'_>,
    out: &mut Vec<Effect>,
) {
    let name = state.node(at).title.clone();
    let node = Some(state.node_step(at, None));
    let called = call::told(state, at, &mut *cx.ids);
    state.told.here = Some(at);
    let (kind, call_id) = (StepKind::Node, None);
    state.record(Event::StepStarted { step, kind, name, input, attempt, message, call_id, node, called }, cx, out);
    let Some(work) = state.work(at) else { return };
    match &work.doing {
        Doing::Task { .. } => run_task(state, at, cx, out),
        Doing::Wait { until } => out.push(Effect::Wake { step, at: Timestamp(*until) }),
        Doing::Tell(_) => tell::pump(state, out),
        _ => {}
    }
    if state.has_deadline(at) {
        wake::set_deadline(state, at, cx, out);
    }
}

impl State {
    /// How events name a place.
    pub(super) fn node_step(&self, at: At, parent: Option<u32>) -> NodeStep {
        let frame = &self.frames[at.frame];
        let node = frame.graph.node(at.node);
        NodeStep { id: node.id.clone(), kind: node.kind.clone(), path: String::from(&*frame.path), parent }
    }

    /// The message that a node's step tells.
    fn message(&self, at: At) -> Option<MessageId> {
        match &self.work(at)?.doing {
            Doing::Tell(telling) => Some(telling.message),
            _ => None,
        }
    }
}

/// A node's step began.
pub(super) fn opened(state: &mut State, at: At, step: u32, attempt: u32, message: Option<MessageId>, input: &Value, moment: Timestamp) {
    let again = state.work(at).is_some_and(|work| work.step == step);
    if !again && state.slot(at).stage != Stage::Ready {
        return;
    }
    let inputs = Arc::new(state.told_inputs(at, input));
    let old = if again { state.close_again(at) } else { None };
    let (failures, crashes, began, used) = old.as_ref().map_or((0, 0, moment, 0), |old| {
        let worked = old.since.map_or(0, |since| (moment.millis() - since).max(0));
        (old.failures, old.crashes, moment, old.used + worked)
    });
    let early = state.slot(at).waiting > 0;
    let doing = match &state.node(at).action {
        Action::Pure(_) => Doing::Moment,
        Action::Task(_) => Doing::Task { flying: true },
        Action::Machine(_) => Doing::Machine(Box::default()),
        Action::Control(Control::Loop { .. } | Control::Batch { .. }) => Doing::Container(Box::new(container::rounds(state, at, &inputs))),
        Action::Control(Control::Workflow { .. }) => Doing::Call { frame: None, outcome: None },
        Action::Control(Control::Wait) => Doing::Wait { until: wake::until(&inputs, moment) },
        Action::Control(_) => match message {
            Some(message) => Doing::Tell(Telling { message, early, void: false, text: None }),
            None => Doing::Moment,
        },
    };
    match &doing {
        Doing::Task { .. } => state.flying += 1,
        Doing::Wait { until } => {
            state.asleep.insert((*until, step));
        }
        _ => {}
    }
    let work = Work { step, attempt, failures, crashes, lost: false, inputs, began, used, since: Some(moment.millis()), doing };
    if state.debug.is_some() {
        state.unhold(at);
    }
    let slot = state.slot_mut(at);
    slot.stage = Stage::Open;
    slot.work = Some(Box::new(work));
    state.open.insert(step, Open::Node(at));
    match state.node(at).action {
        Action::Machine(_) => machine::began(state, at),
        Action::Control(Control::Loop { .. } | Control::Batch { .. }) => container::began(state, at),
        Action::Control(Control::Workflow { .. }) => call::began(state, at),
        _ => {}
    }
    state.requeue(at);
}

impl State {
    /// Takes out the work of a step that begins again; a message that was begun keeps the floor.
    fn close_again(&mut self, at: At) -> Option<Box<Work>> {
        let tells = matches!(self.work(at)?.doing, Doing::Tell(_));
        if !tells {
            return self.close(at);
        }
        let work = self.slot_mut(at).work.take()?;
        self.open.remove(&work.step);
        Some(work)
    }
}

/// Hands the task to the runtime.
fn run_task(state: &mut State, at: At, cx: &Context<'_>, out: &mut Vec<Effect>) {
    let Some(work) = state.work(at) else { return };
    let node = state.node(at);
    let Action::Task(task) = &node.action else { return };
    let run = state.run();
    let task_cx = TaskCx {
        run: state.spec.id,
        workspace: state.spec.workspace,
        user: state.spec.user,
        node: node.id.clone(),
        attempt: work.attempt,
        idempotency_key: format!("{}-{}", state.spec.id, work.step),
        conversation: state.spec.conversation.or_else(|| run.and_then(|run| run.place)),
        draft: run.is_none_or(|run| run.version.is_none()),
        app: run.and_then(|run| run.app.clone()),
        person: run.and_then(|run| run.person.clone()),
        time_zone: run.and_then(|run| run.time_zone.clone()),
    };
    let timeout = state.left_for(at, cx.now).map(|left| Duration::from_millis(u64::try_from(left).unwrap_or(0)));
    out.push(Effect::RunTask(Box::new(TaskRun {
        step: work.step,
        attempt: work.attempt,
        task: Arc::clone(task),
        cx: task_cx,
        inputs: work.inputs.as_ref().clone(),
        timeout,
        only_computes: node.effect == Does::Pure,
    })));
}

/// A task that is open and not under way: it begins late, or a crash interrupted it.
pub(super) fn task_again(state: &mut State, at: At, cx: &mut Context<'_>, out: &mut Vec<Effect>) {
    let Some(work) = state.work(at) else { return };
    let node = state.node(at);
    let repeat = match node.effect {
        Does::Pure | Does::Read => work.crashes < MAX_CRASHES,
        Does::Write => match node.policy.on_interrupt {
            Some(OnInterrupt::Retry) => work.crashes < MAX_CRASHES,
            // `Ask` does not come here: somebody was asked.
            Some(OnInterrupt::Fail | OnInterrupt::Ask) => false,
            // Whoever allows retries says that the idempotency key makes them harmless.
            None => node.policy.retries > 0 && work.crashes <= node.policy.retries,
        },
    };
    if !work.lost || repeat {
        let (step, attempt) = (work.step, work.attempt + u32::from(work.lost));
        let input = Value::Object(work.inputs.values.clone());
        return start(state, at, step, attempt, None, input, cx, out);
    }
    let error = if node.effect == Does::Write {
        doubt::unknown()
    } else {
        NodeError::lasting("interrupted", "Hearth was interrupted several times while the node was running.")
    };
    fail::fail(state, at, error, cx, out);
}

/// A task ended. What a step says that is not open any more is dropped.
pub(super) fn task_done(
    state: &mut State,
    step: u32,
    attempt: u32,
    result: Result<Output, NodeError>,
    cx: &mut Context<'_>,
    out: &mut Vec<Effect>,
) {
    let Some(at) = state.open_node(step) else { return };
    let waits = state.work(at).is_some_and(|work| work.attempt == attempt && matches!(work.doing, Doing::Task { flying: true }));
    if !waits {
        return;
    }
    state.landed_task(at);
    match result {
        Ok(output) => complete(state, at, output, cx, out),
        Err(error) => fail::fail(state, at, error, cx, out),
    }
}

impl State {
    /// The task of a step has ended: dropping it with its step is not needed any more.
    fn landed_task(&mut self, at: At) {
        let step = self.work(at).map(|work| work.step);
        self.told.landed = step;
    }
}

/// Journals that a node's step ended well.
pub(super) fn complete(state: &mut State, at: At, output: Output, cx: &mut Context<'_>, out: &mut Vec<Effect>) {
    let Some(work) = state.work(at) else { return };
    let step = work.step;
    let warnings = state.told.warnings.get(&step).cloned().unwrap_or_default();
    match output::result(state.node(at), output, warnings).and_then(|result| state.bounded(at, result)) {
        Ok(result) => {
            let (output, node) = output::split(result);
            state.record(Event::StepCompleted { step, output, usage: None, cost: None, node }, cx, out);
        }
        Err(error) => fail::fail(state, at, error, cx, out),
    }
}
