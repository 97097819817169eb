//! The conversation: the model is asked, calls tools, is told what they said, until it answers.

use ::model::{Message, Response, Role, ToolCall};
use flow::node::{Act, Heard, Inputs, Machine, MachineCx, NodeError, ToolAsk, ToolResult, ToolTarget, Turn};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::answer::Shape;
use super::params::{KnowledgeSkill, Skills};
use super::prompt::{self, Prompt};
use super::skills::{self, KNOWLEDGE_TOOL, Offer};
use crate::talk::request::joined;
use crate::talk::{Talk, lost, recall, remember};

/// Calls of one answer that are made.
const MAX_CALLS: usize = 32;

/// What is asked, and how.
pub struct Ask {
    pub(super) talk: Talk,
    pub(super) prompt: Prompt,
    pub(super) shape: Shape,
    pub(super) skills: Skills,
    pub(super) max_rounds: u32,
}

/// The conversation so far.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Memory {
    /// What the model was sent, with its own answers that called tools. Empty: knowledge is being searched first.
    messages: Vec<Message>,
    /// How often the model was asked.
    asked: u32,
    /// Calls made so far; numbers them.
    calls: u32,
    /// The calls of the last answer, in order.
    #[serde(default)]
    open: Vec<Open>,
}

/// A call of the model.
#[derive(Debug, Serialize, Deserialize)]
struct Open {
    /// The model's own id.
    id: String,
    /// The engine's id, or what the model is told instead of a result.
    state: State,
    /// What of the result the model is not told.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    hidden: Vec<String>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum State {
    Made(String),
    Refused(String),
}

type Move = Result<Turn, NodeError>;

impl Machine for Ask {
    fn begin(&self, cx: &MachineCx<'_>, inputs: &Inputs) -> Turn {
        let first = match self.skills.knowledge.as_ref().filter(|knowledge| !knowledge.on_demand) {
            Some(knowledge) => self.search(cx, inputs, knowledge),
            None => self.open(cx, inputs, &[]),
        };
        first.unwrap_or_else(Turn::fail)
    }

    fn next(&self, cx: &MachineCx<'_>, inputs: &Inputs, memory: Value, heard: Heard) -> Turn {
        let memory: Memory = match recall(memory) {
            Ok(memory) => memory,
            Err(error) => return Turn::fail(error),
        };
        let next = match heard {
            Heard::Model(Ok(response)) => self.answered(cx, memory, *response),
            Heard::Model(Err(error)) => Err(error),
            Heard::Tools(results) if memory.messages.is_empty() => self.found(cx, inputs, results),
            Heard::Tools(results) => self.called(cx, memory, results),
            Heard::Answer(_) => Err(lost()),
        };
        next.unwrap_or_else(Turn::fail)
    }
}

impl Ask {
    /// Searches knowledge for the prompt.
    fn search(&self, cx: &MachineCx<'_>, inputs: &Inputs, knowledge: &KnowledgeSkill) -> Move {
        let words = self.prompt.words(inputs)?;
        if words.trim().is_empty() {
            return self.open(cx, inputs, &[]);
        }
        let arguments = serde_json::to_value(skills::query(knowledge, words)).map_err(|_| lost())?;
        let ask = ToolAsk {
            call_id: "recall".to_owned(),
            target: ToolTarget::Tool(KNOWLEDGE_TOOL.to_owned()),
            name: KNOWLEDGE_TOOL.to_owned(),
            arguments,
        };
        Ok(remember(&Memory::default(), Act::Tools(vec![ask])))
    }

    /// Asks with what knowledge gave.
    fn found(&self, cx: &MachineCx<'_>, inputs: &Inputs, results: Vec<ToolResult>) -> Move {
        let result = results.into_iter().next().ok_or_else(lost)?;
        let slices = skills::slices(&result.output?);
        let reply = self.skills.knowledge.as_ref().and_then(|knowledge| knowledge.no_recall_reply.as_deref());
        match (reply, &self.shape) {
            (Some(reply), Shape::Text { .. }) if slices.is_empty() => Ok(Turn::done(self.shape.of_text(reply.to_owned()))),
            _ => self.open(cx, inputs, &slices),
        }
    }

    /// The first question.
    fn open(&self, cx: &MachineCx<'_>, inputs: &Inputs, slices: &[String]) -> Move {
        let talk = self.talk.attempt(cx);
        let system = joined(&[&talk.system(inputs)?, &self.shape.instruction()]);
        let mut parts = self.prompt.parts(inputs)?;
        if !slices.is_empty() {
            prompt::extend(&mut parts, &prompt::slices(slices));
        }
        let messages = prompt::messages(system, talk.past(cx), parts);
        let offers = skills::offers(&self.skills, cx)?;
        Ok(self.ask(cx, Memory { messages, ..Memory::default() }, &offers))
    }

