//! What a peer can do to us, and what of ours reaches it.

use std::time::{Duration, Instant};

use futures::StreamExt;
use http::header;
use tokio::io::AsyncWriteExt;

use super::{Seen, egress, fixed, limits, next_request, peer};
use crate::{Error, Limits, Phase, Purpose, Request};

const SITE: (&str, &[&str]) = ("site.test", &["127.0.0.1"]);
const OTHER: (&str, &[&str]) = ("other.test", &["127.0.0.1"]);

fn redirect(status: u16, to: &str) -> String {
    format!("HTTP/1.1 {status} Moved\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n")
}

#[tokio::test]
async fn redirects_are_vetted_again() {
    for to in ["http://127.0.0.1/", "http://169.254.169.254/latest/meta-data/", "//0x7f.1/", "http://inner.test/"] {
        let (address, _seen) = fixed(redirect(302, to)).await;
        let egress = egress("site.test", &[SITE, ("inner.test", &["127.0.0.1"])]);
        let url = format!("http://site.test:{}/", address.port());
        let error = egress.send(Purpose::Tool, Request::get(url)).await.unwrap_err();
        assert_eq!(error.code(), "egress_refused", "{to}");
    }
    for to in ["file:///etc/passwd", "http://user:pw@site.test/"] {
        let (address, _seen) = fixed(redirect(302, to)).await;
        let egress = egress("site.test", &[SITE]);
        let url = format!("http://site.test:{}/", address.port());
        let error = egress.send(Purpose::Tool, Request::get(url)).await.unwrap_err();
        assert_eq!(error.code(), "egress_invalid", "{to}");
    }
}

#[tokio::test]
async fn endless_redirects_end() {
    let (address, mut seen) = fixed(redirect(302, "/again")).await;
    let egress = egress("127.0.0.1", &[]);
    let error = egress.send(Purpose::Tool, Request::get(format!("http://{address}/"))).await.unwrap_err();
    assert_eq!(error.code(), "egress_redirects");
    let mut requests = 0;
    while let Ok(event) = seen.try_recv() {
        requests += usize::from(matches!(event, Seen::Request(_)));
    }
    assert_eq!(requests, 6, "one request and five redirects");
}

#[tokio::test]
async fn another_origin_gets_no_credentials() {
    let (last, mut at_last) = fixed("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").await;
    let elsewhere = redirect(307, &format!("http://other.test:{}/end", last.port()));
    let (first, mut at_first) = peer(move |request, mut socket| {
        let answer = if request.starts_with("POST /start") { redirect(307, "/same") } else { elsewhere.clone() };
        Box::pin(async move {
            socket.write_all(answer.as_bytes()).await.ok()?;
            Some(socket)
        })
    })
    .await;
    let egress = egress("*.test site.test other.test", &[SITE, OTHER]);
    let request = Request::post(format!("http://site.test:{}/start", first.port()))
        .secret_header(header::AUTHORIZATION, "Bearer ", &"k3y".to_owned().into())
        .unwrap()
        .secret_header(header::HeaderName::from_static("x-vendor-key"), "", &"k3y".to_owned().into())
        .unwrap()
        .header(header::COOKIE, header::HeaderValue::from_static("a=k3y"))
        .body("application/json", "{\"a\":1}");
    let answer = egress.send(Purpose::Tool, request).await.unwrap();
    assert_eq!(answer.url.path(), "/end");
    assert!(next_request(&mut at_first).contains("k3y"));
    assert!(next_request(&mut at_first).contains("Bearer k3y"), "the same origin keeps them");
    let end = next_request(&mut at_last);
    assert!(!end.contains("k3y"), "{end}");
    assert!(end.ends_with("{\"a\":1}") && end.contains("content-type: application/json"), "{end}");
}

#[tokio::test]
async fn see_other_becomes_a_get() {
    let (address, mut seen) = peer(|request, mut socket| {
        let answer =
            if request.starts_with("POST") { redirect(303, "/done") } else { "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n".to_owned() };
        Box::pin(async move {
            socket.write_all(answer.as_bytes()).await.ok()?;
            Some(socket)
        })
    })
    .await;
    let egress = egress("127.0.0.1", &[]);
    let request = Request::post(format!("http://{address}/")).body("text/plain", "secret body");
    egress.send(Purpose::Tool, request).await.unwrap();
    next_request(&mut seen);
    let second = next_request(&mut seen);
    assert!(second.starts_with("GET /done") && !second.contains("secret body"), "{second}");
}

#[tokio::test]
async fn a_body_over_the_limit_is_an_error() {
    let (address, _seen) = fixed(format!("HTTP/1.1 200 OK\r\ncontent-length: 100001\r\n\r\n{}", "x".repeat(100_001))).await;
    let egress = egress("127.0.0.1", &[]);
    let url = format!("http://{address}/");
    let get = |max_bytes| Request::get(&url).limits(Limits { max_bytes, ..limits() });
    let error = egress.send(Purpose::Tool, get(100_000)).await.unwrap().body.bytes().await.unwrap_err();
    assert_eq!(error, Error::TooLarge { host: address.to_string(), limit: 100_000 });
    let whole = egress.send(Purpose::Tool, get(100_001)).await.unwrap().body.bytes().await.unwrap();
    assert_eq!(whole.len(), 100_001);
}

