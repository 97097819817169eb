//! Peers that die, lie, fall silent or send nonsense.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use egress::{Egress, Policy};
use futures::StreamExt;
use model::chat::{Event, FinishReason, Message, Request, Response, Role};
use model::{Chat, Error};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use types::Coded as _;

use super::{endpoint, vendors};

/// What a peer does with one request after another.
#[derive(Clone)]
enum Act {
    /// Sends these bytes and keeps the connection.
    Send(Vec<u8>),
    /// Sends these bytes and closes.
    Die(Vec<u8>),
    /// Sends these bytes, then nothing more.
    Silent(Vec<u8>),
}

#[derive(Default, Clone)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    fn add(&self, line: String) {
        self.0.lock().unwrap().push(line);
    }

    fn requests(&self) -> Vec<String> {
        self.0.lock().unwrap().iter().filter(|line| line.contains("HTTP/1.1")).cloned().collect()
    }

    fn count(&self, what: &str) -> usize {
        self.0.lock().unwrap().iter().filter(|line| *line == what).count()
    }
}

/// Serves the acts in turn, the last one for ever.
async fn peer(acts: Vec<Act>) -> (SocketAddr, Log) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let log = Log::default();
    let acts = Arc::new(Mutex::new(acts));
    let shared = log.clone();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            shared.add("open".into());
            tokio::spawn(serve(socket, acts.clone(), shared.clone()));
        }
    });
    (address, log)
}

async fn serve(mut socket: TcpStream, acts: Arc<Mutex<Vec<Act>>>, log: Log) {
    while let Some(request) = read_request(&mut socket).await {
        log.add(request);
        let act = {
            let mut acts = acts.lock().unwrap();
            if acts.len() > 1 { acts.remove(0) } else { acts[0].clone() }
        };
        match act {
            Act::Send(bytes) => socket.write_all(&bytes).await.unwrap(),
            Act::Die(bytes) => {
                socket.write_all(&bytes).await.unwrap();
                break;
            }
            Act::Silent(bytes) => {
                socket.write_all(&bytes).await.unwrap();
                let mut rest = [0; 16];
                while !matches!(socket.read(&mut rest).await, Ok(0) | Err(_)) {}
                break;
            }
        }
    }
    log.add("gone".into());
}

async fn read_request(socket: &mut TcpStream) -> Option<String> {
    let mut text = String::new();
    let mut buffer = vec![0; 65536];
    loop {
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).map_or(0, |n| n.parse().unwrap());
            if body.len() >= length {
                return Some(text);
            }
        }
        match socket.read(&mut buffer).await {
            Ok(0) | Err(_) => return None,
            Ok(n) => text.push_str(std::str::from_utf8(&buffer[..n]).unwrap()),
        }
    }
}

const STREAM: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";

/// A chunked answer: each piece one chunk. `end` adds the last, empty chunk.
fn chunked(pieces: &[&[u8]], end: bool) -> Vec<u8> {
    let mut bytes = STREAM.as_bytes().to_vec();
    for piece in pieces {
        bytes.extend(format!("{:x}\r\n", piece.len()).bytes());
        bytes.extend_from_slice(piece);
        bytes.extend(b"\r\n");
    }
    if end {
        bytes.extend(b"0\r\n\r\n");
    }
    bytes
}

fn plain(status: &str, headers: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status}\r\n{headers}content-length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

fn delta(text: &str) -> String {
    format!("data: {{\"choices\":[{{\"delta\":{{\"content\":\"{text}\"}}}}]}}\n\n")
}

const STOP: &[u8] = b"data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
const DONE: &[u8] = b"data: [DONE]\n\n";

fn ask() -> Request {
    Request { messages: vec![Message::text(Role::User, "hi")], ..Request::default() }
}

fn open(vendor: &str, address: SocketAddr) -> Arc<dyn Chat> {
    vendors().get(vendor).unwrap().chat(&endpoint(&format!("http://{address}"), "m")).unwrap()
}

async fn run(vendor: &str, acts: Vec<Act>) -> (Response, Result<(), Error>, Log) {
    let (address, log) = peer(acts).await;
    let mut response = Response::default();
    let outcome = async {
        let mut stream = open(vendor, address).stream(ask()).await?;
        while let Some(event) = stream.next().await {
            response.absorb(event?);
        }
        Ok(())
    };
    let outcome = outcome.await;
    (response, outcome, log)
}

