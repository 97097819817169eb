//! How events change the state. An event that does not fit the phase changes nothing.

use flow::run::{Event, StepKind, ToolSubmission};
use model::{Message, Part, Role, ToolCall};
use serde_json::Value;
use types::{MessageId, Timestamp};

use super::state::{At, Decision, ModelStep, Phase, Round, Said, Slot, State};
use super::{arguments, inside, suggest};

/// Takes in one event.
pub(super) fn apply(state: &mut State, event: &Event, at: Timestamp) {
    let resumed = matches!(event, Event::Started { resumed } if *resumed > 0);
    state.tick(at, !resumed);
    state.submitted = matches!(event, Event::Submitted { .. });
    match event {
        Event::Created | Event::Delta { .. } | Event::Reset { .. } | Event::StepRan { .. } | Event::VariableSet { .. } => {}
        Event::Started { resumed } => started(state, *resumed),
        Event::StepStarted { step, kind, attempt, message, call_id, .. } => {
            state.steps = state.steps.max(*step);
            match (kind, call_id) {
                (StepKind::Model, _) => asked(state, *step, *attempt, *message),
                (StepKind::Tool, Some(call_id)) => called(state, *step, *attempt, *message, call_id),
                (StepKind::Node, _) => inside::begun(state, *step, *attempt, *message, call_id.as_deref()),
                (StepKind::Tool, _) => {}
            }
        }
        Event::StepCompleted { step, output, cost, .. } => {
            state.spent += cost.as_ref().map_or(0.0, |c| c.amount);
            if inside::over(state, *step) {
                return;
            }
            if !returned(state, *step, &output_text(output), false) {
                answered(state, *step, output);
            }
        }
        Event::StepFailed { step, error, .. } => {
            if inside::over(state, *step) {
                return;
            }
            if !returned(state, *step, &arguments::told(error), true) {
                state.phase = match std::mem::replace(&mut state.phase, Phase::Ended) {
                    Phase::Asking(open) if open.step == *step => Phase::Failing(error.clone()),
                    Phase::Suggesting(open) if open.step == *step => Phase::Suggested(Vec::new()),
                    other => other,
                };
            }
        }
        Event::Answer { message, .. } => {
            if !inside::said(state, *message) {
                told(state);
            }
        }
        Event::FunctionCall { call, run, .. } => {
            if let Some(found) = find(state, &call.id) {
                found.told = true;
                found.run = *run;
            }
        }
        Event::ToolResponse { call_id, output, is_error, .. } => {
            if let Some(found) = find(state, call_id) {
                found.at = At::Done { output: output.clone(), is_error: *is_error };
            }
            close_round(state);
        }
        Event::FollowUp { .. } => {
            if let Phase::Suggested(left) = &mut state.phase
                && !left.is_empty()
            {
                left.remove(0);
            }
        }
        Event::RequiresAction { calls } => {
            state.clock.running = false;
            inside::asks(state, calls);
            state.phase = match std::mem::replace(&mut state.phase, Phase::Ended) {
                Phase::Calling(round) => Phase::Waiting(round),
                other => other,
            };
        }
        Event::Submitted { outputs } => submitted(state, outputs),
        Event::Completed { .. } | Event::Failed { .. } | Event::Cancelled => {
            state.clock.running = false;
            state.phase = Phase::Ended;
        }
    }
}

fn started(state: &mut State, resumed: u32) {
    state.clock.running = true;
    state.resumed = resumed;
    match &mut state.phase {
        Phase::Created => state.phase = Phase::Ready,
        Phase::Asking(open) | Phase::Suggesting(open) => open.interrupted = true,
        Phase::Calling(round) => {
            for call in &mut round.calls {
                if let At::Running { interrupted, .. } = &mut call.at {
                    *interrupted = true;
                }
            }
        }
        _ => {}
    }
    state.inside.interrupted();
}

fn asked(state: &mut State, step: u32, attempt: u32, message: Option<MessageId>) {
    let open = ModelStep { step, attempt, message, interrupted: false };
    match state.phase {
        Phase::Ready => {
            state.rounds += 1;
            state.phase = Phase::Asking(open);
        }
        Phase::Asking(_) => state.phase = Phase::Asking(open),
        Phase::Answered => state.phase = Phase::Suggesting(open),
        _ => {}
    }
}

fn called(state: &mut State, step: u32, attempt: u32, message: Option<MessageId>, call_id: &str) {
    use super::state::Route;
    let Some(call) = find(state, call_id) else { return };
    let waits = matches!((&call.route, &call.at), (Route::Client { .. } | Route::Approval { .. }, At::New));
    call.at = if waits { At::Parked { step, message } } else { At::Running { step, attempt, message, interrupted: false } };
}

