//! What a run tells, translated to the events of a chat stream. Pure: events in, frames out.
//!
//! Order on the wire: `chat.created`, `chat.in_progress`, then for each message its deltas and
//! `message.completed`, the `verbose` message `generate_answer_finish` once all answers are there,
//! suggestions, and last `chat.completed`, `chat.failed`, `chat.canceled` or `chat.requires_action`.

use std::collections::{HashMap, HashSet};

use flow::run::{Event, Recorded};
use serde_json::{Value, json};
use types::{MessageId, Timestamp};

use super::wire::Shown;
use crate::messages::wire::{MessageObject, Place};
use crate::workflows::interrupt;

/// One event of the stream.
#[derive(Debug)]
pub enum Frame {
    /// About a message.
    Message(&'static str, Box<MessageObject>),
    /// About the chat; the run is looked up when the frame is written.
    Chat(&'static str, Shown),
}

/// More of a message.
pub const DELTA: &str = "conversation.message.delta";
/// A whole message.
pub const MESSAGE_COMPLETED: &str = "conversation.message.completed";
/// The chat exists.
pub const CREATED: &str = "conversation.chat.created";
/// The chat is at work.
pub const IN_PROGRESS: &str = "conversation.chat.in_progress";

/// How far the translation of one chat is.
pub struct Translator {
    place: Place,
    answers: HashMap<MessageId, Answer>,
    whole: HashSet<MessageId>,
    begun: bool,
    answered: bool,
    finished_answering: bool,
    /// A chatflow: it begins with every request, asks in messages, and does not say when all answers are there.
    chatflow: bool,
    created: bool,
}

/// What was already shown of an answer.
#[derive(Default)]
struct Answer {
    text: Piece,
    reasoning: Piece,
    first_at: Option<i64>,
}

/// A growing text of which a part was sent.
#[derive(Default)]
struct Piece {
    sent: String,
    /// How much of it was heard, in bytes, since the last time it was begun again.
    heard: usize,
    /// What was heard this time is not what was sent.
    astray: bool,
}

impl Piece {
    /// What of it is to be sent now. What was sent cannot be withdrawn on this wire: when the text is
    /// begun again, only what goes beyond it counts, as long as it says the same.
    fn hear<'m>(&mut self, more: &'m str) -> &'m str {
        let known = &self.sent.as_bytes()[self.heard..];
        let both = known.len().min(more.len());
        self.astray |= known[..both] != more.as_bytes()[..both];
        if self.astray {
            return "";
        }
        // Where text that is the same ends in the one, a character ends in the other.
        let new = more.get(both..).unwrap_or_default();
        self.sent.push_str(new);
        self.heard += more.len();
        new
    }

    fn again(&mut self) {
        (self.heard, self.astray) = (0, false);
    }
}

impl Translator {
    /// Nothing was shown yet of the chat at this place.
    pub fn new(place: Place) -> Self {
        Self {
            place,
            answers: HashMap::new(),
            whole: HashSet::new(),
            begun: false,
            answered: false,
            finished_answering: false,
            chatflow: false,
            created: false,
        }
    }

    /// The same of a chatflow.
    pub fn of_chatflow(place: Place) -> Self {
        Self { chatflow: true, ..Self::new(place) }
    }

    /// The frames of one event, in order.
    pub fn translate(&mut self, recorded: &Recorded) -> Vec<Frame> {
        let at = recorded.at;
        let mut out = Vec::new();
        match &recorded.event {
            Event::Created => self.create(&mut out),
            Event::Started { .. } | Event::Submitted { .. } => self.begin(&mut out),
            Event::Delta { message, text, reasoning, .. } => self.delta(*message, text, reasoning, at, &mut out),
            Event::Reset { message, .. } => self.reset(*message),
            Event::FunctionCall { message, call, .. } => {
                let content = json!({ "name": call.name, "arguments": arguments(&call.arguments), "call_id": call.id });
                self.message(*message, "function_call", content.to_string(), at, &mut out);
            }
            Event::ToolResponse { message, output, .. } => self.message(*message, "tool_response", output.clone(), at, &mut out),
            Event::Answer { message, text, reasoning } => self.answer(*message, text, reasoning, at, &mut out),
            Event::FollowUp { message, text } => {
                self.finish_answering(at, &mut out);
                self.message(*message, "follow_up", text.clone(), at, &mut out);
            }
            Event::StepCompleted { output, .. } if is_last_word(output) => self.finish_answering(at, &mut out),
            Event::StepStarted { .. }
            | Event::StepRan { .. }
            | Event::VariableSet { .. }
            | Event::StepCompleted { .. }
            | Event::StepFailed { .. } => {}
            Event::RequiresAction { calls } => {
                if let Some(call) = calls.first().filter(|call| self.chatflow || call.run.is_some()) {
                    interrupt::tell(call, &self.place, at, &mut out);
                }
                out.push(Frame::Chat("conversation.chat.requires_action", Shown::AsIs));
            }
            Event::Completed { .. } => {
                self.finish_answering(at, &mut out);
                out.push(Frame::Chat("conversation.chat.completed", Shown::AsIs));
            }
            Event::Failed { .. } => out.push(Frame::Chat("conversation.chat.failed", Shown::AsIs)),
            Event::Cancelled => out.push(Frame::Chat("conversation.chat.canceled", Shown::AsIs)),
        }
        out
    }

