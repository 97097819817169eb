//! A built-in model without a network, a key or weights, to try Hearth with.
//!
//! It is deterministic and says what it is. It follows simple rules, so that an agent's
//! tools, approvals and structured output can be seen working before an account exists.
//! Reading order: [`rules`] (what to answer) → [`find`] (what a question holds) → [`words`].

mod find;
mod rules;
mod schema;
mod words;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures::StreamExt;
use model::chat::{Chat, ChatStream, Event, Request, Response};
use model::embed::Embed;
use model::vendor::{Capabilities, Checked, Endpoint, ExtraField, VendorInfo};
use model::{Error, Vendor};
use types::TokenUsage;

use crate::layers::Measured;

/// Pause between words, so that streaming can be seen.
const DELAY: Duration = Duration::from_millis(8);
/// The only model.
const MODEL: &str = "offline";

/// The vendor.
pub struct Offline;

#[async_trait]
impl Vendor for Offline {
    fn info(&self) -> VendorInfo {
        let delay = ExtraField { name: "delay_ms".to_owned(), label: "Milliseconds between words (default 8)".to_owned(), required: false };
        VendorInfo {
            id: "offline".to_owned(),
            name: "Offline (built in)".to_owned(),
            default_base_url: None,
            needs_key: false,
            needs_base_url: false,
            extra_fields: vec![delay],
        }
    }

    fn chat(&self, endpoint: &Endpoint) -> Result<Arc<dyn Chat>, Error> {
        let given = endpoint.extra.get("delay_ms").map(|text| text.trim()).filter(|text| !text.is_empty());
        let delay = match given {
            None => DELAY,
            Some(text) => {
                let millis = text.parse::<u16>();
                let millis = millis.map_err(|_| Error::Unavailable("delay_ms must be a whole number up to 65535.".to_owned()))?;
                Duration::from_millis(u64::from(millis))
            }
        };
        Ok(Arc::new(Measured::new(self.info().id, Arc::new(Speaker { delay }))))
    }

    fn embed(&self, _endpoint: &Endpoint) -> Result<Arc<dyn Embed>, Error> {
        Err(Error::Unsupported("The offline model makes no vectors.".to_owned()))
    }

    async fn models(&self, _endpoint: &Endpoint) -> Result<Vec<String>, Error> {
        Ok(vec![MODEL.to_owned()])
    }

    async fn check(&self, _endpoint: &Endpoint) -> Result<Checked, Error> {
        let capabilities = Capabilities { tools: true, parallel_tools: true, json_schema: true, ..Capabilities::default() };
        let notes = vec!["built in: follows simple rules, needs no key and no network".to_owned()];
        Ok(Checked { model: MODEL.to_owned(), capabilities, notes })
    }
}

struct Speaker {
    delay: Duration,
}

/// The whole answer, event by event.
fn events(request: &Request) -> Vec<Event> {
    let answer = rules::answer(request);
    let mut events: Vec<Event> = words::split(&answer.text).into_iter().map(Event::Text).collect();
    let mut output = words::tokens(&answer.text);
    for (index, call) in answer.calls.into_iter().enumerate() {
        output += words::tokens(&call.name) + words::tokens(&call.arguments);
        events.push(Event::ToolCall { index, id: Some(call.id), name: Some(call.name), arguments: call.arguments });
    }
    let input = request.messages.iter().map(|message| words::tokens(&message.joined_text())).sum();
    events.push(Event::Usage(TokenUsage::new(input, output)));
    events.push(Event::Finish(answer.finish));
    events
}

#[async_trait]
impl Chat for Speaker {
    async fn stream(&self, request: Request) -> Result<ChatStream, Error> {
        let delay = self.delay;
        let paced = futures::stream::iter(events(&request)).then(move |event| async move {
            if !delay.is_zero() && matches!(event, Event::Text(_)) {
                tokio::time::sleep(delay).await;
            }
            Ok(event)
        });
        Ok(paced.boxed())
    }

    async fn complete(&self, request: Request) -> Result<Response, Error> {
        let mut response = Response::default();
        for event in events(&request) {
            response.absorb(event);
        }
        Ok(response)
    }
}

#[cfg(test)]
mod tests;
