//! Requests to one endpoint: authentication, limits, error answers.

use std::time::Duration;

use egress::{Egress, Limits, Purpose, Request};
use http::header::{ACCEPT, CONTENT_TYPE, HeaderName, HeaderValue};
use model::{ChatStream, Endpoint, Error, Response};
use secrecy::SecretString;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::answer::{self, Decoder};
use super::errors;
use super::sink::Sink;

/// Longest that one call may take as a whole.
const TOTAL: Duration = Duration::from_hours(1);
/// Most of an error answer that is read.
const MAX_ERROR: usize = 64 << 10;

/// How the key is sent.
#[derive(Debug, Clone, Copy)]
pub struct Auth {
    /// The header.
    pub header: &'static str,
    /// Written before the key.
    pub prefix: &'static str,
}

impl Auth {
    /// `Authorization: Bearer …`.
    pub const BEARER: Self = Self { header: "authorization", prefix: "Bearer " };
}

/// The way to one endpoint.
#[derive(Clone)]
pub struct Transport {
    egress: Egress,
    auth: Auth,
    key: Option<SecretString>,
    headers: Vec<(HeaderName, HeaderValue)>,
    limits: Limits,
}

impl Transport {
    pub fn new(egress: &Egress, endpoint: &Endpoint, auth: Auth) -> Self {
        let limits = Limits { idle: endpoint.timeout, total: TOTAL.max(endpoint.timeout), ..Limits::of(Purpose::Model) };
        Self { egress: egress.clone(), auth, key: endpoint.api_key.clone(), headers: Vec::new(), limits }
    }

    /// Sends this header with every request.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: &'static str) -> Self {
        self.headers.push((HeaderName::from_static(name), HeaderValue::from_static(value)));
        self
    }

    /// The client, for pictures that must be fetched.
    pub fn egress(&self) -> &Egress {
        &self.egress
    }

    /// The key, so that it can be kept out of texts.
    pub fn secret(&self) -> Option<&SecretString> {
        self.key.as_ref()
    }

    /// Reads JSON.
    pub async fn get<T: DeserializeOwned>(&self, url: &str) -> Result<T, Error> {
        self.read(Request::get(url)).await
    }

    /// Sends JSON and reads JSON.
    pub async fn post<T: DeserializeOwned>(&self, url: &str, body: &Value) -> Result<T, Error> {
        self.read(json(url, body)).await
    }

    /// Starts a streamed answer.
    pub async fn stream<D: Decoder>(&self, url: &str, body: &Value, decoder: D, sink: Sink) -> Result<ChatStream, Error> {
        let accept = HeaderValue::from_static("text/event-stream, application/x-ndjson, application/json");
        let response = self.send(json(url, body).header(ACCEPT, accept)).await?;
        let content_type = response.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if content_type.starts_with("application/json") && D::FRAMING == super::Framing::Events {
            return answer::whole_as_stream(response.body, decoder, sink).await;
        }
        Ok(answer::stream(response.body, decoder, sink))
    }

    /// Asks for an answer in one piece.
    pub async fn complete<D: Decoder>(&self, url: &str, body: &Value, decoder: D, sink: Sink) -> Result<Response, Error> {
        let response = self.send(json(url, body)).await?;
        answer::whole(response.body, decoder, sink).await
    }

    async fn read<T: DeserializeOwned>(&self, request: Request) -> Result<T, Error> {
        let response = self.send(request).await?;
        let bytes = response.body.bytes().await.map_err(|error| errors::of_body(&error))?;
        serde_json::from_slice(&bytes).map_err(|error| errors::malformed(&error))
    }

    async fn send(&self, request: Request) -> Result<egress::Response, Error> {
        let mut request = request.limits(self.limits);
        for (name, value) in &self.headers {
            request = request.header(name.clone(), value.clone());
        }
        if let Some(key) = &self.key {
            let name = HeaderName::from_static(self.auth.header);
            request = request.secret_header(name, self.auth.prefix, key).map_err(|error| errors::of_request(&error))?;
        }
        let response = self.egress.send(Purpose::Model, request).await.map_err(|error| errors::of_request(&error))?;
        if response.status.is_success() {
            return Ok(response);
        }
        // An error answer that breaks off still has its status.
        let text = response.body.at_most(MAX_ERROR).await.unwrap_or_default();
        Err(errors::of_status(response.status, &response.headers, &text, self.key.as_ref()))
    }
}

fn json(url: &str, body: &Value) -> Request {
    Request::post(url).body("application/json", body.to_string())
}