    fn create(&mut self, out: &mut Vec<Frame>) {
        if !std::mem::replace(&mut self.created, true) {
            out.push(Frame::Chat(CREATED, Shown::Created));
        }
    }

    fn begin(&mut self, out: &mut Vec<Frame>) {
        if self.chatflow {
            self.create(out);
        }
        if !std::mem::replace(&mut self.begun, true) {
            out.push(Frame::Chat(IN_PROGRESS, Shown::InProgress));
        }
    }

    fn delta(&mut self, message: MessageId, text: &str, reasoning: &str, at: Timestamp, out: &mut Vec<Frame>) {
        if self.whole.contains(&message) {
            return;
        }
        let answer = self.answers.entry(message).or_default();
        let first_at = *answer.first_at.get_or_insert(at.seconds());
        let (text, reasoning) = (answer.text.hear(text), answer.reasoning.hear(reasoning));
        if text.is_empty() && reasoning.is_empty() {
            return;
        }
        if !reasoning.is_empty() {
            let mut thought = self.place.said(message.to_string(), "answer", String::new(), first_at);
            thought.reasoning_content = Some(reasoning.to_owned());
            out.push(Frame::Message(DELTA, Box::new(thought)));
        }
        self.words(message, text, first_at, out);
    }

    fn words(&self, message: MessageId, text: &str, at: i64, out: &mut Vec<Frame>) {
        if !text.is_empty() {
            out.push(Frame::Message(DELTA, Box::new(self.place.said(message.to_string(), "answer", text.to_owned(), at))));
        }
    }

    fn reset(&mut self, message: MessageId) {
        if let Some(answer) = self.answers.get_mut(&message) {
            answer.text.again();
            answer.reasoning.again();
        }
    }

    /// What is being written will be told again from its beginning.
    pub fn again(&mut self) {
        for answer in self.answers.values_mut() {
            answer.text.again();
            answer.reasoning.again();
        }
    }

    fn answer(&mut self, message: MessageId, text: &str, reasoning: &str, at: Timestamp, out: &mut Vec<Frame>) {
        let shown = self.answers.remove(&message).unwrap_or_default();
        self.whole.insert(message);
        let first_at = shown.first_at.unwrap_or(at.seconds());
        // Whoever reads only deltas gets the whole text, also of a model that does not stream.
        if let Some(more) = text.strip_prefix(shown.text.sent.as_str()).filter(|more| !more.is_empty()) {
            self.words(message, more, first_at, out);
        }
        let mut object = self.place.said(message.to_string(), "answer", text.to_owned(), first_at);
        object.updated_at = at.seconds();
        object.reasoning_content = (!reasoning.is_empty()).then(|| reasoning.to_owned());
        out.push(Frame::Message(MESSAGE_COMPLETED, Box::new(object)));
        self.answered = true;
    }

    fn message(&self, id: MessageId, kind: &'static str, content: String, at: Timestamp, out: &mut Vec<Frame>) {
        out.push(Frame::Message(MESSAGE_COMPLETED, Box::new(self.place.said(id.to_string(), kind, content, at.seconds()))));
    }

    /// Says once that all answers are complete.
    fn finish_answering(&mut self, at: Timestamp, out: &mut Vec<Frame>) {
        if self.answered && !self.chatflow && !std::mem::replace(&mut self.finished_answering, true) {
            self.message(MessageId::generate(), "verbose", finished_content(), at, out);
        }
    }
}

/// A model step without tool calls: nothing but suggestions follows.
fn is_last_word(output: &Value) -> bool {
    output.get("tool_calls").is_some_and(|calls| calls.as_array().is_some_and(Vec::is_empty))
}

/// Arguments as an object when the model wrote one.
pub fn arguments(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()))
}

/// The content that says: all answers are complete.
fn finished_content() -> String {
    let data = json!({ "finish_reason": 0, "FinData": "" }).to_string();
    json!({ "msg_type": "generate_answer_finish", "data": data, "from_module": null, "from_unit": null }).to_string()
}
