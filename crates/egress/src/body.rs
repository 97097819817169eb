//! A response body with bounds.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use futures::{Stream, StreamExt};
use tokio::time::{Instant, Sleep};

use crate::error::{Error, Phase};
use crate::policy::Limits;

type Inner = Pin<Box<dyn Stream<Item = reqwest::Result<Bytes>> + Send>>;

/// The body as a stream of decoded bytes. It ends after its first error. Dropping it before
/// the end closes the connection.
pub struct Body {
    /// Absent once the body has ended, so that the connection goes back or is closed at once.
    inner: Option<Inner>,
    host: String,
    limits: Limits,
    left: u64,
    idle: Pin<Box<Sleep>>,
    total: Pin<Box<Sleep>>,
}

impl Body {
    pub(crate) fn new(inner: Inner, host: String, limits: Limits, deadline: Instant) -> Self {
        Self {
            inner: Some(inner),
            host,
            limits,
            left: limits.max_bytes,
            idle: Box::pin(tokio::time::sleep(limits.idle)),
            total: Box::pin(tokio::time::sleep_until(deadline)),
        }
    }

    /// Reads the rest of the body.
    pub async fn bytes(mut self) -> Result<Bytes, Error> {
        let Some(first) = self.next().await.transpose()? else {
            return Ok(Bytes::new());
        };
        let mut all = BytesMut::from(first);
        while let Some(piece) = self.next().await {
            all.extend_from_slice(&piece?);
        }
        Ok(all.freeze())
    }

    /// Reads at most `max` bytes and leaves the rest, for error texts.
    pub async fn at_most(mut self, max: usize) -> Result<Bytes, Error> {
        let mut all = BytesMut::new();
        while all.len() < max {
            match self.next().await {
                Some(piece) => all.extend_from_slice(&piece?),
                None => break,
            }
        }
        all.truncate(max);
        Ok(all.freeze())
    }

    fn end(&mut self, error: Option<Error>) -> Poll<Option<Result<Bytes, Error>>> {
        self.inner = None;
        Poll::Ready(error.map(Err))
    }

    fn timeout(&self, phase: Phase) -> Error {
        Error::Timeout { host: self.host.clone(), phase }
    }
}

impl Stream for Body {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        let Some(inner) = this.inner.as_mut() else {
            return Poll::Ready(None);
        };
        // The deadline is asked first: a peer that always has another byte must not win.
        if this.total.as_mut().poll(cx).is_ready() {
            let error = this.timeout(Phase::Total);
            return this.end(Some(error));
        }
        match inner.as_mut().poll_next(cx) {
            Poll::Ready(Some(Ok(piece))) => {
                let Some(left) = this.left.checked_sub(piece.len() as u64) else {
                    let error = Error::TooLarge { host: this.host.clone(), limit: this.limits.max_bytes };
                    return this.end(Some(error));
                };
                this.left = left;
                let next = Instant::now() + this.limits.idle;
                this.idle.as_mut().reset(next);
                Poll::Ready(Some(Ok(piece)))
            }
            Poll::Ready(Some(Err(error))) => {
                let error = Error::from_http(&this.host, error);
                this.end(Some(error))
            }
            Poll::Ready(None) => this.end(None),
            Poll::Pending if this.idle.as_mut().poll(cx).is_ready() => {
                let error = this.timeout(Phase::Idle);
                this.end(Some(error))
            }
            Poll::Pending => Poll::Pending,
        }
    }
}

impl std::fmt::Debug for Body {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Body").field("host", &self.host).field("left", &self.left).finish_non_exhaustive()
    }
}
