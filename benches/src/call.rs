//! Whole answers over HTTP/1.1, one after the other on a connection, and many connections at once.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::wire::find;

/// A POST that is asked again and again.
pub struct Call {
    address: String,
    bytes: Vec<u8>,
    /// What a good answer holds.
    holds: String,
}

impl Call {
    /// A POST of JSON; with a bearer token, if there is one.
    pub fn new(url: &str, token: Option<&str>, body: &Value, holds: &str) -> anyhow::Result<Self> {
        let (address, path) = url.strip_prefix("http://").and_then(|rest| rest.split_once('/')).context("not a URL")?;
        let body = body.to_string();
        let authorization = token.map(|token| format!("authorization: Bearer {token}\r\n")).unwrap_or_default();
        let head = format!(
            "POST /{path} HTTP/1.1\r\nhost: {address}\r\n{authorization}content-type: application/json\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        Ok(Self { address: address.to_owned(), bytes: (head + &body).into_bytes(), holds: holds.to_owned() })
    }
}

/// A connection.
#[derive(Default)]
pub struct Caller {
    stream: Option<TcpStream>,
    buffer: Vec<u8>,
}

impl Caller {
    /// The whole answer; milliseconds until its end.
    pub async fn ask(&mut self, call: &Call) -> anyhow::Result<f64> {
        let began = Instant::now();
        let outcome = self.answer(call).await;
        if outcome.is_err() {
            self.stream = None;
        }
        outcome?;
        Ok(began.elapsed().as_secs_f64() * 1000.0)
    }

    async fn answer(&mut self, call: &Call) -> anyhow::Result<()> {
        if self.stream.is_none() {
            let stream = TcpStream::connect(&call.address).await?;
            stream.set_nodelay(true)?;
            self.stream = Some(stream);
        }
        let stream = self.stream.as_mut().context("not connected")?;
        self.buffer.clear();
        stream.write_all(&call.bytes).await?;
        let body = loop {
            if let Some(end) = find(&self.buffer, b"\r\n\r\n") {
                break end + 4;
            }
            ensure!(stream.read_buf(&mut self.buffer).await? > 0, "the connection ended");
        };
        let head = String::from_utf8_lossy(&self.buffer[..body]).to_ascii_lowercase();
        let length =
            head.lines().find_map(|line| line.strip_prefix("content-length:")).map(|text| text.trim().parse::<usize>()).transpose()?;
        let whole = |buffer: &[u8]| match length {
            Some(length) => buffer.len() >= body + length,
            None => buffer.ends_with(b"0\r\n\r\n"),
        };
        while !whole(&self.buffer) {
            ensure!(stream.read_buf(&mut self.buffer).await? > 0, "the connection ended");
        }
        let good = head.starts_with("http/1.1 2") && find(&self.buffer[body..], call.holds.as_bytes()).is_some();
        ensure!(good, "{}", String::from_utf8_lossy(&self.buffer));
        if head.contains("connection: close") {
            self.stream = None;
        }
        Ok(())
    }
}

/// What some calls showed.
#[derive(Default)]
pub struct Answers {
    /// Milliseconds of each good one.
    pub times: Vec<f64>,
    /// Others.
    pub failures: usize,
    /// How long it went, in seconds.
    pub seconds: f64,
}

impl Answers {
    /// Good answers a second.
    pub fn rate(&self) -> f64 {
        self.times.len() as f64 / self.seconds
    }
}

/// So many connections ask without a pause, for this long. The first failure is told.
pub async fn for_a_while(call: &Arc<Call>, connections: usize, time: Duration) -> anyhow::Result<Answers> {
    let end = Instant::now() + time;
    all(call, connections, move |_| Instant::now() < end).await
}

/// So many calls altogether over so many connections.
pub async fn so_many(call: &Arc<Call>, connections: usize, calls: usize) -> anyhow::Result<Answers> {
    all(call, connections, move |made| made < calls / connections).await
}

async fn all(call: &Arc<Call>, connections: usize, more: impl Fn(usize) -> bool + Copy + Send + 'static) -> anyhow::Result<Answers> {
    let began = Instant::now();
    let one = |_| {
        let call = Arc::clone(call);
        tokio::spawn(async move {
            let (mut caller, mut times, mut failed) = (Caller::default(), Vec::new(), Vec::new());
            while more(times.len() + failed.len()) {
                match caller.ask(&call).await {
                    Ok(time) => times.push(time),
                    Err(error) => failed.push(error),
                }
            }
            (times, failed)
        })
    };
    let tasks: Vec<_> = (0..connections).map(one).collect();
    let mut answers = Answers::default();
    let mut why = None;
    for task in tasks {
        let (times, failed) = task.await?;
        answers.times.extend(times);
        answers.failures += failed.len();
        why = why.or_else(|| failed.into_iter().next());
    }
    answers.seconds = began.elapsed().as_secs_f64();
    match why {
        Some(error) if answers.times.is_empty() => Err(error),
        _ => Ok(answers),
    }
}
