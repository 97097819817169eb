//! Counts calls, tokens and the time to the first token, by vendor.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use async_trait::async_trait;
use futures::Stream;
use model::{Chat, ChatStream, Error, Event, Request, Response};
use types::{Coded as _, TokenUsage};

/// The wrapper.
pub struct Measured {
    vendor: String,
    inner: Arc<dyn Chat>,
}

impl Measured {
    /// Around `inner`; `vendor` is the label.
    pub fn new(vendor: String, inner: Arc<dyn Chat>) -> Self {
        Self { vendor, inner }
    }
}

#[async_trait]
impl Chat for Measured {
    async fn stream(&self, request: Request) -> Result<ChatStream, Error> {
        let mut call = Call::start(&self.vendor);
        match self.inner.stream(request).await {
            Ok(inner) => Ok(Box::pin(Watched { inner, call })),
            Err(error) => {
                call.outcome = error.code();
                Err(error)
            }
        }
    }

    async fn complete(&self, request: Request) -> Result<Response, Error> {
        let mut call = Call::start(&self.vendor);
        let result = self.inner.complete(request).await;
        match &result {
            Ok(response) => {
                call.outcome = "ok";
                response.usage.iter().for_each(|usage| call.tokens(usage));
            }
            Err(error) => call.outcome = error.code(),
        }
        result
    }
}

/// One call; told to the recorder when it is over, however it ends.
struct Call {
    vendor: String,
    started: Instant,
    outcome: &'static str,
    spoke: bool,
}

impl Call {
    fn start(vendor: &str) -> Self {
        Self { vendor: vendor.to_owned(), started: Instant::now(), outcome: "cancelled", spoke: false }
    }

    fn tokens(&self, usage: &TokenUsage) {
        for (direction, count) in [("input", usage.input_tokens), ("output", usage.output_tokens)] {
            metrics::counter!("hearth_model_tokens_total", "vendor" => self.vendor.clone(), "direction" => direction).increment(count);
        }
    }

    fn see(&mut self, item: &Result<Event, Error>) {
        if !std::mem::replace(&mut self.spoke, true) {
            let waited = self.started.elapsed().as_secs_f64();
            metrics::histogram!("hearth_model_first_token_seconds", "vendor" => self.vendor.clone()).record(waited);
        }
        match item {
            Ok(Event::Usage(usage)) => self.tokens(usage),
            Ok(Event::Finish(_)) => self.outcome = "ok",
            Ok(_) => {}
            Err(error) => self.outcome = error.code(),
        }
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        let vendor = std::mem::take(&mut self.vendor);
        let took = self.started.elapsed().as_secs_f64();
        metrics::histogram!("hearth_model_call_seconds", "vendor" => vendor.clone()).record(took);
        metrics::counter!("hearth_model_calls_total", "vendor" => vendor, "outcome" => self.outcome).increment(1);
    }
}

struct Watched {
    inner: ChatStream,
    call: Call,
}

impl Stream for Watched {
    type Item = Result<Event, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = self.inner.as_mut().poll_next(cx);
        if let Poll::Ready(Some(item)) = &next {
            self.call.see(item);
        }
        next
    }
}
