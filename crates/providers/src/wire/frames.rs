//! Cuts a byte stream into frames: server-sent events or one JSON text a line.
//!
//! Pieces may end anywhere, inside a character too. Bytes are kept until their line is
//! whole, so memory is bounded by [`MAX_LINE`] and [`MAX_FRAME`].

use bytes::{Buf, BytesMut};
use model::Error;

/// Longest line in bytes. Pictures come inside one line with some vendors.
pub const MAX_LINE: usize = 8 << 20;
/// Most data of one event in bytes.
pub const MAX_FRAME: usize = 16 << 20;

/// How frames are marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    /// `event:` and `data:` lines, ended by an empty line.
    Events,
    /// One JSON text a line.
    Lines,
}

/// One frame.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Frame {
    /// The event's name, if it has one.
    pub event: String,
    /// The data, several `data:` lines joined by a line feed.
    pub data: String,
}

/// The reader.
#[derive(Debug)]
pub struct Frames {
    framing: Framing,
    buffer: BytesMut,
    /// Bytes of `buffer` that are known to hold no line feed.
    scanned: usize,
    started: bool,
    pending: Frame,
    has_data: bool,
}

impl Frames {
    pub fn new(framing: Framing) -> Self {
        Self { framing, buffer: BytesMut::new(), scanned: 0, started: false, pending: Frame::default(), has_data: false }
    }

    /// Takes bytes in.
    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// The next whole frame, if its end has arrived.
    pub fn next(&mut self) -> Result<Option<Frame>, Error> {
        loop {
            let unread = self.buffer.get(self.scanned..).unwrap_or_default();
            let Some(offset) = unread.iter().position(|byte| *byte == b'\n') else {
                self.scanned = self.buffer.len();
                return if self.scanned > MAX_LINE { Err(too_long()) } else { Ok(None) };
            };
            let end = self.scanned + offset;
            if end > MAX_LINE {
                return Err(too_long());
            }
            let line = self.buffer.split_to(end);
            self.buffer.advance(1);
            self.scanned = 0;
            if let Some(frame) = self.line(&line)? {
                return Ok(Some(frame));
            }
        }
    }

    /// At the end of the stream: what has arrived of a frame whose end has not. Whether it is
    /// whole is for the decoder to say.
    pub fn last(&mut self) -> Result<Option<Frame>, Error> {
        let line = self.buffer.split();
        self.scanned = 0;
        if let Some(frame) = self.line(&line)? {
            return Ok(Some(frame));
        }
        Ok(std::mem::take(&mut self.has_data).then(|| std::mem::take(&mut self.pending)))
    }

    fn line(&mut self, bytes: &[u8]) -> Result<Option<Frame>, Error> {
        let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
        let line = std::str::from_utf8(bytes).map_err(|_| Error::Protocol("a line is not UTF-8".to_owned()))?;
        let line = if self.started { line } else { line.strip_prefix('\u{feff}').unwrap_or(line) };
        self.started = true;
        match self.framing {
            Framing::Lines if line.trim().is_empty() => Ok(None),
            Framing::Lines => Ok(Some(Frame { event: String::new(), data: line.to_owned() })),
            Framing::Events => self.field(line),
        }
    }

    fn field(&mut self, line: &str) -> Result<Option<Frame>, Error> {
        if line.is_empty() {
            let frame = std::mem::take(&mut self.pending);
            return Ok(std::mem::take(&mut self.has_data).then_some(frame));
        }
        // Some servers write an error in the middle of a stream as bare JSON.
        if line.starts_with('{') && !self.has_data {
            return Ok(Some(Frame { event: String::new(), data: line.to_owned() }));
        }
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match name {
            "data" => {
                if self.pending.data.len() + value.len() > MAX_FRAME {
                    return Err(too_long());
                }
                if self.has_data {
                    self.pending.data.push('\n');
                }
                self.pending.data.push_str(value);
                self.has_data = true;
            }
            "event" => value.clone_into(&mut self.pending.event),
            // Comments, `id`, `retry`, unknown fields.
            _ => {}
        }
        Ok(None)
    }
}

fn too_long() -> Error {
    Error::Protocol("a line of the stream is longer than allowed".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(framing: Framing, input: &[u8], step: usize) -> Vec<Frame> {
        let mut frames = Frames::new(framing);
        let mut out = Vec::new();
        for piece in input.chunks(step) {
            frames.push(piece);
            while let Some(frame) = frames.next().unwrap() {
                out.push(frame);
            }
        }
        out.extend(frames.last().unwrap());
        out
    }

    fn frame(event: &str, data: &str) -> Frame {
        Frame { event: event.to_owned(), data: data.to_owned() }
    }

    #[test]
    fn events_survive_any_split() {
        let input = "\u{feff}: hello\r\nevent: a\r\ndata: 你好\r\ndata:  two\r\nid: 7\r\n\r\n\ndata\n\nevent: lone\n\ndata:x\n\n{\"error\":1}\ndata: half".as_bytes();
        let expected = vec![frame("a", "你好\n two"), frame("", ""), frame("", "x"), frame("", "{\"error\":1}"), frame("", "half")];
        for step in 1..input.len() {
            assert_eq!(all(Framing::Events, input, step), expected, "step {step}");
        }
    }

    #[test]
    fn an_event_name_without_data_does_not_leak_into_the_next() {
        assert_eq!(all(Framing::Events, b"event: lone\n\ndata: x\n\n", 99), vec![frame("", "x")]);
    }

    #[test]
    fn lines_survive_any_split() {
        let input = "{\"a\":\"é\"}\r\n\n {\"b\":2}\n{\"c\"".as_bytes();
        for step in 1..input.len() {
            assert_eq!(all(Framing::Lines, input, step), vec![frame("", "{\"a\":\"é\"}"), frame("", " {\"b\":2}"), frame("", "{\"c\"")]);
        }
    }

    #[test]
    fn bad_utf8_and_endless_lines_are_errors() {
        let mut frames = Frames::new(Framing::Events);
        frames.push(b"data: \xff\xfe\n\n");
        assert!(matches!(frames.next(), Err(Error::Protocol(_))));
        let mut frames = Frames::new(Framing::Lines);
        frames.push(&vec![b'x'; MAX_LINE]);
        assert_eq!(frames.next().unwrap(), None);
        frames.push(b"xx");
        assert!(matches!(frames.next(), Err(Error::Protocol(_))));
        let mut frames = Frames::new(Framing::Events);
        for _ in 0..20 {
            frames.push(b"data: ");
            frames.push(&vec![b'x'; 1 << 20]);
            frames.push(b"\n");
        }
        let outcome = std::iter::repeat_with(|| frames.next()).find(|next| !matches!(next, Ok(Some(_))));
        assert!(matches!(outcome, Some(Err(Error::Protocol(_)))));
    }
}
