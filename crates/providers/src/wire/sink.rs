//! Where decoders put what they read; it keeps the promises of the event stream.
//!
//! Promises: calls are numbered without gaps, each has an id and gets its name once, usage
//! and finish come last and once.

use std::collections::VecDeque;

use model::{Error, Event, FinishReason};
use types::TokenUsage;

use super::think::{Piece, Splitter};

/// Calls in one answer beyond which it is taken for broken.
const MAX_CALLS: usize = 128;

/// Which call a piece belongs to, as far as the vendor says.
#[derive(Debug, Clone, Default)]
pub struct CallKey {
    /// The vendor's number.
    pub index: Option<u64>,
    /// The vendor's id.
    pub id: Option<String>,
}

#[derive(Debug)]
struct Call {
    key: CallKey,
    announced: bool,
    named: bool,
}

/// The sink of one answer.
#[derive(Debug, Default)]
pub struct Sink {
    /// Ready to be handed out.
    pub events: VecDeque<Event>,
    usage: Option<TokenUsage>,
    finish: Option<FinishReason>,
    calls: Vec<Call>,
    think: Splitter,
}

impl Sink {
    /// A sink that looks for `<think>` tags only when asked to.
    pub fn new(think_tags: bool) -> Self {
        Self { think: if think_tags { Splitter::default() } else { Splitter::off() }, ..Self::default() }
    }

    /// More of the answer.
    pub fn text(&mut self, text: &str) {
        if !text.is_empty() {
            let events = &mut self.events;
            self.think.push(text, &mut |piece| events.push_back(event_of(piece)));
        }
    }

    /// More of the reasoning.
    pub fn reasoning(&mut self, text: &str) {
        if !text.is_empty() {
            self.events.push_back(Event::Reasoning(text.to_owned()));
        }
    }

    /// More of a tool call.
    pub fn call(&mut self, key: CallKey, name: Option<&str>, arguments: &str) -> Result<(), Error> {
        let index = self.find(key, name.is_some_and(|name| !name.is_empty()))?;
        let call = &mut self.calls[index];
        let name = name.filter(|name| !name.is_empty() && !call.named).map(str::to_owned);
        call.named |= name.is_some();
        let id = (!call.announced).then(|| call.key.id.clone().unwrap_or_else(|| format!("call_{:x}", types::next_id())));
        call.announced = true;
        if id.is_some() || name.is_some() || !arguments.is_empty() {
            self.events.push_back(Event::ToolCall { index, id, name, arguments: arguments.to_owned() });
        }
        Ok(())
    }

    /// Tokens so far.
    pub fn usage(&mut self, usage: TokenUsage) {
        self.usage = Some(usage);
    }

    /// Tokens told so far, to be completed.
    pub fn usage_so_far(&self) -> TokenUsage {
        self.usage.unwrap_or_default()
    }

    /// Why it stopped.
    pub fn finish(&mut self, reason: FinishReason) {
        self.finish = Some(reason);
    }

    /// Whether the vendor has said why it stopped.
    pub fn is_finished(&self) -> bool {
        self.finish.is_some()
    }

    /// The end of the stream: yields what was held, usage and finish, or says that the
    /// answer was cut off.
    pub fn close(&mut self) -> Result<(), Error> {
        let Some(finish) = self.finish.take() else {
            return Err(Error::Cut("the stream ended before the answer was complete".to_owned()));
        };
        let events = &mut self.events;
        self.think.close(&mut |piece| events.push_back(event_of(piece)));
        if self.calls.iter().any(|call| !call.named) {
            return Err(Error::Protocol("a tool call without a name".to_owned()));
        }
        if let Some(usage) = self.usage.take() {
            self.events.push_back(Event::Usage(usage));
        }
        // Several vendors say "stop" when they want tools called.
        let finish = if finish == FinishReason::Stop && !self.calls.is_empty() { FinishReason::ToolCalls } else { finish };
        self.events.push_back(Event::Finish(finish));
        Ok(())
    }

