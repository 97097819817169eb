//! Hostile addresses and hostile peers.

mod addresses;
mod peers;
mod tls;

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures::future::BoxFuture;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

use crate::{AllowList, Egress, Limits, Policy, Resolver};

/// A resolver that knows what the test tells it, and counts.
#[derive(Default)]
pub struct Names {
    known: HashMap<&'static str, Vec<IpAddr>>,
    pub asked: AtomicUsize,
}

impl Names {
    pub fn of(known: &[(&'static str, &[&str])]) -> Arc<Self> {
        let known = known.iter().map(|(name, ips)| (*name, ips.iter().map(|ip| ip.parse().unwrap()).collect())).collect();
        Arc::new(Self { known, asked: AtomicUsize::new(0) })
    }
}

impl Resolver for Names {
    fn resolve(&self, host: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let found = self.known.get(host.trim_end_matches('.')).cloned();
        Box::pin(async move { found.ok_or_else(|| io::ErrorKind::NotFound.into()) })
    }
}

/// A client whose tools may reach `allow`.
pub fn egress(allow: &str, names: &[(&'static str, &[&str])]) -> Egress {
    client(allow, Names::of(names))
}

pub fn client(allow: &str, names: Arc<Names>) -> Egress {
    let allow: AllowList = allow.parse().unwrap();
    Egress::new(&Policy { allow, resolver: names, ..Policy::default() }).unwrap()
}

pub fn limits() -> Limits {
    Limits { max_bytes: 100_000, idle: Duration::from_millis(300), total: Duration::from_secs(5), redirects: 5 }
}

/// What the peer of a test saw.
#[derive(Debug, PartialEq)]
pub enum Seen {
    Connected,
    Request(String),
    Gone,
}

/// Starts a peer: for each request head (and body) it reads, `answer` writes what it likes.
pub async fn peer<F>(answer: F) -> (SocketAddr, mpsc::UnboundedReceiver<Seen>)
where
    F: Fn(String, TcpStream) -> BoxFuture<'static, Option<TcpStream>> + Send + Sync + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (tell, seen) = mpsc::unbounded_channel();
    let answer = Arc::new(answer);
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let (tell, answer) = (tell.clone(), answer.clone());
            tell.send(Seen::Connected).ok();
            tokio::spawn(async move {
                let mut socket = Some(socket);
                while let Some(mut open) = socket.take() {
                    let Some(request) = read_request(&mut open).await else { break };
                    tell.send(Seen::Request(request.clone())).ok();
                    socket = answer(request, open).await;
                }
                tell.send(Seen::Gone).ok();
            });
        }
    });
    (address, seen)
}

/// A peer that answers every request with the same bytes and keeps the connection.
pub async fn fixed(answer: impl Into<String>) -> (SocketAddr, mpsc::UnboundedReceiver<Seen>) {
    let answer = answer.into();
    peer(move |_, mut socket| {
        let answer = answer.clone();
        Box::pin(async move {
            socket.write_all(answer.as_bytes()).await.ok()?;
            Some(socket)
        })
    })
    .await
}

async fn read_request(socket: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let wanted = head.lines().find_map(|line| line.strip_prefix("content-length: ")).map_or(0, |n| n.parse::<usize>().unwrap());
            if body.len() >= wanted {
                return Some(text);
            }
        }
        match socket.read(&mut buffer).await {
            Ok(0) | Err(_) => return None,
            Ok(n) => bytes.extend_from_slice(&buffer[..n]),
        }
    }
}

pub fn next_request(seen: &mut mpsc::UnboundedReceiver<Seen>) -> String {
    loop {
        match seen.try_recv().expect("a request") {
            Seen::Request(text) => return text,
            Seen::Connected | Seen::Gone => {}
        }
    }
}
