//! A scripted OpenAI-compatible model: waits, then streams words at a steady pace, as a vendor does.
//!
//! It speaks just enough HTTP itself and writes frames that were made before, so that what is
//! measured is Hearth and not the model: both share the machine's cores.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, sleep_until};

use crate::wire;

/// How the model answers.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// From the request to the first token.
    pub first: Duration,
    /// From token to token.
    pub between: Duration,
    /// Tokens of an answer.
    pub tokens: usize,
}

impl Pace {
    /// How long an answer takes.
    pub fn whole(self) -> Duration {
        self.first + self.between * u32::try_from(self.tokens).unwrap_or(u32::MAX)
    }

    /// In words.
    pub fn told(self) -> String {
        format!("{} ms to the first of {} tokens, then one every {} ms", self.first.as_millis(), self.tokens, self.between.as_millis())
    }
}

/// What of an answer is the same every time.
struct Script {
    pace: Pace,
    frames: Vec<Vec<u8>>,
    /// Questions so far.
    asked: Arc<AtomicUsize>,
}

const HEAD: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
const MODELS: &str = r#"{"object":"list","data":[{"id":"scripted","object":"model"}]}"#;

/// Starts it on a free port.
pub async fn start(pace: Pace) -> anyhow::Result<SocketAddr> {
    counted(pace, Arc::default()).await
}

/// Starts it on a free port; it counts its questions there.
pub async fn counted(pace: Pace, asked: Arc<AtomicUsize>) -> anyhow::Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let script = Arc::new(Script { pace, frames: (0..pace.tokens + 2).map(|index| frame(index, pace.tokens)).collect(), asked });
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            // Whoever talks to it may go away at any time.
            tokio::spawn(serve(stream, Arc::clone(&script)));
        }
    });
    Ok(address)
}

async fn serve(mut stream: TcpStream, script: Arc<Script>) -> anyhow::Result<()> {
    stream.set_nodelay(true)?;
    let mut buffer = Vec::new();
    while let Some(head) = wire::request(&mut stream, &mut buffer).await? {
        if head.starts_with("GET") {
            let answer = format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{MODELS}", MODELS.len());
            stream.write_all(answer.as_bytes()).await?;
            continue;
        }
        let begun = Instant::now();
        script.asked.fetch_add(1, Ordering::Relaxed);
        stream.write_all(HEAD).await?;
        for (index, frame) in script.frames.iter().enumerate() {
            let after = script.pace.between * u32::try_from(index)?;
            sleep_until(begun + script.pace.first + after).await;
            stream.write_all(frame).await?;
        }
    }
    Ok(())
}

/// A chunk of the body; the last one ends it.
fn frame(index: usize, tokens: usize) -> Vec<u8> {
    let choice = match index {
        i if i < tokens => format!(r#"{{"index":0,"delta":{{"role":"assistant","content":"word{i} "}},"finish_reason":null}}"#),
        i if i == tokens => r#"{"index":0,"delta":{},"finish_reason":"stop"}"#.to_owned(),
        _ => return b"e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n".to_vec(),
    };
    let usage = format!(r#","usage":{{"prompt_tokens":10,"completion_tokens":{tokens},"total_tokens":{}}}"#, tokens + 10);
    let usage = if index == tokens { usage.as_str() } else { "" };
    let data = format!(
        "data: {{\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"scripted\",\"choices\":[{choice}]{usage}}}\n\n"
    );
    format!("{:x}\r\n{data}\r\n", data.len()).into_bytes()
}
