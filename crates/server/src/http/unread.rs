//! What a handler left unread of a request's body.
//!
//! A request that is refused early (too large, not signed in, full disk) is answered while its sender still sends. Its connection
//! would break under the sender, who sees that and not the answer. So the rest is read and dropped before the answer goes out, for
//! some seconds at most.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::BoxError;
use axum::body::Body;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use bytes::Bytes;
use http::{StatusCode, header};
use http_body::{Body as _, Frame, SizeHint};
use http_body_util::BodyExt as _;

/// How long an answer waits at most for a sender to end.
const LINGER: Duration = Duration::from_secs(5);

/// The layer.
pub async fn read_first(request: Request, next: Next) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    // A sender that asks before it sends has sent nothing when nobody wanted to read: the refusal is its answer.
    let asks_first = request.headers().contains_key(header::EXPECT);
    let (request, mut rest) = shared(request);
    let response = next.run(request).await;
    let sends = !asks_first || rest.is_begun();
    // Who let the time of the request pass has had enough of it.
    if sends && response.status() != StatusCode::GATEWAY_TIMEOUT {
        let _ = tokio::time::timeout(LINGER, async { while let Some(Ok(_)) = rest.frame().await {} }).await;
    }
    response
}

fn shared(request: Request) -> (Request, Shared) {
    let (parts, body) = request.into_parts();
    let shared = Shared(Arc::new(Mutex::new(State { body, begun: false })));
    (Request::from_parts(parts, Body::new(shared.clone())), shared)
}

/// A body that outlives its reader.
#[derive(Clone)]
struct Shared(Arc<Mutex<State>>);

struct State {
    body: Body,
    begun: bool,
}

impl Shared {
    fn with<T>(&self, then: impl FnOnce(&mut State) -> T) -> T {
        then(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn is_begun(&self) -> bool {
        self.with(|state| state.begun)
    }
}

impl http_body::Body for Shared {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        self.with(|state| {
            state.begun = true;
            Pin::new(&mut state.body).poll_frame(context).map_err(BoxError::from)
        })
    }

    fn is_end_stream(&self) -> bool {
        self.with(|state| state.body.is_end_stream())
    }

    fn size_hint(&self) -> SizeHint {
        self.with(|state| state.body.size_hint())
    }
}
