//! What is sent, what comes back, and servers that mean no good.

mod hostile;
mod secrets;
mod sent;

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use egress::{Egress, Policy};
use flow::node::{NodeError, Output, TaskCx};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::*;
use crate::ports::{FileContent, Files};
use crate::testkit::{inputs, node, perform};

/// A request as it came: head and body.
pub struct Seen {
    pub head: String,
    pub body: Vec<u8>,
}

impl Seen {
    pub fn header(&self, name: &str) -> Option<&str> {
        let line = |line: &'_ str| line.split_once(':').is_some_and(|(key, _)| key.eq_ignore_ascii_case(name));
        self.head.lines().find(|one| line(one)).and_then(|one| one.split_once(':')).map(|(_, value)| value.trim())
    }

    pub fn first_line(&self) -> &str {
        self.head.lines().next().unwrap_or_default()
    }
}

/// Answers every request with these bytes, then closes; `hold`: keeps the connection open instead.
pub async fn server(answer: impl Into<Vec<u8>>, hold: bool) -> (String, UnboundedReceiver<Seen>) {
    let answer: Arc<[u8]> = answer.into().into();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (tell, seen) = unbounded_channel();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let (answer, tell) = (answer.clone(), tell.clone());
            tokio::spawn(async move {
                let Some(request) = read(&mut socket).await else { return };
                let _ = tell.send(request);
                let _ = socket.write_all(&answer).await;
                if hold {
                    let _ = socket.read(&mut [0; 1]).await;
                }
            });
        }
    });
    (address, seen)
}

async fn read(socket: &mut TcpStream) -> Option<Seen> {
    let mut bytes = Vec::new();
    loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
            let seen = Seen { head, body: bytes[end + 4..].to_vec() };
            if seen.body.len() >= seen.header("content-length").and_then(|text| text.parse().ok()).unwrap_or(0) {
                return Some(seen);
            }
        }
        let mut more = [0; 8192];
        match socket.read(&mut more).await.ok()? {
            0 => return None,
            n => bytes.extend_from_slice(&more[..n]),
        }
    }
}

pub fn ok(headers: &str, body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n{headers}\r\n{body}", body.len())
}

/// One file of ours.
struct Ours;

#[async_trait]
impl Files for Ours {
    async fn read(&self, _cx: &TaskCx, url: &str, limit: u64) -> Result<Option<FileContent>, NodeError> {
        assert_eq!(limit, files::MAX_FILE);
        let ours = FileContent { name: "a \"b\".txt".into(), media_type: Some("text/plain".into()), bytes: Bytes::from_static(b"ours") };
        Ok((url == "hearth://file/1").then_some(ours))
    }
}

/// The kind, allowed to reach this machine or only the public.
pub fn kind(local: bool) -> HttpRequest {
    let allow = if local { "127.0.0.1".parse().unwrap() } else { egress::AllowList::none() };
    let egress = Egress::new(&Policy { allow, ..Policy::default() }).unwrap();
    HttpRequest(Services { egress: Some(egress), files: Some(Arc::new(Ours)), ..Services::default() })
}

/// Inputs are all declared as anything.
pub async fn send(params: Value, given: Value) -> Result<Output, NodeError> {
    let declared = given.as_object().unwrap().keys().map(|name| (name.clone(), json!("any"))).collect();
    perform(&kind(true), &node(params, Value::Object(declared), json!({})), inputs(given)).await
}