/// A tool step ended; false when the step is no tool step.
fn returned(state: &mut State, ended: u32, output: &str, is_error: bool) -> bool {
    let Phase::Calling(round) = &mut state.phase else { return false };
    for call in &mut round.calls {
        match &call.at {
            At::Running { step, message, .. } | At::Decided { step, message, .. } if *step == ended => {
                call.at = At::Returned { message: *message, output: output.to_owned(), is_error };
                return true;
            }
            _ => {}
        }
    }
    false
}

/// The model step ended well.
fn answered(state: &mut State, step: u32, output: &Value) {
    let text = |name: &str| output.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    state.phase = match std::mem::replace(&mut state.phase, Phase::Ended) {
        Phase::Asking(open) if open.step == step => {
            let calls: Vec<ToolCall> =
                output.get("tool_calls").and_then(|calls| serde_json::from_value(calls.clone()).ok()).unwrap_or_default();
            let said = Said { message: open.message, text: text("text"), reasoning: text("reasoning"), calls };
            if said.text.is_empty() && !said.calls.is_empty() { begin_round(state, said) } else { Phase::Said(said) }
        }
        Phase::Suggesting(open) if open.step == step => Phase::Suggested(suggest::parse(&text("text"))),
        other => other,
    };
}

/// The text of a model step was told.
fn told(state: &mut State) {
    state.phase = match std::mem::replace(&mut state.phase, Phase::Ended) {
        Phase::Said(said) if said.calls.is_empty() => {
            state.transcript.push(assistant(&said));
            Phase::Answered
        }
        Phase::Said(said) => begin_round(state, said),
        other => other,
    };
}

fn begin_round(state: &mut State, said: Said) -> Phase {
    state.transcript.push(assistant(&said));
    let calls = said
        .calls
        .into_iter()
        .map(|call| {
            state.call_ids.insert(call.id.clone());
            Slot { route: arguments::route(&state.offers, &call), call, told: false, run: None, at: At::New }
        })
        .collect();
    Phase::Calling(Round { calls })
}

/// When all calls are done, their results go to the model in the order of the calls.
fn close_round(state: &mut State) {
    let Phase::Calling(round) = &state.phase else { return };
    if !round.calls.iter().all(|call| matches!(call.at, At::Done { .. })) {
        return;
    }
    let mut answer = None;
    for call in &round.calls {
        if let At::Done { output, is_error } = &call.at {
            state.transcript.push(Message::tool_result(call.call.id.clone(), output.clone()));
            answer = answer.or_else(|| Some(output.clone()).filter(|_| !is_error && inside::answers(&state.spec, &call.route)));
        }
    }
    state.phase = Phase::Ready;
    if let Some(answer) = answer {
        // The workflow has told it already.
        state.transcript.push(Message::text(Role::Assistant, answer));
        state.phase = Phase::Answered;
    }
}

fn submitted(state: &mut State, outputs: &[ToolSubmission]) {
    state.clock.running = true;
    let Phase::Waiting(round) = std::mem::replace(&mut state.phase, Phase::Ended) else { return };
    let mut round = round;
    for call in &mut round.calls {
        if let At::Asks { step, message, calls } = &call.at {
            let answers = inside::answered(&call.call.id, calls, outputs);
            call.at = At::Answered { step: *step, message: *message, answers };
        }
        let At::Parked { step, message } = call.at else { continue };
        let Some(given) = outputs.iter().find(|o| o.call_id == call.call.id) else { continue };
        let decision = match (&call.route, given) {
            (super::state::Route::Client { .. }, given) => Decision::Output(given.output.clone().unwrap_or_default()),
            (_, ToolSubmission { approve: Some(true), .. }) => Decision::Approved,
            _ => Decision::Refused,
        };
        call.at = At::Decided { step, message, decision };
    }
    state.phase = Phase::Calling(round);
}

fn find<'a>(state: &'a mut State, call_id: &str) -> Option<&'a mut Slot> {
    let Phase::Calling(round) = &mut state.phase else { return None };
    round.calls.iter_mut().find(|call| call.call.id == call_id)
}

fn assistant(said: &Said) -> Message {
    Message {
        role: Role::Assistant,
        parts: if said.text.is_empty() { Vec::new() } else { vec![Part::text(said.text.clone())] },
        tool_calls: said.calls.clone(),
        tool_call_id: None,
        reasoning: Some(said.reasoning.clone()).filter(|r| !r.is_empty()),
    }
}

/// A tool's output as the model reads it.
fn output_text(output: &Value) -> String {
    match output {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