    fn find(&mut self, mut key: CallKey, has_name: bool) -> Result<usize, Error> {
        key.id = key.id.filter(|id| !id.is_empty());
        let known = match (&key.index, &key.id) {
            (Some(index), id) => {
                let known = self.calls.iter().rposition(|call| call.key.index == Some(*index));
                // Some servers number every call 0; another id with a name is another call.
                let another = |at: &usize| has_name && id.is_some() && self.calls[*at].key.id.is_some() && self.calls[*at].key.id != *id;
                known.filter(|at| !another(at))
            }
            (None, Some(id)) => self.calls.iter().position(|call| call.key.id.as_ref() == Some(id)),
            // Neither number nor id: more of the call that came last.
            (None, None) => self.calls.len().checked_sub(1),
        };
        if let Some(known) = known {
            return Ok(known);
        }
        if self.calls.len() >= MAX_CALLS {
            return Err(Error::Protocol(format!("more than {MAX_CALLS} tool calls in one answer")));
        }
        self.calls.push(Call { key, announced: false, named: false });
        Ok(self.calls.len() - 1)
    }

    /// Starts a call that came whole, for vendors that send no number.
    pub fn whole_call(&mut self, id: Option<&str>, name: &str, arguments: &str) -> Result<(), Error> {
        let index = Some(self.calls.len() as u64);
        self.call(CallKey { index, id: id.map(str::to_owned) }, Some(name), arguments)
    }
}

fn event_of(piece: Piece) -> Event {
    match piece {
        Piece::Text(text) => Event::Text(text),
        Piece::Reasoning(text) => Event::Reasoning(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(index: Option<u64>, id: Option<&str>) -> CallKey {
        CallKey { index, id: id.map(str::to_owned) }
    }

    fn response(sink: &mut Sink) -> model::Response {
        let mut response = model::Response::default();
        sink.events.drain(..).for_each(|event| response.absorb(event));
        response
    }

    #[test]
    fn calls_are_put_together_however_they_are_marked() {
        let mut sink = Sink::new(false);
        sink.call(key(Some(3), Some("a")), Some("one"), "{\"x\"").unwrap();
        sink.call(key(Some(9), None), Some("two"), "").unwrap();
        sink.call(key(Some(3), Some("a")), Some("one"), ":1}").unwrap();
        sink.call(key(Some(9), None), Some(""), "{}").unwrap();
        sink.finish(FinishReason::Stop);
        sink.close().unwrap();
        let response = response(&mut sink);
        assert_eq!(response.finish, Some(FinishReason::ToolCalls));
        let [one, two] = response.tool_calls.as_slice() else { panic!("{response:?}") };
        assert_eq!((one.id.as_str(), one.name.as_str(), one.arguments.as_str()), ("a", "one", "{\"x\":1}"));
        assert_eq!((two.name.as_str(), two.arguments.as_str()), ("two", "{}"));
        assert!(two.id.starts_with("call_"), "an id is made up");
    }

    #[test]
    fn the_same_number_with_another_id_is_another_call() {
        let mut sink = Sink::new(false);
        sink.call(key(Some(0), Some("a")), Some("one"), "1").unwrap();
        sink.call(key(Some(0), Some("b")), Some("two"), "2").unwrap();
        sink.call(key(Some(0), None), None, "3").unwrap();
        sink.finish(FinishReason::ToolCalls);
        sink.close().unwrap();
        let calls = response(&mut sink).tool_calls;
        assert_eq!(calls.iter().map(|call| call.arguments.as_str()).collect::<Vec<_>>(), ["1", "23"]);
    }

    #[test]
    fn without_numbers_the_id_or_the_order_tells() {
        let mut sink = Sink::new(false);
        sink.call(key(None, Some("a")), Some("one"), "1").unwrap();
        sink.call(key(None, None), None, "2").unwrap();
        sink.call(key(None, Some("b")), Some("two"), "3").unwrap();
        sink.finish(FinishReason::ToolCalls);
        sink.close().unwrap();
        let calls = response(&mut sink).tool_calls;
        assert_eq!(calls.iter().map(|call| call.arguments.as_str()).collect::<Vec<_>>(), ["12", "3"]);
    }

    #[test]
    fn broken_answers_are_errors() {
        assert!(matches!(Sink::new(true).close(), Err(Error::Cut(_))));
        let mut sink = Sink::new(false);
        sink.call(key(Some(0), None), None, "{}").unwrap();
        sink.finish(FinishReason::ToolCalls);
        assert!(matches!(sink.close(), Err(Error::Protocol(_))));
        let mut sink = Sink::new(false);
        let flood = (0..1000).try_for_each(|index| sink.call(key(Some(index), None), Some("x"), ""));
        assert!(matches!(flood, Err(Error::Protocol(_))));
    }
}
