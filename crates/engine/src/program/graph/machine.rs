//! Conversations of nodes: their moves, and their calls of models.

use flow::node::{Act, Action, Heard, Machine, MachineCx, ModelAsk, NodeError, Offers, ToolTarget, Turn};
use flow::run::{Event, RunError, StepKind};
use flow::workflow::callee_key;
use model::{FinishReason, Request, Response, ToolSpec};
use serde_json::{Value, json};
use types::TokenUsage;

use super::super::{Context, Effect, ModelAnswer, ModelCall, ModelChoice};
use super::state::{At, Call, Calling, Doing, Move, Open, Pending, State, Talk, Wants};
use super::told::Stream;
use super::{MAX_CRASHES, begin, fail, tell};

impl Default for Talk {
    fn default() -> Self {
        Self { memory: Value::Null, turn: Move::Waiting, asked: 0 }
    }
}

impl Talk {
    /// Nothing of it is under way in this process; how many calls were.
    pub(super) fn landed(&mut self, crashed: bool) -> u32 {
        match &mut self.turn {
            Move::Asking { flying, lost, .. } => u32::from(std::mem::take(flying) && lands(lost, crashed)),
            Move::Calling(calls) => calls
                .iter_mut()
                .map(|call| match &mut call.at {
                    Calling::Running { flying, lost, .. } => u32::from(std::mem::take(flying) && lands(lost, crashed)),
                    _ => 0,
                })
                .sum(),
            Move::Next(_) | Move::Waiting => 0,
        }
    }
}

fn lands(lost: &mut bool, crashed: bool) -> bool {
    *lost = crashed;
    true
}

/// Tools and workflows as models see them.
struct Offered<'a>(&'a State);

impl Offers for Offered<'_> {
    fn offer(&self, target: &ToolTarget) -> Option<ToolSpec> {
        match target {
            ToolTarget::Tool(name) => self.0.tools.info(name).map(|info| ToolSpec {
                name: info.name.clone(),
                description: info.description.clone(),
                parameters: info.parameters.clone(),
            }),
            ToolTarget::Workflow { workflow, version } => {
                let callee = self.0.plan.as_ref().ok()?.callees.get(&callee_key(workflow, version.as_deref()))?;
                Some(super::tools::offer(workflow, callee))
            }
        }
    }
}

/// A conversation began: its first move.
pub(super) fn began(state: &mut State, at: At) {
    let turn = state.with_machine(at, |machine, cx, inputs| machine.begin(cx, inputs));
    if let Some(turn) = turn {
        take(state, at, turn);
    }
}

/// Something was heard: the next move.
pub(super) fn hear(state: &mut State, at: At, heard: Heard) {
    let Some(talk) = state.talk_mut(at) else { return };
    let memory = talk.memory.take();
    let turn = state.with_machine(at, |machine, cx, inputs| machine.next(cx, inputs, memory, heard));
    if let Some(turn) = turn {
        take(state, at, turn);
    }
}

/// Takes in a move.
fn take(state: &mut State, at: At, turn: Turn) {
    let moment = state.clock.at;
    let Some(work) = state.work_mut(at) else { return };
    let Doing::Machine(talk) = &mut work.doing else { return };
    talk.memory = turn.memory;
    match turn.act {
        Act::Tools(asks) if asks.is_empty() => {
            talk.turn = Move::Next(Act::Fail(NodeError::lasting("no_tools", "The node wants tools called and names none.")));
        }
        Act::Tools(asks) => talk.turn = Move::Calling(asks.into_iter().map(|ask| Call { ask, at: Calling::New }).collect()),
        Act::Interrupt(interrupt) => {
            talk.turn = Move::Waiting;
            talk.asked += 1;
            let call_id = format!("{}.{}", work.step, talk.asked);
            if let Some(since) = work.since.take() {
                work.used += (moment - since).max(0);
            }
            let pending = Pending { at, call_id, wants: Wants::Answer(interrupt) };
            if state.answered == Some(at) {
                state.pending.push_front(pending);
            } else {
                state.pending.push_back(pending);
            }
        }
        act => talk.turn = Move::Next(act),
    }
    state.requeue(at);
    state.unheard(at);
}

/// Makes the next move.
pub(super) fn next(state: &mut State, at: At, cx: &mut Context<'_>, out: &mut Vec<Effect>) {
    let Some(Move::Next(act)) = state.talk(at).map(|talk| &talk.turn) else { return };
    match act {
        Act::Done(output) => begin::complete(state, at, output.clone(), cx, out),
        Act::Fail(error) => fail::fail(state, at, error.clone(), cx, out),
        Act::Model(ask) => {
            let ask = ask.clone();
            match state.exceeded() {
                Some(error) => super::stop::fail(state, error, cx, out),
                None => ask_model(state, at, state.next_step(), 1, &ask, cx, out),
            }
        }
        // Taken in as calls and waits.
        Act::Tools(_) | Act::Interrupt(_) => state.dequeue(at),
    }
}

/// Asks again what a crash interrupted.
pub(super) fn again(state: &mut State, at: At, cx: &mut Context<'_>, out: &mut Vec<Effect>) {
    let Some(Move::Asking { step, attempt, lost, ask, .. }) = state.talk(at).map(|talk| &talk.turn) else { return };
    let (step, attempt) = (*step, *attempt);
    if *lost && attempt >= MAX_CRASHES {
        let error =
            RunError { code: "interrupted".into(), message: "Hearth was interrupted several times while the model was answering.".into() };
        return state.record(Event::StepFailed { step, error, retry_at: None }, cx, out);
    }
    let (attempt, ask) = (attempt + u32::from(*lost), ask.clone());
    ask_model(state, at, step, attempt, &ask, cx, out);
}