#[tokio::test]
async fn broken_streams_are_errors_after_what_came() {
    let hello = delta("hello");
    let half = &hello.as_bytes()[..hello.len() - 9];
    for (name, bytes, code) in [
        ("dies mid-stream", chunked(&[hello.as_bytes()], false), "model_stream_cut"),
        ("ends without an end", chunked(&[hello.as_bytes()], true), "model_stream_cut"),
        ("half a frame", chunked(&[hello.as_bytes(), half], true), "model_stream_cut"),
        ("invalid UTF-8", chunked(&[hello.as_bytes(), b"data: {\"x\":\"\xff\xfe\"}\n\n"], true), "model_bad_answer"),
        ("no JSON", chunked(&[hello.as_bytes(), b"data: {nope}\n\n"], true), "model_bad_answer"),
        (
            "wrong types",
            chunked(&[hello.as_bytes(), b"data: {\"choices\":[{\"delta\":{\"tool_calls\":7}}]}\n\n"], true),
            "model_bad_answer",
        ),
        (
            "in-band error",
            chunked(&[hello.as_bytes(), b"data: {\"error\":{\"message\":\"overloaded\",\"code\":503}}\n\n"], true),
            "model_vendor_error",
        ),
        (
            "bare error",
            chunked(&[hello.as_bytes(), b"{\"error\":{\"message\":\"slow\",\"type\":\"rate_limit_error\"}}\n"], true),
            "model_rate_limited",
        ),
    ] {
        let (response, outcome, _) = run("openai_compatible", vec![Act::Die(bytes)]).await;
        assert_eq!(outcome.unwrap_err().code(), code, "{name}");
        assert_eq!(response.text, "hello", "{name}: what came is kept");
        assert_eq!(response.finish, None, "{name}");
    }
}

#[tokio::test]
async fn complete_streams_are_fine_however_they_end() {
    let hello = delta("hello");
    let split: Vec<&[u8]> = hello.as_bytes().chunks(1).collect();
    for (name, bytes) in [
        ("byte by byte", chunked(&[split.as_slice(), &[STOP, DONE]].concat(), true)),
        ("no mark of the end", chunked(&[hello.as_bytes(), STOP], true)),
        ("no reason", chunked(&[hello.as_bytes(), DONE], true)),
        ("mark without its line feed", chunked(&[hello.as_bytes(), b"data: [DONE]"], true)),
        ("comments and carriage returns", chunked(&[b": ping\r\n\r\n", hello.replace('\n', "\r\n").as_bytes(), STOP, DONE], true)),
        ("died after the mark", chunked(&[hello.as_bytes(), STOP, DONE], false)),
    ] {
        let (response, outcome, _) = run("openai_compatible", vec![Act::Die(bytes)]).await;
        assert!(outcome.is_ok(), "{name}: {outcome:?}");
        assert_eq!((response.text.as_str(), response.finish), ("hello", Some(FinishReason::Stop)), "{name}");
    }
}

#[tokio::test]
async fn tool_calls_with_broken_arguments_come_as_written() {
    let call = |arguments: &str| {
        format!(
            "data: {{\"choices\":[{{\"delta\":{{\"tool_calls\":[{{\"function\":{{\"name\":\"t\",\"arguments\":{arguments}}}}}]}}}}]}}\n\n"
        )
    };
    let (response, outcome, _) =
        run("openai_compatible", vec![Act::Send(chunked(&[call("\"{\\\"a\\\": \"").as_bytes(), STOP, DONE], true))]).await;
    outcome.unwrap();
    assert_eq!((response.tool_calls[0].arguments.as_str(), response.finish), ("{\"a\": ", Some(FinishReason::ToolCalls)));
    let (response, outcome, _) =
        run("openai_compatible", vec![Act::Send(chunked(&[call("{\"a\":1}").as_bytes(), STOP, DONE], true))]).await;
    outcome.unwrap();
    assert_eq!(response.tool_calls[0].arguments, "{\"a\":1}", "an object instead of text");
}

#[tokio::test]
async fn waits_as_the_vendor_asks_or_tells_how_long() {
    let busy = |after: &str| {
        plain("429 Too Many Requests", &format!("retry-after: {after}\r\n"), "{\"error\":{\"message\":\"sk-test-1234 is too fast\"}}")
    };
    let fine = chunked(&[delta("fine").as_bytes(), STOP, DONE], true);
    let started = std::time::Instant::now();
    let (response, outcome, log) = run("openai_compatible", vec![Act::Send(busy("1")), Act::Send(fine)]).await;
    outcome.unwrap();
    assert_eq!((response.text.as_str(), log.requests().len()), ("fine", 2));
    assert!(started.elapsed() >= Duration::from_secs(1));
    let (_, outcome, log) = run("openai_compatible", vec![Act::Send(busy("120"))]).await;
    let error = outcome.unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_mins(2)));
    assert!(error.to_string().contains("too fast") && !error.to_string().contains("sk-test"), "{error}");
    assert_eq!(log.requests().len(), 1);
}

