//! A running answer: body → frames → decoder → events.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use egress::Body;
use futures::{Stream, StreamExt};
use model::{ChatStream, Error, Event, Response};

use super::errors;
use super::frames::{Frame, Frames, Framing};
use super::sink::Sink;

/// How long a finished connection may take to end, so that it can be used again.
const DRAIN: Duration = Duration::from_millis(500);

/// Understands the frames of one vendor.
pub trait Decoder: Send + Unpin + 'static {
    /// How frames are marked.
    const FRAMING: Framing;
    /// Takes one frame in. Returns whether the vendor marked the end with it.
    fn frame(&mut self, frame: &Frame, sink: &mut Sink) -> Result<bool, Error>;
    /// Takes an answer in that came in one piece.
    fn whole(&mut self, body: &[u8], sink: &mut Sink) -> Result<(), Error>;
}

/// Starts reading an answer as events.
pub fn stream<D: Decoder>(body: Body, decoder: D, sink: Sink) -> ChatStream {
    Box::pin(Answer { body: Some(body), frames: Frames::new(D::FRAMING), decoder, sink, failed: None })
}

/// Reads an answer that comes in one piece.
pub async fn whole<D: Decoder>(body: Body, mut decoder: D, mut sink: Sink) -> Result<Response, Error> {
    let bytes = body.bytes().await.map_err(|error| errors::of_body(&error))?;
    decoder.whole(&bytes, &mut sink)?;
    sink.close()?;
    let mut response = Response::default();
    sink.events.drain(..).for_each(|event| response.absorb(event));
    Ok(response)
}

/// The same, for a caller that wants events: some servers ignore the wish for a stream.
pub async fn whole_as_stream<D: Decoder>(body: Body, mut decoder: D, mut sink: Sink) -> Result<ChatStream, Error> {
    let bytes = body.bytes().await.map_err(|error| errors::of_body(&error))?;
    decoder.whole(&bytes, &mut sink)?;
    sink.close()?;
    Ok(futures::stream::iter(sink.events.into_iter().map(Ok)).boxed())
}

struct Answer<D> {
    /// Absent once the answer has ended in any way. Dropping it closes the connection.
    body: Option<Body>,
    frames: Frames,
    decoder: D,
    sink: Sink,
    /// Handed out after the events that came before it.
    failed: Option<Error>,
}

impl<D: Decoder> Answer<D> {
    /// Decodes what has arrived. Returns whether the end was marked.
    fn decode(&mut self) -> Result<bool, Error> {
        while let Some(frame) = self.frames.next()? {
            if self.decoder.frame(&frame, &mut self.sink)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The peer closed. A last frame may lack its end; a half one must not spoil an answer
    /// that is complete, nor make an incomplete one look whole.
    fn end_of_body(&mut self) -> Result<(), Error> {
        if !self.sink.is_finished()
            && let Ok(Some(frame)) = self.frames.last()
            && self.decoder.frame(&frame, &mut self.sink).is_err()
        {
            return Err(Error::Cut("the stream ended inside a frame".to_owned()));
        }
        self.sink.close()
    }

    fn receive(&mut self, piece: Option<Result<bytes::Bytes, egress::Error>>) {
        let outcome = match piece {
            Some(Ok(bytes)) => {
                self.frames.push(&bytes);
                match self.decode() {
                    Ok(false) => return,
                    Ok(true) => {
                        if let Some(body) = self.body.take() {
                            drain(body);
                        }
                        self.sink.close()
                    }
                    Err(error) => Err(error),
                }
            }
            Some(Err(error)) => Err(errors::of_body(&error)),
            None => self.end_of_body(),
        };
        self.body = None;
        self.failed = outcome.err();
    }
}

impl<D: Decoder> Stream for Answer<D> {
    type Item = Result<Event, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(event) = self.sink.events.pop_front() {
                return Poll::Ready(Some(Ok(event)));
            }
            if let Some(error) = self.failed.take() {
                return Poll::Ready(Some(Err(error)));
            }
            let Some(body) = self.body.as_mut() else {
                return Poll::Ready(None);
            };
            match body.poll_next_unpin(cx) {
                Poll::Ready(piece) => self.receive(piece),
                Poll::Pending => return Poll::Pending,
            }
        }
    }
}

/// Reads to the end of a body whose answer is complete: the connection can then be used
/// again, which saves the next call a TLS handshake.
fn drain(mut body: Body) {
    tokio::spawn(async move {
        let rest = async { while let Some(Ok(_)) = body.next().await {} };
        let _ = tokio::time::timeout(DRAIN, rest).await;
    });
}