fn ask_model(state: &mut State, at: At, step: u32, attempt: u32, ask: &ModelAsk, cx: &Context<'_>, out: &mut Vec<Effect>) {
    let Some(parent) = state.work(at).map(|work| work.step) else { return };
    let names: Vec<&str> = ask.request.tools.iter().map(|tool| tool.name.as_str()).collect();
    let input = json!({ "messages": ask.request.messages.len(), "tools": names });
    let name = state.node(at).title.clone();
    let node = Some(state.node_step(at, Some(parent)));
    let (kind, message, call_id, called) = (StepKind::Model, None, None, None);
    let started = Event::StepStarted { step, kind, name, input, attempt, message, call_id, node, called };
    let listened = !state.node(at).heard_by.is_empty() && (ask.streams.is_some() || ask.streams_reasoning.is_some());
    if listened {
        state.told.streams.insert(at, Stream { reasoning_of: ask.streams_reasoning.clone(), ..Stream::default() });
    }
    state.record(started, cx, out);
    let model = ask.model.map_or(ModelChoice::Default, ModelChoice::Id);
    let once = state.node(at).policy.minds_failures();
    let request = Request { once, ..ask.request.clone() };
    out.push(Effect::CallModel(Box::new(ModelCall { step, model, request, pieces: listened })));
}

/// A model step began.
pub(super) fn asked(state: &mut State, at: At, step: u32, attempt: u32) {
    let Some(talk) = state.talk_mut(at) else { return };
    match std::mem::replace(&mut talk.turn, Move::Waiting) {
        Move::Next(Act::Model(ask)) | Move::Asking { flying: false, ask, .. } => {
            talk.turn = Move::Asking { step, attempt, flying: true, lost: false, ask };
        }
        other => {
            talk.turn = other;
            return;
        }
    }
    state.flying += 1;
    state.open.insert(step, Open::Model(at));
    state.requeue(at);
    tell::streams(state, at);
}

/// The model answered.
pub(super) fn done(state: &mut State, step: u32, answer: ModelAnswer, cx: &Context<'_>, out: &mut Vec<Effect>) {
    if !state.asks(step) {
        return;
    }
    let ModelAnswer { response, model, cost } = answer;
    let nothing = response.text.is_empty() && response.tool_calls.is_empty();
    if nothing && response.finish == Some(FinishReason::ContentFilter) {
        let message = "The model's vendor withheld the answer: its content filter refused.";
        let error = RunError { code: "model_content_filtered".into(), message: message.into() };
        return state.record(Event::StepFailed { step, error, retry_at: None }, cx, out);
    }
    let output = json!({
        "text": response.text,
        "reasoning": response.reasoning,
        "tool_calls": response.tool_calls,
        "finish": response.finish,
        "model": model,
    });
    state.record(Event::StepCompleted { step, output, usage: response.usage, cost, node: None }, cx, out);
}

/// The model failed.
pub(super) fn failed(state: &mut State, step: u32, error: RunError, cx: &Context<'_>, out: &mut Vec<Effect>) {
    if state.asks(step) {
        state.record(Event::StepFailed { step, error, retry_at: None }, cx, out);
    }
}

/// A model step ended.
pub(super) fn heard(state: &mut State, at: At, step: u32, answer: Result<(&Value, Option<TokenUsage>), NodeError>) {
    state.open.remove(&step);
    if let Some(talk) = state.talk_mut(at)
        && let Move::Asking { step: asked, flying, .. } = &mut talk.turn
        && *asked == step
    {
        if std::mem::take(flying) {
            state.flying -= 1;
        }
        hear(state, at, Heard::Model(answer.map(|(output, usage)| Box::new(response(output, usage)))));
    }
}

/// What a model said, from what the journal tells of it.
fn response(output: &Value, usage: Option<TokenUsage>) -> Response {
    let text = |name: &str| output.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let read = |name: &str| output.get(name).cloned().unwrap_or_default();
    Response {
        text: text("text"),
        reasoning: text("reasoning"),
        tool_calls: serde_json::from_value(read("tool_calls")).unwrap_or_default(),
        usage,
        finish: serde_json::from_value(read("finish")).unwrap_or_default(),
    }
}

impl State {
    fn with_machine<T>(&self, at: At, make: impl FnOnce(&dyn Machine, &MachineCx<'_>, &flow::node::Inputs) -> T) -> Option<T> {
        let Action::Machine(machine) = &self.node(at).action else { return None };
        let work = self.work(at)?;
        let attempt = work.failures + 1;
        let offers = Offered(self);
        let cx = MachineCx {
            offers: &offers,
            began: work.began,
            attempt,
            history: self.run().map(|run| run.history.as_slice()).unwrap_or_default(),
            backup: self.node(at).policy.backup.as_ref().filter(|_| attempt > 1),
        };
        Some(make(machine.as_ref(), &cx, &work.inputs))
    }

    pub(super) fn talk(&self, at: At) -> Option<&Talk> {
        match &self.work(at)?.doing {
            Doing::Machine(talk) => Some(talk),
            _ => None,
        }
    }

    pub(super) fn talk_mut(&mut self, at: At) -> Option<&mut Talk> {
        match &mut self.work_mut(at)?.doing {
            Doing::Machine(talk) => Some(talk),
            _ => None,
        }
    }

    /// Whether a model's answer to this step is waited for.
    fn asks(&self, step: u32) -> bool {
        let Some(Open::Model(at)) = self.open.get(&step) else { return false };
        matches!(self.talk(*at).map(|talk| &talk.turn), Some(Move::Asking { flying: true, .. }))
    }
}