#[tokio::test]
async fn failing_servers_are_tried_three_times() {
    let (_, outcome, log) =
        run("openai_compatible", vec![Act::Send(plain("500 Oops", "content-type: text/html\r\n", "<title>Oops</title>"))]).await;
    let error = outcome.unwrap_err();
    assert!(matches!(error, Error::Server { status: 500, .. }) && error.to_string().contains("Oops"), "{error}");
    assert_eq!(log.requests().len(), 3);
    let (_, outcome, log) = run("openai_compatible", vec![Act::Die(chunked(&[], false))]).await;
    assert_eq!(outcome.unwrap_err().code(), "model_stream_cut");
    assert_eq!(log.requests().len(), 3, "cut before the first token");
}

#[tokio::test]
async fn silence_ends_at_the_idle_limit() {
    for (bytes, text) in [(Vec::new(), ""), (chunked(&[delta("hello").as_bytes()], false), "hello")] {
        let started = std::time::Instant::now();
        let (response, outcome, log) = run("openai_compatible", vec![Act::Silent(bytes)]).await;
        assert_eq!(outcome.unwrap_err().code(), "model_timeout");
        assert_eq!(response.text, text);
        assert!(started.elapsed() < Duration::from_secs(3));
        assert_eq!(log.requests().len(), 1);
    }
}

