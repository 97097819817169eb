//! Tool steps: the calls of one answer.
//!
//! Calls of server tools start at once, side by side. Those that wait for somebody wait until the
//! others are done, all together.

use flow::run::{Event, PendingCall, PendingKind, RunError, StepKind};
use flow::tool::Effect as ToolEffect;
use serde_json::Value;
use types::{MessageId, RunId};

use super::super::{Context, Effect, ToolRun, WorkflowCall};
use super::state::{At, Decision, Phase, Route, Slot, State};
use super::{MAX_ATTEMPTS, budget, stop};

/// What the next thing to do for a call is.
enum Next {
    Tell,
    Start { step: Option<(u32, Option<MessageId>)>, attempt: u32 },
    Follow { step: u32 },
    Park,
    Complete { step: u32, output: String },
    Fail { step: u32, error: RunError },
    Respond { message: Option<MessageId>, output: String, is_error: bool },
}

/// Goes on with the round; false when there is nothing to do but wait.
pub(super) fn advance(state: &mut State, cx: &mut Context<'_>, out: &mut Vec<Effect>) -> bool {
    let Phase::Calling(round) = &state.phase else { return false };
    let fresh = round.calls.iter().all(|call| !call.told && call.at == At::New);
    if fresh && let Some(error) = budget::exceeded(state) {
        stop::fail(state, error, cx, out);
        return true;
    }
    let untold = round.calls.iter().position(|call| !call.told).map(|index| (index, Next::Tell));
    let next = untold.or_else(|| round.calls.iter().enumerate().find_map(|(index, call)| Some((index, now(call)?))));
    if let Some((index, next)) = next {
        perform(state, index, next, cx, out);
        return true;
    }
    if round.calls.iter().any(|call| matches!(call.at, At::Running { .. })) {
        return false;
    }
    if let Some(index) = round.calls.iter().position(|call| call.at == At::New) {
        perform(state, index, Next::Park, cx, out);
        return true;
    }
    let calls: Vec<PendingCall> = round.calls.iter().flat_map(pending).collect();
    if calls.is_empty() {
        return false;
    }
    state.record(Event::RequiresAction { calls }, cx, out);
    true
}

/// What can be done for the call now, whatever the others do.
fn now(call: &Slot) -> Option<Next> {
    match (&call.at, &call.route) {
        (At::New, Route::Server { .. } | Route::Workflow { .. } | Route::Bad(_)) => Some(Next::Start { step: None, attempt: 1 }),
        (At::Running { step, .. }, Route::Bad(error)) => Some(Next::Fail { step: *step, error: error.clone() }),
        (At::Running { step, attempt, message, interrupted: true }, Route::Server { effect, .. } | Route::Approval { effect, .. }) => {
            Some(interrupted(*step, *attempt, *message, *effect))
        }
        // The run of a workflow goes on by itself.
        (At::Running { step, interrupted: true, .. } | At::Answered { step, .. }, Route::Workflow { .. }) => {
            Some(Next::Follow { step: *step })
        }
        // Routes follow the toolbox, which may be another one after an upgrade: nobody would end such a call.
        (At::Running { step, interrupted: true, .. }, Route::Client { .. })
        | (At::Decided { step, decision: Decision::Approved, .. }, Route::Client { .. }) => Some(Next::Fail { step: *step, error: gone() }),
        (At::Decided { step, message, decision }, _) => Some(match decision {
            Decision::Output(output) => Next::Complete { step: *step, output: output.clone() },
            Decision::Approved => Next::Start { step: Some((*step, *message)), attempt: 1 },
            Decision::Refused => Next::Fail { step: *step, error: refused() },
        }),
        (At::Returned { message, output, is_error }, _) => {
            Some(Next::Respond { message: *message, output: output.clone(), is_error: *is_error })
        }
        (At::New | At::Running { .. } | At::Parked { .. } | At::Asks { .. } | At::Answered { .. } | At::Done { .. }, _) => None,
    }
}

/// A call that a crash interrupted: what only reads is repeated, what may have changed the world is not.
fn interrupted(step: u32, attempt: u32, message: Option<MessageId>, effect: ToolEffect) -> Next {
    let repeat = matches!(effect, ToolEffect::Pure | ToolEffect::Read);
    if repeat && attempt < MAX_ATTEMPTS {
        return Next::Start { step: Some((step, message)), attempt: attempt + 1 };
    }
    let message = if repeat {
        "The call was interrupted several times and has no result."
    } else {
        "The call was interrupted and its outcome is unknown: it may or may not have taken effect. Check before calling it again."
    };
    Next::Fail { step, error: RunError { code: "interrupted".into(), message: message.into() } }
}

fn refused() -> RunError {
    let message = "The person refused this call. Do not repeat it; go on without it or ask what to do.";
    RunError { code: "refused".into(), message: message.into() }
}

fn gone() -> RunError {
    RunError { code: "interrupted".into(), message: "The tool changed while the call was under way; it has no result.".into() }
}

