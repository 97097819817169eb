//! A cap on calls to one model at the same time.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use async_trait::async_trait;
use futures::Stream;
use model::{Chat, ChatStream, Endpoint, Error, Event, Request, Response};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The caps in force, shared by everybody who opens the same endpoint.
#[derive(Clone, Default)]
pub struct Limiter(Arc<Mutex<HashMap<String, Cap>>>);

#[derive(Clone)]
struct Cap {
    size: u32,
    places: Arc<Semaphore>,
}

impl Limiter {
    /// Puts the cap of `endpoint` around `inner`, if it has one.
    pub fn wrap(&self, endpoint: &Endpoint, inner: Arc<dyn Chat>) -> Arc<dyn Chat> {
        let mut caps = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(size) = endpoint.max_concurrency.filter(|size| *size > 0) else {
            caps.remove(&endpoint.key);
            return inner;
        };
        // A changed cap starts anew; calls under way under the old one are not counted.
        let fresh = || Cap { size, places: Arc::new(Semaphore::new(size as usize)) };
        let cap = caps.entry(endpoint.key.clone()).or_insert_with(fresh);
        if cap.size != size {
            *cap = fresh();
        }
        Arc::new(Limited { places: cap.places.clone(), patience: endpoint.timeout, inner })
    }
}

struct Limited {
    places: Arc<Semaphore>,
    /// Longest wait for a place.
    patience: Duration,
    inner: Arc<dyn Chat>,
}

impl Limited {
    async fn place(&self) -> Result<OwnedSemaphorePermit, Error> {
        let waiting = tokio::time::timeout(self.patience, self.places.clone().acquire_owned());
        match waiting.await {
            Ok(Ok(permit)) => Ok(permit),
            _ => Err(Error::Unavailable("Too many calls to this model are under way at once. Try again in a moment.".to_owned())),
        }
    }
}

#[async_trait]
impl Chat for Limited {
    async fn stream(&self, request: Request) -> Result<ChatStream, Error> {
        let place = self.place().await?;
        let inner = self.inner.stream(request).await?;
        Ok(Box::pin(Held { inner, _place: place }))
    }

    async fn complete(&self, request: Request) -> Result<Response, Error> {
        let _place = self.place().await?;
        self.inner.complete(request).await
    }
}

/// A stream that keeps its place until it is dropped.
struct Held {
    inner: ChatStream,
    _place: OwnedSemaphorePermit,
}

impl Stream for Held {
    type Item = Result<Event, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.inner.as_mut().poll_next(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::endpoint;
    use model::scripted::Scripted;

    #[tokio::test(start_paused = true)]
    async fn a_place_is_held_until_the_stream_is_dropped() {
        let limiter = Limiter::default();
        let capped = Endpoint { max_concurrency: Some(1), ..endpoint("http://x", "m") };
        let first = limiter.wrap(&capped, Scripted::new([]));
        let second = limiter.wrap(&capped, Scripted::new([]));
        let running = first.stream(Request::default()).await.unwrap();
        let refused = second.stream(Request::default()).await.err().unwrap();
        assert!(matches!(refused, Error::Unavailable(_)));
        drop(running);
        assert!(second.stream(Request::default()).await.is_ok());
    }
}