    fn ask(&self, cx: &MachineCx<'_>, mut memory: Memory, offers: &[Offer]) -> Turn {
        if memory.asked >= self.max_rounds {
            let message = format!("the model was asked {} times and still calls tools", memory.asked);
            return Turn::fail(NodeError::lasting("model_rounds", message));
        }
        memory.asked += 1;
        memory.open.clear();
        let mut ask = self.talk.attempt(cx).ask(memory.messages.clone());
        ask.request.tools = offers.iter().map(|offer| offer.spec.clone()).collect();
        self.shape.request(&mut ask.request);
        ask.streams = self.shape.streams();
        ask.streams_reasoning = self.shape.streams_reasoning();
        remember(&memory, Act::Model(Box::new(ask)))
    }

    /// The model's answer: the end, or calls.
    fn answered(&self, cx: &MachineCx<'_>, mut memory: Memory, mut response: Response) -> Move {
        // Pieces of calls that never became one.
        response.tool_calls.retain(|call| !call.name.is_empty() || !call.arguments.is_empty());
        if response.tool_calls.is_empty() {
            return Ok(Turn::done(self.shape.of_response(response)));
        }
        let offers = skills::offers(&self.skills, cx)?;
        let mut asks = Vec::new();
        memory.open.clear();
        for (at, call) in response.tool_calls.iter_mut().enumerate() {
            if call.id.is_empty() || memory.open.iter().any(|open| open.id == call.id) {
                call.id = format!("call_{}_{at}", memory.asked);
            }
            let (state, hidden) = match made(call, &offers, asks.len()) {
                Ok((offer, arguments)) => {
                    memory.calls += 1;
                    let call_id = format!("c{}", memory.calls);
                    asks.push(ToolAsk { call_id: call_id.clone(), target: offer.target.clone(), name: call.name.clone(), arguments });
                    (State::Made(call_id), offer.hidden_outputs.clone())
                }
                Err(error) => (State::Refused(told(&error)), Vec::new()),
            };
            memory.open.push(Open { id: call.id.clone(), state, hidden });
        }
        memory.messages.push(response.into_message());
        if asks.is_empty() { self.called(cx, memory, Vec::new()) } else { Ok(remember(&memory, Act::Tools(asks))) }
    }

    /// Tells the model what its calls gave; or takes an answer that came from one.
    fn called(&self, cx: &MachineCx<'_>, mut memory: Memory, mut results: Vec<ToolResult>) -> Move {
        if let Some(answer) = results.iter_mut().find(|result| result.is_answer && result.output.is_ok()) {
            let output = std::mem::replace(&mut answer.output, Ok(Value::Null)).unwrap_or_default();
            return Ok(Turn::done(self.shape.of_text(spoken(&output))));
        }
        for open in std::mem::take(&mut memory.open) {
            let text = match open.state {
                State::Refused(text) => text,
                State::Made(call_id) => match results.iter().find(|result| result.call_id == call_id).map(|result| &result.output) {
                    Some(Ok(output)) => prompt::for_model(&skills::told(output, &open.hidden)),
                    Some(Err(error)) => told(error),
                    None => return Err(lost()),
                },
            };
            memory.messages.push(Message::tool_result(open.id, text));
        }
        if memory.messages.last().is_none_or(|last| last.role != Role::Tool) {
            return Err(lost());
        }
        let offers = skills::offers(&self.skills, cx)?;
        Ok(self.ask(cx, memory, &offers))
    }
}

/// What a call asks for, or what the model is told instead.
fn made<'a>(call: &ToolCall, offers: &'a [Offer], made: usize) -> Result<(&'a Offer, Value), NodeError> {
    if made >= MAX_CALLS {
        return Err(NodeError::lasting("too_many_calls", format!("at most {MAX_CALLS} calls are made at once; call it again")));
    }
    let Some(offer) = offers.iter().find(|offer| offer.spec.name == call.name) else {
        let names: Vec<&str> = offers.iter().map(|offer| offer.spec.name.as_str()).collect();
        return Err(NodeError::lasting("unknown_tool", format!("there is no tool of this name; there are: {}", names.join(", "))));
    };
    Ok((offer, offer.arguments(call)?))
}

/// An error, as the model is told.
fn told(error: &NodeError) -> String {
    json!({ "error": { "code": error.code, "message": error.message } }).to_string()
}

/// The words of an answer: of a workflow that ends with one, its output `output`.
fn spoken(output: &Value) -> String {
    match output.get("output").filter(|_| output.is_object()) {
        Some(answer) => prompt::for_model(answer),
        None => prompt::for_model(output),
    }
}
