//! One exchange: render, send, read.

use std::time::Duration;

use async_trait::async_trait;
use egress::{Egress, Limits, Purpose, Request, Response};
use flow::node::{Inputs, NodeError, Output, Task, TaskCx};
use flow::value::template::Template;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use secrecy::ExposeSecret as _;
use serde_json::json;
use url::Url;

use super::body::Prepared;
use super::params::{Method, Pair, Params};
use super::proof::Proof;
use super::{answer, body};
use crate::ports::Services;

/// Bytes of an answer.
pub const MAX_ANSWER: u64 = 8 << 20;
/// Characters of an answer that an error shows.
const SHOWN: usize = 500;
/// Without a time limit of the author.
const TIME: Duration = Duration::from_secs(30);

/// What the connection says itself.
const OWN_HEADERS: [&str; 9] =
    ["connection", "content-length", "expect", "host", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"];

/// The request with its texts cut once.
pub struct Run {
    params: Params,
    url: Template,
    headers: Vec<(String, Template)>,
    query: Vec<(String, Template)>,
    services: Services,
}

impl Run {
    /// From params that were checked.
    pub fn new(params: Params, services: Services) -> Self {
        let cut = |pairs: &[Pair]| pairs.iter().map(|pair| (pair.name.trim().to_owned(), Template::parse(&pair.value))).collect();
        Self { url: Template::parse(&params.url), headers: cut(&params.headers), query: cut(&params.query), params, services }
    }
}

#[async_trait]
impl Task for Run {
    async fn run(&self, cx: &TaskCx, inputs: Inputs) -> Result<Output, NodeError> {
        let egress = self.services.egress.as_ref().ok_or_else(|| NodeError::unavailable("the outbound HTTP client"))?;
        let mut warnings = Vec::new();
        let body = body::prepare(&self.params.body, cx, &inputs, egress, &self.services).await?;
        let proof = Proof::of(self.params.auth.as_ref(), cx, &inputs, &self.services)?;
        let request = self.request(cx, &inputs, body, &proof, &mut warnings)?;
        let response = self.exchange(egress, &request).await?;
        let (status, host) = (response.status, response.url.host_str().unwrap_or_default().to_owned());
        let content_type = response.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let headers = answer::headers(&response.headers);
        if status.as_u16() >= 400 {
            // What came before a broken end is better than nothing.
            let bytes = response.body.at_most(4 * SHOWN + proof.longest()).await.unwrap_or_default();
            let (text, _) = answer::text(&bytes, content_type.as_deref());
            let shown: String = proof.hide(text).trim().chars().take(SHOWN).collect();
            let message = format!("{host} answered {}{}{shown}", status.as_u16(), if shown.is_empty() { "" } else { ": " });
            return Err(NodeError::new("http_status", message));
        }
        let bytes = response.body.bytes().await.map_err(|error| told(&error))?;
        let (text, replaced) = answer::text(&bytes, content_type.as_deref());
        if replaced {
            warnings.push("the answer is not text in the encoding it claims: unreadable bytes were replaced".to_owned());
        }
        let values = json!({ "body": text, "statusCode": status.as_u16(), "headers": headers });
        let output = match values {
            serde_json::Value::Object(values) => Output::of(values),
            _ => Output::default(),
        };
        Ok(Output { warnings, ..output })
    }
}

impl Run {
    fn request(
        &self,
        cx: &TaskCx,
        inputs: &Inputs,
        body: Prepared,
        proof: &Proof,
        warnings: &mut Vec<String>,
    ) -> Result<Request, NodeError> {
        let time = self.params.timeout_ms.map_or(TIME, Duration::from_millis);
        let mut request = Request::new(method(self.params.method), self.address(inputs, proof)?).limits(Limits {
            max_bytes: MAX_ANSWER,
            idle: time,
            total: time,
            redirects: 5,
        });
        if let Some((content_type, bytes)) = body.0 {
            request = request.body("application/octet-stream", bytes).header(CONTENT_TYPE, value("Content-Type", &content_type)?);
        }
        if !matches!(self.params.method, Method::Get | Method::Head | Method::Options) {
            // Author's headers come after and win.
            let key = HeaderValue::try_from(&cx.idempotency_key).map_err(|_| invalid("the idempotency key is no header"))?;
            request = request.header(HeaderName::from_static("idempotency-key"), key);
        }
        for (name, template) in &self.headers {
            if OWN_HEADERS.contains(&name.to_ascii_lowercase().as_str()) {
                warnings.push(format!("the header {name} is set by the connection itself; yours was left out"));
                continue;
            }
            let text = template.render(inputs)?;
            request = request.header(header(name)?, value(name, text.trim())?);
        }
        if let Some((name, value)) = &proof.header {
            request = request.header(name.clone(), value.clone());
        }
        if let Some(tls) = &self.params.tls {
            request = request.tls(tls.options(cx, inputs, &self.services)?);
        }
        Ok(request)
    }

    fn address(&self, inputs: &Inputs, proof: &Proof) -> Result<String, NodeError> {
        let text = self.url.render(inputs)?;
        let mut url = Url::parse(text.trim()).map_err(|error| invalid(&format!("the URL cannot be read: {error}")))?;
        if !self.query.is_empty() || proof.query.is_some() {
            let mut pairs = url.query_pairs_mut();
            for (name, template) in &self.query {
                pairs.append_pair(name, &template.render(inputs)?);
            }
            if let Some((name, secret)) = &proof.query {
                pairs.append_pair(name, secret.expose_secret());
            }
        }
        Ok(url.into())
    }

    /// Sends, again and again while nothing answers.
    async fn exchange(&self, egress: &Egress, request: &Request) -> Result<Response, NodeError> {
        let mut left = self.params.retries;
        loop {
            match egress.send(Purpose::Tool, request.clone()).await {
                Ok(response) => return Ok(response),
                Err(error) if left > 0 && error.is_transient() => left -= 1,
                Err(error) => return Err(told(&error)),
            }
        }
    }
}

const fn method(method: Method) -> http::Method {
    match method {
        Method::Get => http::Method::GET,
        Method::Post => http::Method::POST,
        Method::Put => http::Method::PUT,
        Method::Patch => http::Method::PATCH,
        Method::Delete => http::Method::DELETE,
        Method::Head => http::Method::HEAD,
        Method::Options => http::Method::OPTIONS,
    }
}

/// A name of a header.
pub fn header(name: &str) -> Result<HeaderName, NodeError> {
    HeaderName::try_from(name).map_err(|_| invalid("a header has a name that is not allowed"))
}

/// Never shows the value: it may be a secret.
pub fn value(name: &str, text: &str) -> Result<HeaderValue, NodeError> {
    HeaderValue::from_bytes(text.as_bytes()).map_err(|_| invalid(&format!("the header {name} has characters that a header cannot carry")))
}

fn invalid(message: &str) -> NodeError {
    NodeError::lasting("http_invalid", message)
}

/// Errors of egress name hosts, never secrets.
pub fn told(error: &egress::Error) -> NodeError {
    NodeError { transient: error.is_transient(), ..NodeError::new(error.code(), error.to_string()) }
}
