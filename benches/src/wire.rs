//! As much HTTP/1.1 as the load generator and the scripted model need, at next to no cost.

use std::time::Instant;

use anyhow::{Context as _, bail, ensure};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Where a marked piece of the body begins.
pub fn find(text: &[u8], mark: &[u8]) -> Option<usize> {
    text.windows(mark.len()).position(|window| window == mark)
}

/// Reads one request, leaves what follows it in the buffer and gives its head; `None` when the peer is gone.
pub async fn request(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> anyhow::Result<Option<String>> {
    loop {
        if let Some(end) = find(buffer, b"\r\n\r\n") {
            let head = String::from_utf8(buffer[..end].to_vec())?;
            let length = head.lines().find_map(|line| {
                let (name, value) = line.split_once(':')?;
                name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>())
            });
            let whole = end + 4 + length.transpose()?.unwrap_or(0);
            if buffer.len() >= whole {
                buffer.drain(..whole);
                return Ok(Some(head));
            }
        }
        if stream.read_buf(buffer).await? == 0 {
            return Ok(None);
        }
    }
}

/// A connection that asks for streamed answers, one after the other.
pub struct Client {
    stream: Option<TcpStream>,
    buffer: Vec<u8>,
}

/// What to ask and how to know the answer.
pub struct Question {
    /// `127.0.0.1:port`.
    pub address: String,
    /// Head and body.
    pub bytes: Vec<u8>,
    /// A frame that carries answer text holds this.
    pub first: &'static str,
    /// The last word of the answer.
    pub last: String,
}

impl Question {
    /// A POST of JSON with a bearer token.
    pub fn new(url: &str, token: &str, body: &serde_json::Value, first: &'static str, last: String) -> anyhow::Result<Self> {
        let (address, path) = url.strip_prefix("http://").and_then(|rest| rest.split_once('/')).context("not a URL")?;
        let body = body.to_string();
        let head = format!(
            "POST /{path} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n\r\n",
            body.len()
        );
        Ok(Self { address: address.to_owned(), bytes: (head + &body).into_bytes(), first, last })
    }
}

impl Client {
    /// Connects when the first question is asked.
    pub fn new() -> Self {
        Self { stream: None, buffer: Vec::with_capacity(1 << 16) }
    }

    /// One answer to its end; milliseconds to its first token. The connection is kept when the server keeps it.
    pub async fn ask(&mut self, question: &Question) -> anyhow::Result<f64> {
        let outcome = self.answer(question).await;
        if outcome.is_err() {
            self.stream = None;
        }
        outcome
    }

    async fn answer(&mut self, question: &Question) -> anyhow::Result<f64> {
        let began = Instant::now();
        self.buffer.clear();
        if self.stream.is_none() {
            let stream = TcpStream::connect(&question.address).await?;
            stream.set_nodelay(true)?;
            self.stream = Some(stream);
        }
        let stream = self.stream.as_mut().context("not connected")?;
        stream.write_all(&question.bytes).await?;
        let (mut seen, mut first) = (0, None);
        loop {
            let read = stream.read_buf(&mut self.buffer).await?;
            if first.is_none() && find(&self.buffer[seen..], question.first.as_bytes()).is_some() {
                first = Some(began.elapsed().as_secs_f64() * 1000.0);
            }
            seen = self.buffer.len().saturating_sub(question.first.len());
            if read == 0 || self.buffer.ends_with(b"\r\n0\r\n\r\n") {
                break;
            }
        }
        let head = find(&self.buffer, b"\r\n\r\n").context("no answer")?;
        ensure!(self.buffer.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&self.buffer[..head]));
        ensure!(find(&self.buffer, question.last.as_bytes()).is_some(), "the answer is not whole");
        if find(&self.buffer[..head], b"onnection: close").is_some() {
            self.stream = None;
        }
        match first {
            Some(first) => Ok(first),
            None => bail!("no token came"),
        }
    }
}