fn pending(call: &Slot) -> Vec<PendingCall> {
    match &call.at {
        At::Asks { calls, .. } => return calls.clone(),
        At::Parked { .. } => {}
        _ => return Vec::new(),
    }
    let (kind, arguments) = match &call.route {
        Route::Client { arguments } => (PendingKind::Client, arguments.clone()),
        Route::Approval { arguments, .. } | Route::Server { arguments, .. } | Route::Workflow { arguments, .. } => {
            (PendingKind::Approval, arguments.clone())
        }
        Route::Bad(_) => (PendingKind::Approval, Value::Null),
    };
    vec![PendingCall { call_id: call.call.id.clone(), name: call.call.name.clone(), arguments, kind, node: None, run: None }]
}

fn perform(state: &mut State, index: usize, next: Next, cx: &mut Context<'_>, out: &mut Vec<Effect>) {
    let Phase::Calling(round) = &state.phase else { return };
    let Some(Slot { call, route, .. }) = round.calls.get(index).cloned() else { return };
    match next {
        Next::Tell => {
            let message = (cx.ids)();
            let run = matches!(route, Route::Workflow { .. }).then(|| RunId((cx.ids)().get()));
            state.record(Event::FunctionCall { message, call, run }, cx, out);
        }
        Next::Park => {
            let step = state.next_step();
            let message = (cx.ids)();
            start(state, (step, Some(message)), 1, &call, &route, cx, out);
        }
        Next::Start { step, attempt } => {
            let at = step.unwrap_or_else(|| (state.next_step(), Some((cx.ids)())));
            start(state, at, attempt, &call, &route, cx, out);
            if matches!(route, Route::Workflow { .. }) {
                follow(state, index, at.0, out);
            } else if let Route::Server { arguments, .. } | Route::Approval { arguments, .. } = route {
                out.push(Effect::CallTool(ToolRun { step: at.0, attempt, name: call.name, arguments }));
            }
        }
        Next::Follow { step } => follow(state, index, step, out),
        Next::Complete { step, output } => {
            state.record(Event::StepCompleted { step, output: Value::String(output), usage: None, cost: None, node: None }, cx, out);
        }
        Next::Fail { step, error } => state.record(Event::StepFailed { step, error, retry_at: None }, cx, out),
        Next::Respond { message, output, is_error } => {
            let message = message.unwrap_or_else(|| (cx.ids)());
            state.record(Event::ToolResponse { message, call_id: call.id, name: call.name, output, is_error }, cx, out);
        }
    }
}

/// Lets the run of a workflow work, or listens to it again, with the answers that it waits for.
fn follow(state: &mut State, index: usize, step: u32, out: &mut Vec<Effect>) {
    let spec = std::sync::Arc::clone(&state.spec);
    let flow::run::Program::Agent(turn) = &spec.program else { return };
    let Phase::Calling(round) = &mut state.phase else { return };
    let Some(Slot { route: Route::Workflow { arguments, tool }, run: Some(run), at, .. }) = round.calls.get_mut(index) else { return };
    let Some(tool) = turn.workflows.get(*tool) else { return };
    let answers = match at {
        At::Answered { message, answers, .. } => {
            let (message, answers) = (*message, std::mem::take(answers));
            *at = At::Running { step, attempt: 1, message, interrupted: false };
            answers
        }
        At::Running { interrupted, .. } => {
            *interrupted = false;
            Vec::new()
        }
        _ => return,
    };
    let mut workflow = tool.run.clone();
    workflow.inputs = arguments.as_object().cloned().unwrap_or_default();
    out.push(Effect::CallWorkflow(Box::new(WorkflowCall { step, run: *run, workflow, answers })));
}

fn start(
    state: &mut State,
    (step, message): (u32, Option<MessageId>),
    attempt: u32,
    call: &model::ToolCall,
    route: &Route,
    cx: &Context<'_>,
    out: &mut Vec<Effect>,
) {
    let input = match route {
        Route::Server { arguments, .. }
        | Route::Approval { arguments, .. }
        | Route::Client { arguments }
        | Route::Workflow { arguments, .. } => arguments.clone(),
        Route::Bad(_) => Value::String(call.arguments.clone()),
    };
    let (name, call_id) = (call.name.clone(), Some(call.id.clone()));
    let started = Event::StepStarted { step, kind: StepKind::Tool, name, input, attempt, message, call_id, node: None, called: None };
    state.record(started, cx, out);
}

/// A tool returned. A result of a step that is not open any more is dropped.
pub(super) fn done(state: &mut State, step: u32, result: Result<Value, RunError>, cx: &Context<'_>, out: &mut Vec<Effect>) {
    let Phase::Calling(round) = &state.phase else { return };
    let open = |call: &Slot| matches!(call.at, At::Running { step: running, interrupted: false, .. } if running == step);
    if !round.calls.iter().any(open) {
        return;
    }
    let event = match result {
        Ok(output) => Event::StepCompleted { step, output, usage: None, cost: None, node: None },
        Err(error) => Event::StepFailed { step, error, retry_at: None },
    };
    state.record(event, cx, out);
}
