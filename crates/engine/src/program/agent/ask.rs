//! Model steps: asking, being answered, asking again after a crash.

use flow::run::{Event, RunError, StepKind};
use model::{FinishReason, Message, Request, ToolSpec};
use serde_json::json;
use types::MessageId;

use super::super::{Context, Effect, ModelAnswer, ModelCall, ModelChoice};
use super::state::{Phase, State};
use super::{MAX_ATTEMPTS, budget, stop};

/// Asks the model for the next answer. In the last round it gets no tools, so that it has to answer.
pub(super) fn ask(state: &mut State, cx: &mut Context<'_>, out: &mut Vec<Effect>) {
    if let Some(error) = budget::exceeded(state) {
        return stop::fail(state, error, cx, out);
    }
    let step = state.next_step();
    let message = (cx.ids)();
    call(state, step, 1, Some(message), &[], tools(state, state.rounds + 1), cx, out);
}

/// Asks again what a crash interrupted; what was shown of the answer is void.
pub(super) fn again(state: &mut State, cx: &mut Context<'_>, out: &mut Vec<Effect>) {
    let Phase::Asking(open) = &state.phase else { return };
    let (step, attempt, message) = (open.step, open.attempt, open.message);
    if attempt >= MAX_ATTEMPTS {
        let message = "Hearth was interrupted several times while the model was answering. Send the message again.";
        let error = RunError { code: "interrupted".into(), message: message.into() };
        return state.record(Event::StepFailed { step, error, retry_at: None }, cx, out);
    }
    if let Some(message) = message {
        state.record(Event::Reset { step, message }, cx, out);
    }
    call(state, step, attempt + 1, message, &[], tools(state, state.rounds), cx, out);
}

/// Tools on offer in this round.
fn tools(state: &State, round: u32) -> Vec<ToolSpec> {
    if round >= budget::max_rounds(state) { Vec::new() } else { state.offers.iter().map(|offer| offer.spec.clone()).collect() }
}

/// Starts a model call over the conversation so far and `more`.
#[expect(clippy::too_many_arguments, reason = "one call site each for first, repeated and suggestion calls")]
pub(super) fn call(
    state: &mut State,
    step: u32,
    attempt: u32,
    message: Option<MessageId>,
    more: &[Message],
    tools: Vec<ToolSpec>,
    cx: &Context<'_>,
    out: &mut Vec<Effect>,
) {
    let turn = state.turn();
    let messages: Vec<Message> = turn.messages.iter().chain(&state.transcript).chain(more).cloned().collect();
    let names: Vec<&str> = tools.iter().map(|tool| tool.name.as_str()).collect();
    let input = json!({ "messages": messages.len(), "tools": names });
    let request = Request { messages, tools, params: turn.params.clone(), ..Request::default() };
    let name = cx.model.to_owned();
    let (kind, call_id, node, called) = (StepKind::Model, None, None, None);
    let started = Event::StepStarted { step, kind, name, input, attempt, message, call_id, node, called };
    state.record(started, cx, out);
    out.push(Effect::CallModel(Box::new(ModelCall { step, model: ModelChoice::Run, request, pieces: false })));
}

/// The model answered.
pub(super) fn done(state: &mut State, step: u32, answer: ModelAnswer, cx: &mut Context<'_>, out: &mut Vec<Effect>) {
    let (Phase::Asking(open) | Phase::Suggesting(open)) = &state.phase else { return };
    if open.step != step {
        return;
    }
    let ModelAnswer { mut response, model, cost } = answer;
    let nothing = response.text.is_empty() && response.tool_calls.is_empty();
    if nothing && response.finish == Some(FinishReason::ContentFilter) {
        let message = "The model's vendor withheld the answer: its content filter refused.";
        let error = RunError { code: "model_content_filtered".into(), message: message.into() };
        return state.record(Event::StepFailed { step, error, retry_at: None }, cx, out);
    }
    unique_ids(state, &mut response.tool_calls);
    let mut output = json!({
        "text": response.text,
        "reasoning": response.reasoning,
        "tool_calls": response.tool_calls,
        "finish": response.finish,
    });
    if model != cx.model {
        output["model"] = model.into();
    }
    state.record(Event::StepCompleted { step, output, usage: response.usage, cost, node: None }, cx, out);
}

/// The model failed.
pub(super) fn failed(state: &mut State, step: u32, error: RunError, cx: &Context<'_>, out: &mut Vec<Effect>) {
    if let Phase::Asking(open) | Phase::Suggesting(open) = &state.phase
        && open.step == step
    {
        state.record(Event::StepFailed { step, error, retry_at: None }, cx, out);
    }
}

/// Results are found by the id of their call, so one id is one call of the run.
fn unique_ids(state: &State, calls: &mut [model::ToolCall]) {
    for index in 0..calls.len() {
        let taken = |id: &str, calls: &[model::ToolCall]| state.call_ids.contains(id) || calls[..index].iter().any(|c| c.id == id);
        let wanted = if calls[index].id.is_empty() { "call".to_owned() } else { calls[index].id.clone() };
        let mut id = wanted.clone();
        let mut number = 2;
        while taken(&id, calls) {
            id = format!("{wanted}_{number}");
            number += 1;
        }
        calls[index].id = id;
    }
}
