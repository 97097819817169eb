//! A client that speaks as a browser or with a token.

use futures::StreamExt as _;
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::Value;

/// A client.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    url: String,
    token: Option<String>,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: reqwest::header::HeaderMap,
    /// Its body; `null` when it is no JSON.
    pub json: Value,
    /// Its body as it came.
    pub text: String,
}

impl Answer {
    /// The body of a success.
    #[track_caller]
    pub fn ok(self) -> Value {
        assert!(self.status.is_success(), "{} {}", self.status, self.text);
        self.json
    }

    /// Status and code of a refusal.
    pub fn refusal(&self) -> (u16, &str) {
        (self.status.as_u16(), self.json.pointer("/error/code").and_then(Value::as_str).unwrap_or(""))
    }
}

/// A frame of an event stream.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    /// `id:`.
    pub id: Option<String>,
    /// `event:`.
    pub event: String,
    /// `data:`, parsed when it is JSON.
    pub data: Value,
}

impl Client {
    /// Without any credential; keeps cookies.
    pub fn new(url: &str) -> Self {
        crate::binary::with_tls();
        let http = reqwest::Client::builder().no_proxy().cookie_store(true).build().unwrap();
        Self { http, url: url.to_owned(), token: None }
    }

    /// With a bearer token and without cookies.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..Self::new(&self.url) }
    }

    /// A request to be completed.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.url)).header("origin", &self.url);
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// Sends it.
    pub async fn send(&self, request: RequestBuilder) -> Answer {
        self.execute(request.build().unwrap()).await
    }

    /// Sends a request that was built by hand.
    pub async fn execute(&self, request: reqwest::Request) -> Answer {
        let answer = self.http.execute(request).await.unwrap();
        let (status, headers) = (answer.status(), answer.headers().clone());
        let text = answer.text().await.unwrap();
        Answer { status, headers, json: serde_json::from_str(&text).unwrap_or(Value::Null), text }
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    /// POST.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::POST, path).json(&body)).await
    }

    /// PUT.
    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::PUT, path).json(&body)).await
    }

    /// PATCH.
    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::PATCH, path).json(&body)).await
    }

    /// DELETE.
    pub async fn delete(&self, path: &str) -> Answer {
        self.send(self.request(Method::DELETE, path)).await
    }

    /// POST answered by an event stream, read to its end.
    pub async fn stream(&self, path: &str, body: Value) -> Vec<Frame> {
        let request = self.request(Method::POST, path).header("accept", "text/event-stream").json(&body);
        self.frames(request, |_| false).await
    }

    /// Reads an event stream to its end, or until `enough` says so (the connection is then dropped).
    pub async fn frames(&self, request: RequestBuilder, enough: impl Fn(&Frame) -> bool) -> Vec<Frame> {
        let answer = request.send().await.unwrap();
        let status = answer.status();
        let mut stream = answer.bytes_stream();
        let (mut buffer, mut frames) = (String::new(), Vec::new());
        let mut bytes = Vec::new();
        while let Some(chunk) = stream.next().await {
            bytes.extend_from_slice(&chunk.unwrap());
            let valid = match std::str::from_utf8(&bytes) {
                Ok(text) => text.len(),
                Err(error) => error.valid_up_to(),
            };
            buffer.push_str(std::str::from_utf8(&bytes[..valid]).unwrap());
            bytes.drain(..valid);
            while let Some(end) = buffer.find("\n\n") {
                let block: String = buffer.drain(..end + 2).collect();
                let Some(frame) = parse(&block) else { continue };
                let done = enough(&frame);
                frames.push(frame);
                if done {
                    return frames;
                }
            }
        }
        assert!(status.is_success(), "{status} {buffer}");
        frames
    }
}

fn parse(block: &str) -> Option<Frame> {
    let field = |name: &str| {
        let lines = block.lines().filter_map(|l| l.strip_prefix(name)).map(|v| v.strip_prefix(' ').unwrap_or(v));
        Some(lines.collect::<Vec<_>>().join("\n")).filter(|text| !text.is_empty())
    };
    let data = field("data:")?;
    Some(Frame {
        id: field("id:"),
        event: field("event:").unwrap_or_default(),
        data: serde_json::from_str(&data).unwrap_or(Value::String(data)),
    })
}