#[tokio::test]
async fn dropping_the_stream_closes_the_connection() {
    let (address, log) = peer(vec![Act::Silent(chunked(&[delta("hello").as_bytes()], false))]).await;
    let mut stream = open("openai_compatible", address).stream(ask()).await.unwrap();
    assert_eq!(stream.next().await.unwrap().unwrap(), Event::Text("hello".into()));
    drop(stream);
    for _ in 0..100 {
        if log.count("gone") == 1 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the vendor was not told");
}

#[tokio::test]
async fn a_finished_stream_leaves_its_connection_for_the_next() {
    let (address, log) = peer(vec![Act::Send(chunked(&[delta("hello").as_bytes(), STOP, DONE], true))]).await;
    let chat = open("openai_compatible", address);
    for _ in 0..3 {
        let stream = chat.stream(ask()).await.unwrap();
        assert_eq!(stream.count().await, 2);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!((log.count("open"), log.requests().len()), (1, 3));
}

#[tokio::test]
async fn servers_with_their_own_ideas_are_understood() {
    let whole = r#"{"choices":[{"message":{"content":"<think>\nwhy</think>\n\nbecause","tool_calls":null},"finish_reason":"stop"}],"usage":{"prompt_tokens":5,"completion_tokens":3,"prompt_cache_hit_tokens":2}}"#;
    let json = "content-type: application/json\r\n";
    let (response, outcome, _) = run("openai_compatible", vec![Act::Send(plain("200 OK", json, whole))]).await;
    outcome.unwrap();
    assert_eq!((response.reasoning.as_str(), response.text.as_str()), ("why", "because"));
    let usage = response.usage.unwrap();
    assert_eq!((usage.total_tokens, usage.cached_tokens), (8, 2));

    let unknown = plain("400 Bad Request", json, r#"{"detail":"stream_options: extra fields not permitted"}"#);
    let fine = chunked(&[delta("fine").as_bytes(), STOP, DONE], true);
    let (response, outcome, log) = run("openai_compatible", vec![Act::Send(unknown), Act::Send(fine)]).await;
    outcome.unwrap();
    assert_eq!(response.text, "fine");
    assert!(!log.requests()[1].contains("stream_options"));
}

#[tokio::test]
async fn other_vendors_report_errors_inside_the_stream() {
    let start = b"event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":3,\"cache_read_input_tokens\":4}}}\n\n";
    let text = b"event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"hello\"}}\n\n";
    let overloaded = b"event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n";
    let (response, outcome, _) = run("anthropic", vec![Act::Send(chunked(&[start, text, overloaded], true))]).await;
    assert!(matches!(outcome, Err(Error::Server { status: 529, .. })), "{outcome:?}");
    assert_eq!(response.text, "hello");
    let stop = b"data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":2}}\n\ndata: {\"type\":\"message_stop\"}\n\n";
    let (response, outcome, log) = run("anthropic", vec![Act::Send(chunked(&[start, text, stop], true))]).await;
    outcome.unwrap();
    let usage = response.usage.unwrap();
    assert_eq!((usage.input_tokens, usage.cached_tokens, usage.output_tokens), (7, 4, 2));
    let request = &log.requests()[0];
    assert!(
        request.starts_with("POST /v1/messages ")
            && request.contains("x-api-key: sk-test-1234")
            && request.contains("anthropic-version: 2023-06-01")
    );

    let lines = |text: &str| {
        format!("HTTP/1.1 200 OK\r\ncontent-type: application/x-ndjson\r\ncontent-length: {}\r\n\r\n{text}", text.len()).into_bytes()
    };
    let (response, outcome, _) = run("ollama", vec![Act::Send(lines("{\"message\":{\"content\":\"hel"))]).await;
    assert_eq!((outcome.unwrap_err().code(), response.text.as_str()), ("model_stream_cut", ""));
    let (response, outcome, _) =
        run("ollama", vec![Act::Send(lines("{\"message\":{\"content\":\"hello\"}}\n{\"error\":\"out of memory\"}\n"))]).await;
    let error = outcome.unwrap_err();
    assert!(response.text == "hello" && error.to_string().contains("out of memory"), "{error}");

    let blocked = b"data: {\"promptFeedback\":{\"blockReason\":\"SAFETY\"},\"usageMetadata\":{\"promptTokenCount\":4}}\r\n\r\n";
    let (response, outcome, log) = run("gemini", vec![Act::Send(chunked(&[blocked], true))]).await;
    outcome.unwrap();
    assert_eq!(response.finish, Some(FinishReason::ContentFilter));
    let request = &log.requests()[0];
    assert!(
        request.starts_with("POST /v1beta/models/m:streamGenerateContent?alt=sse ") && request.contains("x-goog-api-key: sk-test-1234")
    );
}

#[tokio::test]
async fn azure_has_its_own_address_and_header() {
    let (_, outcome, log) = run("azure_openai", vec![Act::Send(chunked(&[delta("hi").as_bytes(), STOP, DONE], true))]).await;
    outcome.unwrap();
    let request = &log.requests()[0];
    assert!(request.starts_with("POST /openai/deployments/m/chat/completions?api-version=2024-10-21 "), "{request}");
    assert!(request.contains("api-key: sk-test-1234") && !request.contains("authorization"), "{request}");
}

#[tokio::test]
async fn addresses_are_vetted() {
    for (url, code) in
        [("http://169.254.169.254", "egress_refused"), ("file:///etc", "model_unavailable"), ("http://127.0.0.1:9", "model_unreachable")]
    {
        let chat = vendors().get("openai_compatible").unwrap().chat(&endpoint(url, "m")).unwrap();
        assert_eq!(chat.stream(ask()).await.err().unwrap().code(), code, "{url}");
    }
    let strict = Policy { model_allow: egress::AllowList::none(), ..Policy::default() };
    let chat = crate::registry(&Egress::new(&strict).unwrap()).get("ollama").unwrap().chat(&endpoint("http://127.0.0.1:9", "m")).unwrap();
    assert_eq!(chat.stream(ask()).await.err().unwrap().code(), "egress_refused");
}

#[tokio::test]
async fn a_picture_is_no_way_into_the_network() {
    let (address, log) = peer(vec![Act::Send(plain("200 OK", "content-type: image/png\r\n", "png"))]).await;
    for url in [format!("http://{address}/secret.png"), "http://169.254.169.254/".into(), "file:///etc/passwd".into()] {
        let message = Message { parts: vec![model::Part::Image { url }], ..Message::text(Role::User, "") };
        for vendor in ["ollama", "gemini"] {
            let request = Request { messages: vec![message.clone()], ..Request::default() };
            assert_eq!(open(vendor, address).stream(request).await.err().unwrap().code(), "model_unsupported");
        }
    }
    assert!(log.requests().is_empty());
}

#[test]
fn the_form_lists_every_vendor() {
    let ids: Vec<String> = vendors().infos().into_iter().map(|info| info.id).collect();
    let expected = ["openai", "anthropic", "gemini", "azure_openai", "ark", "deepseek", "qwen", "ollama", "openai_compatible", "offline"];
    assert_eq!(ids, expected);
    for id in ["openai", "anthropic", "gemini", "azure_openai", "ark", "deepseek", "qwen"] {
        let keyless = model::Endpoint { api_key: None, ..endpoint("http://x", "m") };
        assert!(matches!(vendors().get(id).unwrap().chat(&keyless), Err(Error::Unavailable(_))), "{id}");
    }
}
