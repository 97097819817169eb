//! Servers that mean no good.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::{inputs, kind, node, ok, perform, send, server};

async fn fails(params: Value) -> (String, bool, String) {
    let before = Instant::now();
    let error = send(params, json!({})).await.unwrap_err();
    assert!(before.elapsed() < Duration::from_secs(20), "{error:?}");
    (error.code, error.transient, error.message)
}

#[tokio::test]
async fn an_error_shows_the_beginning_of_what_was_answered() {
    let answer = |status: &str, body: &str| format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    let (address, _seen) = server(answer("500 Oops", &format!("no {}", "\u{4e2d}".repeat(5000))), false).await;
    let (code, transient, message) = fails(json!({ "url": format!("{address}/?key=secret") })).await;
    assert_eq!((code.as_str(), transient), ("http_status", true));
    assert!(
        message.starts_with("127.0.0.1 answered 500: no \u{4e2d}") && message.chars().count() < 600 && !message.contains("secret"),
        "{message}"
    );
    let (address, _seen) = server(answer("404 Not Found", ""), false).await;
    assert_eq!(fails(json!({ "url": address })).await, ("http_status".into(), true, "127.0.0.1 answered 404".into()));
}

#[tokio::test]
async fn an_endless_answer_ends() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let endless = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let _ = socket.read(&mut [0; 4096]).await;
        let _ = socket.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").await;
        let chunk = [b"10000\r\n".as_slice(), &vec![b'x'; 0x10000], b"\r\n"].concat();
        let mut sent = 0_u64;
        while socket.write_all(&chunk).await.is_ok() {
            sent += 0x10000;
        }
        sent
    });
    assert_eq!(fails(json!({ "url": address })).await.0, "egress_too_large");
    let sent = tokio::time::timeout(Duration::from_secs(10), endless).await.unwrap().unwrap();
    assert!(sent < 64 << 20, "the connection was closed after {sent} bytes");
}

#[tokio::test]
async fn a_small_answer_that_unpacks_to_a_large_one_ends() {
    let bomb = include_bytes!("../cases/zeros_16mib.gz");
    let head = format!("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n", bomb.len());
    let (address, _seen) = server([head.as_bytes(), bomb].concat(), false).await;
    assert_eq!(fails(json!({ "url": address })).await.0, "egress_too_large");
}

#[tokio::test]
async fn a_length_that_lies_is_noticed() {
    let (address, _seen) = server("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nshort", false).await;
    assert_eq!(fails(json!({ "url": address })).await.0, "egress_broken");
    let (address, _seen) = server("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nlonger", false).await;
    assert_eq!(send(json!({ "url": address }), json!({})).await.unwrap().values["body"], json!("lo"));
    let (address, _seen) = server("HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n", false).await;
    assert_eq!(fails(json!({ "url": address })).await.0, "egress_broken");
}

#[tokio::test]
async fn a_slow_server_costs_the_time_limit() {
    let (silent, _seen) = server("", true).await;
    let (code, transient, _) = fails(json!({ "url": silent, "timeout_ms": 100 })).await;
    assert_eq!((code.as_str(), transient), ("egress_timeout", true));
    let (stalls, _seen) = server("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc", true).await;
    assert_eq!(fails(json!({ "url": stalls, "timeout_ms": 100 })).await.0, "egress_timeout");
}

#[tokio::test]
async fn dropping_the_work_closes_the_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let work = tokio::spawn(async move { send(json!({ "url": address }), json!({})).await });
    let (mut socket, _) = listener.accept().await.unwrap();
    assert!(socket.read(&mut [0; 4096]).await.unwrap() > 0);
    work.abort();
    let closed = tokio::time::timeout(Duration::from_secs(10), socket.read(&mut [0; 1])).await.unwrap();
    assert!(matches!(closed, Ok(0) | Err(_)), "{closed:?}");
}

#[tokio::test]
async fn silence_is_tried_again_and_an_answer_is_not() {
    let (closes, mut seen) = server("", false).await;
    assert_eq!(fails(json!({ "url": closes, "retries": 2 })).await.0, "egress_broken");
    for _ in 0..3 {
        seen.recv().await.unwrap();
    }
    assert!(seen.try_recv().is_err(), "three attempts");
    let (errs, mut seen) = server("HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n", false).await;
    assert_eq!(fails(json!({ "url": errs, "retries": 2 })).await.0, "http_status");
    seen.recv().await.unwrap();
    assert!(seen.try_recv().is_err(), "one attempt");
}

#[tokio::test]
async fn addresses_inside_are_not_reached() {
    for to in ["http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/", "http://[::1]/"] {
        let (address, _seen) = server(format!("HTTP/1.1 302 Found\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n"), false).await;
        let (code, transient, _) = fails(json!({ "url": address })).await;
        assert_eq!((code.as_str(), transient), ("egress_refused", false), "{to}");
        let file =
            json!({ "url": address, "method": "POST", "body": { "type": "form", "fields": [{ "name": "f", "value": to, "file": true }] } });
        assert_eq!(fails(file).await.0, "egress_refused", "{to}");
    }
    let (address, mut seen) = server(ok("", ""), false).await;
    let one = node(json!({ "url": address }), json!({}), json!({}));
    assert_eq!(perform(&kind(false), &one, inputs(json!({}))).await.unwrap_err().code, "egress_refused");
    assert!(seen.try_recv().is_err());
    for (url, code) in [
        ("not a url", "http_invalid"),
        ("file:///etc/passwd", "egress_invalid"),
        ("http://u:p@127.0.0.1/", "egress_invalid"),
        ("", "http_invalid"),
    ] {
        let one = node(json!({ "url": "{{u}}" }), json!({ "u": "string" }), json!({}));
        assert_eq!(perform(&kind(true), &one, inputs(json!({ "u": url }))).await.unwrap_err().code, code, "{url}");
    }
}