#[tokio::test]
async fn a_compressed_bomb_counts_decoded_bytes() {
    let bomb = include_bytes!("zeros_1mib.gz");
    let (address, _seen) = peer(move |_, mut socket| {
        Box::pin(async move {
            let head = format!("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n", bomb.len());
            socket.write_all(head.as_bytes()).await.ok()?;
            socket.write_all(bomb).await.ok()?;
            Some(socket)
        })
    })
    .await;
    let egress = egress("127.0.0.1", &[]);
    let request = Request::get(format!("http://{address}/")).limits(limits());
    let error = egress.send(Purpose::Tool, request).await.unwrap().body.bytes().await.unwrap_err();
    assert_eq!(error.code(), "egress_too_large");
}

#[tokio::test]
async fn a_slow_drip_meets_the_total_limit() {
    let (address, _seen) = peer(|_, mut socket| {
        Box::pin(async move {
            socket.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n").await.ok()?;
            loop {
                socket.write_all(b".").await.ok()?;
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        })
    })
    .await;
    let egress = egress("127.0.0.1", &[]);
    let short = Limits { total: Duration::from_millis(400), ..limits() };
    let started = Instant::now();
    let response = egress.send(Purpose::Tool, Request::get(format!("http://{address}/")).limits(short)).await.unwrap();
    let error = response.body.bytes().await.unwrap_err();
    assert_eq!(error, Error::Timeout { host: address.to_string(), phase: Phase::Total });
    assert!(started.elapsed() < Duration::from_secs(2));
}

#[tokio::test]
async fn silence_meets_the_idle_limit_before_and_inside_the_body() {
    let (address, _seen) = peer(|request, mut socket| {
        Box::pin(async move {
            if request.starts_with("GET /head") {
                socket.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhello").await.ok()?;
            }
            tokio::time::sleep(Duration::from_secs(30)).await;
            Some(socket)
        })
    })
    .await;
    let egress = egress("127.0.0.1", &[]);
    let idle = Error::Timeout { host: address.to_string(), phase: Phase::Idle };
    let silent = Request::get(format!("http://{address}/silent")).limits(limits());
    assert_eq!(egress.send(Purpose::Tool, silent).await.unwrap_err(), idle);
    let half = Request::get(format!("http://{address}/head")).limits(limits());
    let mut body = egress.send(Purpose::Tool, half).await.unwrap().body;
    assert_eq!(body.next().await.unwrap().unwrap(), "hello");
    assert_eq!(body.next().await.unwrap().unwrap_err(), idle);
    assert!(body.next().await.is_none(), "a body ends after its error");
}

#[tokio::test]
async fn a_connection_that_breaks_is_an_error() {
    let (address, _seen) = peer(|_, mut socket| {
        Box::pin(async move {
            socket.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhello").await.ok();
            None
        })
    })
    .await;
    let egress = egress("127.0.0.1", &[]);
    let response = egress.send(Purpose::Tool, Request::get(format!("http://{address}/"))).await.unwrap();
    assert_eq!(response.body.bytes().await.unwrap_err().code(), "egress_broken");
}

#[tokio::test]
async fn plain_text_where_tls_is_wanted_is_a_tls_error() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let plain = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        socket.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.unwrap();
        tokio::time::sleep(Duration::from_secs(5)).await;
    });
    let egress = egress("127.0.0.1", &[]);
    let request = Request::get(format!("https://{plain}/")).limits(limits());
    assert_eq!(egress.send(Purpose::Tool, request).await.unwrap_err().code(), "egress_tls");
}

#[tokio::test]
async fn dropping_the_body_closes_the_connection() {
    let (address, mut seen) = peer(|_, mut socket| {
        Box::pin(async move {
            socket.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").await.ok()?;
            loop {
                socket.write_all(b"1\r\nx\r\n").await.ok()?;
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        })
    })
    .await;
    let egress = egress("127.0.0.1", &[]);
    let mut response = egress.send(Purpose::Tool, Request::get(format!("http://{address}/"))).await.unwrap();
    response.body.next().await.unwrap().unwrap();
    drop(response);
    let gone = async { while seen.recv().await.unwrap() != Seen::Gone {} };
    tokio::time::timeout(Duration::from_secs(2), gone).await.expect("the peer sees the end");
}

#[tokio::test]
async fn connections_are_used_again() {
    let (address, mut seen) = fixed("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").await;
    let egress = egress("127.0.0.1", &[]);
    for _ in 0..3 {
        let response = egress.send(Purpose::Tool, Request::get(format!("http://{address}/"))).await.unwrap();
        assert_eq!(response.body.bytes().await.unwrap(), "ok");
    }
    let mut connections = 0;
    while let Ok(event) = seen.try_recv() {
        connections += usize::from(event == Seen::Connected);
    }
    assert_eq!(connections, 1);
}
